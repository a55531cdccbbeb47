// swift-tools-version: 6.2
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import PackageDescription

// Targets of libFuzzer for everything that reads files or requests. A package of its own, so that users never build it:
// `make fuzz T=600` builds it under AddressSanitizer and runs each target for T seconds; `Scripts/fuzz replay` runs the
// corpus once.
let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "kappa", path: "..")],
  targets: [
    .target(name: "FuzzSupport"),
    .executableTarget(
      name: "FuzzNetwork", dependencies: ["FuzzSupport", .product(name: "NetworkFiles", package: "kappa")]),
    .executableTarget(
      name: "FuzzTrials", dependencies: ["FuzzSupport", .product(name: "NetworkFiles", package: "kappa")]),
    .executableTarget(
      name: "FuzzCircuit",
      dependencies: [
        "FuzzSupport", .product(name: "NetworkFiles", package: "kappa"),
        .product(name: "LowRank", package: "kappa"), .product(name: "FixedPoints", package: "kappa"),
        .product(name: "Report", package: "kappa"),
      ]),
    .executableTarget(
      name: "FuzzResume",
      dependencies: [
        "FuzzSupport", .product(name: "NetworkFiles", package: "kappa"),
        .product(name: "Training", package: "kappa"),
      ]),
    .executableTarget(
      name: "FuzzDoor", dependencies: ["FuzzSupport", .product(name: "KappaC", package: "kappa")]),
  ]
)
