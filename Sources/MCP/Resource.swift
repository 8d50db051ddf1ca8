import Model

/// Something that a client can read and put before its model; or a family of such, whose address has a gap for what
/// tells them apart: `tf:///tasks/{task}`.
public struct Resource: Sendable {
    public let uri: String
    /// What programs call it.
    public let name: String
    /// What people call it.
    public let title: String
    public let mimeType: String

    public init(uri: String, name: String, title: String, mimeType: String) {
        self.uri = uri
        self.name = name
        self.title = title
        self.mimeType = mimeType
    }

    /// - Parameter address: the member that has the address: `uri`, or `uriTemplate` for a family.
    func json(address: String) -> JSON {
        .object(
            JSONObject([
                (address, .string(uri)), ("name", .string(name)), ("title", .string(title)),
                ("mimeType", .string(mimeType)),
            ]))
    }
}

/// Where resources come from.
public protocol ResourceSource {
    /// The families of resources that can be read besides those that are listed.
    var templates: [Resource] { get }

    /// Some of the resources.
    ///
    /// - Parameter cursor: where the page before ended, as it said; nil for the first.
    /// - Returns: the page, and where the next one begins; nil when there is none; nil for a cursor that nobody gave.
    func resources(after cursor: String?) throws -> (page: [Resource], next: String?)?

    /// The text of a resource; nil when there is none at this address.
    func text(of uri: String) throws -> (text: String, mimeType: String)?
}
