/// How soon a task is taken, compared with others that are ready.
public enum Priority: String, CaseIterable, FieldValue, Comparable {
    case urgent, high, normal, low

    public static func < (left: Priority, right: Priority) -> Bool { left.rank < right.rank }

    /// 0 for the most urgent.
    public var rank: Int {
        switch self {
        case .urgent: 0
        case .high: 1
        case .normal: 2
        case .low: 3
        }
    }
}
