extension Unicode.Scalar {
    /// The columns that a terminal gives to this scalar on its own: 0, 1 or 2.
    ///
    /// - 0: control characters, nonspacing and enclosing marks, invisible formatting characters, and the vowels and
    ///   final consonants that complete a Hangul syllable. (The soft hyphen has one column: terminals draw it.)
    /// - 2: East Asian wide and fullwidth characters, and what is an emoji without being asked to be one.
    /// - 1: everything else, ambiguous characters, spacing marks and a lone regional indicator included.
    var columns: Int {
        switch value {
        case ..<0x20, 0x7F...0x9F: 0
        case ..<0x300: 1
        case 0x4E00...0x9FFF, 0xAC00...0xD7A3: 2  // what East Asian text is made of, ahead of slower questions
        default: isWithoutWidth ? 0 : isWide ? 2 : 1
        }
    }

    var isRegionalIndicator: Bool { (0x1F1E6...0x1F1FF).contains(value) }

    /// Whether this scalar can make an emoji sequence of a cluster: the emoji variation selector, the zero-width
    /// joiner, a regional indicator or a skin tone. There is no sequence without one of these.
    var joinsEmoji: Bool {
        value >= 0x200D
            && (value == 0x200D || value == 0xFE0F || isRegionalIndicator || (0x1F3FB...0x1F3FF).contains(value))
    }

    private var isWithoutWidth: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        case .format: properties.isDefaultIgnorableCodePoint
        default: (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value)
        }
    }

    private var isWide: Bool {
        if properties.isEmojiPresentation { return !isRegionalIndicator }
        var candidates = Self.wideRanges[...]
        while !candidates.isEmpty {
            let middle = candidates.startIndex + candidates.count / 2
            let range = candidates[middle]
            if range.contains(value) { return true }
            candidates = value < range.lowerBound ? candidates[..<middle] : candidates[(middle + 1)...]
        }
        return false
    }

    /// The scalars whose East_Asian_Width is Wide or Fullwidth, in ascending order.
    ///
    /// From `EastAsianWidth.txt` of Unicode 15.1. Left out are the scalars with the property Emoji_Presentation: all
    /// of these but the regional indicators are wide, and the standard library knows them. Ranges are joined over
    /// gaps that hold only such scalars or none that is assigned. The blocks and planes that the file reserves for
    /// ideographs are wide throughout.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F,  // Hangul initial consonants
        0x2329...0x232A,  // angle brackets
        0x2E80...0x303E,  // radicals, ideographic punctuation
        0x3041...0x3247,  // Hiragana, Katakana, Bopomofo, Hangul letters, enclosed ideographs
        0x3250...0x4DBF,  // squared Katakana, ideographs (extension A)
        0x4E00...0xA4C6,  // ideographs, Yi
        0xA960...0xA97C,  // Hangul initial consonants (extended)
        0xAC00...0xD7A3,  // Hangul syllables
        0xF900...0xFAFF,  // compatibility ideographs
        0xFE10...0xFE19,  // vertical forms
        0xFE30...0xFE6B,  // vertical and small forms
        0xFF01...0xFF60,  // fullwidth forms of ASCII
        0xFFE0...0xFFE6,  // fullwidth signs
        0x16FE0...0x18D08,  // Tangut, Khitan
        0x1AFF0...0x1B2FB,  // Kana supplements, Nushu
        0x1F200...0x1F265,  // enclosed ideographs (supplement)
        0x20000...0x3FFFD,  // ideographs of planes 2 and 3
    ]
}
