// swift-tools-version: 6.2
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import PackageDescription

// Benchmarks for those who work on the kernels, and the Kappa side of the comparison with its peers (Peers/).
// A package of its own, so that building and testing Kappa never builds it.
//
//   swift package benchmark                     every benchmark
//   swift package benchmark --filter 'step.*'   some of them
//   Peers/run.sh                                Kappa beside JAX, PyTorch, SciPy and NumPy
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "kappa", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Kernels",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "Benchmarking", package: "kappa"),
      ],
      path: "Benchmarks/Kernels",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    .executableTarget(
      name: "PeerWork",
      dependencies: [
        .product(name: "Benchmarking", package: "kappa"),
        .product(name: "Fitting", package: "kappa"),
        .product(name: "LowRank", package: "kappa"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
