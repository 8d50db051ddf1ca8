/// What an event must be like for a trigger to do something about it: `label=deploy`.
public struct TriggerCondition: FieldGroup {
    /// How a value is compared.
    public enum Operator: String, CaseIterable, FieldValue {
        case equal = "="
        case different = "!="
        /// Fits a pattern with `*` and `?`.
        case like = "~"
    }

    /// See ``EventFields``.
    public var field = ""
    public var comparison = Operator.equal
    public var value = ""
    public var unknown = JSONObject()

    public init() {}

    /// Reads `field=value`, `field!=value` or `field~pattern`; nil for anything else.
    public init?(_ text: String) {
        guard let end = text.firstIndex(where: { "=!~".contains($0) }), end != text.startIndex else { return nil }
        let rest = text[end...]
        guard let found = [Operator.different, .equal, .like].first(where: { rest.hasPrefix($0.rawValue) }) else {
            return nil
        }
        field = text[..<end].trimmingBlanks
        comparison = found
        value = String(rest.dropFirst(found.rawValue.count))
        guard Self.isField(field) else { return nil }
    }

    private static func isField(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || "0123456789_-.".unicodeScalars.contains($0)
            }
    }

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.required("field", &field)
        try fields.written("op", &comparison)
        try fields.required("value", &value)
        if !Self.isField(field) { throw FieldFault(field: "field", value: field.json, problem: "is not a field") }
    }

    /// As it is written on the command line.
    public var text: String { field + comparison.rawValue + value }

    /// Whether a field with this value satisfies it; nil is a field that is not there. Of a list, any item may; with
    /// `!=` none must.
    public func holds(for found: JSON?) -> Bool {
        let texts = found?.texts ?? []
        switch comparison {
        case .equal: return texts.contains(value)
        case .different: return !texts.contains(value)
        case .like: return texts.contains { Glob.matches($0, value) }
        }
    }
}

extension JSON {
    /// The value as texts to compare with: the items of a list, nothing for null.
    fileprivate var texts: [String] {
        switch self {
        case .null: []
        case .string(let text): [text]
        case .array(let items): items.flatMap(\.texts)
        default: [compactText]
        }
    }
}
