import System

extension String {
    /// The text as one word of a shell, quoted where it has to be.
    var shellWord: String {
        let isPlain =
            !isEmpty
            && utf8.allSatisfy { byte in
                byte.decimalDigit != nil || (byte | 0x20) &- UInt8(ascii: "a") < 26 || "_-./=:,+@%".utf8.contains(byte)
            }
        if isPlain { return self }
        return "'" + map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
    }
}
