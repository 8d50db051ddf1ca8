import Model

/// Something that is wrong with a workspace, or looks as if it were.
public struct Finding: Hashable, Sendable {
    /// How bad it is. Errors alone make `tf doctor` exit 1.
    public enum Severity: String, CaseIterable, Sendable, Comparable {
        case error, warning, info

        public static func < (left: Severity, right: Severity) -> Bool {
            allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
        }
    }

    /// A word for scripts: `invalid_record`, `lost`.
    public let code: String
    public let severity: Severity
    /// The record or file that it is about.
    public let about: String
    public let text: String
    /// What would help, without destroying anything.
    public let remedy: String?

    /// A finding about `about`.
    public init(_ code: String, _ severity: Severity, about: String, _ text: String, remedy: String? = nil) {
        self.code = code
        self.severity = severity
        self.about = about
        self.text = text
        self.remedy = remedy
    }

    /// One row of the result's JSON.
    public var json: JSON {
        var object = JSONObject()
        object["code"] = code.json
        object["severity"] = severity.rawValue.json
        object["about"] = about.json
        object["text"] = text.json
        object["remedy"] = remedy?.json
        return .object(object)
    }
}
