/// On which side of a column its text stands.
public enum Alignment: Sendable {
    case left
    case right
}

extension Character {
    /// The columns that a terminal gives to this grapheme cluster.
    ///
    /// An emoji sequence (joined with ZWJ, a flag, a keycap, with a skin tone or a variation selector) has two columns,
    /// however many scalars it is made of. Any other cluster has the columns of its scalars together: combining marks
    /// add nothing, and the letters of an Indic conjunct stand side by side, as most terminals show them.
    public var displayWidth: Int {
        let scalars = unicodeScalars
        guard let first = scalars.first else { return 0 }
        let rest = scalars.dropFirst()
        if rest.isEmpty { return first.columns }
        if first.properties.isEmoji, rest.contains(where: { $0.value == 0xFE0F || $0.properties.isEmoji }) { return 2 }
        return scalars.reduce(0) { $0 + $1.columns }
    }
}

extension String {
    /// The columns that a terminal gives to this text.
    ///
    /// Control characters count as nothing: text from outside goes through ``visibleLine`` first.
    public var displayWidth: Int {
        if isPrintableASCII { return utf8.count }
        // Only emoji sequences have to be looked at as clusters, all others have the columns of their scalars.
        if unicodeScalars.contains(where: \.joinsEmoji) { return reduce(0) { $0 + $1.displayWidth } }
        return unicodeScalars.reduce(0) { $0 + $1.columns }
    }

    /// This text if it fits into `width` columns, else as much of its beginning as leaves room for a final `…`.
    ///
    /// The result can be a column short of `width`, where a wide character would have stood across the edge. In no
    /// columns there is no text.
    public func truncated(toWidth width: Int) -> String {
        // No character has more columns than UTF-8 has bytes for it.
        if utf8.count <= width { return self }
        guard width > 0 else { return "" }
        if isPrintableASCII { return String(decoding: utf8.prefix(width - 1), as: UTF8.self) + "…" }
        var columns = 0
        var cut = startIndex
        for index in indices {
            columns += self[index].displayWidth
            if columns > width { return self[..<cut] + "…" }
            if columns < width { cut = self.index(after: index) }
        }
        return self
    }

    /// This text with blanks up to `width` columns; one that is wider already is returned as it is.
    public func padded(toWidth width: Int, alignment: Alignment = .left) -> String {
        let blanks = String(repeating: " ", count: max(0, width - displayWidth))
        return alignment == .left ? self + blanks : blanks + self
    }

    /// Whether every character is a letter, digit, punctuation mark or blank of ASCII: one byte, one column.
    var isPrintableASCII: Bool {
        // Those that lie together, as they do in all but bridged strings.
        utf8.withContiguousStorageIfAvailable(\.isPrintableASCII) ?? utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    }

    /// This text without the blanks at its end.
    var withoutTrailingBlanks: String {
        guard utf8.last == UInt8(ascii: " ") else { return self }
        var bytes = utf8[...]
        while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
        return String(Substring(bytes))
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// As ``Swift/String/isPrintableASCII``, eight bytes at a time.
    var isPrintableASCII: Bool {
        let raw = UnsafeRawBufferPointer(self)
        var index = 0
        while index + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            // A byte below 0x20 borrows in the first difference, 0x7F carries in the sum, others have the high bit.
            let low = (word &- 0x2020_2020_2020_2020) & ~word
            let delete = (word ^ 0x7F7F_7F7F_7F7F_7F7F) &- 0x0101_0101_0101_0101
            guard (word | low | delete & ~(word ^ 0x7F7F_7F7F_7F7F_7F7F)) & 0x8080_8080_8080_8080 == 0 else {
                return false
            }
            index += 8
        }
        while index < raw.count {
            guard (0x20..<0x7F).contains(raw[index]) else { return false }
            index += 1
        }
        return true
    }
}
