import Model
import System

/// Checks that the files of a workspace are whole and agree with each other.
///
/// It reads everything and trusts nothing, takes no lock and writes nothing. An interrupted transaction is no finding:
/// the next writer finishes it.
public struct Integrity {
    private let workspace: Workspace
    private var findings: [Finding] = []

    /// Checks `workspace`.
    public init(_ workspace: Workspace) {
        self.workspace = workspace
    }

    /// Everything that is wrong.
    public mutating func examine() throws(StoreError) -> [Finding] {
        findings = []
        let history = try checkJournal()
        let records = try checkFiles(history)
        checkReferences(records)
        checkTriggers(records)
        checkLeases(records)
        checkCycles(records)
        checkNames(records)
        try checkPlaces()
        return findings
    }

    private mutating func find(
        _ code: String, _ severity: Finding.Severity, about: String, _ text: String, remedy: String? = nil
    ) {
        findings.append(Finding(code, severity, about: about, text, remedy: remedy))
    }

    // MARK: The journal

    /// The records as the journal has them last; nil when it cannot be read to its end.
    private mutating func checkJournal() throws(StoreError) -> [RecordKey: AnyRecord]? {
        let journal = Journal(directory: workspace.directory)
        guard let first = try journal.segments().first else { return [:] }
        let rest: Journal.Rest
        do throws(StoreError) {
            rest = try journal.rest(after: JournalPosition(segment: first, offset: 0))
            // The mark may be ahead of a journal that somebody has cut.
            if let mark = try AppliedMark.read(in: workspace.directory) {
                _ = try journal.rest(after: mark.applied)
                // A last line that is not whole was never committed, unless it was applied.
                if rest.end < mark.applied {
                    throw StoreError.damagedJournal(
                        file: Layout.segment(rest.end.segment), offset: rest.end.offset,
                        reason: "a line that was applied does not have its sum")
                }
            }
        } catch {
            guard case .damagedJournal(let file, let offset, let reason) = error else { throw error }
            find(
                "journal_damaged", .error, about: file, "\(file) is damaged at offset \(offset): \(reason)",
                remedy:
                    "restore \(file) from a copy; or tf doctor --repair, which begins a new journal with the records as "
                    + "their files have them, and keeps the old one beside it")
            return nil
        }
        var records: [RecordKey: AnyRecord] = [:]
        var expected = rest.entries.first?.line.seq ?? 1
        for entry in rest.entries {
            if entry.line.seq != expected {
                find(
                    "seq_gap", .error, about: "\(entry.end)",
                    "the events go from \(expected - 1) to \(entry.line.seq) before \(entry.end)")
            }
            for (number, event) in entry.line.events.enumerated() where event.seq != entry.line.seq + number {
                find("seq_gap", .error, about: "\(entry.end)", "an event has seq \(event.seq) out of turn")
            }
            expected = entry.line.nextSeq
            for record in entry.line.put { records[record.key] = record }
            for deletion in entry.line.delete { records[deletion.key] = nil }
        }
        return records
    }

    // MARK: The files

    /// The records as the files have them. Those that nobody edited must be what the journal says.
    private mutating func checkFiles(_ history: [RecordKey: AnyRecord]?) throws(StoreError) -> [RecordKey: AnyRecord] {
        let snapshot: Snapshot?
        do { snapshot = try workspace.snapshot() } catch {
            guard case .damagedJournal = error else { throw error }
            snapshot = nil
        }
        var records: [RecordKey: AnyRecord] = [:]
        for place in try RecordPlaces(directory: workspace.directory).all() {
            do {
                guard let file = try RecordFile.read(place.path, of: place.key, in: workspace.directory) else {
                    continue
                }
                let record = try file.record(of: place.key, path: place.path)
                records[place.key] = record
                try checkDrift(record, file, at: place, history?[place.key], snapshot)
            } catch {
                guard case .invalidRecord(let invalid) = error else { throw error }
                // The next writer puts it in place again: an interrupted transaction is no finding.
                if case .put? = snapshot?.view.changes[place.key] { continue }
                find(
                    "invalid_record", .error, about: invalid.key.id, invalid.description,
                    remedy: "mend the file; tf task show ID --at SEQ shows what it was")
            }
        }
        if try storing({ [workspace] () throws(SystemError) in
            try FileSystem.status(Layout.workspaceFile, in: workspace.directory)
        }) == nil {
            find(
                "missing_record", .error, about: Layout.workspaceFile,
                "\(Layout.workspaceFile) is missing; its last valid state is used",
                remedy: "the next command that writes puts it back")
        }
        return records
    }

    private mutating func checkDrift(
        _ record: AnyRecord, _ file: RecordFile, at place: RecordPlaces.Place, _ journal: AnyRecord?,
        _ snapshot: Snapshot?
    ) throws(StoreError) {
        guard place.key.kind.isEditable, let snapshot, snapshot.view.changes[place.key] == nil,
            let entry = try snapshot.view.index.entry(.key(place.key)), entry.identity == file.identity,
            let journal, journal != record
        else { return }
        // A writer may have committed since the journal was read.
        if journal.envelope.rev < record.envelope.rev, entry.rev == record.envelope.rev { return }
        let before = journal.json.object ?? JSONObject()
        let after = record.json.object ?? JSONObject()
        let fields = Set(before.map(\.key) + after.map(\.key)).filter { before[$0] != after[$0] }.sorted()
        for field in fields {
            find(
                "drift", .error, about: place.key.id,
                "\(place.path): \(field) is \(after[field]?.compactText ?? "absent"), the journal has "
                    + "\(before[field]?.compactText ?? "none")")
        }
    }

    /// What stands in the workspace's directories and does not belong there.
    private mutating func checkPlaces() throws(StoreError) {
        let directory = workspace.directory
        let status = try storing { () throws(SystemError) in try directory.status() }
        if status.permissions & 0o022 != 0, !workspace.record.shared {
            find(
                "permissions", .warning, about: ".tf", "others may write to the workspace",
                remedy: "chmod go-w \(workspace.path)")
        }
        for kind in [RecordKind.task, .agent, .trigger, .run, .notification, .lease] {
            let path = workspace.path + "/" + kind.directory
            guard try storing({ () throws(SystemError) in try FileSystem.status(path) })?.isDirectory == true else {
                if kind == .task {
                    find("missing_directory", .warning, about: kind.directory, "\(kind.directory)/ is missing")
                }
                continue
            }
            for name in try storing({ () throws(SystemError) in try FileSystem.names(in: path) }).sorted()
            where !isExpected(name, kind) {
                find(
                    "orphan_file", .warning, about: "\(kind.directory)/\(name)",
                    "\(kind.directory)/\(name) is no record of a \(kind.rawValue)")
            }
        }
    }

    private func isExpected(_ name: String, _ kind: RecordKind) -> Bool {
        if name.hasPrefix("."), name.hasSuffix(".tmp") { return true }
        if name.hasSuffix(".json.rejected") { return true }
        if name.hasSuffix(".json") { return Identifier.isValid(String(name.dropLast(5)), kind: kind) }
        return kind == .run && Identifier.isValid(name, kind: .run)
    }

    // MARK: References

    private mutating func checkReferences(_ records: [RecordKey: AnyRecord]) {
        func exists(_ key: RecordKey) -> Bool { records[key] != nil }
        for case .task(let task) in records.values.sorted(by: { Identifier.precedes($0.key.id, $1.key.id) }) {
            for dependency in task.dependsOn where !exists(dependency.key) {
                find(
                    "dangling_reference", .error, about: task.id.text,
                    "\(task.id) depends on \(dependency), which does not exist",
                    remedy: "tf task depend \(task.id) --off \(dependency)")
            }
            if let parent = task.parent, !exists(parent.key) {
                find(
                    "dangling_reference", .error, about: task.id.text,
                    "\(task.id) is a part of \(parent), which does not exist",
                    remedy: "tf task edit \(task.id) --parent none")
            }
            if let agent = task.assignee?.agent, !task.status.isTerminal, !exists(agent.key) {
                find(
                    "dangling_reference", .error, about: task.id.text,
                    "\(task.id) is assigned to \(agent), which does not exist",
                    remedy: "tf task assign \(task.id) --none")
            }
            if let ended = task.endedAt, ended < task.envelope.createdAt {
                find("inconsistent_times", .warning, about: task.id.text, "\(task.id) ended before it was created")
            }
        }
    }

    private mutating func checkTriggers(_ records: [RecordKey: AnyRecord]) {
        for case .trigger(let trigger) in records.values.sorted(by: { $0.key.id < $1.key.id }) {
            guard let agent = trigger.action.agent, records[agent.key] == nil else { continue }
            find(
                "dangling_reference", .error, about: trigger.id.text,
                "the trigger \(trigger.id) is for the agent \(agent), which does not exist",
                remedy: "tf agent add \(agent), or tf trigger disable \(trigger.id)")
        }
    }

    private mutating func checkLeases(_ records: [RecordKey: AnyRecord]) {
        for case .lease(let lease) in records.values where records[lease.task.key] == nil {
            find(
                "orphan_file", .warning, about: "leases/\(lease.id).json",
                "leases/\(lease.id).json is the lease of a task that does not exist")
        }
    }

    private mutating func checkCycles(_ records: [RecordKey: AnyRecord]) {
        var reported: Set<ID<Task>> = []
        for case .task(let task) in records.values where !task.dependsOn.isEmpty && !reported.contains(task.id) {
            let cycle = Graph.cycle(from: task.id) { id -> [ID<Task>] in
                if case .task(let task)? = records[id.key] { task.dependsOn } else { [] }
            }
            guard let cycle else { continue }
            reported.formUnion(cycle)
            find(
                "cycle", .error, about: task.id.text,
                "dependencies in a circle: " + cycle.map(\.text).joined(separator: " → "),
                remedy: "tf task depend \(cycle[0]) --off \(cycle[1])")
        }
    }

    private mutating func checkNames(_ records: [RecordKey: AnyRecord]) {
        var holders: [String: [String]] = [:]
        for case .task(let task) in records.values {
            if let name = task.name { holders[name, default: []].append(task.id.text) }
        }
        for (name, ids) in holders.sorted(by: { $0.key < $1.key }) where ids.count > 1 {
            let list = ids.sorted(by: Identifier.precedes).joined(separator: ", ")
            find("duplicate_name", .error, about: list, "\(list) have one name: \(name)")
        }
    }
}
