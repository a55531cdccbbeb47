// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints

/// A search with little effort, for debug builds.
func quick() -> BifurcationSearch {
  var search = BifurcationSearch()
  search.probes = 4
  search.search.starts = 16
  search.search.budget = 300
  search.longestStep = 0.05
  return search
}

/// |v|.
func norm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
