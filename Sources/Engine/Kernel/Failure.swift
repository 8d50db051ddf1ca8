import Model
import Store
import System

/// What a process exits with; see `tf help exit-codes`.
public enum ExitStatus: Int32, CaseIterable, Sendable {
    case done = 0
    case refused = 1
    case usage = 2
    case notFound = 3
    case conflict = 4
    case locked = 5
    case pending = 6
    case unusable = 7

    /// One line for help and manual.
    public var meaning: String {
        switch self {
        case .done: "done"
        case .refused:
            "refused: the transition or the state does not allow it; or what was waited for did not succeed"
        case .usage: "usage"
        case .notFound: "not found (or deleted), also when only referred to; ambiguous"
        case .conflict: "conflict: the record is at another revision, or somebody else's lease or command id"
        case .locked: "the workspace is locked by somebody else"
        case .pending: "accepted, still pending"
        case .unusable: "the workspace cannot be read or written"
        }
    }
}

/// Why a command did not do what it was asked to: what its one line on standard error and its JSON say.
public struct Failure: Error, Sendable {
    /// The word in the JSON of an error, which also decides the exit status.
    public enum Code: String, CaseIterable, Sendable {
        case usage
        case notFound = "not_found"
        case ambiguous, refused, contract
        case outOfScope = "out_of_scope"
        case invalid
        case revMismatch = "rev_mismatch"
        case leaseRequired = "lease_required"
        case leaseInvalid = "lease_invalid"
        case leaseExpired = "lease_expired"
        case commandIDReused = "command_id_reused"
        case locked, pending, untrusted, store

        /// What the process exits with.
        public var exitStatus: ExitStatus {
            switch self {
            case .usage: .usage
            case .notFound, .ambiguous: .notFound
            case .refused, .contract, .outOfScope, .untrusted: .refused
            case .revMismatch, .leaseRequired, .leaseInvalid, .leaseExpired, .commandIDReused: .conflict
            case .locked: .locked
            case .pending: .pending
            case .invalid, .store: .unusable
            }
        }
    }

    public let code: Code
    /// What happened, in one line, without a full stop.
    public let message: String
    /// What would help, in one line. Never a command that destroys something.
    public let hint: String?
    /// Further members of the JSON of the error.
    public let details: JSONObject
    /// The exit status, when it is not the code's own: that of a command that could not be started.
    public var status: Int32

    /// A failure with the exit status of its code.
    public init(_ code: Code, _ message: String, hint: String? = nil, details: JSONObject = JSONObject()) {
        self.code = code
        self.message = message
        self.hint = hint
        self.details = details
        status = code.exitStatus.rawValue
    }

    /// The JSON that a failure prints.
    public var json: JSON {
        var error = details
        error["code"] = code.rawValue.json
        error["message"] = message.json
        if let hint { error["hint"] = hint.json }
        return ["ok": false, "error": .object(error)]
    }
}

extension Failure {
    /// Something that does not exist, or no longer.
    public static func notFound(_ what: String, hint: String? = nil) -> Failure {
        Failure(.notFound, "\(what) not found", hint: hint)
    }

    /// A transition that the table does not allow.
    public init(_ refusal: TransitionRefusal) {
        let help = refusal.helpfulVerb.map { "tf task \($0.rawValue) \(refusal.task)" }
        var details = JSONObject()
        details["task"] = refusal.task.json
        details["status"] = refusal.status.json
        details["verb"] = refusal.verb.rawValue.json
        self.init(.refused, refusal.message, hint: help, details: details)
    }

    /// What the store refused or could not do.
    public init(_ error: StoreError) {
        switch error {
        case .noWorkspace(let searched):
            self.init(.store, "no workspace in \(searched) or above it", hint: "tf init makes one")
        case .notAWorkspace(let path, let reason):
            self.init(.store, "\(path) is not a workspace: \(reason)")
        case .alreadyAWorkspace(let path):
            self.init(.refused, "there is a workspace already: \(path)")
        case .foreignOwner(let path, let owner):
            self.init(
                .untrusted, "\(path) belongs to another user (\(owner))",
                hint: "tf trust, once you know who that is, allows its use")
        case .newerFormat(let path, let format):
            self.init(
                .store, "\(path) has format \(format); this tf knows \(WorkspaceRecord.currentFormat)",
                hint: "a newer tf can use it")
        case .locked(let path, let limit, let holder):
            var details = JSONObject()
            details["holder"] = holder?.json
            self.init(
                .locked, "\(path) was locked for \(limit.text)" + (holder.map { " by \($0)" } ?? ""), details: details)
        case .invalidRecord(let invalid):
            var details = JSONObject()
            details["file"] = invalid.file.json
            details["id"] = invalid.key.id.json
            details["field"] = invalid.field?.json
            self.init(
                .invalid, invalid.description, hint: "tf doctor looks at every file; nothing was changed",
                details: details)
        case .damagedJournal(let file, let offset, let reason):
            self.init(
                .store, "\(file) is damaged at offset \(offset): \(reason)",
                hint: "tf doctor says what can still be read")
        case .notWritten(let error):
            self.init(.store, "nothing was changed: \(error)")
        case .tailInDoubt(let error):
            self.init(.store, "the end of the journal is in doubt: \(error)")
        case .recordTooLarge(let id, let bytes):
            self.init(.refused, "\(id) would have \(bytes) bytes; a record has at most \(Limit.recordBytes)")
        case .beforeHistory(let seq, let oldest):
            self.init(.notFound, "the history begins at seq \(oldest), after \(seq)")
        case .system(let error):
            self.init(.store, error.description)
        }
    }

    /// Any error as something to print.
    public init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as StoreError: self.init(error)
        case let refusal as TransitionRefusal: self.init(refusal)
        case let error as SystemError: self.init(.store, error.description)
        case let fault as FieldFault: self.init(.refused, fault.description)
        case let failure as Spawn.Failure:
            self.init(.refused, failure.description)
            status = failure.exitStatus
        default: self.init(.store, "\(error)")
        }
    }
}
