// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Studies

/// Prints which ways to read a network's file give the user's own z, and the options to write.
func printReadings(_ readings: [Reading]) {
  Console.heading("Readings: which of them give the z in the trials")
  var table = Table(["options", "relative difference of z"])
  for reading in readings.prefix(5) {
    let options = reading.options.isEmpty ? "(none)" : reading.options.map(quoted).joined(separator: " ")
    table.add([
      options + (reading.beforeUpdate ? " [z before the update]" : ""), text(reading.relative, digits: 2),
    ])
  }
  table.print()
  guard let best = readings.first else { return }
  if best.relative > Reading.right {
    Console.print("  none of them reproduces it: the network may have another equation than those known here")
  } else if best.options.isEmpty {
    Console.print("  read right as it is")
  } else {
    Console.print("  write: " + best.options.map(quoted).joined(separator: " "))
  }
  if best.relative <= Reading.right, best.beforeUpdate {
    Console.print("  z in the trials stands one step behind: save z_t after the update with u_t")
  }
}

/// An option as a shell takes it.
private func quoted(_ option: String) -> String {
  let isPlain = option.unicodeScalars.allSatisfy {
    $0.isASCII && ($0.properties.isAlphabetic || "0123456789-=,._+/".unicodeScalars.contains($0))
  }
  return isPlain
    ? option
    : "'" + option.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
