import Arguments
import Engine
import Model
import System
import Terminal

/// How a list is printed in every form.
struct Listing<Item> {
    /// A column of the table.
    struct ListColumn {
        let column: Column
        /// The width of the terminal from which on it is shown.
        let fromWidth: Int
        /// Whether an item has something to show in it; nil where all of them have. Without any the column is left out.
        let isPresent: ((Item) -> Bool)?
        let cell: (Item) -> Cell

        /// - Parameter fromWidth: 0 for a column that is always shown; outside of terminals, all are.
        init(
            _ title: String, _ alignment: Alignment = .left, shrink: Column.Shrink = .never, fromWidth: Int = 0,
            ifAny isPresent: ((Item) -> Bool)? = nil, cell: @escaping (Item) -> Cell
        ) {
            column = Column(title, alignment, shrink: shrink)
            self.fromWidth = fromWidth
            self.isPresent = isPresent
            self.cell = cell
        }
    }

    let columns: [ListColumn]
    let id: (Item) -> String
    /// The whole record; nil when it is gone by now.
    let shown: (Item) throws -> Shown?
    /// What is said when there is nothing: `no tasks; tf task create TITLE makes one`.
    let empty: String
}

extension Output {
    /// Prints a list: a table, or what was asked for instead.
    func list<Item>(_ items: [Item], _ listing: Listing<Item>) throws {
        if items.isEmpty, !isStructured { hint(listing.empty) }
        switch form {
        case .json: try json(.array(try items.compactMap { try listing.shown($0)?.json }))
        case .jsonLines:
            for item in items {
                if let shown = try listing.shown(item) { try json(shown.json) }
            }
        case .template(let template):
            for item in items {
                if let shown = try listing.shown(item) { try print(shown, template) }
            }
        case .text where isQuiet: for item in items { try line(listing.id(item)) }
        case .text: try table(items, listing.columns)
        }
    }

    private func table<Item>(_ items: [Item], _ columns: [Listing<Item>.ListColumn]) throws {
        let columns = columns.filter { column in
            guard column.fromWidth <= width ?? .max else { return false }
            guard let isPresent = column.isPresent else { return true }
            return items.contains(where: isPresent)
        }
        var table = Table(columns.map(\.column))
        table.addRows(items, columns.map { $0.cell })
        try table.render(width: width, painter: painter) { try write(bytes: $0) }
    }
}
