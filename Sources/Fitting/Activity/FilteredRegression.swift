// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LowRank

/// A start of a fit, polished on the activity itself, with no simulation and no φ⁻¹.
///
///     κ_t = nᵀf_t/N,   τ ḟ = -f + r (current form; in rate form f = r of the step before)
///     r̂_t = φ(m κ_t + I d_t + …)
///
/// The latents' drive f is known, since the rates are: what is left is a regression of rank R behind φ. Rates near the ends
/// of φ's range, and those of silent relu units, say little of x and do no harm here. n lives in the principal directions of
/// f: what it is across them, no activity can tell.
///
/// Gauss-Newton steps on n and all loadings at once, the loadings of each unit eliminated by their own small block (Golub and
/// Pereyra 1973 for the idea), damped as Levenberg and Marquardt do. Sums go over fixed groups of units in their order: the
/// same bits for any number of threads.
struct FilteredRegression {
  private let activity: Activity
  private let columns: [ActivityDrives.Column]
  private let free: [Int]
  private let rank: Int
  private let threads: Int?
  private let base: ActivityParameters
  /// Of the rows: drives that are free (rows, F), arguments of those that are not (rows, N), targets (rows, N), projections
  /// of f with RMS 1 (rows, p).
  private let drives: [Double]
  private let fixed: [Double]
  private let targets: [Double]
  private let projections: [Double]
  private let rows: Int
  /// The projections laid out for products, some rows at a time.
  private let panels: [PackedMatrix]
  /// Directions of f (N, p) and the RMS of f along them.
  private let directions: Matrix
  private let sizes: [Double]

  private static let groups = 16
  private static let chunk = 512
  private let effort: Effort

  /// How much of the activity is used.
  struct Effort {
    var directions, rows, steps: Int
    static let full = Effort(directions: 96, rows: 2400, steps: 8)
    static let brief = Effort(directions: 64, rows: 1600, steps: 5)
  }

  /// - Parameter activity: with gains and offsets taken out of its rates; `base` holds them.
  init(
    _ activity: Activity, rank: Int, columns: [ActivityDrives.Column],
    isFree: (ActivityDrives.Column) -> Bool,
    base: ActivityParameters, effort: Effort, threads: Int?
  ) throws(LinearAlgebraError) {
    self.activity = activity
    self.columns = columns
    self.rank = rank
    self.threads = threads
    self.effort = effort
    self.base = base
    let free = columns.indices.filter { isFree(columns[$0]) }
    self.free = free
    let (units, steps, trials) = (activity.units, activity.stimulus.steps, activity.stimulus.trials)
    let given = activity.given
    let known = ActivityDrives(columns, under: activity.stimulus, alpha: given.alpha, form: given.form)
    let filtered = Self.filtered(activity, columns: columns, base: base)
    // Every so many rows are enough for a start; the stride is odd against periodic stimuli.
    let all = trials * steps
    let stride = max(1, (all + effort.rows - 1) / effort.rows)
    let chosen = Swift.stride(from: 0, to: all, by: stride % 2 == 0 ? stride + 1 : stride).map { $0 }
    rows = chosen.count
    var f = Samples(rows: chosen.count, width: units)
    for (place, row) in chosen.enumerated() {
      for i in 0..<units { f.values[place * units + i] = filtered[row * units + i] }
    }
    let (values, vectors) = try f.gram.symmetricEigensystem()
    let largest = values.last ?? 0
    let kept = values.indices.reversed().prefix(effort.directions).filter {
      values[$0] > 1e-13 * largest && values[$0] > 0
    }
    directions = Matrix(columns: kept.map { Array(vectors.column($0)) }, rows: units)
    let count = Double(max(chosen.count, 1))
    sizes = kept.map { (values[$0] / count).squareRoot() }
    var projections = f.times(directions).values
    let width = kept.count
    for i in projections.indices { projections[i] /= sizes[i % max(width, 1)] }
    self.projections = projections
    panels = Swift.stride(from: 0, to: chosen.count, by: Self.chunk).map { first in
      let count = min(Self.chunk, chosen.count - first)
      let part = projections[(first * width)..<((first + count) * width)]
      return PackedMatrix(Matrix(rows: width, columns: count, elements: Array(part)))
    }

    let wanted = activity.targets
    var (drives, fixed, targets) = ([Double](), [Double](), [Double]())
    drives.reserveCapacity(chosen.count * free.count)
    fixed.reserveCapacity(chosen.count * units)
    targets.reserveCapacity(chosen.count * units)
    let held = columns.indices.filter { !free.contains($0) }
    for row in chosen {
      let (trial, step) = (row / steps, row % steps)
      let place = (trial * known.states + step + known.first) * columns.count
      for s in free { drives.append(known.values[place + s]) }
      for i in 0..<units {
        fixed.append(held.reduce(0) { $0 + base.loads[$1 * units + i] * known.values[place + $1] })
        targets.append(wanted[row * units + i])
      }
    }
    self.drives = drives
    self.fixed = fixed
    self.targets = targets
  }

  /// What φ acts on at every known state when the latents are driven by the activity itself, row-major (B, T, N).
  static func arguments(
    _ p: ActivityParameters, _ activity: Activity, columns: [ActivityDrives.Column]
  ) -> [Double] {
    let (units, steps) = (activity.units, activity.stimulus.steps)
    let rank = p.m.count / max(units, 1)
    let f = filtered(activity, columns: columns, base: p)
    let drives = ActivityDrives(
      columns, under: activity.stimulus, alpha: activity.given.alpha, form: activity.given.form)
    var result = [Double](repeating: 0, count: f.count)
    for row in 0..<(activity.stimulus.trials * steps) {
      let state = row / steps * drives.states + row % steps + drives.first
      for r in 0..<rank {
        var kappa = 0.0
        for i in 0..<units { kappa += p.n[r * units + i] * f[row * units + i] }
        kappa /= Double(units)
        for i in 0..<units { result[row * units + i] += p.m[r * units + i] * kappa }
      }
      for s in columns.indices {
        let drive = drives.values[state * columns.count + s]
        if drive == 0 { continue }
        for i in 0..<units { result[row * units + i] += p.loads[s * units + i] * drive }
      }
    }
    return result
  }

  /// f at every known state, row-major (B, T, N).
  private static func filtered(
    _ activity: Activity, columns: [ActivityDrives.Column], base: ActivityParameters
  ) -> [Double] {
    let given = activity.given
    let (units, steps) = (activity.units, activity.stimulus.steps)
    let rates = ActivityStarts.filled(activity.rates, activity: activity, isRate: true)
    func load(_ column: ActivityDrives.Column, _ unit: Int) -> Double {
      columns.firstIndex(of: column).map { base.loads[$0 * units + unit] } ?? 0
    }
    var result = [Double](repeating: 0, count: rates.count)
    for trial in 0..<activity.stimulus.trials {
      for i in 0..<units {
        var f = 0.0
        var before =
          given.form == .current
          ? given.transfer.value(load(.start, i) + load(.bias, i)) : given.start?[i] ?? 0
        for t in 0..<steps {
          let place = (trial * steps + t) * units + i
          f = given.form == .current ? f + given.alpha * (before - f) : before
          result[place] = f
          before = rates[place]
        }
      }
    }
    return result
  }

  // MARK: Steps

  private struct State {
    /// Coefficients of n in the directions, (p, R), and of every unit the loadings (R + F).
    var c: [Double]
    var y: [Double]
  }

  private var width: Int { rank + free.count }
  private var size: Int { sizes.count }

  /// The start with n, m and the free loadings moved to the least squares of the rates; `nil` where that fails.
  ///
  /// - Parameter ridge: on n, in units of the largest square of f.
  func polished(_ start: ActivityParameters, ridge: Double) -> ActivityParameters? {
    let units = activity.units
    guard size > 0, rows > 0 else { return nil }
    var now = State(
      c: [Double](repeating: 0, count: size * rank), y: [Double](repeating: 0, count: units * width))
    for r in 0..<rank {
      for k in 0..<size {
        var overlap = 0.0
        for i in 0..<units { overlap += start.n[r * units + i] * directions[i, k] }
        now.c[r * size + k] = overlap * sizes[k] / Double(units)
      }
      for i in 0..<units { now.y[i * width + r] = start.m[r * units + i] }
    }
    for (place, s) in free.enumerated() {
      for i in 0..<units { now.y[i * width + rank + place] = start.loads[s * units + i] }
    }
    var sums = sums(now)
    var weights = [Double](repeating: 0, count: size)
    let level = ridge * sums.diagonal.reduce(0, +) / Double(max(size * rank, 1))
    for k in 0..<size {
      let ratio = sizes[0] / sizes[k]
      weights[k] = level * min(ratio * ratio, 1e12)
    }
    func penalty(_ state: State) -> Double {
      state.c.indices.reduce(0) { $0 + weights[$1 % size] * state.c[$1] * state.c[$1] }
    }
    var cost = sums.cost + penalty(now)
    guard cost.isFinite else { return nil }
    var damping = 1e-3
    for _ in 0..<effort.steps {
      var accepted = false
      while damping < 10 {
        if let next = step(now, sums, weights: weights, damping: damping) {
          let other = self.sums(next)
          let reached = other.cost + penalty(next)
          if reached < cost {
            let gain = 1 - reached / cost
            (now, sums, cost) = (next, other, reached)
            damping = max(damping / 5, 1e-9)
            accepted = gain > 5e-3
            break
          }
        }
        damping *= 6
      }
      if !accepted { break }
    }
    var p = start
    for r in 0..<rank {
      for i in 0..<units {
        var value = 0.0
        for k in 0..<size { value += now.c[r * size + k] / sizes[k] * directions[i, k] }
        p.n[r * units + i] = value * Double(units)
        p.m[r * units + i] = now.y[i * width + r]
      }
    }
    for (place, s) in free.enumerated() {
      for i in 0..<units { p.loads[s * units + i] = now.y[i * width + rank + place] }
    }
    return p.isFinite ? p : nil
  }

  /// What one pass over all units leaves.
  private struct Sums {
    var cost = 0.0
    /// Of every unit: its own block (w, w), its gradient (w), its coupling to a direction (w, p).
    var own, gradient, coupling: [Double]
    /// Of every row: Σ_i s² m_r m_q (R, R) and Σ_i s e m_r (R).
    var curvature, pull: [Double]
    /// The diagonal of the coefficients' block, (R, p).
    var diagonal: [Double]
  }

  private func latents(_ state: State) -> [Double] {
    var result = [Double](repeating: 0, count: rows * rank)
    for t in 0..<rows {
      for r in 0..<rank {
        var kappa = 0.0
        for k in 0..<size { kappa += state.c[r * size + k] * projections[t * size + k] }
        result[t * rank + r] = kappa
      }
    }
    return result
  }

  /// The units of a group.
  private func members(_ group: Int) -> Range<Int> {
    let units = activity.units
    return (group * units / Self.groups)..<((group + 1) * units / Self.groups)
  }

  private func sums(_ state: State) -> Sums {
    let (units, w, p) = (activity.units, width, size)
    let kappa = latents(state)
    var features = [Double](repeating: 0, count: rows * w)
    for t in 0..<rows {
      for r in 0..<rank { features[t * w + r] = kappa[t * rank + r] }
      for f in 0..<free.count { features[t * w + rank + f] = drives[t * free.count + f] }
    }
    let parts = Parts(count: Self.groups)
    let transfer = activity.given.transfer
    let q = features
    Concurrently.forEach(Self.groups, threads: threads) { group in
      let range = members(group)
      var own = [Double](repeating: 0, count: range.count * w * w)
      var gradient = [Double](repeating: 0, count: range.count * w)
      let coupling = Coupling(panels, rows: rows, width: p, units: range.count, columns: w)
      var curvature = [Double](repeating: 0, count: rows * rank * rank)
      var pull = [Double](repeating: 0, count: rows * rank)
      var cost = 0.0
      q.withUnsafeBufferPointer { q in
        for (place, i) in range.enumerated() {
          let weight = base.gains[i] * base.gains[i]
          for t in 0..<rows {
            let target = targets[t * units + i]
            if target.isNaN { continue }
            var a = fixed[t * units + i]
            for j in 0..<w { a += state.y[i * w + j] * q[t * w + j] }
            let error = target - transfer.value(a)
            let slope = transfer.derivative(a)
            cost += weight * error * error
            let square = weight * slope * slope
            let push = weight * slope * error
            for r in 0..<rank {
              let m = state.y[i * w + r]
              pull[t * rank + r] += push * m
              for s in 0..<rank {
                curvature[(t * rank + r) * rank + s] += square * m * state.y[i * w + s]
              }
            }
            if square == 0 { continue }
            for j in 0..<w {
              let part = square * q[t * w + j]
              gradient[place * w + j] += push * q[t * w + j]
              for l in 0..<w { own[(place * w + j) * w + l] += part * q[t * w + l] }
              coupling.set(part, row: t, unit: place, column: j)
            }
          }
          coupling.finish(unit: place)
        }
      }
      parts.values[group] = Sums(
        cost: cost, own: own, gradient: gradient, coupling: coupling.values, curvature: curvature, pull: pull,
        diagonal: [])
    }
    var total = Sums(
      own: [], gradient: [], coupling: [], curvature: [Double](repeating: 0, count: rows * rank * rank),
      pull: [Double](repeating: 0, count: rows * rank), diagonal: [Double](repeating: 0, count: rank * p))
    for part in parts.values.compactMap({ $0 }) {
      total.cost += part.cost
      total.own += part.own
      total.gradient += part.gradient
      total.coupling += part.coupling
      for i in part.curvature.indices { total.curvature[i] += part.curvature[i] }
      for i in part.pull.indices { total.pull[i] += part.pull[i] }
    }
    for t in 0..<rows {
      for r in 0..<rank {
        let curvature = total.curvature[(t * rank + r) * rank + r]
        for k in 0..<p {
          total.diagonal[r * p + k] += curvature * projections[t * p + k] * projections[t * p + k]
        }
      }
    }
    return total
  }

  /// Σ_t a_tc g_tk of columns c that are filled one unit after another, sixteen at a time by the kernel of dense products.
  private final class Coupling {
    /// (columns, p), row-major.
    private(set) var values: [Double]
    private let panels: [PackedMatrix]
    private let rows, width, columns, ring: Int
    /// Blocks of a (rows, 16), taken in turns, and the product of one.
    private let blocks, product: UnsafeMutablePointer<Double>
    private var first = 0
    private static let lanes = PackedMatrix.width

    /// - Parameter columns: of each unit.
    init(_ panels: [PackedMatrix], rows: Int, width: Int, units: Int, columns: Int) {
      self.panels = panels
      (self.rows, self.width, self.columns) = (rows, width, columns)
      // What is left of a block, and a unit's columns behind it.
      ring = (columns + Self.lanes - 1) / Self.lanes + 1
      values = [Double](repeating: 0, count: units * columns * width)
      blocks = AlignedMemory.zeros(ring * rows * Self.lanes)
      product = AlignedMemory.zeros(PackedMatrix.padded(width) * Self.lanes)
    }

    deinit {
      blocks.deallocate()
      product.deallocate()
    }

    private func block(of column: Int) -> UnsafeMutablePointer<Double> {
      blocks + column / Self.lanes % ring * rows * Self.lanes
    }

    /// a_tc; zero unless it is set.
    func set(_ value: Double, row: Int, unit: Int, column: Int) {
      let column = unit * columns + column
      block(of: column)[row * Self.lanes + column % Self.lanes] = value
    }

    /// All columns of a unit are set: blocks that are full, or the last, are multiplied.
    func finish(unit: Int) {
      let end = (unit + 1) * columns
      let isLast = end * width == values.count
      while first + Self.lanes <= end || (isLast && first < end) {
        let block = block(of: first)
        for (number, panel) in panels.enumerated() {
          panel.multiply(
            block + number * FilteredRegression.chunk * Self.lanes, adding: number > 0, into: product)
        }
        for lane in 0..<min(Self.lanes, end - first) {
          for k in 0..<width { values[(first + lane) * width + k] = product[k * Self.lanes + lane] }
        }
        block.update(repeating: 0, count: rows * Self.lanes)
        first += Self.lanes
      }
    }
  }

  /// Results of groups, each written by one thread.
  private final class Parts: @unchecked Sendable {
    var values: [Sums?]
    init(count: Int) { values = [Sums?](repeating: nil, count: count) }
  }

  /// One damped step of Gauss and Newton.
  private func step(_ state: State, _ sums: Sums, weights: [Double], damping: Double) -> State? {
    let (units, w, p) = (activity.units, width, size)
    let total = rank * p
    var matrix = Matrix(rows: total, columns: total)
    var right = [Double](repeating: 0, count: total)
    for t in 0..<rows {
      for r in 0..<rank {
        let pull = sums.pull[t * rank + r]
        for k in 0..<p { right[r * p + k] += pull * projections[t * p + k] }
        for s in 0...r {
          let curvature = sums.curvature[(t * rank + r) * rank + s]
          for k in 0..<p {
            let part = curvature * projections[t * p + k]
            let row = (r * p + k) * total + s * p
            for l in 0..<p { matrix.elements[row + l] += part * projections[t * p + l] }
          }
        }
      }
    }
    for r in 0..<rank {
      for k in 0..<p {
        let place = (r * p + k) * total + r * p + k
        matrix.elements[place] += damping * sums.diagonal[r * p + k] + weights[k]
        right[r * p + k] -= weights[k] * state.c[r * p + k]
      }
    }
    // Every unit's loadings are eliminated: what they take back of a move of n.
    var blocks: [(solved: Matrix, gradient: [Double])] = []
    blocks.reserveCapacity(units)
    for i in 0..<units {
      var own = Matrix(rows: w, columns: w)
      var most = 0.0
      for j in 0..<w {
        for l in 0..<w { own[j, l] = sums.own[(i * w + j) * w + l] }
        most = max(most, own[j, j])
      }
      for j in 0..<w { own[j, j] += damping * own[j, j] + 1e-12 * most + 1e-300 }
      // D⁻¹ K and D⁻¹ e at once.
      var solved = Matrix(rows: w, columns: p)
      guard let inverse = Self.inverse(own) else { return nil }
      for j in 0..<w {
        for l in 0..<w {
          let factor = inverse[j, l]
          for k in 0..<p { solved[j, k] += factor * sums.coupling[(i * w + l) * p + k] }
        }
      }
      var gradient = [Double](repeating: 0, count: w)
      for j in 0..<w { for l in 0..<w { gradient[j] += inverse[j, l] * sums.gradient[i * w + l] } }
      blocks.append((solved, gradient))
      var taken = [Double](repeating: 0, count: p * p)
      var back = [Double](repeating: 0, count: p)
      for j in 0..<w {
        for k in 0..<p {
          let coupling = sums.coupling[(i * w + j) * p + k]
          back[k] += coupling * gradient[j]
          for l in 0..<p { taken[k * p + l] += coupling * solved[j, l] }
        }
      }
      for r in 0..<rank {
        let m = state.y[i * w + r]
        for k in 0..<p { right[r * p + k] -= m * back[k] }
        for s in 0...r {
          let factor = m * state.y[i * w + s]
          for k in 0..<p {
            let row = (r * p + k) * total + s * p
            for l in 0..<p { matrix.elements[row + l] -= factor * taken[k * p + l] }
          }
        }
      }
    }
    // Only the blocks s ≤ r were filled; the other half is their mirror image.
    for i in 0..<total {
      for j in ((i / p + 1) * p)..<total { matrix.elements[i * total + j] = matrix.elements[j * total + i] }
    }
    let most = (0..<total).reduce(0.0) { max($0, matrix[$1, $1]) }
    for i in 0..<total { matrix[i, i] += 1e-13 * most }
    guard let move = try? matrix.solvePositiveDefinite(right), move.allSatisfy(\.isFinite) else { return nil }
    var next = state
    for i in next.c.indices { next.c[i] += move[i] }
    for i in 0..<units {
      for j in 0..<w {
        var change = blocks[i].gradient[j]
        for r in 0..<rank {
          let m = state.y[i * w + r]
          for k in 0..<p { change -= blocks[i].solved[j, k] * m * move[r * p + k] }
        }
        next.y[i * w + j] += change
      }
    }
    return next
  }

  /// The inverse of a small positive definite matrix.
  private static func inverse(_ matrix: Matrix) -> Matrix? {
    var columns: [[Double]] = []
    for j in 0..<matrix.rows {
      var unit = [Double](repeating: 0, count: matrix.rows)
      unit[j] = 1
      guard let column = try? matrix.solvePositiveDefinite(unit), column.allSatisfy(\.isFinite) else {
        return nil
      }
      columns.append(column)
    }
    return Matrix(columns: columns, rows: matrix.rows)
  }
}
