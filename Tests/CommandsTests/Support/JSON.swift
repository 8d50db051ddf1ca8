import Foundation

/// A parsed JSON value that can be walked without unwrapping at every step: what is not there is `missing`.
struct JSON: @unchecked Sendable, Equatable, CustomStringConvertible {
    private let value: Any?

    private init(value: Any?) { self.value = value }

    init(_ text: String) throws {
        guard let value = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) else {
            throw Unexpected("not one JSON value: \(text.prefix(500))")
        }
        self.value = value
    }

    init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else { throw Unexpected("cannot read \(path)") }
        do {
            try self.init(String(decoding: data, as: UTF8.self))
        } catch {
            throw Unexpected("\(path): \(error)")
        }
    }

    subscript(key: String) -> JSON { JSON(value: (value as? [String: Any])?[key]) }
    subscript(index: Int) -> JSON {
        let all = array
        return all.indices.contains(index) ? all[index] : JSON(value: nil)
    }

    var string: String? { value as? String }
    var int: Int? { number?.intValue }
    var double: Double? { number?.doubleValue }
    var bool: Bool? { (value as? NSNumber).flatMap { isBoolean($0) ? $0.boolValue : nil } }
    var array: [JSON] { (value as? [Any])?.map { JSON(value: $0) } ?? [] }
    var strings: [String] { array.compactMap(\.string) }
    var keys: Set<String> { Set((value as? [String: Any])?.keys.map { $0 } ?? []) }

    var exists: Bool { value != nil }
    var isNull: Bool { value is NSNull }
    var isArray: Bool { value is [Any] }
    var isObject: Bool { value is [String: Any] }

    /// The rows of a report, one object with a summary and the rows: its only member that is an array of objects,
    /// or an empty one.
    var rows: [JSON] {
        guard let object = value as? [String: Any] else { return [] }
        let lists = object.values.compactMap { $0 as? [Any] }
        return lists.filter { $0.contains { $0 is [String: Any] } }.flatMap { $0 }.map { JSON(value: $0) }
    }

    var description: String {
        guard let value else { return "missing" }
        let data = try? JSONSerialization.data(
            withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    static func == (one: JSON, other: JSON) -> Bool { one.description == other.description }

    private var number: NSNumber? { (value as? NSNumber).flatMap { isBoolean($0) ? nil : $0 } }
    private func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}

extension Outcome {
    /// Standard output as one JSON value.
    func json(file: String = #fileID, line: Int = #line) throws -> JSON {
        guard let parsed = try? JSON(stdout) else {
            throw Unexpected("standard output is not one JSON value\n\(self)", file: file, line: line)
        }
        return parsed
    }
}

/// The instant that a record's time stands for.
func instant(_ json: JSON) throws -> Date {
    let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    guard let text = json.string, let date = try? format.parse(text) else {
        throw Unexpected("not a time: \(json)")
    }
    return date
}
