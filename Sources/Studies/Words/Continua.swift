// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import FixedPoints

/// How large a ring or line of fixed points is, in words: never the size of the region that was searched.
package func sizeText(_ continuum: ContinuousAttractor, digits: Int) -> String {
  switch (continuum.kind, continuum.extent) {
  case (.ring, _): "radius \(text(continuum.radius, digits: digits))"
  case (.plane, _): "\(continuum.dimension) dimensions, without end"
  case (.line, .unbounded): "infinite length"
  case (.line, .part):
    "length \(text(continuum.length, digits: digits)) at least, where it leaves the region searched"
  case (.line, .whole): "length \(text(continuum.length, digits: digits))"
  }
}
