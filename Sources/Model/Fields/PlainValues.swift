extension JSON: FieldValue {
    public init(json: JSON) { self = json }
    public var json: JSON { self }
}

extension String: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard let string = json.string else { throw FieldProblem("is not a string") }
        self = string
    }

    public var json: JSON { .string(self) }
    public func write(to writer: inout JSONWriter) { writer.write(self) }
}

extension Bool: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard case .bool(let bool) = json else { throw FieldProblem("is not true or false") }
        self = bool
    }

    public var json: JSON { .bool(self) }
}

extension Int: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard let integer = json.integer else { throw FieldProblem("is not a whole number") }
        self = Int(integer)
    }

    public var json: JSON { .integer(Int64(self)) }
    public func write(to writer: inout JSONWriter) { writer.write(Int64(self)) }
}

extension Double: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        switch json {
        case .integer(let integer): self = Double(integer)
        case .number(let number): self = number
        default: throw FieldProblem("is not a number")
        }
    }

    public var json: JSON {
        self == rounded() && magnitude < 1e15 ? .integer(Int64(self)) : .number(self)
    }
}

extension Array: FieldValue where Element: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard let items = json.array else { throw FieldProblem("is not an array") }
        guard items.count <= Limit.listEntries else {
            throw FieldProblem("has more than \(Limit.listEntries) entries")
        }
        self = []
        reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            do throws(FieldProblem) {
                append(try Element(json: item))
            } catch {
                var problem = error
                problem.path = "[\(index)]" + problem.path
                throw problem
            }
        }
    }

    public var json: JSON {
        var items: [JSON] = []
        items.reserveCapacity(count)
        for element in self { items.append(element.json) }
        return .array(items)
    }

    public func write(to writer: inout JSONWriter) {
        writer.list("[", "]", self) { writer, element in element.write(to: &writer) }
    }
}

extension Dictionary: FieldValue where Key == String, Value: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard let object = json.object else { throw FieldProblem("is not an object") }
        self.init(minimumCapacity: object.count)
        for (key, value) in object {
            do throws(FieldProblem) {
                self[key] = try Value(json: value)
            } catch {
                var problem = error
                problem.path = "." + key + problem.path
                throw problem
            }
        }
    }

    public var json: JSON { .object(JSONObject(map { ($0.key, $0.value.json) })) }
}

extension FieldValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    public init(json: JSON) throws(FieldProblem) {
        guard let text = json.string, let value = Self(rawValue: text) else {
            throw FieldProblem("is not one of " + Self.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self = value
    }

    public var json: JSON { .string(rawValue) }
    public func write(to writer: inout JSONWriter) { writer.write(rawValue) }
}
