/// Values by record, in the order in which the records first came.
///
/// Most transactions are about one or two records, and making a `Dictionary` of them costs a short command more than
/// looking through them does: its types are made at run time, each time the program starts. From ``mostSearched`` on a
/// table of places is kept, by the hash of the key.
public struct RecordMap<Value> {
    public private(set) var keys: [RecordKey] = []
    public private(set) var values: [Value] = []
    /// Indices into ``keys``, -1 where free, found by the hash of a key and linear probing; at most half full.
    private var table: [Int] = []

    /// The number of records up to which a search is quicker than a table.
    private static var mostSearched: Int { 8 }

    public init() {}

    public var isEmpty: Bool { keys.isEmpty }

    public subscript(key: RecordKey) -> Value? {
        get { place(of: key).map { values[$0] } }
        set {
            guard let newValue else { preconditionFailure("a record is never taken out again") }
            if let place = place(of: key) {
                values[place] = newValue
            } else {
                append(key, newValue)
            }
        }
    }

    private mutating func append(_ key: RecordKey, _ value: Value) {
        keys.append(key)
        values.append(value)
        guard keys.count > Self.mostSearched else { return }
        if 2 * keys.count > table.count {
            table = Array(repeating: -1, count: 4 * keys.count)
            for index in keys.indices { enter(index) }
        } else {
            enter(keys.count - 1)
        }
    }

    private mutating func enter(_ index: Int) {
        var slot = slot(of: keys[index])
        while table[slot] >= 0 { slot = (slot + 1) % table.count }
        table[slot] = index
    }

    private func slot(of key: RecordKey) -> Int {
        var hasher = Hasher()
        key.hash(into: &hasher)
        return Int(UInt(bitPattern: hasher.finalize()) % UInt(table.count))
    }

    private func place(of key: RecordKey) -> Int? {
        guard !table.isEmpty else {
            // Not `firstIndex`, whose conformances the runtime would look up.
            for index in keys.indices where keys[index] == key { return index }
            return nil
        }
        var slot = slot(of: key)
        while table[slot] >= 0 {
            if keys[table[slot]] == key { return table[slot] }
            slot = (slot + 1) % table.count
        }
        return nil
    }
}

extension RecordMap: Sequence {
    /// Goes through the records in the order in which they came.
    public struct Iterator: IteratorProtocol {
        private let map: RecordMap
        private var position = 0

        fileprivate init(_ map: RecordMap) {
            self.map = map
        }

        public mutating func next() -> (key: RecordKey, value: Value)? {
            guard position < map.keys.count else { return nil }
            position += 1
            return (map.keys[position - 1], map.values[position - 1])
        }
    }

    public func makeIterator() -> Iterator { Iterator(self) }
}

extension RecordMap: Sendable where Value: Sendable {}
