/// One line of the table: what `tf` takes for something, beside what a peer takes.
struct Row {
    /// How much `tf` may take.
    enum Bound {
        /// That many times what the peer takes.
        case ratio(Double)
        /// That much, in the unit of the row.
        case value(Double)
    }

    /// What is to be said of a row.
    enum Verdict: Equatable {
        case ok, over
        /// There is no bound, or nothing to compare with.
        case none
        case failed(String)

        var isBad: Bool {
            switch self {
            case .over, .failed: true
            case .ok, .none: false
            }
        }

        var text: String {
            switch self {
            case .ok: "ok"
            case .over: "OVER"
            case .none: ""
            case .failed(let reason): "FAILED: \(reason)"
            }
        }
    }

    /// What was measured, with its unit when that is not milliseconds.
    let measure: String
    let ours: Double?
    let peer: String
    let theirs: Double?
    let bound: Bound?
    private let failure: String?

    init(
        _ measure: String, ours: Double?, peer: String = "", theirs: Double? = nil, atMost bound: Bound? = nil,
        failure: String? = nil
    ) {
        self.measure = measure
        self.ours = ours
        self.peer = peer
        self.theirs = theirs
        self.bound = bound
        self.failure = failure
    }

    private var ratio: Double? {
        guard let ours, let theirs, theirs > 0 else { return nil }
        return ours / theirs
    }

    var verdict: Verdict {
        if let failure { return .failed(failure) }
        switch bound {
        case .ratio(let limit): return ratio.map { $0 <= limit ? .ok : .over } ?? .none
        case .value(let limit): return ours.map { $0 <= limit ? .ok : .over } ?? .none
        case nil: return .none
        }
    }

    private var cells: [String] {
        let limit =
            switch bound {
            case .ratio(let limit): Self.text(limit, digits: 1) + "×"
            case .value(let limit): Self.text(limit, digits: limit < 10 ? 1 : 0)
            case nil: ""
            }
        return [
            measure, ours.map { Self.text($0, digits: 2) } ?? "–", peer, theirs.map { Self.text($0, digits: 2) } ?? "–",
            ratio.map { Self.text($0, digits: 2) + "×" } ?? "–", limit, verdict.text,
        ]
    }

    /// The lines of the table: words aligned on the left, numbers on the right.
    static func table(_ rows: [Row]) -> [String] {
        let header = ["measure", "tf (median ms)", "peer", "peer (median ms)", "ratio", "at most", ""]
        let table = [header] + rows.map(\.cells)
        let widths = header.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        let onTheRight: Set = [1, 3, 4, 5]
        return table.map { cells in
            let padded = cells.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - cells[column].count)
                return onTheRight.contains(column) ? blanks + cells[column] : cells[column] + blanks
            }
            let line = padded.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func text(_ value: Double, digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = Int64((value * scale).rounded())
        guard digits > 0 else { return String(scaled) }
        let fraction = String(scaled % Int64(scale))
        return "\(scaled / Int64(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }
}
