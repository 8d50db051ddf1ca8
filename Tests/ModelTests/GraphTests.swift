import Model
import Testing
import TestSupport

@Suite("Circles in a graph")
struct GraphTests {
    @Test(
        "a circle is found as the path that leads back",
        arguments: [
            (["a>a"], ["a", "a"]), (["a>b", "b>a"], ["a", "b", "a"]),
            (["a>b", "b>c", "c>d", "d>a"], ["a", "b", "c", "d", "a"]),
            (["a>x", "a>b", "x>y", "b>c", "c>a"], ["a", "b", "c", "a"]),
        ])
    func circle(edges: [String], path: [String]) {
        #expect(Graph.cycle(from: "a", edges: neighbours(edges)) == path)
    }

    @Test(
        "no circle, or one that does not lead through the start, is none",
        arguments: [[], ["a>b", "a>c", "b>d", "c>d"], ["a>b", "b>c", "c>b"]])
    func none(edges: [String]) {
        #expect(Graph.cycle(from: "a", edges: neighbours(edges)) == nil)
    }

    @Test("each node is asked once, however many paths lead to it")
    func cost() {
        var asked: [Int: Int] = [:]
        let path = Graph.cycle(from: 0) { node in
            asked[node, default: 0] += 1
            return node < 1000 ? [node + 1, node + 2, node + 3] : []
        }
        #expect(path == nil)
        #expect(asked.count == 1003)
        #expect(asked.values.allSatisfy { $0 == 1 })
    }

    @Test(
        "in random graphs a circle is found exactly when the start can be reached again, and each of its edges exists")
    func random() {
        var random = SeededGenerator(seed: 8)
        var found = 0
        for _ in 0..<500 {
            let count = Int.random(in: 1...8, using: &random)
            let edges = (0..<count).map { _ in
                (0..<count).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
            }
            var reachable = Set(edges[0])
            for _ in 0..<count { reachable.formUnion(reachable.flatMap { edges[$0] }) }
            let path = Graph.cycle(from: 0) { edges[$0] }
            #expect((path != nil) == reachable.contains(0))
            guard let path else { continue }
            found += 1
            #expect(path.first == 0 && path.last == 0 && path.count > 1)
            #expect(zip(path, path.dropFirst()).allSatisfy { edges[$0].contains($1) })
        }
        #expect((50..<450).contains(found))
    }

    @Test("what looking up a node throws comes through")
    func failure() {
        struct Unknown: Error {}
        #expect(throws: Unknown.self) { try Graph.cycle(from: 0) { _ throws(Unknown) in throw Unknown() } }
    }

    private func neighbours(_ edges: [String]) -> (String) -> [String] {
        { node in edges.filter { $0.hasPrefix(node + ">") }.map { String($0.dropFirst(node.count + 1)) } }
    }
}
