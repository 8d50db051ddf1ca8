/// A page of the manual in section 1, as mdoc text: one for the program, one for each of its nouns.
public struct ManualPage: Sendable {
    /// Without the section: `tf`, `tf-task`.
    public let name: String
    /// The mdoc source; ends with a newline.
    public let text: String

    /// The file that holds it: `tf-task.1`.
    public var fileName: String { name + ".1" }

    /// All pages of a program, its own first.
    ///
    /// - Parameter date: What the pages show as their date, as mdoc wants it: `March 1, 2026`. A constant, so that
    ///   the same declaration gives the same pages.
    public static func pages(of program: Program, date: String) -> [ManualPage] {
        []
    }
}
