import Model
import System

extension Identifier {
    /// Orders ids by number where both have one, else by text, as names of agents.
    public static func precedes(_ left: String, _ right: String) -> Bool {
        guard let leftNumber = number(of: left), let rightNumber = number(of: right) else { return left < right }
        return leftNumber == rightNumber ? left < right : leftNumber < rightNumber
    }

    /// The number after the dash; nil for a hash, and for a name, which begins with a small letter or a digit. Sorting
    /// asks for it very often, so it is read off the bytes.
    public static func number(of id: String) -> Int? {
        var number: Int?
        for (index, byte) in id.utf8.enumerated() {
            if index == 0, byte &- UInt8(ascii: "A") >= 26 { return nil }
            if let former = number {
                guard let digit = byte.decimalDigit, former < 1 << 56 else { return nil }
                number = former * 10 + Int(digit)
            } else if byte == UInt8(ascii: "-") {
                number = 0
            }
        }
        return number
    }
}

extension Array {
    /// The elements in the order of their ids. Only positions are moved while sorting, because records are large.
    func sorted(byID id: (Element) -> String) -> [Element] {
        let keys = map { element in
            let text = id(element)
            return (number: Identifier.number(of: text), text: text)
        }
        return keys.indices.sorted { left, right in
            if let leftNumber = keys[left].number, let rightNumber = keys[right].number, leftNumber != rightNumber {
                return leftNumber < rightNumber
            }
            return Identifier.precedes(keys[left].text, keys[right].text)
        }.map { self[$0] }
    }
}
