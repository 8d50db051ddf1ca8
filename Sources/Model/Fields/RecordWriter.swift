/// Writes fields in the form of record files: sorted by name, indented.
///
/// The values are written one after the other as they come, and then put in order; a tree of ``JSON`` values, which
/// every command that changes something would have to make for each record, is not needed for that.
struct RecordWriter: FieldCoder {
    private struct Member {
        let name: MemberName
        /// Where its value is in ``values``.
        let place: Range<Int>
    }

    private var values: JSONWriter
    private var members: [Member] = []

    /// The text of an object of members that nobody knows and of the fields that `body` names.
    ///
    /// - Parameter writer: what the text is appended to.
    /// - Parameter capacity: about how many members there are going to be.
    static func write(
        to writer: inout JSONWriter, keeping unknown: JSONObject, capacity: Int,
        _ body: (inout RecordWriter) throws(FieldFault) -> Void
    ) {
        var fields = RecordWriter(values: JSONWriter(indents: writer.indents, depth: writer.depth + 1))
        defer { fields.values.deallocate() }
        fields.members.reserveCapacity(unknown.count + capacity)
        for (name, value) in unknown { fields.add(name, value) }
        // A writer never throws; the requirement is shared with the reader, which does.
        do { try body(&fields) } catch { preconditionFailure("\(error)") }
        fields.finish(to: &writer)
    }

    private func finish(to writer: inout JSONWriter) {
        writer.list("{", "}", members) { writer, member in
            writer.writeName(member.name.text)
            writer.append(values, member.place)
        }
    }

    @inline(__always)
    private mutating func add(_ name: String, _ value: some FieldValue) {
        let start = values.count
        value.write(to: &values)
        let member = Member(name: MemberName(name), place: start..<values.count)
        var position = members.count
        while position > 0, member.name < members[position - 1].name { position -= 1 }
        if position > 0, members[position - 1].name == member.name {
            members[position - 1] = member
        } else {
            members.insert(member, at: position)
        }
    }

    @inline(__always)
    mutating func required<Value: FieldValue>(_ name: String, _ value: inout Value) { add(name, value) }

    @inline(__always)
    mutating func optional<Value: FieldValue>(_ name: String, _ value: inout Value?) {
        if let value { add(name, value) }
    }

    @inline(__always)
    mutating func usual<Value: FieldValue & Equatable>(_ name: String, _ value: inout Value, _ usual: Value) {
        if value != usual { add(name, value) }
    }

    @inline(__always)
    mutating func written<Value: FieldValue>(_ name: String, _ value: inout Value) { add(name, value) }
}
