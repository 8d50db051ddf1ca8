import System
import Testing
import TestSupport

@Suite("CRC-32")
struct ChecksumTests {
    @Test(
        "known texts have known sums",
        arguments: [
            ("", "00000000"), ("123456789", "cbf43926"), ("a", "e8b7be43"), ("abc", "352441c2"),
            ("The quick brown fox jumps over the lazy dog", "414fa339"),
        ])
    func known(text: String, sum: String) {
        #expect(Checksum.text(Checksum.of(text.utf8)) == sum)
    }

    @Test("random bytes have the sum that the definition gives, in one piece or many")
    func reference() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0..<300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let expected = bitwise(bytes)
            #expect(Checksum.of(bytes) == expected)
            var sum = Checksum()
            let cut = Int.random(in: 0...bytes.count, using: &random)
            sum.add(bytes[..<cut])
            sum.add(AnySequence(bytes[cut...]))
            #expect(sum.value == expected)
        }
    }

    private func bitwise(_ bytes: [UInt8]) -> UInt32 {
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            for bit in 0..<8 {
                let mixed = (remainder ^ UInt32(byte >> bit)) & 1
                remainder = remainder >> 1 ^ (mixed == 1 ? 0xEDB8_8320 : 0)
            }
        }
        return ~remainder
    }
}
