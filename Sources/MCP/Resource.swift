import Model

/// Something that a client can read and put before its model.
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

    var json: JSON {
        ["uri": .string(uri), "name": .string(name), "title": .string(title), "mimeType": .string(mimeType)]
    }
}

/// A family of resources, whose address has a gap for what tells them apart: `tf:///tasks/{task}`.
public struct ResourceTemplate: Sendable {
    public let uri: String
    public let name: String
    public let title: String
    public let mimeType: String

    public init(uri: String, name: String, title: String, mimeType: String) {
        self.uri = uri
        self.name = name
        self.title = title
        self.mimeType = mimeType
    }

    var json: JSON {
        ["uriTemplate": .string(uri), "name": .string(name), "title": .string(title), "mimeType": .string(mimeType)]
    }
}

/// Where resources come from.
public protocol ResourceSource {
    var templates: [ResourceTemplate] { get }

    /// Some of the resources.
    ///
    /// - Parameter cursor: where the page before ended, as it said; nil for the first.
    /// - Returns: the page, and where the next one begins; nil when there is none; nil for a cursor that nobody gave.
    func resources(after cursor: String?) throws -> (page: [Resource], next: String?)?

    /// The text of a resource; nil when there is none at this address.
    func text(of uri: String) throws -> (text: String, mimeType: String)?
}
