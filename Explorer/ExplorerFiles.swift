// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The files of this folder, as the build put them into the library: the command is complete without files beside it.
package enum ExplorerFiles {
  /// The circuit in JavaScript: each module stands behind those that it imports.
  package static let circuit = [special, averages, dynamics, fixedPoints]
  /// What the page draws, behind the circuit.
  package static let page = [
    PackageResources.svg_js, PackageResources.data_js, PackageResources.frames_js, PackageResources.search_js,
    PackageResources.model_js, PackageResources.portrait_js, PackageResources.basins_js,
    PackageResources.controls_js, PackageResources.trials_js, PackageResources.courses_js,
    PackageResources.player_js, PackageResources.gains_js, PackageResources.couplings_js,
    PackageResources.equations_js, PackageResources.score_js, PackageResources.changes_js,
    PackageResources.legend_js, PackageResources.downloads_js, PackageResources.main_js,
  ].map(text)

  /// circuit/special.js
  package static let special = text(PackageResources.special_js)
  /// circuit/averages.js
  package static let averages = text(PackageResources.averages_js)
  /// circuit/circuit.js
  package static let dynamics = text(PackageResources.circuit_js)
  /// circuit/fixed-points.js
  package static let fixedPoints = text(PackageResources.fixed_points_js)
  /// circuit/exported.js: what an exported module says beside the circuit.
  package static let exported = text(PackageResources.exported_js)
  /// page/style.css
  package static let style = text(PackageResources.style_css)
  /// page/page.html, with the places that are filled in.
  package static let template = text(PackageResources.page_html)

  /// Without the line end of its last line.
  private static func text(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
