import Engine
import Model

// Tasks as they are shown together with the lease under which they are held.

extension Shown {
    /// A task with its `lease {owner, expires_at}`.
    ///
    /// - Parameter withToken: for the one who has just claimed it.
    init(_ task: Task, lease: Lease?, withToken: Bool = false) {
        var object = task.shownJSON.object ?? JSONObject()
        if let lease {
            var shown = lease.publicJSON.object ?? JSONObject()
            if withToken { shown["token"] = lease.token?.json }
            object["lease"] = .object(shown)
        }
        self.init(id: task.id.text, json: .object(object), fields: Task.fieldNames + ["lease", "deduped"])
    }

    /// The same, marked as the repetition of a command that had been carried out before.
    var deduped: Shown {
        var object = json.object ?? JSONObject()
        object["deduped"] = true
        return Shown(id: id, json: .object(object), fields: fields)
    }
}
