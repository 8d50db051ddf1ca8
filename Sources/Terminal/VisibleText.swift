// Text that came from outside must not be able to move the cursor, recolour the screen, turn the direction of writing
// or hide a part of itself. What could do so is written out instead:
//
//     C0 controls and DEL                          ^[  ^A  ^?
//     C1 controls, bidirectional controls, zero-width and other invisible characters,
//     line and paragraph separators                \u{9B}  \u{202E}
//
// Invisible characters stay where writing needs them: joiners inside emoji and in the scripts that join letters,
// variation selectors after the character they vary, tags that spell a flag. Sequences that only set colours (SGR) or
// erase the rest of a line (EL) are dropped, because the output of every compiler is full of them.

extension String {
    /// This text made harmless, on one line: line breaks and tabs become blanks.
    ///
    /// For titles, names and whatever else stands in a line or a table cell. Making text visible a second time changes
    /// nothing.
    public var visibleLine: String {
        isPrintableASCII ? self : visible(keepingLines: false)
    }

    /// This text made harmless, with its tabs and line breaks (`\r\n` becomes `\n`).
    ///
    /// For descriptions, comments and logs. Making text visible a second time changes nothing.
    public var visibleBlock: String {
        utf8.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x09 || $0 == 0x0A } ? self : visible(keepingLines: true)
    }

    private func visible(keepingLines: Bool) -> String {
        guard unicodeScalars.contains(where: \.isSuspicious) else { return self }
        var writer = VisibleTextWriter(keepsLines: keepingLines)
        var rest = unicodeScalars[...]
        while let suspicious = rest.firstIndex(where: \.isSuspicious) {
            writer.keep(rest[..<suspicious])
            rest = rest[suspicious...]
            writer.write(rest.removeFirst(), before: &rest)
        }
        writer.keep(rest)
        return writer.result
    }
}

/// Writes what is harmless as it is, and suspicious scalars in a visible form unless those around them need them.
private struct VisibleTextWriter {
    let keepsLines: Bool
    private(set) var result = ""
    /// The scalar written last, if it was written as it is: what a mark or a joiner may hang on to.
    private var base: Unicode.Scalar?

    init(keepsLines: Bool) {
        self.keepsLines = keepsLines
    }

    /// Writes a run of scalars as they are.
    mutating func keep(_ run: Substring.UnicodeScalarView) {
        guard let last = run.last else { return }
        result += Substring(run)
        base = last
    }

    /// Writes a suspicious scalar, and takes from `rest` what makes one sequence with it.
    mutating func write(_ scalar: Unicode.Scalar, before rest: inout Substring.UnicodeScalarView) {
        switch scalar {
        case "\n", "\t":
            keep(keepsLines ? scalar : " ")
        case "\r" where rest.first == "\n":
            break
        case "\u{1B}":
            if let sequence = rest.colorOrEraseSequence { rest.removeFirst(sequence) } else { spell(scalar) }
        case _ where isAllowed(scalar, before: rest.first):
            keep(scalar)
        case _ where base == .blackFlag && scalar.isTag:
            guard let tags = rest.flagTags else { return spell(scalar) }
            keep(scalar)
            keep(rest.prefix(tags))
            rest.removeFirst(tags)
        default:
            spell(scalar)
        }
    }

    private mutating func keep(_ scalar: Unicode.Scalar) {
        result.unicodeScalars.append(scalar)
        base = scalar
    }

    private mutating func spell(_ scalar: Unicode.Scalar) {
        result += scalar.spelledOut
        base = nil
    }

    /// Whether an invisible character has a use where it stands.
    private func isAllowed(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?) -> Bool {
        guard let base else { return false }
        if scalar.properties.isVariationSelector { return !base.isSuspicious && !base.properties.isWhitespace }
        guard scalar.isJoiner, let next else { return false }
        if scalar == .zeroWidthJoiner, base.endsEmoji, next.startsEmoji { return true }
        return base.belongsToJoiningScript && next.belongsToJoiningScript
    }
}

extension Unicode.Scalar {
    fileprivate static let zeroWidthJoiner: Unicode.Scalar = "\u{200D}"
    fileprivate static let zeroWidthNonJoiner: Unicode.Scalar = "\u{200C}"
    fileprivate static let blackFlag: Unicode.Scalar = "\u{1F3F4}"

    /// Whether this scalar is never shown as it is without a look at those around it.
    fileprivate var isSuspicious: Bool {
        switch value {
        case 0x20..<0x7F: false
        case ..<0xA0, 0xAD, 0x2028, 0x2029, 0xFFF9...0xFFFB: true
        case ..<0x300, 0x3200..<0xFE00: false  // Latin and East Asian text, ahead of a slower question
        default: properties.isDefaultIgnorableCodePoint
        }
    }

    /// `^[` for a control character of ASCII, else `\u{202E}`.
    fileprivate var spelledOut: String {
        if isASCII { return "^" + String(Unicode.Scalar(UInt8(value ^ 0x40))) }
        return #"\u{"# + String(value, radix: 16, uppercase: true) + "}"
    }

    fileprivate var isJoiner: Bool { self == .zeroWidthJoiner || self == .zeroWidthNonJoiner }

    /// Whether an emoji can end with this scalar: a pictograph, a skin tone or the emoji variation selector.
    fileprivate var endsEmoji: Bool { startsEmoji || value == 0xFE0F }

    fileprivate var startsEmoji: Bool { !isASCII && properties.isEmoji }

    /// Whether this is a letter or mark of Arabic, Syriac, an Indic or Southeast Asian script or Mongolian, whose
    /// spelling makes use of joiners.
    fileprivate var belongsToJoiningScript: Bool {
        (0x600...0x109F).contains(value) || (0x1780...0x18AF).contains(value)
    }

    fileprivate var isTag: Bool { (0xE0020...0xE007E).contains(value) }
}

extension Substring.UnicodeScalarView {
    /// The length of `[31m` or `[K`, the rest of a sequence that began with ESC; nil when there is anything else.
    fileprivate var colorOrEraseSequence: Int? {
        guard first == "[" else { return nil }
        let parameters = dropFirst().prefix { ("0"..."9").contains($0) || $0 == ";" || $0 == ":" }
        guard let final = self[parameters.endIndex...].first, final == "m" || final == "K" else { return nil }
        return parameters.count + 2
    }

    /// How many scalars complete a flag's tags after the first one, the final one included; nil unless they end in
    /// time. A subdivision's code has five letters at the most: `gbeng` for England.
    fileprivate var flagTags: Int? {
        let tags = prefix(4).prefix { $0.isTag }.count
        return dropFirst(tags).first?.value == 0xE007F ? tags + 1 : nil
    }
}
