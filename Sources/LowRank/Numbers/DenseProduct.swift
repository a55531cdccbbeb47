/// Products with a dense matrix for several right-hand sides at once.
enum DenseProduct {
  /// C = A B, or C + A B with `adding`.
  ///
  /// - Parameters:
  ///   - a: A, (rows, inner).
  ///   - b: B, column-major, (inner, columns).
  ///   - columns: how many columns B has.
  ///   - adding: whether the product is added to what C holds.
  ///   - c: C, column-major, (rows, columns).
  static func multiply(_ a: Matrix, _ b: [Double], columns: Int, adding: Bool, into c: inout [Double]) {
    precondition(b.count == a.columns * columns && c.count == a.rows * columns, "shapes of a product agree")
    let (rows, inner) = (a.rows, a.columns)
    if !adding { for i in c.indices { c[i] = 0 } }
    a.elements.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          for column in 0..<columns {
            let target = column * rows
            for k in 0..<inner {
              let factor = b[column * inner + k]
              for i in 0..<rows { c[target + i] += a[k * rows + i] * factor }
            }
          }
        }
      }
    }
  }
}
