import Model
import Store

extension TaskRow {
    /// The fields of a task that tell it from others, named as in its record.
    var listedJSON: JSON {
        var object = JSONObject()
        object["id"] = id.text.json
        object["title"] = title.json
        object["name"] = name?.json
        object["status"] = status.json
        object["priority"] = priority.json
        object["labels"] = labels.isEmpty ? nil : labels.json
        object["assignee"] = assignee?.json
        object["parent"] = parent?.json
        object["flow"] = flow?.json
        object["due"] = due?.json
        object["updated_at"] = updatedAt.json
        return .object(object)
    }
}
