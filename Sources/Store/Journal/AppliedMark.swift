import Model
import System

/// `journal/applied`: how much of the journal stands in the record files, and how much of that is on the disk.
///
/// One line of fixed length, overwritten in place: the three positions, the number of transactions since the second,
/// the id of the boot in which it was written, and its own sum.
struct AppliedMark: Hashable, Sendable {
    /// Up to here, record files are at least as new as the journal.
    var applied: JournalPosition
    /// Up to here, they would survive a power cut.
    var synced: JournalPosition
    /// Up to here, no trigger has anything left to do. Behind ``applied`` when a writer was interrupted before its
    /// triggers were told, and while they are.
    var reacted: JournalPosition
    /// Transactions since ``synced``.
    var unsynced: Int
    /// The boot in which the mark was written. In another one, files after ``synced`` may have lost their content.
    var boot: String

    /// How many transactions may go unsynced.
    static let syncInterval = 256

    /// Whether the record files should be brought to the disk; said again from time to time until it was done.
    var wantsSync: Bool { unsynced >= Self.syncInterval && unsynced % (Self.syncInterval / 16) == 0 }

    private static let bootLength = 36
    private static let length = 3 * (8 + 1 + 12 + 1) + 4 + 1 + bootLength + 1 + 8 + 1

    /// This boot's id in the length that the line has for it.
    static let currentBoot: String = {
        let id = String((ProcessTable.bootID ?? "").prefix(bootLength))
        return id + String(repeating: "-", count: bootLength - id.utf8.count)
    }()

    /// The mark of a journal that has nothing in it.
    static let start = AppliedMark(
        applied: .start, synced: .start, reacted: .start, unsynced: 0, boot: currentBoot)

    private var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for position in [applied, synced, reacted] {
            bytes.append(decimal: Int64(position.segment), width: 8)
            bytes.append(UInt8(ascii: " "))
            bytes.append(decimal: position.offset, width: 12)
            bytes.append(UInt8(ascii: " "))
        }
        bytes.append(decimal: Int64(min(unsynced, 9999)), width: 4)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: boot.utf8)
        let sum = Checksum.of(bytes)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: Checksum.text(sum).utf8)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private init?(bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        var place = 0
        /// A number of fixed width and the blank after it.
        func number(_ width: Int) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[place..<place + width] {
                guard let digit = byte.decimalDigit else { return nil }
                value = value * 10 + digit
            }
            guard bytes[place + width] == UInt8(ascii: " ") else { return nil }
            place += width + 1
            return value
        }
        func position() -> JournalPosition? {
            guard let segment = number(8), let offset = number(12) else { return nil }
            return JournalPosition(segment: Int(segment), offset: offset)
        }
        guard let applied = position(), let synced = position(), let reacted = position(), let unsynced = number(4)
        else { return nil }
        let end = place + Self.bootLength
        guard bytes[(end + 1)...].elementsEqual((Checksum.text(Checksum.of(bytes[..<end])) + "\n").utf8) else {
            return nil
        }
        self.applied = applied
        self.synced = synced
        self.reacted = reacted
        self.unsynced = Int(unsynced)
        boot = String(decoding: bytes[place..<end], as: UTF8.self)
    }

    init(
        applied: JournalPosition, synced: JournalPosition, reacted: JournalPosition, unsynced: Int, boot: String
    ) {
        self.applied = applied
        self.synced = synced
        self.reacted = reacted
        self.unsynced = unsynced
        self.boot = boot
    }

    /// Reads the mark; nil when there is none, or none that is whole.
    ///
    /// Whoever does not hold the lock may read it while it is being overwritten, so a bad sum is looked at again.
    static func read(in directory: File) throws(StoreError) -> AppliedMark? {
        for _ in 0..<3 {
            let bytes = try storing { () throws(SystemError) in try contents(in: directory) }
            guard let bytes else { return nil }
            if let mark = AppliedMark(bytes: bytes) { return mark }
        }
        return nil
    }

    /// What stands in the file; nil when it is missing, or is none.
    private static func contents(in directory: File) throws(SystemError) -> [UInt8]? {
        do {
            let file = try File(Layout.applied, [.read, .unlinked, .withoutWaiting], in: directory)
            var bytes = [UInt8](repeating: 0, count: length + 1)
            let count = try file.read(into: &bytes, at: 0)
            return Array(bytes.prefix(count))
        } catch {
            if error.isMissing || error.isLink || error.isUnreadableKind { return nil }
            throw error
        }
    }

    /// Writes the mark, with the lock held.
    func write(in directory: File) throws(SystemError) {
        let file = try File(Layout.applied, [.write, .create, .unlinked], in: directory, permissions: 0o660)
        try file.write(bytes, at: 0)
    }
}
