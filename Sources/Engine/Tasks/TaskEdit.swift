import Model

/// What is to be changed of a task; what nothing is said of stays. The fields are the rows of ``TaskField``.
public struct TaskEdit: Sendable {
    /// The fields that are looked at before they are changed.
    public internal(set) var title: String?
    public internal(set) var name: FieldChange<String>?
    public var labels: [ListChange<String>] = []
    /// The id or name of a task, as people type it, and so is that of the flow.
    public internal(set) var parent: FieldChange<String>?
    public internal(set) var flow: FieldChange<String>?
    /// What becomes of the others, in the order in which it was said.
    private var changes: [@Sendable (inout Task) -> Void] = []

    /// Changes nothing yet.
    public init() {}

    /// Whether nothing is to be changed.
    public var isEmpty: Bool {
        title == nil && name == nil && labels.isEmpty && parent == nil && flow == nil && changes.isEmpty
    }

    /// Changes members of the payload.
    ///
    /// - Parameter patch: a merge patch.
    public mutating func mergePayload(with patch: JSON) {
        change { task in
            let merged = (task.payload ?? .object(JSONObject())).merged(with: patch)
            task.payload = merged == .object(JSONObject()) && task.payload == nil ? nil : merged
        }
    }

    /// Adds to the artifacts what is not among them.
    public mutating func add(artifacts: [String]) {
        guard !artifacts.isEmpty else { return }
        change { task in
            for artifact in artifacts where !task.artifacts.contains(artifact) { task.artifacts.append(artifact) }
        }
    }

    mutating func change(_ body: @escaping @Sendable (inout Task) -> Void) { changes.append(body) }

    /// Changes what takes nothing but the values.
    func applyValues(to task: inout Task) {
        for change in changes { change(&task) }
        for change in labels {
            switch change {
            case .add(let label): if !task.labels.contains(label) { task.labels.append(label) }
            case .remove(let label): task.labels.removeAll { $0 == label }
            }
        }
    }
}
