// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The word that was probably meant: the nearest of some, where it is near enough.
///
/// Near is a distance of at most a third of the word's letters, where letters are left out, added, changed or swapped
/// with their neighbour (optimal string alignment), or a word that begins with what was typed. Of equally near words
/// the first is taken.
package func nearest(_ word: String, among words: [String]) -> String? {
  let word = word.lowercased()
  if word.count >= 3, let longer = words.first(where: { $0.hasPrefix(word) }) { return longer }
  let best = words.map { ($0, alignmentDistance(word, $0.lowercased())) }.min { $0.1 < $1.1 }
  guard let (found, distance) = best, distance <= max(1, word.count / 3) else { return nil }
  return found
}

/// How many letters have to be left out, added, changed or swapped with their neighbour to make one word of another.
private func alignmentDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a.prefix(64)), Array(b.prefix(64)))
  var rows = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
  for i in 0...a.count { rows[i][0] = i }
  for j in 0...b.count { rows[0][j] = j }
  for i in a.indices.map({ $0 + 1 }) {
    for j in b.indices.map({ $0 + 1 }) {
      var least = min(
        rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        least = min(least, rows[i - 2][j - 2] + 1)
      }
      rows[i][j] = least
    }
  }
  return rows[a.count][b.count]
}
