extension String {
    /// The same text with some characters replaced.
    func escaping(_ replacements: [Character: String]) -> String {
        reduce(into: "") { text, character in text += replacements[character] ?? String(character) }
    }

    /// The same text with control characters written as escapes (`\n`, `\u{1B}`), so that it neither breaks a line
    /// nor talks to the terminal.
    var controlCharactersVisible: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            text += scalar.isControl ? scalar.escaped(asASCII: true) : String(scalar)
        }
    }
}

extension Unicode.Scalar {
    /// Control characters, and the invisible ones that turn the direction of writing.
    fileprivate var isControl: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
        }
    }
}
