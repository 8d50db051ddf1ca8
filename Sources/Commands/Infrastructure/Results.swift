import Arguments
import Engine
import Model
import System
import Terminal

/// One record as every form of output needs it.
struct Shown {
    let id: String
    /// The record, masked where something must not be shown.
    let json: JSON
    /// The names of the fields that it can have, for the message about one that it cannot have.
    let fields: [String]

    init(_ record: some Record) {
        id = record.id.text
        json = record.shownJSON
        fields = type(of: record).fieldNames
    }

    /// - Parameter members: what is printed beside the record's own fields, such as a claim's `lease`.
    init(_ record: some Record, adding members: JSONObject) {
        var object = record.shownJSON.object ?? JSONObject()
        for (name, value) in members { object[name] = value }
        id = record.id.text
        json = .object(object)
        fields = type(of: record).fieldNames + members.map(\.key)
    }

    init(id: String, json: JSON, fields: [String] = []) {
        self.id = id
        self.json = json
        self.fields = fields
    }
}

/// What stands in the place of a value that is never printed.
let maskedValue: JSON = "***"

extension Record {
    /// The record as commands print it: without the values of an agent's environment, which may be secret. A variable
    /// that is set shows `"***"`, one that is passed on shows null, as in the file.
    var shownJSON: JSON {
        guard let agent = self as? Agent, !agent.env.isEmpty, case .object(var object) = json else { return json }
        object["env"] = .object(JSONObject(agent.env.map { ($0.key, $0.value == .inherited ? .null : maskedValue) }))
        return .object(object)
    }
}

extension Output {
    /// Prints what a command has done to records: a short line for each.
    ///
    /// - Parameters:
    ///   - isBatch: whether several were asked for; then JSON is an array even when there is one.
    ///   - deduped: whether the command had been carried out before, under the same command id.
    ///   - line: what happened to one: `T-12 done`.
    func done<R: Record>(
        _ records: [R], isBatch: Bool = false, deduped: Bool = false, line: (R) -> String
    ) throws {
        var members = JSONObject()
        if deduped { members["deduped"] = true }
        try done(records.map { (Shown($0, adding: members), line($0)) }, isBatch: isBatch)
    }

    /// Prints what a command has done: a short line for each record.
    func done(_ results: [(shown: Shown, line: String)], isBatch: Bool = false) throws {
        switch form {
        case .json:
            if isBatch || results.count > 1 {
                try json(.array(results.map(\.shown.json)))
            } else {
                try json(results.first?.shown.json ?? .null)
            }
        case .jsonLines: for result in results { try json(result.shown.json) }
        case .template(let template): for result in results { try printDone(result.shown, template) }
        case .text: for result in results { try line(isQuiet ? result.shown.id : result.line.visibleLine) }
        }
    }

    /// Prints the names of what was removed.
    func removed(_ changed: Changed, isBatch: Bool) throws {
        var members = JSONObject([("deleted", true)])
        if changed.isRepeated { members["deduped"] = true }
        try done(
            changed.keys.map { key in
                members["id"] = key.id.json
                return (Shown(id: key.id, json: .object(members)), "\(key.id) removed")
            }, isBatch: isBatch)
    }

    /// Prints what was done to a record by a template. It is done, so a template that does not fit is no reason to fail.
    private func printDone(_ shown: Shown, _ template: Template) throws {
        do {
            try print(shown, template)
        } catch let failure as Failure where failure.code == .usage {
            StandardError.warn("the change is made, but cannot be printed: \(failure.message)")
            try line(shown.id)
        }
    }

    /// Prints one record as `show` does: its details, unless another form is asked for.
    func show(_ shown: Shown, details: () throws -> String) throws {
        switch form {
        case .json, .jsonLines: try json(shown.json)
        case .template(let template): try print(shown, template)
        case .text: isQuiet ? try line(shown.id) : try write(try details())
        }
    }

    /// Prints a record by the template of `--format`.
    func print(_ shown: Shown, _ template: Template) throws {
        let text: String
        do throws(TemplateError) {
            text = try template.render(known: shown.fields) { name in shown.text(at: name) }
        } catch {
            throw Failure(.usage, "--format: \(error)", hint: "tf help json shows what records look like")
        }
        try write(text + template.terminator)
    }
}

extension Shown {
    /// The value of a field of a template, dots included; nil when records of this kind have no such field.
    fileprivate func text(at path: String) -> String? {
        if let value = json.value(at: path) { return value.plainText }
        let first = path.split(separator: ".", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        return fields.contains(first) || json[first] != nil ? "" : nil
    }
}

extension JSON {
    /// The value as text for a line: a string as it is, nothing for null, a list of texts with commas, the rest as JSON.
    var plainText: String {
        switch self {
        case .null: ""
        case .string(let text): text
        case .array(let items) where items.allSatisfy({ $0.string != nil }):
            items.compactMap(\.string).joined(separator: ",")
        default: compactText
        }
    }
}
