/// Things of which each uses, by way of others, each.
struct Circle: CustomStringConvertible {
    struct Edge {
        let from: String
        let to: String
        /// The names that make it a use.
        let causes: [String]
    }

    let members: [String]
    /// The uses among the members, those with the fewest causes first: they are the ones to be cut.
    let edges: [Edge]

    var description: String {
        let lines = edges.map { edge in
            let shown = edge.causes.prefix(6).joined(separator: ", ") + (edge.causes.count > 6 ? ", …" : "")
            return "  \(edge.from) -> \(edge.to) (\(edge.causes.count)): \(shown)"
        }
        return (["a circle of \(members.count): " + members.joined(separator: " ")] + lines).joined(separator: "\n")
    }

    /// The circles that edges make, the largest first: the strongly connected components, after Tarjan.
    static func all(among edges: [Edge]) -> [Circle] {
        var search = Search(edges)
        return search.components().filter { $0.count > 1 }.map { members in
            let inside = edges.filter { members.contains($0.from) && members.contains($0.to) }
            return Circle(
                members: members.sorted(),
                edges: inside.sorted { ($0.causes.count, $0.from, $0.to) < ($1.causes.count, $1.from, $1.to) })
        }.sorted { ($1.members.count, $0.members[0]) < ($0.members.count, $1.members[0]) }
    }

    private struct Search {
        private var users: [String]
        private var used: [String: [String]] = [:]
        /// In which order the nodes were found.
        private var order: [String: Int] = [:]
        /// The first node that is known to lead to each and to be led to by it.
        private var lowest: [String: Int] = [:]
        private var open: [String] = []
        private var found: [Set<String>] = []

        init(_ edges: [Edge]) {
            for edge in edges { used[edge.from, default: []].append(edge.to) }
            users = used.keys.sorted()
        }

        mutating func components() -> [Set<String>] {
            for node in users where order[node] == nil { visit(node) }
            return found
        }

        private mutating func visit(_ node: String) {
            let number = order.count
            order[node] = number
            var low = number
            open.append(node)
            for other in used[node] ?? [] {
                if order[other] == nil { visit(other) }
                if open.contains(other) { low = min(low, lowest[other] ?? order[other] ?? low) }
            }
            lowest[node] = low
            guard low == number, let start = open.firstIndex(of: node) else { return }
            found.append(Set(open[start...]))
            open.removeSubrange(start...)
        }
    }
}
