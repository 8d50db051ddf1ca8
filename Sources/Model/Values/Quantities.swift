import System

extension Timestamp: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard let text = json.string, let moment = Timestamp(rfc3339: text) else {
            throw FieldProblem("is not an RFC 3339 time")
        }
        self = moment
    }

    public var json: JSON { .string(description) }
    public func write(to writer: inout JSONWriter) { writer.write(description) }
}

extension WrittenDuration: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard let text = json.string, let duration = WrittenDuration(text) else {
            throw FieldProblem("is not a duration such as 90s, 10m, 1h30m")
        }
        self = duration
    }

    public var json: JSON { .string(text) }
}

extension ByteCount: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        if let count = json.integer, count >= 0 {
            self.init(count)
        } else if let text = json.string, let size = ByteCount(text) {
            self = size
        } else {
            throw FieldProblem("is not a size such as 100MB, 2GB")
        }
    }

    public var json: JSON { .string(description) }
}
