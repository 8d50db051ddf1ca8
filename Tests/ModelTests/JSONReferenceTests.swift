import Foundation
import Model
import Testing

@Suite("JSON read by two readers")
struct JSONReferenceTests {
    @Test("random texts mean what Foundation takes them for")
    func agreement() throws {
        var random = RandomJSON(seed: 2, byteOrderMark: false)
        for _ in 0..<2000 {
            let value = random.value()
            let text = random.text(of: value)
            #expect(try JSON(parsing: text) == value, "\(text)")
            let other = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            #expect(agree(value, other), "\(text)")
        }
    }

    @Test("what is written is read by Foundation as the same value")
    func writtenForOthers() throws {
        var random = RandomJSON(seed: 3, byteOrderMark: false)
        for _ in 0..<1000 {
            let value = random.value()
            let other = try JSONSerialization.jsonObject(with: Data(value.fileBytes), options: .fragmentsAllowed)
            #expect(agree(value, other), "\(value.compactText)")
        }
    }

    @Test(
        "damaged texts are refused within their bounds, or read as a value that survives; never more than Foundation reads"
    )
    func damaged() throws {
        var random = RandomJSON(seed: 4)
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = Array(random.text(of: random.value(depth: 3)).utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random.generator) { damage(&bytes, &random) }
            do throws(JSONFault) {
                let value = try JSON(parsing: bytes)
                #expect(try JSON(parsing: value.compactBytes) == value)
                #expect(throws: Never.self, "\(String(decoding: bytes, as: UTF8.self))") {
                    try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
                }
            } catch {
                refused += 1
                let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
                try #require((1...lines.count).contains(error.line), "\(error) in \(bytes)")
                #expect((1...lines[error.line - 1].count + 1).contains(error.column), "\(error) in \(bytes)")
            }
        }
        #expect((1000..<20_000).contains(refused))
    }

    private func damage(_ bytes: inout [UInt8], _ random: inout RandomJSON) {
        let place = Int.random(in: 0...bytes.count, using: &random.generator)
        let byte = UInt8.random(in: 0...255, using: &random.generator)
        let sign = Array("{}[]\",:\\u0e-. \n".utf8).randomElement(using: &random.generator)!
        switch Int.random(in: 0..<5, using: &random.generator) {
        case 0: bytes.insert(byte, at: place)
        case 1: bytes.insert(sign, at: place)
        case 2 where place < bytes.count: bytes[place] = byte
        case 3 where place < bytes.count: bytes[place] = sign
        case 4 where place < bytes.count: bytes.removeSubrange(place..<min(bytes.count, place + Int(byte) % 4 + 1))
        default: bytes.removeLast(bytes.count - place)
        }
    }

    private func agree(_ value: JSON, _ other: Any) -> Bool {
        switch value {
        case .null: other is NSNull
        case .bool(let bool): (other as? NSNumber)?.boolValue == bool
        case .integer(let integer): (other as? NSNumber)?.int64Value == integer
        case .number(let number):
            // Foundation goes through decimal fractions for some, and ends at a double close by.
            (other as? NSNumber).map { abs($0.doubleValue - number) <= abs(number) * 1e-12 } ?? false
        case .string(let string): (other as? String)?.utf8.elementsEqual(string.utf8) == true
        case .array(let items):
            (other as? [Any]).map { $0.count == items.count && zip(items, $0).allSatisfy(agree) } ?? false
        case .object(let object):
            (other as? [String: Any]).map { others in
                object.allSatisfy { member in others[member.key].map { agree(member.value, $0) } ?? false }
            } ?? false
        }
    }
}
