/// The revisions of the Model Context Protocol, named by their dates, that ``Server`` speaks.
///
/// Up to 2025 a client agrees on one with `initialize`, for the whole connection. Since 2026 there is no handshake:
/// each request names its revision in `_meta`, and `server/discover` tells which ones there are.
public enum ProtocolVersion: String, CaseIterable, Sendable {
    case november2024 = "2024-11-05"
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"
    case july2026 = "2026-07-28"

    /// Whether a request says everything that its answer depends on, its revision as well.
    public var isStateless: Bool { self == .july2026 }

    /// Whether several messages may come in one array: a single revision had that.
    public var hasBatches: Bool { self == .march2025 }

    /// The newest one that `initialize` can agree on: what is spoken until a client asks for another.
    public static let newestByHandshake = november2025

    /// Those that need no handshake.
    static var stateless: [ProtocolVersion] { allCases.filter(\.isStateless) }

    /// What the answer to `initialize` says when a client asks for `text`: the same where it is known.
    static func negotiated(_ text: String) -> ProtocolVersion {
        guard let version = ProtocolVersion(rawValue: text), !version.isStateless else { return newestByHandshake }
        return version
    }
}
