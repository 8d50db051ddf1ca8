/// A piece of Swift source. Comments leave none.
enum Token: Equatable {
    /// A name, a keyword or a number.
    case word(String)
    /// A string literal. What is interpolated into it follows as tokens of their own; its words do not.
    case string(String)
    /// Any other character, such as a bracket.
    case symbol(Unicode.Scalar)
}

/// The tokens of a file, and which of them stand together.
struct Tokens {
    private(set) var all: [Token] = []
    /// For each token whether no blank, line break or comment is before it.
    private(set) var isAttached: [Bool] = []

    /// - Parameter text: Swift without regular expressions between slashes, of which this house has none.
    init(of text: String) {
        var text = text
        all.reserveCapacity(text.utf8.count / 4)
        text.withUTF8 { bytes in
            var lexer = Lexer(bytes)
            lexer.read { token, isAttached in
                all.append(token)
                self.isAttached.append(isAttached)
            }
        }
    }
}

extension String {
    /// Whether it begins with a capital letter, as the names of types do.
    var isCapitalized: Bool { utf8.first.map { (0x41...0x5A).contains($0) } ?? false }
}

/// Reads Swift from left to right.
private struct Lexer {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private func byte(_ distance: Int = 0) -> UInt8 {
        position + distance < bytes.count ? bytes[position + distance] : 0
    }

    private func isNext(_ text: StaticString, at distance: Int = 0) -> Bool {
        for index in 0..<text.utf8CodeUnitCount where byte(distance + index) != text.utf8Start[index] { return false }
        return true
    }

    /// Hands over every token up to the end, or to the bracket that ends an interpolation.
    mutating func read(isInterpolation: Bool = false, _ take: (Token, _ isAttached: Bool) -> Void) {
        var depth = 0
        var isAttached = false
        while position < bytes.count {
            let first = byte()
            if first.isBlank {
                position += 1
                isAttached = false
            } else if isNext("//") {
                while position < bytes.count, byte() != UInt8(ascii: "\n") { position += 1 }
                isAttached = false
            } else if isNext("/*") {
                skipComment()
                isAttached = false
            } else if first.isPartOfName {
                take(.word(name()), isAttached)
                isAttached = true
            } else if let hashes = hashesOfString() {
                readString(hashes, take)
                isAttached = true
            } else {
                if first == UInt8(ascii: "(") { depth += 1 }
                if first == UInt8(ascii: ")") { depth -= 1 }
                position += 1
                if isInterpolation, depth < 0 { return }
                take(.symbol(Unicode.Scalar(first)), isAttached)
                isAttached = true
            }
        }
    }

    /// Skips a comment between `/*` and `*/`, which may have others in it.
    private mutating func skipComment() {
        var depth = 0
        repeat {
            if isNext("/*") {
                depth += 1
                position += 2
            } else if isNext("*/") {
                depth -= 1
                position += 2
            } else {
                position += 1
            }
        } while depth > 0 && position < bytes.count
    }

    private mutating func name() -> String {
        let start = position
        while byte().isPartOfName { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// The number of `#` before the string literal that begins here; nil when none does.
    private func hashesOfString() -> Int? {
        var count = 0
        while byte(count) == UInt8(ascii: "#") { count += 1 }
        return byte(count) == UInt8(ascii: "\"") ? count : nil
    }

    private func areHashes(_ count: Int, at distance: Int) -> Bool {
        (0..<count).allSatisfy { byte(distance + $0) == UInt8(ascii: "#") }
    }

    /// Reads a string literal, and hands over its text and what is interpolated.
    private mutating func readString(_ hashes: Int, _ take: (Token, Bool) -> Void) {
        position += hashes
        let quotes = isNext("\"\"\"") ? 3 : 1
        position += quotes
        let start = position
        var end: Int?
        var interpolated: [(token: Token, isAttached: Bool)] = []
        while position < bytes.count, end == nil {
            if quotes == 3 ? isNext("\"\"\"") : byte() == UInt8(ascii: "\""), areHashes(hashes, at: quotes) {
                end = position
                position += quotes + hashes
            } else if byte() == UInt8(ascii: "\\"), areHashes(hashes, at: 1) {
                position += 1 + hashes
                if byte() == UInt8(ascii: "(") {
                    position += 1
                    read(isInterpolation: true) { interpolated.append(($0, $1)) }
                } else {
                    position += 1
                }
            } else {
                position += 1
            }
        }
        take(.string(String(decoding: bytes[start..<(end ?? bytes.count)], as: UTF8.self)), false)
        for (token, isAttached) in interpolated { take(token, isAttached) }
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self <= 0x20 }

    /// Whether it belongs to a name: a letter, a digit, an underscore, a backtick, `$`, or any part of a character
    /// beyond ASCII.
    fileprivate var isPartOfName: Bool {
        switch self {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x5F, 0x60, 0x24, 0x80...: true
        default: false
        }
    }
}
