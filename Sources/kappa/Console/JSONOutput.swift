// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Report
import Studies

/// Prints one JSON document on stdout, also where names in it hold what a terminal would obey.
func printJSON(_ value: some Encodable) throws { Console.print(printableJSON(try StudyJSON.text(value))) }

/// Looks at a file to write before any work is done, and leaves stdout to it where it is stdout.
func checkOutput(_ output: String?, against inputs: [String?]) throws {
  try OutputPath.check(output, against: inputs)
  Console.yield(to: output)
}
