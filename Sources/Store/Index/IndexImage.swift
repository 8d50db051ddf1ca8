import Model
import System

/// A whole index in memory, before it is written: header, base and table, no tail.
struct IndexImage {
    /// How many receipts of commands are remembered.
    static let rememberedCommands = 10_000

    private(set) var bytes: [UInt8]
    private(set) var header: IndexHeader

    /// - Parameter entries: one for each subject, in the order in which they are to be found.
    init(entries: [IndexEntry], header: IndexHeader) {
        var header = header
        var body: [UInt8] = []
        var rows: [IndexRow] = []
        let receipts = entries.reduce(0) { $0 + ($1.key == nil ? 1 : 0) }
        var forgotten = max(0, receipts - Self.rememberedCommands)
        for entry in entries {
            if entry.key == nil, forgotten > 0 {
                forgotten -= 1
                continue
            }
            let offset = IndexHeader.length + body.count
            for tag in Set(entry.tags) { rows.append(IndexRow(hash: tag.hash, offset: offset)) }
            body.append(contentsOf: entry.bytes)
        }
        rows.sort()
        header.baseEnd = Int64(IndexHeader.length + body.count)
        header.tableCount = Int64(rows.count)
        header.end = header.tailStart
        var table = ByteWriter()
        for (number, row) in rows.enumerated() { row.write(number: number, to: &table) }
        bytes = header.bytes + body + table.bytes
        self.header = header
    }

    /// What lookups go by.
    var content: IndexContent { IndexContent(header, base: IndexBytes(bytes)) }

    /// Puts the index in place of what is there, with the lock held.
    func write(in directory: File) throws(SystemError) {
        let temporary = NewRecordFile.temporaryName(for: Layout.index)
        try Layout.makeDirectory(Layout.cache, in: directory)
        // What stands there was derived, whatever it is; a directory is not replaced by renaming.
        if try FileSystem.status(Layout.index, in: directory)?.isDirectory == true {
            try FileSystem.removeTree(directory.path + "/" + Layout.index)
        }
        let file = try File(temporary, [.write, .create, .truncate, .unlinked], in: directory, permissions: 0o660)
        try file.write(bytes)
        try FileSystem.rename(temporary, to: Layout.index, in: directory)
    }
}
