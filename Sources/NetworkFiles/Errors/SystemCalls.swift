// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC

// The few calls of the C library that reading and writing files needs, wherever it is called.

/// What `errno` says in words, in lower case as part of a sentence.
func systemErrorText(_ code: Int32 = errno) -> String {
  guard let text = strerror(code) else { return "error \(code)" }
  let sentence = String(cString: text)
  return sentence.prefix(1).lowercased() + sentence.dropFirst()
}
