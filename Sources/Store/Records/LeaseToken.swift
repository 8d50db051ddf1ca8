import Model
import System

extension Lease {
    /// A token that nobody can guess.
    public static func newToken() throws(StoreError) -> String {
        let bytes = try storing { () throws(SystemError) in try Environment.random(count: 16) }
        var text = ""
        for byte in bytes { text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return text
    }
}
