// swift-tools-version: 6.2
// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import PackageDescription

// .mat files need libmatio, and HDF5 behind it; `KAPPA_WITHOUT_MATIO=1 swift build` leaves both out.
let withMatio = Context.environment["KAPPA_WITHOUT_MATIO"] == nil

let package = Package(
  name: "kappa",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "kappa", targets: ["kappa"]),
    .library(name: "LowRank", targets: ["LowRank"]),
    .library(name: "NetworkFiles", targets: ["NetworkFiles"]),
    .library(name: "Tasks", targets: ["Tasks"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Fitting", targets: ["Fitting"]),
    .library(name: "FixedPoints", targets: ["FixedPoints"]),
    .library(name: "Analysis", targets: ["Analysis"]),
    .library(name: "Report", targets: ["Report"]),
    .library(name: "Benchmarking", targets: ["Benchmarking"]),
    .library(name: "Studies", targets: ["Studies"]),
    .library(name: "kappa-c", type: .dynamic, targets: ["KappaC"]),
    // The same for programs that link it in, such as those of Fuzz/.
    .library(name: "KappaC", targets: ["KappaC"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    // C libraries. Nothing above LowRank sees GSL or LAPACK; nothing above NetworkFiles sees libzip.
    .systemLibrary(
      name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
    .systemLibrary(
      name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),
    .systemLibrary(
      name: "CLAPACK", pkgConfig: "lapack",
      providers: [.apt(["libopenblas-dev"]), .brew(["lapack"])]),
    .target(name: "CKernels"),

    // The C library under one name on every system.
    .target(name: "LibC"),

    // The engine and what is built on it; arrows point one way.
    .target(name: "LowRank", dependencies: ["LibC", "CGSL", "CLAPACK", "CKernels"]),
    .target(name: "Tasks", dependencies: ["LibC", "LowRank"]),
    .target(name: "Training", dependencies: ["LowRank", "Tasks", "CKernels"]),
    .target(name: "Fitting", dependencies: ["LibC", "LowRank", "CKernels"]),
    .target(name: "FixedPoints", dependencies: ["LibC", "LowRank"]),
    .target(name: "Analysis", dependencies: ["LibC", "LowRank", "Fitting", "FixedPoints"]),
    .target(
      name: "NetworkFiles",
      dependencies: ["LibC", "LowRank", "Tasks", "Training", "CZip"] + (withMatio ? ["CMatFile"] : []),
      swiftSettings: withMatio ? [.define("KAPPA_MATIO")] : []),
    .target(
      name: "Studies",
      dependencies: [
        "LibC", "LowRank", "Tasks", "Training", "Fitting", "FixedPoints", "Analysis", "NetworkFiles",
        "Benchmarking",
      ]),
    // The interactive page: JavaScript that the library carries within itself.
    .target(
      name: "Explorer", path: "Explorer", exclude: ["tests"], sources: ["ExplorerFiles.swift"],
      resources: [.embedInCode("circuit"), .embedInCode("page")]),
    .target(
      name: "Report",
      dependencies: [
        "Explorer", "LibC", "LowRank", "Benchmarking", "Fitting", "FixedPoints", "Analysis", "NetworkFiles",
        "Studies",
      ],
      resources: [.embedInCode("Page/page.css")]),
    .target(name: "Benchmarking", dependencies: ["LibC", "LowRank", "CKernels", "Tasks", "Training"]),
    // The C door for Python and others: CKappa is its header.
    .target(name: "CKappa"),
    .target(
      name: "KappaC",
      dependencies: ["CKappa", "LowRank", "NetworkFiles", "Studies", "Report"]),
    .executableTarget(
      name: "kappa",
      dependencies: [
        "LibC", "LowRank", "Benchmarking", "Tasks", "Training", "Fitting", "FixedPoints", "Analysis",
        "NetworkFiles", "Studies", "Report",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests: one folder a target.
    .target(name: "TestSupport", dependencies: ["LibC", "LowRank"], path: "Tests/TestSupport"),
    .testTarget(name: "CKernelsTests", dependencies: ["LibC", "CKernels", "TestSupport"]),
    .testTarget(name: "BenchmarkingTests", dependencies: ["Benchmarking"]),
    .testTarget(name: "LowRankTests", dependencies: ["LibC", "LowRank", "CKernels", "TestSupport"]),
    .testTarget(name: "TasksTests", dependencies: ["Tasks", "TestSupport"]),
    .testTarget(name: "TrainingTests", dependencies: ["Training", "TestSupport"]),
    .testTarget(
      name: "FittingTests", dependencies: ["LibC", "Fitting", "NetworkFiles", "Tasks", "TestSupport"]),
    .testTarget(
      name: "FixedPointsTests",
      dependencies: ["FixedPoints", "Analysis", "NetworkFiles", "TestSupport"]),
    .testTarget(
      name: "AnalysisTests", dependencies: ["Analysis", "NetworkFiles", "Tasks", "TestSupport"]),
    .testTarget(
      name: "NetworkFilesTests", dependencies: ["LibC", "NetworkFiles", "CZip", "TestSupport"],
      swiftSettings: withMatio ? [.define("KAPPA_MATIO")] : []),
    .testTarget(
      name: "StudiesTests",
      dependencies: [
        "Studies", "Report", "Analysis", "Fitting", "FixedPoints", "NetworkFiles", "Tasks", "Training",
        "TestSupport",
      ]),
    .testTarget(
      name: "ReportTests",
      dependencies: [
        "Report", "Studies", "Fitting", "FixedPoints", "Analysis", "NetworkFiles", "TestSupport",
      ]),
    .testTarget(name: "KappaCTests", dependencies: ["KappaC", "CKappa", "Studies", "TestSupport"]),
    .testTarget(
      name: "CommandTests", dependencies: ["kappa", "NetworkFiles", "Tasks", "TestSupport"]),
  ]
    + (withMatio
      ? [
        .systemLibrary(
          name: "CMatIO", pkgConfig: "matio", providers: [.apt(["libmatio-dev"]), .brew(["libmatio"])]),
        .systemLibrary(
          name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
        .target(name: "CMatFile", dependencies: ["CMatIO", "CHDF5"]),
      ] : []),
  swiftLanguageModes: [.v6]
)
