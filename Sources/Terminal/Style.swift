/// How a piece of text looks on a terminal: a weight and a colour, `.red` or `.green.bold`.
///
/// Only the eight standard colours are used, because their shades belong to the reader's own theme.
public struct Style: Hashable, Sendable {
    /// A standard foreground colour; the raw value is its SGR parameter (ECMA-48, 8.3.117).
    public enum Color: UInt8, CaseIterable, Sendable {
        case red = 31
        case green, yellow, blue, magenta, cyan
    }

    /// How strongly text stands out; the raw value is its SGR parameter.
    public enum Weight: UInt8, CaseIterable, Sendable {
        case bold = 1
        case dim = 2
    }

    /// nil: the terminal's own foreground.
    public var color: Color?
    /// nil: neither bold nor dim.
    public var weight: Weight?

    public init(_ color: Color? = nil, _ weight: Weight? = nil) {
        self.color = color
        self.weight = weight
    }

    public static let plain = Style()
    public static let bold = Style(nil, .bold)
    public static let dim = Style(nil, .dim)
    public static let red = Style(.red)
    public static let green = Style(.green)
    public static let yellow = Style(.yellow)
    public static let blue = Style(.blue)
    public static let magenta = Style(.magenta)
    public static let cyan = Style(.cyan)

    /// The same colour, bold.
    public var bold: Style { Style(color, .bold) }
    /// The same colour, dim.
    public var dim: Style { Style(color, .dim) }
}

/// Puts styles on text for a stream that shows them, and hands the text through for one that doesn't.
public struct Painter: Hashable, Sendable {
    /// Hands every text through.
    public static let plain = Painter(paints: false)
    /// Writes escape sequences.
    public static let color = Painter(paints: true)

    /// Whether styles are shown.
    public let paints: Bool

    /// - Parameter paints: usually what ``ColorChoice/wantsColor(isTerminal:environment:)`` decided.
    public init(paints: Bool) {
        self.paints = paints
    }

    /// `text` between the escape sequences that switch `style` on and everything off.
    ///
    /// The text comes back as it is when it is empty, the style is plain, or this painter doesn't paint.
    public func paint(_ text: String, _ style: Style) -> String {
        guard paints, !text.isEmpty else { return text }
        return switch (style.weight?.rawValue, style.color?.rawValue) {
        case (nil, nil): text
        case (let weight?, let color?): "\u{1B}[\(weight);\(color)m\(text)\u{1B}[0m"
        case (let parameter?, nil), (nil, let parameter?): "\u{1B}[\(parameter)m\(text)\u{1B}[0m"
        }
    }
}
