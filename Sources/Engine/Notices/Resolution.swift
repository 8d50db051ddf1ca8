/// What resolving a notification does to what it is about.
public enum Resolution: String, CaseIterable, Sendable {
    case approve, reject, retry, dismiss
}
