import Terminal
import Testing
import TestSupport

@Suite("Tables")
struct TableTests {
    private static let columns = [
        Column("id"), Column("n", .right), Column("title", shrink: .to(8)), Column("agent", shrink: .to(4, order: 1)),
    ]

    private static func table(_ rows: [Cell]...) -> Table {
        var table = Table(columns)
        rows.forEach { table.add($0) }
        return table
    }

    @Test("columns are aligned under capital titles, two blanks apart, with no blanks at the end of a line")
    func aligned() {
        let table = Self.table(["T-1", "9", "Write the parser", "ada"], ["T-12", "10", "Rest", ""])
        #expect(
            table.render() == """
                ID     N  TITLE             AGENT
                T-1    9  Write the parser  ada
                T-12  10  Rest

                """)
    }

    @Test("a table without rows is nothing at all")
    func empty() {
        #expect(Self.table().render(width: 80, painter: .color).isEmpty)
    }

    @Test("wide characters, emoji and combining marks keep the columns aligned")
    func wide() {
        let table = Self.table(["日本", "1", "e\u{301}", "a"], ["x", "2", "👨‍👩‍👧🇩🇪", "b"])
        #expect(
            table.render() == """
                ID    N  TITLE  AGENT
                日本  1  e\u{301}      a
                x     2  👨‍👩‍👧🇩🇪   b

                """)
    }

    @Test("the header is dim, cells have their style, and blanks are outside of it")
    func styled() {
        var table = Table([Column("id"), Column("status")])
        table.add([Cell("T-1", .bold), Cell("failed", .red)])
        #expect(
            table.render(painter: .color) == """
                \u{1B}[2mID\u{1B}[0m   \u{1B}[2mSTATUS\u{1B}[0m
                \u{1B}[1mT-1\u{1B}[0m  \u{1B}[31mfailed\u{1B}[0m

                """)
    }

    @Test("without a width nothing is cut, however long it is")
    func unlimited() {
        let long = String(repeating: "x", count: 100_000)
        #expect(Self.table(["T-1", "1", Cell(long), "a"]).render().contains(long))
    }

    @Test("columns of a lower order are cut first, down to their minimum, the others then")
    func shrinks() {
        let table = Self.table(["T-1", "1", "a title of some length", "some-agent"])
        #expect(
            table.render(width: 34) == """
                ID   N  TITLE           AGENT
                T-1  1  a title of so…  some-agent

                """)
        #expect(
            table.render(width: 24) == """
                ID   N  TITLE     AGENT
                T-1  1  a title…  some-…

                """)
    }

    @Test("of two columns of the same order the longer one is cut")
    func levelled() {
        var table = Table([Column("a", shrink: .to(1)), Column("b", shrink: .to(1)), Column("c", shrink: .to(1))])
        table.add(["short", "long long long", "long long long long"])
        #expect(table.render(width: 26).hasSuffix("short  long lon…  long lo…\n"))
        #expect(table.render(width: 27).hasSuffix("short  long lon…  long lon…\n"))
    }

    @Test("a terminal too narrow for all columns shows the first ones")
    func narrow() {
        let table = Self.table(["T-1", "1", "a title", "agent"])
        #expect(table.render(width: 6) == "ID   N\nT-1  1\n")
        #expect(table.render(width: 5) == "ID\nT-1\n")
        #expect(table.render(width: 2) == "ID\nT…\n")
        #expect(table.render(width: 1) == "…\n…\n")
        #expect(table.render(width: 0) == "\n\n")
    }

    @Test("a very long cell is cut like any other")
    func veryLong() {
        let long = Cell(String(repeating: "日", count: 200_000))
        let text = Self.table(["T-1", "1", long, "a"]).render(width: 40)
        #expect(text.hasSuffix("T-1  1  日日日日日日日日日日日日…  a\n"))
    }

    @Test("text from outside can't break out of its cell")
    func injection() {
        let text = Self.table(["T-1", "1", "a\u{1B}[2J\nb\u{202E}c", "x"]).render(width: 80)
        #expect(text.hasSuffix(#"T-1  1  a^[[2J b\u{202E}c  x"# + "\n"))
    }

    @Test("the sink gets line after line, and its failure ends the rendering")
    func sink() {
        struct Closed: Error {}
        var lines: [String] = []
        let table = Self.table(["T-1", "1", "a", "x"], ["T-2", "2", "b", "y"])
        table.render { lines.append(String(decoding: $0, as: UTF8.self)) }
        #expect(lines == ["ID   N  TITLE  AGENT\n", "T-1  1  a      x\n", "T-2  2  b      y\n"])

        var count = 0
        #expect(throws: Closed.self) {
            try table.render { (_: [UInt8]) throws(Closed) in
                count += 1
                if count == 2 { throw Closed() }
            }
        }
        #expect(count == 2)
    }

    @Test("whatever the cells and the width, no line is too wide and no cell out of line", arguments: 0..<40)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let table = Self.randomTable(using: &generator)
            let width = Bool.random(using: &generator) ? nil : Int.random(in: 0...70, using: &generator)
            // Where the cells of each column are: their left edges, or the right ones of a column aligned to the right.
            var edges: [Set<Int>] = Array(repeating: [], count: table.columns.count)
            table.render(width: width, painter: .color) { bytes in
                let line = String(decoding: bytes, as: UTF8.self)
                let text = line.dropLast()
                #expect(line.last == "\n" && text.last != " ")
                let (plain, cells) = Self.readBack(String(text))
                if let width { #expect(plain.displayWidth <= width, "\(plain)") }
                for cell in cells {
                    edges[cell.column].insert(table.columns[cell.column].alignment == .left ? cell.start : cell.end)
                }
            }
            #expect(edges.allSatisfy { $0.count <= 1 })
        }
    }

    /// A table whose cells tell their column by their colour.
    private static func randomTable(using generator: inout SeededGenerator) -> Table {
        let columns = (0..<Int.random(in: 1...colors.count, using: &generator)).map { index in
            let minimum = Int.random(in: -9...9, using: &generator)
            return Column(
                "c\(index)", index % 3 == 1 ? .right : .left,
                shrink: minimum < 0 ? .never : .to(minimum, order: index % 2))
        }
        var table = Table(columns)
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            table.add(
                columns.indices.map { Cell(RandomText.ordinary(length: 8, using: &generator), colors[$0]) })
        }
        return table
    }

    private static let colors: [Style] = [.red, .green, .yellow, .blue, .magenta, .cyan]

    /// A rendered line without its escape sequences, and which coloured cells it has at which columns.
    private static func readBack(_ line: String) -> (plain: String, cells: [(column: Int, start: Int, end: Int)]) {
        var plain = ""
        var cells: [(column: Int, start: Int, end: Int)] = []
        for piece in line.unicodeScalars.split(separator: "\u{1B}", omittingEmptySubsequences: false).map(String.init) {
            let parameter = piece.hasPrefix("[") ? piece.dropFirst().prefix { $0 != "m" } : ""
            let text = piece.hasPrefix("[") ? String(piece.unicodeScalars.drop { $0 != "m" }.dropFirst()) : piece
            let start = plain.displayWidth
            plain += text
            if let code = Int(parameter), (31...36).contains(code) {
                cells.append((code - 31, start, start + text.displayWidth))
            }
        }
        return (plain, cells)
    }
}
