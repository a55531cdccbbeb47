import LowRank

/// How exactly an objective is to be assembled.
enum Detail {
  /// The value alone.
  case cost
  /// Derivatives with respect to the coefficients c.
  case coefficients
  /// Derivatives with respect to all parameters.
  case all

  func count(_ shape: CircuitShape) -> Int {
    switch self {
    case .cost: 0
    case .coefficients: shape.coefficients
    case .all: shape.parameters
    }
  }
}

/// The error of the plain field on a cloud of points: mean ((F_a - f_a)/SD_a)², times a weight.
struct FieldError {
  let cloud: TrainingData.Cloud
  let scale: [Double]
  let weight: Double

  /// Adds the error and its derivatives at the parameters to `equations`.
  func add(to equations: inout NormalEquations, at parameters: CircuitParameters, detail: Detail) {
    if cloud.count == 0 { return }
    let shape = parameters.shape
    let evaluator = FieldEvaluator(shape)
    let (basis, coefficients) = (shape.basis, shape.coefficients)
    let moments = detail == .all ? shape.moments : 0
    let linear = detail == .cost ? 0 : basis
    let factors = scale.map { (weight / Double(cloud.count)).squareRoot() / $0 }
    let collectors = (0..<shape.weights).map { a in
      GramAccumulator(
        columns: (0..<linear).map { a * basis + $0 } + (0..<moments).map { coefficients + $0 } + [-1])
    }
    parameters.values.withUnsafeBufferPointer { values in
      cloud.states.withUnsafeBufferPointer { states in
        for point in 0..<cloud.count {
          evaluator.move(to: states.baseAddress! + point * shape.drives, parameters: values.baseAddress!)
          for a in 0..<shape.weights {
            let row = collectors[a].nextRow()
            let factor = factors[a]
            let features = evaluator.features(a)
            for b in 0..<linear { row[b] = features[b] * factor }
            if moments > 0 {
              evaluator.derivatives(a, values.baseAddress!, intoMoments: row + linear)
              for i in linear..<(linear + moments) { row[i] *= factor }
            }
            let target = cloud.field[point * shape.weights + a]
            row[linear + moments] = (target - evaluator.value(a, values.baseAddress!)) * factor
          }
        }
      }
    }
    for collector in collectors { collector.add(to: &equations) }
  }
}

/// The circuit's field at one point after the other, at one basis point or, where the bias does not reach the readout,
/// at two.
final class FieldEvaluator {
  let shape: CircuitShape
  private let fed: BasisPoint
  private let read: BasisPoint
  private var bare: [Double]
  private let scratch: UnsafeMutablePointer<Double>

  init(_ shape: CircuitShape) {
    self.shape = shape
    fed = BasisPoint(shape)
    read = shape.separateReadout ? BasisPoint(shape) : fed
    bare = [Double](repeating: 0, count: shape.drives)
    scratch = .allocate(capacity: max(shape.layout.rank, 1))
  }

  deinit { scratch.deallocate() }

  func move(to point: UnsafePointer<Double>, parameters: UnsafePointer<Double>) {
    let moments = parameters + shape.coefficients
    fed.move(to: point, moments: moments)
    if shape.separateReadout {
      for j in 0..<(shape.drives - 1) { bare[j] = point[j] }
      bare.withUnsafeBufferPointer { read.move(to: $0.baseAddress!, moments: moments) }
    }
  }

  private func point(_ weight: Int) -> BasisPoint { weight < shape.layout.rank ? fed : read }

  func features(_ weight: Int) -> UnsafeMutablePointer<Double> { point(weight).features }

  func value(_ weight: Int, _ parameters: UnsafePointer<Double>) -> Double {
    point(weight).value(parameters + weight * shape.basis)
  }

  /// ∂f_a/∂θ into `result`.
  func derivatives(
    _ weight: Int, _ parameters: UnsafePointer<Double>, intoMoments result: UnsafeMutablePointer<Double>
  ) {
    point(weight).derivatives(
      parameters + weight * shape.basis, moments: parameters + shape.coefficients, intoMoments: result,
      intoStates: scratch, count: 0)
  }

  /// ∂f_a/∂κ into `jacobian` (R values), and ∂f_a/∂θ into `result` unless that is nil.
  func derivatives(
    _ weight: Int, _ parameters: UnsafePointer<Double>, intoMoments result: UnsafeMutablePointer<Double>?,
    intoStates jacobian: UnsafeMutablePointer<Double>
  ) {
    point(weight).derivatives(
      parameters + weight * shape.basis, moments: parameters + shape.coefficients, intoMoments: result,
      intoStates: jacobian, count: shape.layout.rank)
  }
}
