// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The one visual language of all figures, as gnuplot commands; written beside the figures as `style.gp`.
///
/// Colours are those of Okabe and Ito (2008), told apart by colour-blind readers and, by their lightness and the dash
/// patterns that go with them, in grey print. The full network is always ink, its exact manifold blue and dashed, the
/// circuit vermillion.
enum FigureStyle {
  /// Text and the full network. In a page it follows the page's own text colour.
  static let ink = "#1d2129"
  /// Axes and grid. In a page it follows the page's own lines.
  static let rule = "#c3cad4"
  /// Text of less weight, and arrows of a flow. In a page they follow the page's own soft text.
  static let soft = "#5a6370"
  /// See `soft`.
  static let faint = "#8b95a2"

  /// Okabe–Ito, in the order in which populations and inputs take them.
  static let palette = pageColours.map(\.colour)

  /// The palette with the names that the page's style sheet has for its colours, where dark pages lighten them.
  static let pageColours: [(name: String, colour: String)] = [
    (name: "blue", colour: "#0072B2"), ("orange", "#E69F00"), ("green", "#009E73"), ("vermillion", "#D55E00"),
    ("purple", "#CC79A7"), ("sky", "#56B4E9"), ("olive", "#8A7A00"), ("slate", "#5B6472"),
  ]

  /// Which colour number `index` is.
  static func colour(_ index: Int) -> String { palette[index % palette.count] }

  /// `style.gp`.
  static let script = """
    # One visual language for all figures. Change it here and run: gnuplot -e "format='pdf'" NAME.gp
    if (!exists("format")) format = 'svg'
    if (!exists("W")) W = 720
    if (!exists("H")) H = 400
    ink = '\(ink)'; rule = '\(rule)'; soft = '\(soft)'; faint = '\(faint)'
    blue = '#0072B2'; vermillion = '#D55E00'; orange = '#E69F00'; green = '#009E73'
    if (format eq 'svg') set terminal svg size W,H dynamic enhanced font 'sans-serif,13'
    if (format eq 'pdf') set terminal pdfcairo size W/96.,H/96. enhanced font 'sans-serif,10' background 'white'
    if (format eq 'png') set terminal pngcairo size 2*W,2*H enhanced font 'sans-serif,13' fontscale 1.6 linewidth 2 pointscale 2 background 'white'
    set output name.'.'.format
    set encoding utf8
    set border 3 lc rgb rule lw 1
    set tics nomirror scale 0.5 textcolor rgb ink
    set xtics font ',11'; set ytics font ',11'
    set key textcolor rgb ink samplen 2.5 spacing 1.1 font ',12'
    set title textcolor rgb ink font ',13' offset 0,-0.5
    set xlabel textcolor rgb ink; set ylabel textcolor rgb ink
    set style line 1 lc rgb ink lw 2.6 dt 1          # the full network
    set style line 2 lc rgb blue lw 1.8 dt (6,4)     # its exact manifold
    set style line 3 lc rgb vermillion lw 1.8 dt 1   # the circuit
    set style line 9 lc rgb rule lw 1                # zero lines
    set minussign

    """
}
