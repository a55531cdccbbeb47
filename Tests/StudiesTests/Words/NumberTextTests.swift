// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies
import Testing

@Suite struct NumberTextTests {
  /// What rounding leaves of zero is zero, and what is merely small is shown.
  @Test func zeroBesideOtherNumbersIsZero() {
    #expect(text(-1.03e-56, beside: 1) == "0")
    #expect(text(4.4e-16, beside: 1, digits: 3) == "0")
    #expect(text(-6.4e-9, beside: 0.493, digits: 3) == "0")
    #expect(text(0, beside: 0) == "0")
    #expect(text(0.001, beside: 1, digits: 2) == "0.0010")
    #expect(text(-0.734_1, beside: 1, digits: 3) == "-0.734")
    // Alone it is what it is.
    #expect(text(1e-56, beside: 1e-56, digits: 3) == "1.0e-56")
    #expect(text(.nan, beside: 1) == "nan")
  }

  /// A chosen number claims no digits.
  @Test func whatWasGivenIsShownAsItWasWritten() {
    #expect([0.2, -16, 4, 0.02, 49 * 0.2, 1e-3].map(given) == ["0.2", "-16", "4", "0.02", "9.8", "0.001"])
  }
}
