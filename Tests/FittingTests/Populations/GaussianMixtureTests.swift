import Fitting
import LowRank
import TestSupport
import Testing

@Suite struct GaussianMixtureTests {
  /// Two clouds, one of them with correlated columns.
  private func clouds(_ count: Int, distance: Double, seed: UInt64) -> (Matrix, [Int]) {
    var stream = RandomStream(seed: seed)
    let labels = (0..<count).map { $0 % 3 == 0 ? 1 : 0 }
    var rows = Matrix(rows: count, columns: 2)
    for i in 0..<count {
      let (a, b) = (stream.normal(), stream.normal())
      rows[i, 0] = labels[i] == 1 ? distance + 0.5 * a : a
      rows[i, 1] = labels[i] == 1 ? -distance + 2 * b : 0.9 * a + 0.3 * b
    }
    return (rows, labels)
  }

  @Test func findsTheClouds() throws {
    for seed: UInt64 in 1...3 {
      let (rows, truth) = clouds(600, distance: 4, seed: seed)
      var stream = RandomStream(seed: seed)
      let mixture = try GaussianMixture(rows, components: 2, stream: &stream)
      #expect(AdjustedRandIndex(mixture.labels, truth).value > 0.97, "seed \(seed)")
      #expect(mixture.converged)
      #expect(abs(mixture.fractions.reduce(0, +) - 1) < 1e-12)
      // Fractions within five standard errors.
      #expect(
        abs((mixture.fractions.min() ?? 0) - 1.0 / 3) < 5 * (2.0 / 9 / 600).squareRoot(), "seed \(seed)")
      for i in 0..<600 {
        #expect(abs(mixture.responsibilities[i, 0] + mixture.responsibilities[i, 1] - 1) < 1e-12)
      }
    }
  }

  @Test func bicPrefersTheTrueNumber() throws {
    let (rows, _) = clouds(600, distance: 4, seed: 7)
    let scores = try (1...4).map { count in
      var stream = RandomStream(seed: 7)
      return try GaussianMixture(rows, components: count, stream: &stream).bic
    }
    #expect(scores.firstIndex(of: scores.min() ?? 0) == 1, "BIC \(scores), seed 7")
  }

  @Test func oneComponentIsTheGaussian() throws {
    let (rows, _) = clouds(300, distance: 1, seed: 8)
    var stream = RandomStream(seed: 8)
    let mixture = try GaussianMixture(rows, components: 1, floor: 0, stream: &stream)
    // Of standardised rows with correlation ρ: log L/N = -log 2π - 1 - ½ log(1 - ρ²).
    let table = rows.standardised
    let correlation = zip(table.column(0), table.column(1)).reduce(0) { $0 + $1.0 * $1.1 } / 300
    let expected = -1.8378770664093453 - 1 - 0.5 * naturalLogarithm(1 - correlation * correlation)
    #expect(abs(mixture.logLikelihood - expected) < 1e-10)
  }

  @Test func sameStreamSameMixture() throws {
    let (rows, _) = clouds(200, distance: 2, seed: 9)
    var (a, b) = (RandomStream(seed: 9), RandomStream(seed: 9))
    #expect(
      try GaussianMixture(rows, components: 3, stream: &a) == GaussianMixture(rows, components: 3, stream: &b)
    )
  }

  @Test func kMeansOnSeparateClouds() {
    let (rows, truth) = clouds(300, distance: 10, seed: 10)
    var stream = RandomStream(seed: 10)
    let clusters = KMeans(rows, clusters: 2, stream: &stream)
    #expect(AdjustedRandIndex(clusters.labels, truth).value == 1, "seed 10")
    // More clusters than rows: every row by itself.
    let few = Matrix(rows: 3, columns: 1, elements: [1, 2, 4])
    #expect(KMeans(few, clusters: 5, stream: &stream).inertia == 0)
  }

  @Test func randIndexOfKnownTables() {
    #expect(AdjustedRandIndex([0, 0, 1, 1], [1, 1, 0, 0]).value == 1)
    #expect(AdjustedRandIndex([0, 0, 0], [0, 0, 0]).value == 1)
    // Hubert & Arabie's formula by hand: Σ C(n_ij, 2) = 2, rows 4, columns 7, all 15.
    #expect(
      abs(
        AdjustedRandIndex([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 1]).value - (2 - 28.0 / 15) / (5.5 - 28.0 / 15))
        < 1e-12)
  }
}

/// log x from the exponential's inverse by Newton's method: independent of the C library's headers in tests.
private func naturalLogarithm(_ x: Double) -> Double {
  var y = 0.0
  for _ in 0..<60 {
    var term = 1.0
    var power = 1.0
    for k in 1..<40 {
      term *= y / Double(k)
      power += term
    }
    y -= 1 - x / power
  }
  return y
}
