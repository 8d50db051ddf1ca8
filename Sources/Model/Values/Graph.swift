/// Looks for circles in what tasks depend on, or are children of.
public enum Graph {
    /// The path from `start` back to itself along `edges`, both ends included; nil when there is none.
    ///
    /// Each node is visited once, so the cost is that of the part of the graph that `start` can reach.
    ///
    /// - Parameter edges: the nodes that a node points to; asked at most once for each node.
    public static func cycle<Node: Hashable, Failure: Error>(
        from start: Node, edges: (Node) throws(Failure) -> [Node]
    ) throws(Failure) -> [Node]? {
        var cameFrom: [Node: Node] = [:]
        var pending = [start]
        while let node = pending.popLast() {
            for next in try edges(node) {
                if next == start {
                    var path = [start, node]
                    while let last = path.last, last != start, let previous = cameFrom[last] { path.append(previous) }
                    if path.last != start { path.append(start) }
                    return path.reversed()
                }
                guard cameFrom[next] == nil else { continue }
                cameFrom[next] = node
                pending.append(next)
            }
        }
        return nil
    }
}
