import Model
import TestSupport

/// JSON values, and texts that mean them, with everything in them that the standard allows.
struct RandomJSON {
    var generator: SeededGenerator
    private let pieces: [String]

    /// - Parameter byteOrderMark: whether strings may hold one, which Foundation drops at the beginning.
    init(seed: UInt64, byteOrderMark: Bool = true) {
        generator = SeededGenerator(seed: seed)
        pieces =
            [
                "a", "Z", " ", "\"", "\\", "/", "\n", "\r", "\t", "\u{8}", "\u{C}", "\u{1}", "\u{1F}", "\u{7F}",
                "é", "e\u{301}", "日本", "😀", "\u{10FFFF}", "\u{FFFD}", "\u{2028}", "{", "]", ":", ",", "u0041",
            ] + (byteOrderMark ? ["\u{FEFF}"] : [])
    }

    mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < part }

    /// A value whose lists nest up to `depth` levels.
    mutating func value(depth: Int = 4) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2: .integer(integer())
        case 3: .number(number())
        case 4, 5: .string(string())
        case 6: .array(items(depth: depth - 1))
        default: .object(object(depth: depth - 1))
        }
    }

    private mutating func items(depth: Int) -> [JSON] {
        (0..<Int.random(in: 0...5, using: &generator)).map { _ in value(depth: depth) }
    }

    private mutating func object(depth: Int) -> JSONObject {
        JSONObject((0..<Int.random(in: 0...5, using: &generator)).map { _ in (string(), value(depth: depth)) })
    }

    private mutating func integer() -> Int64 {
        let bound = Int64(1) << Int64.random(in: 0...53, using: &generator)
        return Int64.random(in: -(bound - 1)...(bound - 1), using: &generator)
    }

    private mutating func number() -> Double {
        while true {
            let number = Double(bitPattern: generator.next())
            if number.isFinite { return number }
        }
    }

    mutating func string() -> String {
        (0..<Int.random(in: 0...8, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
            .joined()
    }

    /// A text that means `value`: blanks anywhere, members in any order, escapes where none are needed.
    mutating func text(of value: JSON) -> String {
        blanks() + bareText(of: value) + blanks()
    }

    private mutating func blanks() -> String {
        (0..<Int.random(in: 0...2, using: &generator)).map { _ in
            [" ", "\n", "\t", "\r"].randomElement(using: &generator)!
        }
        .joined()
    }

    private mutating func bareText(of value: JSON) -> String {
        switch value {
        case .null, .bool, .integer: return value.compactText
        case .number(let number):
            return chance(0.5) ? value.compactText.uppercased() : number.description
        case .string(let string): return text(of: string)
        case .array(let items): return "[" + list(items.map { text(of: $0) }) + "]"
        case .object(let object):
            let members = object.map { member in
                blanks() + text(of: member.key) + blanks() + ":" + text(of: member.value)
            }
            return "{" + list(members.shuffled(using: &generator)) + "}"
        }
    }

    private mutating func list(_ items: [String]) -> String {
        items.isEmpty ? blanks() : items.joined(separator: ",")
    }

    private mutating func text(of string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            if scalar.value < 0x20 || scalar == "\"" || scalar == "\\" || chance(0.2) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: chance(0.5))
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
