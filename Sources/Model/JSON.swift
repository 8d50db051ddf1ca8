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
    private var members: [(key: String, value: JSON)]

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
        members = elements
        var sorted = true
        for index in members.indices.dropFirst() where !Self.precedes(members[index - 1].key, members[index].key) {
            sorted = false
            break
        }
        guard !sorted else { return }
        members.sort { Self.precedes($0.key, $1.key) }
        for index in members.indices.dropFirst() where !Self.precedes(members[index - 1].key, members[index].key) {
            duplicate = members[index].key
            return nil
        }
    }

    /// The value of a member; setting nil removes it.
    public subscript(key: String) -> JSON? {
        get {
            let position = position(of: key)
            return isMember(key, at: position) ? members[position].value : nil
        }
        set {
            // Whoever names members in their order needs no search.
            if let newValue, members.last.map({ Self.precedes($0.key, key) }) ?? true {
                members.append((key, newValue))
                return
            }
            let position = position(of: key)
            switch (isMember(key, at: position), newValue) {
            case (true, let value?): members[position].value = value
            case (true, nil): members.remove(at: position)
            case (false, let value?): members.insert((key, value), at: position)
            case (false, nil): break
            }
        }
    }

    /// Removes a member and returns its value, nil when there is none.
    public mutating func remove(_ key: String) -> JSON? {
        let position = position(of: key)
        return isMember(key, at: position) ? members.remove(at: position).value : nil
    }

    private func isMember(_ key: String, at position: Int) -> Bool {
        position < members.count && !Self.precedes(key, members[position].key)
    }

    /// The first position whose name is not before `key`.
    private func position(of key: String) -> Int {
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            if Self.precedes(members[middle].key, key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Byte order: `String`'s own takes canonically equivalent names for the same, which JSON does not.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        var (left, right) = (left, right)
        return left.withUTF8 { left in right.withUTF8 { right in left.lexicographicallyPrecedes(right) } }
    }

    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && zip(left.members, right.members).allSatisfy {
                $0.value == $1.value && $0.key.utf8.elementsEqual($1.key.utf8)
            }
    }

    public func hash(into hasher: inout Hasher) {
        for member in members {
            hasher.combine(member.key)
            hasher.combine(member.value)
        }
    }
}

extension JSONObject: RandomAccessCollection {
    public var startIndex: Int { members.startIndex }
    public var endIndex: Int { members.endIndex }
    public subscript(position: Int) -> (key: String, value: JSON) { members[position] }
}
