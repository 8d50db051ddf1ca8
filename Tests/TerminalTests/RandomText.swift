import TestSupport

enum RandomText {
    /// Text of words, wide characters, emoji and marks, of up to `length` pieces.
    static func ordinary(length: Int, using generator: inout SeededGenerator) -> String {
        text(of: ["a", "word", " ", "日", "한", "e\u{301}", "👨‍👩‍👧", "🇩🇪", "❤️", "…", "ש", "\u{301}", "क्ष"], length, &generator)
    }

    /// The same with escape sequences, line breaks and invisible characters in any order.
    static func dangerous(length: Int, using generator: inout SeededGenerator) -> String {
        text(
            of: [
                "\u{1B}", "[", "31", "m", "K", "\u{9B}", "\u{7F}", "\n", "\r", "\t", "\u{202E}", "\u{2066}", "\u{200B}",
                "\u{200D}", "\u{200C}", "\u{FE0F}", "👩", "日", "x", "\u{1F3F4}", "\u{E0067}", "\u{E007F}", "ا",
                "\u{301}",
            ], length, &generator)
    }

    private static func text(of pieces: [String], _ length: Int, _ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...length, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
            .joined()
    }
}
