/// `@name` in a text.
enum Mentions {
    /// The names, each once, in their order. What stands around one (blanks, brackets, quotes, emphasis) is no part of
    /// it; a mail address, a path and code are no mentions.
    static func names(in text: String) -> [String] {
        var names: [String] = []
        var previous: Character = " "
        var rest = Substring(text)
        while let character = rest.popFirst() {
            defer { previous = character }
            guard character == "@", !previous.isLetter, !previous.isNumber, !"@/`".contains(previous) else { continue }
            var name = rest.prefix(while: isPart)
            // A full stop ends the sentence, an underscore the emphasis that began before.
            while let last = name.last, last == "." || last == "_" && previous == "_" { name.removeLast() }
            if !name.isEmpty, !names.contains(String(name)) { names.append(String(name)) }
        }
        return names
    }

    private static func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_-.".contains(character)
    }
}
