// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import Benchmark
import Benchmarking

/// Every case of `kappa bench`, one benchmark each, for histograms, baselines and comparisons between commits.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.cpuTotal, .wallClock, .mallocCountTotal], warmupIterations: 3, maxDuration: .milliseconds(300),
    maxIterations: 10_000)
  for section in BenchmarkSection.allCases {
    for item in section.groups().joined() {
      nonisolated(unsafe) let run = item.run
      Benchmark("\(section.rawValue) \(item.variant) (\(item.size))") { benchmark in
        for _ in benchmark.scaledIterations { run() }
      }
    }
  }
}
