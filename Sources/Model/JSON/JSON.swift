/// A JSON value as records hold it.
///
/// Integers and fractions are told apart by how they are written, so that `1` and `1.0` both survive a rewrite.
public enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

extension JSON {
    /// The members of an object, nil for every other value.
    public var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The items of an array, nil for every other value.
    public var array: [JSON]? {
        if case .array(let array) = self { array } else { nil }
    }

    /// The text of a string, nil for every other value.
    public var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    /// The value of a whole number, nil for every other value.
    public var integer: Int64? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    /// A member of an object; nil when this is not an object or has no such member.
    public subscript(key: String) -> JSON? { object?[key] }

    /// The value at a dotted path of member names (`output_target.path`), nil when a step is missing.
    public func value(at path: String) -> JSON? {
        var value: JSON? = self
        for key in path.split(separator: ".", omittingEmptySubsequences: false) {
            value = value?[String(key)]
        }
        return value
    }

    /// This value changed by a JSON merge patch (RFC 7396): members of `patch` replace, null removes.
    public func merged(with patch: JSON) -> JSON {
        guard case .object(let changes) = patch else { return patch }
        var result = object ?? JSONObject()
        for (key, change) in changes {
            result[key] = change == .null ? nil : (result[key] ?? .null).merged(with: change)
        }
        return .object(result)
    }

    /// What kind of value this is, for messages: `a string`, `null`, …
    public var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}

/// The members of a JSON object, sorted by the bytes of their names, each name once.
///
/// Records have a few dozen members at most: a sorted array is smaller and quicker than a hash table, and its order
/// is the order in which files are written.
public struct JSONObject: Hashable, Sendable {
    private var members: [Member]

    private struct Member {
        let name: MemberName
        var value: JSON
    }

    /// An object without members.
    public init() {
        members = []
    }

    /// - Parameter elements: members in any order; the last one of a name wins.
    public init(_ elements: [(String, JSON)]) {
        members = []
        members.reserveCapacity(elements.count)
        for (key, value) in elements { self[key] = value }
    }

    /// - Returns: nil and the name in `duplicate` when a name occurs twice.
    init?(unsorted elements: [(key: String, value: JSON)], duplicate: inout String) {
        members = []
        members.reserveCapacity(elements.count)
        var isSorted = true
        for (key, value) in elements {
            let name = MemberName(key)
            if let last = members.last, !(last.name < name) { isSorted = false }
            members.append(Member(name: name, value: value))
        }
        guard !isSorted else { return }
        members.sort { $0.name < $1.name }
        for index in members.indices.dropFirst() where !(members[index - 1].name < members[index].name) {
            duplicate = members[index].name.text
            return nil
        }
    }

    /// Makes room for members that are going to be set.
    mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

    /// The value of a member; setting nil removes it.
    public subscript(key: String) -> JSON? {
        get {
            let name = MemberName(key)
            let position = position(of: name)
            return isMember(name, at: position) ? members[position].value : nil
        }
        set {
            let name = MemberName(key)
            // Whoever names members in their order needs no search.
            if let newValue, members.last.map({ $0.name < name }) ?? true {
                members.append(Member(name: name, value: newValue))
                return
            }
            let position = position(of: name)
            switch (isMember(name, at: position), newValue) {
            case (true, let value?): members[position].value = value
            case (true, nil): members.remove(at: position)
            case (false, let value?): members.insert(Member(name: name, value: value), at: position)
            case (false, nil): break
            }
        }
    }

    /// Removes a member and returns its value, nil when there is none.
    public mutating func remove(_ key: String) -> JSON? {
        guard !members.isEmpty else { return nil }
        let name = MemberName(key)
        let position = position(of: name)
        return isMember(name, at: position) ? members.remove(at: position).value : nil
    }

    private func isMember(_ name: MemberName, at position: Int) -> Bool {
        position < members.count && !(name < members[position].name)
    }

    /// The first position whose name is not before `name`.
    private func position(of name: MemberName) -> Int {
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            if members[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low
    }

    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && zip(left.members, right.members).allSatisfy { $0.name == $1.name && $0.value == $1.value }
    }

    public func hash(into hasher: inout Hasher) {
        for member in members {
            hasher.combine(member.name.text)
            hasher.combine(member.value)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}

extension JSONObject: RandomAccessCollection {
    public var startIndex: Int { members.startIndex }
    public var endIndex: Int { members.endIndex }
    public subscript(position: Int) -> (key: String, value: JSON) {
        (members[position].name.text, members[position].value)
    }
}

/// The name of a member, compared by its bytes: `String` takes canonically equivalent names for the same, which JSON
/// does not.
struct MemberName: Comparable {
    let text: String
    /// The first eight bytes, filled up with zeros: it tells most names apart.
    private let beginning: UInt64

    init(_ text: String) {
        var text = text
        beginning = text.withUTF8 { utf8 in
            if utf8.count >= 8 {
                return UInt64(bigEndian: UnsafeRawBufferPointer(utf8).loadUnaligned(as: UInt64.self))
            }
            var bytes: UInt64 = 0
            for byte in utf8 { bytes = bytes << 8 | UInt64(byte) }
            return bytes << UInt64(64 - 8 * utf8.count)
        }
        self.text = text
    }

    static func < (left: MemberName, right: MemberName) -> Bool {
        if left.beginning != right.beginning { return left.beginning < right.beginning }
        return left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    static func == (left: MemberName, right: MemberName) -> Bool {
        left.beginning == right.beginning && left.text.utf8.elementsEqual(right.text.utf8)
    }
}
