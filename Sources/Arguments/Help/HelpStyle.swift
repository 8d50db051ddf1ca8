/// How help emphasises what it shows; the closures get text without control characters and may wrap it in them.
public struct HelpStyle: Sendable {
    /// `Options:`
    public let heading: @Sendable (String) -> String
    /// What is typed as it stands: names of commands and options.
    public let literal: @Sendable (String) -> String

    public init(
        heading: @escaping @Sendable (String) -> String, literal: @escaping @Sendable (String) -> String
    ) {
        self.heading = heading
        self.literal = literal
    }

    public static let plain = HelpStyle(heading: { $0 }, literal: { $0 })
}
