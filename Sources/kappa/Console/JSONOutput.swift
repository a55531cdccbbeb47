// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Report
import Studies

/// Prints one JSON document on stdout, also where names in it hold what a terminal would obey.
func printJSON(_ value: some Encodable) throws { Console.print(printableJSON(try StudyJSON.text(value))) }
