// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

import LibC
import LowRank
import Synchronization

/// All fixed points of ReLU units at rank R, cell by cell:
///
///     κ = (1/N) Σ_i n_i max(m_i·κ + c_i, 0)
///
/// The planes m_i·κ + c_i = 0 cut κ-space into at most Σ_{r≤R} C(N, r) cells. In each of them the equation is linear,
/// (1 - A)κ = h with sums over the active units, and its solution counts where it lies in the cell (Pals et al. 2024).
///
/// Every cell that has a wall has an edge: the intersections of R - 1 planes are walked from crossing to crossing, and at
/// each segment the cells on all sides of it are solved; from one segment to the next A changes by one unit. Planes that
/// coincide, in space or within another plane, are one wall of several units, so that no general position is needed: also
/// not when all planes pass through the origin, as they do without input and bias.
struct CellEnumeration {
  /// κ of every solution, each once.
  private(set) var roots: [[Double]] = []
  /// Segments times sides that were solved; every cell is among them, most several times.
  private(set) var solved = 0

  private let rank: Int
  private let count: Int
  /// m_i row by row, c_i, and n_i/N row by row.
  private let m, c, n: [Double]
  /// Size that rounding of a solution is judged by.
  private let scale: Double

  /// How many segments a walk would have, before coincidences.
  static func cost(units: Int, rank: Int) -> Double {
    var lines = 1.0
    for r in 0..<(rank - 1) { lines *= Double(max(units - r, 1)) / Double(r + 1) }
    return lines * Double(units) * Double(1 << (rank - 1))
  }

  /// The solutions of units with m (N, R), n (N, R) without 1/N, and constant arguments c (N).
  init(m: Matrix, n: Matrix, constant: [Double], scale: Double) {
    rank = m.columns
    count = m.rows
    self.m = (0..<m.rows).flatMap { i in (0..<m.columns).map { m[i, $0] } }
    self.n = (0..<n.rows).flatMap { i in (0..<n.columns).map { n[i, $0] / Double(n.rows) } }
    c = constant
    self.scale = scale
    let (rank, count) = (rank, count)
    let units = (0..<count).map { i in
      Restricted(unit: i, slope: Array(self.m[(i * rank)..<((i + 1) * rank)]), offset: constant[i])
    }
    let (walls, fixed) = Wall.grouped(units)
    var start = Sums(rank: rank)
    for unit in fixed where unit.offset > 0 { add(unit.unit, 1, to: &start) }
    let origin = Frame(
      point: [Double](repeating: 0, count: rank),
      basis: (0..<rank).map { r in (0..<rank).map { $0 == r ? 1 : 0 } })
    guard !walls.isEmpty else {
      var found = Found()
      solve(start, stack: [], neighbours: [], &found)
      roots = distinct(found.roots)
      solved = found.solved
      return
    }
    var order = [Int](repeating: 0, count: count)
    for (index, wall) in walls.enumerated() { for member in wall.members { order[member.unit] = index } }
    let all = Mutex<[Int: Found]>([:])
    let (finalWalls, finalStart, finalOrder) = (walls, start, order)
    let enumeration = self
    Concurrently.forEach(walls.count, threads: nil) { index in
      var found = Found()
      enumeration.enter(
        index, of: finalWalls, finalStart, origin, stack: [], order: finalOrder, first: index, &found)
      let result = found
      all.withLock { $0[index] = result }
    }
    let found = all.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value)
    roots = distinct(found.flatMap(\.roots))
    solved = found.reduce(0) { $0 + $1.solved }
  }

  /// An affine subspace p + Σ y_k b_k.
  private struct Frame {
    let point: [Double]
    let basis: [[Double]]
  }

  /// A unit's argument on a subspace: slope·y + offset.
  private struct Restricted {
    let unit: Int
    let slope: [Double]
    let offset: Double
  }

  /// Units whose arguments vanish on the same plane of a subspace.
  private struct Wall {
    /// Of unit length, and the offset in its units.
    let slope: [Double]
    let offset: Double
    /// The units, and whether they are active where slope·y + offset > 0.
    var members: [(unit: Int, isUp: Bool)]

    /// Walls, and the units whose argument does not change on the subspace.
    static func grouped(_ units: [Restricted]) -> (walls: [Wall], fixed: [Restricted]) {
      var walls: [Wall] = []
      var fixed: [Restricted] = []
      for unit in units {
        let size = norm(unit.slope)
        guard size > 1e-13 * (abs(unit.offset) + size), size > 0 else {
          fixed.append(unit)
          continue
        }
        // The first slope that is not small is made positive.
        let lead = unit.slope.first { abs($0) > 1e-9 * size } ?? 1
        let factor = (lead < 0 ? -1 : 1) / size
        walls.append(
          Wall(
            slope: unit.slope.map { $0 * factor }, offset: unit.offset * factor,
            members: [(unit.unit, lead > 0)]))
      }
      // Coincident ones stand next to each other when sorted by their offset.
      walls.sort { $0.offset < $1.offset }
      var merged: [Wall] = []
      for wall in walls {
        var isNew = true
        for index in merged.indices.reversed() {
          let tolerance = 1e-11 * (1 + abs(wall.offset))
          if wall.offset - merged[index].offset > tolerance { break }
          if distance(merged[index].slope, wall.slope) < 1e-11 {
            merged[index].members += wall.members
            isNew = false
            break
          }
        }
        if isNew { merged.append(wall) }
      }
      return (merged, fixed)
    }
  }

  /// A = (1/N) Σ n mᵀ and h = (1/N) Σ n c over active units.
  private struct Sums {
    var a: [Double]
    var h: [Double]
    init(rank: Int) {
      a = [Double](repeating: 0, count: rank * rank)
      h = [Double](repeating: 0, count: rank)
    }
  }

  private struct Found {
    var roots: [[Double]] = []
    var solved = 0
  }

  private func add(_ unit: Int, _ sign: Double, to sums: inout Sums) {
    for r in 0..<rank {
      let weight = sign * n[unit * rank + r]
      for s in 0..<rank { sums.a[r * rank + s] += weight * m[unit * rank + s] }
      sums.h[r] += weight * c[unit]
    }
  }

  /// Goes into wall `index` of a subspace of dimension ≥ 2; both its sides are put off to the end.
  private func enter(
    _ index: Int, of walls: [Wall], _ start: Sums, _ frame: Frame, stack: [Wall], order: [Int], first: Int,
    _ found: inout Found
  ) {
    let wall = walls[index]
    let inner = Self.frame(within: wall, of: frame)
    let stack = stack + [wall]
    let held = Set(stack.flatMap { $0.members.map(\.unit) })
    // Units that did not change on the subspace do not change within the wall.
    let units = walls.flatMap(\.members).filter { !held.contains($0.unit) }.map { member in
      let row = (member.unit * rank)..<((member.unit + 1) * rank)
      return Restricted(
        unit: member.unit,
        slope: inner.basis.map { zip(m[row], $0).reduce(0) { $0 + $1.0 * $1.1 } },
        offset: zip(m[row], inner.point).reduce(c[member.unit]) { $0 + $1.0 * $1.1 })
    }
    let (next, fixed) = Wall.grouped(units)
    var sums = start
    for unit in fixed where unit.offset > 0 { add(unit.unit, 1, to: &sums) }
    guard !next.isEmpty else {
      solve(sums, stack: stack, neighbours: [], &found)
      return
    }
    if inner.basis.count == 1 {
      walk(next, sums, inner, stack: stack, &found)
      return
    }
    for other in next.indices {
      // An edge is walked from the first of the planes that meet in it.
      guard next[other].members.allSatisfy({ order[$0.unit] > first }) else { continue }
      enter(other, of: next, sums, inner, stack: stack, order: order, first: first, &found)
    }
  }

  /// An orthonormal frame of a wall within a frame.
  private static func frame(within wall: Wall, of outer: Frame) -> Frame {
    let dimension = wall.slope.count
    // Gram–Schmidt on the unit vectors, the one nearest to the wall's direction left out.
    let skipped = wall.slope.indices.max { abs(wall.slope[$0]) < abs(wall.slope[$1]) } ?? 0
    var inner = [wall.slope]
    for axis in 0..<dimension where axis != skipped {
      var vector = (0..<dimension).map { $0 == axis ? 1.0 : 0 }
      for _ in 0..<2 {
        for known in inner {
          let along = zip(known, vector).reduce(0) { $0 + $1.0 * $1.1 }
          for k in vector.indices { vector[k] -= along * known[k] }
        }
      }
      let size = norm(vector)
      inner.append(vector.map { $0 / size })
    }
    func outside(_ y: [Double]) -> [Double] {
      var sum = [Double](repeating: 0, count: outer.point.count)
      for (value, b) in zip(y, outer.basis) { for r in sum.indices { sum[r] += value * b[r] } }
      return sum
    }
    let shift = outside(wall.slope.map { -wall.offset * $0 })
    return Frame(
      point: zip(outer.point, shift).map { $0 + $1 }, basis: inner.dropFirst().map(outside))
  }

  /// From crossing to crossing of a line.
  private func walk(_ walls: [Wall], _ start: Sums, _ frame: Frame, stack: [Wall], _ found: inout Found) {
    var sums = start
    let sorted = walls.map { (place: -$0.offset / $0.slope[0], wall: $0) }.sorted { $0.place < $1.place }
    for (_, wall) in sorted {
      for member in wall.members where member.isUp == (wall.slope[0] < 0) { add(member.unit, 1, to: &sums) }
    }
    for index in 0...sorted.count {
      // What lies at either end of the segment, and whether it is active in it.
      var neighbours: [(unit: Int, isActive: Bool)] = []
      if index > 0 {
        let (wall, member) = (sorted[index - 1].wall, sorted[index - 1].wall.members[0])
        neighbours.append((member.unit, member.isUp == (wall.slope[0] > 0)))
      }
      if index < sorted.count {
        let (wall, member) = (sorted[index].wall, sorted[index].wall.members[0])
        neighbours.append((member.unit, member.isUp == (wall.slope[0] < 0)))
      }
      solve(sums, stack: stack, neighbours: neighbours, &found)
      if index < sorted.count {
        let wall = sorted[index].wall
        for member in wall.members {
          add(member.unit, member.isUp == (wall.slope[0] > 0) ? 1 : -1, to: &sums)
        }
      }
    }
  }

  /// Solves the cells on all sides of the walls in the stack.
  private func solve(
    _ base: Sums, stack: [Wall], neighbours: [(unit: Int, isActive: Bool)], _ found: inout Found
  ) {
    for sides in 0..<(1 << stack.count) {
      var sums = base
      for (index, wall) in stack.enumerated() {
        let isUp = sides >> index & 1 == 1
        for member in wall.members where member.isUp == isUp { add(member.unit, 1, to: &sums) }
      }
      found.solved += 1
      guard let kappa = solution(sums) else {
        if let kappa = onLine(sums) { found.roots.append(kappa) }
        continue
      }
      func isWrong(_ unit: Int, active: Bool) -> Bool {
        let (value, size) = argument(unit, kappa)
        return active ? value < -1e-9 * size : value > 1e-9 * size
      }
      if neighbours.contains(where: { isWrong($0.unit, active: $0.isActive) }) { continue }
      if stack.enumerated().contains(where: { index, wall in
        isWrong(wall.members[0].unit, active: wall.members[0].isUp == (sides >> index & 1 == 1))
      }) {
        continue
      }
      if let root = polished(kappa) { found.roots.append(root) }
    }
  }

  /// m_i·κ + c_i, and the size of its terms.
  private func argument(_ unit: Int, _ kappa: [Double]) -> (value: Double, size: Double) {
    var (value, size) = (c[unit], abs(c[unit]))
    for r in 0..<rank {
      let term = m[unit * rank + r] * kappa[r]
      value += term
      size += abs(term)
    }
    return (value, size)
  }

  /// (1 - A)κ = h by elimination with pivots; `nil` where 1 - A is singular to rounding.
  private func solution(_ sums: Sums) -> [Double]? {
    var a = sums.a.map { -$0 }
    var h = sums.h
    var size = 0.0
    for r in 0..<rank { a[r * rank + r] += 1 }
    for value in a { size = max(size, abs(value)) }
    for column in 0..<rank {
      var pivot = column
      for row in column..<rank where abs(a[row * rank + column]) > abs(a[pivot * rank + column]) {
        pivot = row
      }
      guard abs(a[pivot * rank + column]) > 1e-12 * size else { return nil }
      if pivot != column {
        for k in 0..<rank { a.swapAt(pivot * rank + k, column * rank + k) }
        h.swapAt(pivot, column)
      }
      for row in (column + 1)..<max(rank, column + 1) {
        let factor = a[row * rank + column] / a[column * rank + column]
        for k in column..<rank { a[row * rank + k] -= factor * a[column * rank + k] }
        h[row] -= factor * h[column]
      }
    }
    for row in (0..<rank).reversed() {
      for k in (row + 1)..<max(rank, row + 1) { h[row] -= a[row * rank + k] * h[k] }
      h[row] /= a[row * rank + row]
    }
    return h
  }

  /// Where 1 - A is singular, a point within the cell on the line of solutions, if there is one.
  private func onLine(_ sums: Sums) -> [Double]? {
    let matrix = Matrix(rows: rank, columns: rank) { ($0 == $1 ? 1 : 0) - sums.a[$0 * rank + $1] }
    guard let parts = try? SingularValueDecomposition(of: matrix) else { return nil }
    let largest = parts.singularValues.first ?? 0
    // The shortest solution, if there is any.
    var kappa = [Double](repeating: 0, count: rank)
    for (k, value) in parts.singularValues.enumerated() {
      let along = (0..<rank).reduce(0) { $0 + parts.u[$1, k] * sums.h[$1] }
      if value > 1e-11 * largest {
        for r in 0..<rank { kappa[r] += parts.v[r, k] * along / value }
      } else if abs(along) > 1e-11 * norm(sums.h) {
        return nil
      }
    }
    let direction = (0..<rank).map { parts.v[$0, rank - 1] }
    // Between which places of the line all units are as they are in the cell is not known: the crossings say it.
    var places = [0.0]
    for unit in 0..<count {
      let slope = (0..<rank).reduce(0) { $0 + m[unit * rank + $1] * direction[$1] }
      if slope != 0 { places.append(-argument(unit, kappa).value / slope) }
    }
    places.sort()
    let ends = [(places.first ?? 0) - scale] + places + [(places.last ?? 0) + scale]
    for (low, high) in zip(ends, ends.dropFirst()) where high - low > 1e-9 * scale {
      let middle = zip(kappa, direction).map { $0 + (low + high) / 2 * $1 }
      if residual(middle) <= 1e-11 * (scale + norm(middle)) { return middle }
    }
    return nil
  }

  /// |κ - F(κ)|.
  private func residual(_ kappa: [Double]) -> Double {
    var rest = kappa
    for unit in 0..<count {
      let value = argument(unit, kappa).value
      if value > 0 { for r in 0..<rank { rest[r] -= n[unit * rank + r] * value } }
    }
    return norm(rest)
  }

  /// The solution again from sums over the units that are active at it, which have no rounding of the walk; `nil` where it is
  /// none.
  private func polished(_ kappa: [Double]) -> [Double]? {
    guard kappa.allSatisfy(\.isFinite), residual(kappa) <= 1e-8 * (scale + norm(kappa)) else { return nil }
    var sums = Sums(rank: rank)
    for unit in 0..<count where argument(unit, kappa).value > 0 { add(unit, 1, to: &sums) }
    let again = solution(sums) ?? kappa
    let better = residual(again) <= residual(kappa) ? again : kappa
    return residual(better) <= 1e-11 * (scale + norm(better)) ? better : nil
  }

  /// Each once, in lexicographic order.
  private func distinct(_ roots: [[Double]]) -> [[Double]] {
    var result: [[Double]] = []
    for root in roots.sorted(by: { $0.lexicographicallyPrecedes($1) })
    where !result.contains(where: { distance($0, root) < 1e-8 * (scale + norm(root)) }) {
      result.append(root)
    }
    return result
  }
}
