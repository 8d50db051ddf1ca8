import Model
import System

/// Why the workspace cannot be read or written.
public enum StoreError: Error, Sendable {
    /// There is no workspace at or above a directory.
    case noWorkspace(searched: String)
    /// A directory that was named as a workspace is none.
    case notAWorkspace(path: String, reason: String)
    /// `init` where there is one already.
    case alreadyAWorkspace(path: String)
    /// The workspace belongs to somebody else and its user has not said that it is trusted.
    case foreignOwner(path: String, owner: UInt32)
    /// The workspace was written by a later version.
    case newerFormat(path: String, format: Int)
    /// Somebody else has held the lock for as long as we were willing to wait.
    case locked(path: String, after: Duration, holder: String?)
    /// A record file that is not a record.
    case invalidRecord(InvalidRecord)
    /// The journal has a line whose sum is wrong, with good lines after it, or ends before what was applied.
    case damagedJournal(file: String, offset: Int64, reason: String)
    /// Writing failed before the commit point: nothing has changed.
    case notWritten(SystemError)
    /// Writing failed, and so did taking back what had been written: whether it will count is open.
    case tailInDoubt(SystemError)
    /// A record would be larger than ``Limit/recordBytes``.
    case recordTooLarge(String, bytes: Int)
    /// The history does not go back so far.
    case beforeHistory(seq: Int, oldest: Int)
    case system(SystemError)
}

/// A record file that cannot be taken for a record: where it is and what is wrong with it.
public struct InvalidRecord: Error, Hashable, Sendable, CustomStringConvertible {
    public let key: RecordKey
    /// The file, from the workspace's directory on.
    public let file: String
    /// The field that is wrong, nil when the file as a whole is.
    public let field: String?
    public let reason: String

    /// A file that is wrong as a whole.
    public init(key: RecordKey, file: String, reason: String) {
        self.key = key
        self.file = file
        self.field = nil
        self.reason = reason
    }

    /// A file with a wrong field.
    public init(key: RecordKey, file: String, fault: FieldFault) {
        self.key = key
        self.file = file
        self.field = fault.field
        self.reason = fault.description
    }

    public var description: String { "\(file): \(reason)" }
}

/// Runs `body`, turning a system failure into a store failure.
func storing<Result>(_ body: () throws(SystemError) -> Result) throws(StoreError) -> Result {
    do {
        return try body()
    } catch {
        throw .system(error)
    }
}
