import Model
import TestSupport
import Testing

@Suite("A map by record")
struct RecordMapTests {
    @Test("it holds what a dictionary holds, in the order of arrival", arguments: [3, 8, 9, 40, 1000])
    func agreesWithDictionary(records: Int) {
        var generator = SeededGenerator(seed: UInt64(records))
        var map = RecordMap<Int>()
        var model: [RecordKey: Int] = [:]
        var order: [RecordKey] = []
        for value in 0..<(3 * records) {
            let kind = RecordKind.allCases.randomElement(using: &generator)!
            let key = RecordKey(kind: kind, id: "T-\(Int.random(in: 1...records, using: &generator))")
            if model[key] == nil { order.append(key) }
            model[key] = value
            map[key] = value
        }
        #expect(map.keys == order)
        #expect(map.values == order.map { model[$0]! })
        #expect(map.map(\.key) == order)
        for kind in RecordKind.allCases {
            for number in 0...(records + 1) {
                let key = RecordKey(kind: kind, id: "T-\(number)")
                #expect(map[key] == model[key])
            }
        }
    }

    @Test("an empty one finds nothing")
    func empty() {
        #expect(RecordMap<Int>().isEmpty)
        #expect(RecordMap<Int>()[RecordKey(kind: .task, id: "T-1")] == nil)
    }
}
