/// Patterns with `*` (any text) and `?` (any one character), as `--type` and `--where` take them.
public enum Glob {
    /// Whether all of `text` fits `pattern`.
    public static func matches(_ text: String, _ pattern: String) -> Bool {
        if !pattern.utf8.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }) {
            return text == pattern
        }
        let text = Array(text.unicodeScalars)
        let pattern = Array(pattern.unicodeScalars)
        // The last star, and how much of the text it has taken: only that one ever needs to take more.
        var star: (pattern: Int, text: Int)?
        var inText = 0
        var inPattern = 0
        while inText < text.count {
            if inPattern < pattern.count, pattern[inPattern] == "*" {
                star = (inPattern, inText)
                inPattern += 1
            } else if inPattern < pattern.count, pattern[inPattern] == "?" || pattern[inPattern] == text[inText] {
                inText += 1
                inPattern += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                inPattern = last.pattern + 1
                inText = last.text + 1
            } else {
                return false
            }
        }
        return pattern[inPattern...].allSatisfy { $0 == "*" }
    }
}
