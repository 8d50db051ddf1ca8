/// Bounds that `store.md` sets for what a record may hold.
public enum Limit {
    /// Bytes in a record file, and so in a record's journal entry.
    public static let recordBytes = 1 << 20
    /// Characters in a title.
    public static let titleCharacters = 500
    /// Entries in any list of a record.
    public static let listEntries = 10_000
    /// Bytes in the text of a comment.
    public static let commentBytes = 65_536
}
