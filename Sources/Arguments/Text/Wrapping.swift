/// Breaks a text between words so that no line is longer than `width`, unless a single word is.
func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
        if !line.isEmpty, line.count + 1 + word.count > width {
            lines.append(line)
            line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
}

extension String {
    /// The text, or as many words of it as fit with an ellipsis in `width` characters.
    func cut(to width: Int) -> String {
        guard count > width else { return self }
        let words = wrap(self, width: width - 2).first ?? ""
        return words.prefix(width - 2) + " …"
    }
}
