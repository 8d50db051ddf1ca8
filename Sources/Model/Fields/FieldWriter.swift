/// Collects fields into an object.
struct FieldWriter: FieldCoder {
    private(set) var object: JSONObject

    /// - Parameter capacity: about how many fields are going to be written.
    init(keeping unknown: JSONObject, capacity: Int = 4) {
        object = unknown
        object.reserveCapacity(unknown.count + capacity)
    }

    @inline(__always)
    mutating func required<Value: FieldValue>(_ name: String, _ value: inout Value) {
        object[name] = value.json
    }

    @inline(__always)
    mutating func optional<Value: FieldValue>(_ name: String, _ value: inout Value?) {
        if let value { object[name] = value.json }
    }

    @inline(__always)
    mutating func usual<Value: FieldValue & Equatable>(_ name: String, _ value: inout Value, _ usual: Value) {
        if value != usual { object[name] = value.json }
    }

    @inline(__always)
    mutating func written<Value: FieldValue>(_ name: String, _ value: inout Value) {
        object[name] = value.json
    }
}
