import Foundation

/// Shorthands for the commands that nearly every test begins with, and for looking at what they left.
extension Workspace {
    /// Creates a task and gives its id.
    func create(
        _ title: String = "Something to do", _ options: String..., file: String = #fileID, line: Int = #line
    ) throws -> String {
        let outcome = try run(["task", "create", title] + options, file: file, line: line)
        try demand(
            outcome.stdout.range(of: "^T-[0-9]+\n$", options: .regularExpression) != nil,
            "create prints the id alone: \(outcome)", file: file, line: line)
        return outcome.text
    }

    /// A task that was started by hand: running, without a run and without a lease.
    func createRunning(_ title: String = "Something to do", file: String = #fileID, line: Int = #line) throws -> String
    {
        let id = try create(title, file: file, line: line)
        try run(["task", "start", id], file: file, line: line)
        return id
    }

    /// Adds an agent that runs a shell text.
    func addAgent(
        _ name: String, _ options: String..., shell: String, file: String = #fileID, line: Int = #line
    ) throws {
        try run(["agent", "add", name] + options + ["--shell", shell], file: file, line: line)
    }

    func task(_ id: String, file: String = #fileID, line: Int = #line) throws -> JSON {
        try json("task", "show", id, file: file, line: line)
    }

    func status(_ id: String, file: String = #fileID, line: Int = #line) throws -> String {
        try task(id, file: file, line: line)["status"].string ?? "none"
    }

    func tasks(file: String = #fileID, line: Int = #line) throws -> [JSON] {
        try json("task", "list", "--all", file: file, line: line).array
    }

    func showRun(_ id: String, file: String = #fileID, line: Int = #line) throws -> JSON {
        try json("run", "show", id, file: file, line: line)
    }

    func runs(file: String = #fileID, line: Int = #line) throws -> [JSON] {
        try json("run", "list", file: file, line: line).array
    }

    /// Runs of a task, oldest first.
    func runs(of task: String, file: String = #fileID, line: Int = #line) throws -> [JSON] {
        try json("run", "list", "--task", task, file: file, line: line).array.sorted { number($0) < number($1) }
    }

    func comments(_ task: String, file: String = #fileID, line: Int = #line) throws -> [JSON] {
        try json("task", "comments", task, file: file, line: line).array.filter { $0["text"].exists }
    }

    func inbox(of user: String = "tester", file: String = #fileID, line: Int = #line) throws -> [JSON] {
        try json("inbox", "--user", user, file: file, line: line).array
    }

    /// Waits until the task has one of the statuses, and gives the one it has.
    @discardableResult
    func await(
        _ id: String, _ statuses: String..., within limit: TimeInterval = 30, file: String = #fileID, line: Int = #line
    ) throws -> String {
        var last = ""
        try eventually("\(id) becomes \(statuses), not \(last)", within: limit, file: file, line: line) {
            last = try status(id, file: file, line: line)
            return statuses.contains(last)
        }
        return last
    }

    /// Waits until the run has one of the statuses.
    func awaitRun(
        _ id: String, _ statuses: String..., within limit: TimeInterval = 30, file: String = #fileID, line: Int = #line
    ) throws {
        var last = ""
        try eventually("\(id) becomes \(statuses), not \(last)", within: limit, file: file, line: line) {
            last = try showRun(id, file: file, line: line)["status"].string ?? "none"
            return statuses.contains(last)
        }
    }

    func awaitFile(_ name: String, within limit: TimeInterval = 30, file: String = #fileID, line: Int = #line) throws {
        try eventually("\(name) appears", within: limit, file: file, line: line) { exists(directory + "/" + name) }
    }

    /// Changes a file the way an editor does: written beside it, renamed over it.
    func edit(_ relative: String, file: String = #fileID, line: Int = #line, _ change: (String) -> String) throws {
        let target = path + "/" + relative
        let before = try read(target)
        let after = change(before)
        try demand(before != after, "the edit of \(relative) changes nothing: \(before)", file: file, line: line)
        try write(after, to: target + "~")
        rename(target + "~", target)
    }

    /// Sets members of a record by editing its file; a null removes the member.
    func set(
        _ relative: String, _ members: [String: Any], file: String = #fileID, line: Int = #line
    ) throws {
        let data = Data(try read(path + "/" + relative).utf8)
        guard var record = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw Unexpected("\(relative) is no object", file: file, line: line)
        }
        for (name, value) in members { record[name] = value is NSNull ? nil : value }
        let text = try JSONSerialization.data(
            withJSONObject: record, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        try edit(relative, file: file, line: line) { _ in String(decoding: text, as: UTF8.self) + "\n" }
    }
}

/// The number in a record's id, for putting records in the order they were made in.
func number(_ record: JSON) -> Int { record["id"].string.flatMap { Int($0.dropFirst(2)) } ?? 0 }

// MARK: - Events and journal

extension Workspace {
    func events(since: Int = 0, file: String = #fileID, line: Int = #line) throws -> [JSON] {
        try json("events", "--since", "\(since)", file: file, line: line).array
    }

    /// The seq of the last event.
    func lastSeq(file: String = #fileID, line: Int = #line) throws -> Int {
        try json("events", "--tail", "1", file: file, line: line)[0]["seq"].int ?? 0
    }

    /// The transactions, read from the journal's files.
    func journal() throws -> [JSON] {
        let directory = path + "/journal"
        let segments = try FileManager.default.contentsOfDirectory(atPath: directory)
            .filter { $0.hasSuffix(".jsonl") }.sorted()
        return try segments.flatMap { segment in
            let text = try read(directory + "/" + segment)
            try demand(text.isEmpty || text.hasSuffix("\n"), "\(segment) ends within a line")
            return try text.split(separator: "\n").map { try JSON(String($0)) }
        }
    }
}

func types(_ events: [JSON]) -> [String] { events.compactMap { $0["type"].string } }

// MARK: - Health

extension Workspace {
    /// Demands what must hold after any commands whatever: `doctor` finds no fault, the journal is whole and
    /// gapless, record files say what the journal said last, and nothing temporary lies about. The last three are
    /// promised after the next writing command, so the caller has run one.
    func demandHealthy(findings: Bool = false, file: String = #fileID, line: Int = #line) throws {
        let report = try json("doctor", file: file, line: line)
        if !findings {
            try demand(report.rows.isEmpty, "doctor finds something: \(report)", file: file, line: line)
        }
        try demandGapless(file: file, line: line)
        try demandFilesMatchJournal(file: file, line: line)
        try demandNothingTemporary(file: file, line: line)
    }

    /// Every line of the journal carries the seq of its first event, and its events go on from there without a gap.
    func demandGapless(file: String = #fileID, line: Int = #line) throws {
        var next: Int?
        for transaction in try journal() {
            let first = transaction["seq"].int
            try demand(first != nil, "a line without seq: \(transaction)", file: file, line: line)
            if let next { try demand(first == next, "seq \(first!) follows \(next - 1)", file: file, line: line) }
            for (offset, event) in transaction["events"].array.enumerated() where event["seq"].exists {
                try demand(event["seq"].int == first! + offset, "misnumbered: \(event)", file: file, line: line)
            }
            next = first! + transaction["events"].array.count
        }
        let shown = try events(file: file, line: line).compactMap { $0["seq"].int }
        try demand(
            shown == Array((shown.first ?? 1)..<((shown.first ?? 1) + shown.count)), "events have gaps: \(shown)",
            file: file, line: line)
    }

    private func demandFilesMatchJournal(file: String, line: Int) throws {
        var last: [String: JSON] = [:]
        for line in try journal() {
            for (record, kind) in zip(line["put"].array, line["kinds"].strings) where kind == "task" {
                if let id = record["id"].string { last[id] = record }
            }
        }
        for name in try list("tasks") {
            let record = try JSON(contentsOf: path + "/tasks/" + name)
            guard let written = last[String(name.dropLast(5))] else { continue }
            try demand(
                record == written, "\(name) is not what the journal says:\n\(record)\n\(written)", file: file,
                line: line)
        }
    }

    /// In the record directories there are records and nothing else.
    func demandNothingTemporary(file: String = #fileID, line: Int = #line) throws {
        let allowed = [
            "tasks": "T-[0-9]+\\.json", "leases": "T-[0-9]+\\.json", "runs": "R-[0-9]+(\\.json)?",
            "inbox": "N-[0-9]+\\.json", "triggers": "[a-z0-9][a-z0-9._-]*\\.json",
            "agents": "[a-z0-9][a-z0-9._-]*\\.json", "journal": "[0-9]{8}\\.jsonl|applied",
        ]
        for (place, pattern) in allowed {
            let strange = try list(place).filter {
                $0.range(of: "^(\(pattern))$", options: .regularExpression) == nil
            }
            try demand(strange.isEmpty, "left in \(place): \(strange)", file: file, line: line)
        }
    }

    /// What is in a directory of `.tf`; nothing if it is not there.
    func list(_ relative: String) throws -> [String] {
        guard exists(path + "/" + relative) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path + "/" + relative).sorted()
    }

    /// Every path below `.tf` with its type and content, for telling whether anything at all was written.
    func fingerprint() throws -> [String: String] {
        var found: [String: String] = [:]
        let manager = FileManager.default
        for relative in manager.enumerator(atPath: path)?.compactMap({ $0 as? String }) ?? [] {
            let full = path + "/" + relative
            switch try manager.attributesOfItem(atPath: full)[.type] as? FileAttributeType {
            case .typeRegular: found[relative] = manager.contents(atPath: full)?.base64EncodedString() ?? "unreadable"
            case let type: found[relative] = "(\(type?.rawValue ?? "unknown"))"
            }
        }
        return found
    }

    /// Demands that the body, whatever it runs, leaves `.tf` byte for byte as it was.
    @discardableResult
    func demandNothingWritten<T>(
        _ what: String = "", file: String = #fileID, line: Int = #line, _ body: () throws -> T
    ) throws -> T {
        let before = try fingerprint()
        let result = try body()
        let after = try fingerprint()
        let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
        try demand(changed.isEmpty, "\(what) wrote \(changed)", file: file, line: line)
        return result
    }
}

/// The paths that differ, but for the cache, which is derived.
func differences(_ one: [String: String], _ other: [String: String]) -> [String] {
    Set(one.keys).union(other.keys).filter { one[$0] != other[$0] && !$0.hasPrefix("cache") }.sorted()
}
