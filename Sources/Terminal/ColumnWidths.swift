/// How a table is fitted into a terminal.
enum ColumnWidths {
    /// The blanks between two columns.
    static let gap = 2

    /// The widths with which columns of the given natural widths take no more than `width` together.
    ///
    /// Shrinkable columns give way in their order. Columns of the same order are levelled: the widest is cut first,
    /// down to the next, so that a short column isn't cut for the sake of a long one. When all are at their minimum and
    /// it is still too much, columns are cut and left out on the right.
    ///
    /// - Returns: at most one width for every column; columns without one aren't shown.
    static func fitting(_ natural: [Int], of columns: [Column], into width: Int) -> [Int] {
        var widths = natural
        let orders = Set(columns.compactMap { $0.shrink.order }).sorted()
        for order in orders {
            let excess = widths.reduce(0, +) + gap * (widths.count - 1) - width
            if excess <= 0 { break }
            let members = columns.indices.filter { columns[$0].shrink.order == order }
            level(members, by: excess, in: &widths, columns: columns)
        }
        return cut(widths, at: width)
    }

    /// Takes `excess` from the widest of the members, or as much as their minimums allow.
    private static func level(_ members: [Int], by excess: Int, in widths: inout [Int], columns: [Column]) {
        let natural = widths
        func capped(_ index: Int, at cap: Int) -> Int {
            max(min(natural[index], columns[index].shrink.minimum), min(natural[index], cap))
        }
        func total(at cap: Int) -> Int { members.reduce(0) { $0 + capped($1, at: cap) } }

        let budget = members.reduce(0) { $0 + natural[$1] } - excess
        // The largest cap under which the members stay within the budget, found by halving; 0 if there is none.
        var cap = 0
        var tooMuch = members.reduce(0) { max($0, natural[$1]) }
        while cap + 1 < tooMuch {
            let middle = (cap + tooMuch) / 2
            if total(at: middle) <= budget { cap = middle } else { tooMuch = middle }
        }
        var spare = max(0, budget - total(at: cap))
        for index in members {
            widths[index] = capped(index, at: cap)
            // One cap more would be too much for all, but not for the first few.
            if spare > 0, widths[index] < capped(index, at: cap + 1) {
                widths[index] += 1
                spare -= 1
            }
        }
    }

    /// The widths from the left that fit into `width`, the last one cut at the edge.
    private static func cut(_ widths: [Int], at width: Int) -> [Int] {
        var room = width
        var fitting: [Int] = []
        for natural in widths {
            guard room > 0 else { break }
            fitting.append(min(natural, room))
            room -= natural + gap
        }
        return fitting
    }
}

extension Column.Shrink {
    /// The order in which the column gives way; nil when it never does.
    fileprivate var order: Int? {
        if case .to(_, let order) = self { order } else { nil }
    }

    /// The width below which the column isn't cut as long as others are shown; 0 for one that isn't shrinkable.
    fileprivate var minimum: Int {
        if case .to(let minimum, _) = self { max(1, minimum) } else { 0 }
    }
}
