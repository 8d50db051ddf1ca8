/// How many slips of the keyboard lie between two words: a character inserted, left out or replaced, or two
/// neighbours swapped (optimal string alignment, after Damerau and Levenshtein).
func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left)
    let right = Array(right)
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    // Row i holds the distances from the first i characters of `left` to every beginning of `right`.
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for i in 1...left.count {
        var row = [i]
        for j in 1...right.count {
            let replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
            var best = min(previous[j] + 1, row[j - 1] + 1, replaced)
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                best = min(best, beforePrevious[j - 2] + 1)
            }
            row.append(best)
        }
        (beforePrevious, previous) = (previous, row)
    }
    return previous[right.count]
}

/// The candidates that `word` was probably meant to be, nearest first, at most three.
///
/// Those that begin with it count as near; of the others, one slip is forgiven in three characters.
public func nearest(to word: String, among candidates: [String]) -> [String] {
    let limit = max(1, word.count / 3)
    // A word far longer than any candidate is not worth the square of its length.
    guard !word.isEmpty, word.count <= 64 else { return [] }
    let near = candidates.compactMap { candidate -> (name: String, distance: Int)? in
        if candidate == word { return nil }
        let distance = editDistance(word.lowercased(), candidate.lowercased())
        if distance <= limit { return (candidate, distance) }
        return word.count >= 2 && candidate.hasPrefix(word) ? (candidate, limit + 1) : nil
    }
    guard let best = near.map(\.distance).min() else { return [] }
    return Array(near.filter { $0.distance == best }.map(\.name).prefix(3))
}
