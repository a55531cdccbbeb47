import Fitting
import LowRank
import Testing

/// The mixture that counts its own components.
@Suite struct DirichletMixtureTests {
  private func clouds(_ centres: [[Double]], _ count: Int, seed: UInt64) -> (Matrix, [Int]) {
    var stream = RandomStream(seed: seed)
    let labels = (0..<count).map { $0 % centres.count }
    let rows = Matrix(rows: count, columns: 3) { centres[labels[$0]][$1] + stream.normal() }
    return (rows, labels)
  }

  @Test(arguments: [1, 2, 3]) func countsSeparateClouds(number: Int) throws {
    let centres = [[0.0, 0, 0], [7, 0, 0], [0, 7, 7]]
    for seed: UInt64 in 1...3 {
      let (rows, truth) = clouds(Array(centres.prefix(number)), 600, seed: seed)
      var stream = RandomStream(seed: seed)
      let mixture = try DirichletMixture(rows, stream: &stream)
      #expect(mixture.populations() == number, "seed \(seed): \(mixture.fractions)")
      #expect(AdjustedRandIndex(mixture.labels, truth).value > 0.99 || number == 1, "seed \(seed)")
      #expect(mixture.converged)
      #expect(abs(mixture.fractions.reduce(0, +) - 1) < 1e-12)
      for row in 0..<600 {
        let total = (0..<mixture.fractions.count).reduce(0) { $0 + mixture.responsibilities[row, $1] }
        #expect(abs(total - 1) < 1e-12)
      }
    }
  }

  @Test func twiceTheSame() throws {
    let (rows, _) = clouds([[0, 0, 0], [3, 3, 3]], 200, seed: 5)
    var (a, b) = (RandomStream(seed: 6), RandomStream(seed: 6))
    #expect(try DirichletMixture(rows, stream: &a) == DirichletMixture(rows, stream: &b))
  }

  /// ψ(1) = -γ, ψ(½) = -γ - 2 log 2, ψ(x + 1) = ψ(x) + 1/x.
  @Test func digammaValues() {
    let gamma = 0.577215664901532860606512
    #expect(abs(digamma(1) + gamma) < 1e-15)
    #expect(abs(digamma(0.5) + gamma + 2 * 0.693147180559945309417232) < 4e-15)
    for x in [0.3, 1.7, 42, 1e5] {
      #expect(abs(digamma(x + 1) - digamma(x) - 1 / x) < 1e-14 * (1 + abs(digamma(x))))
    }
    #expect(digamma(-1).isNaN && digamma(0).isNaN)
  }
}
