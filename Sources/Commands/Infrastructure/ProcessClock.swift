import Engine
import System

extension Clock {
    /// The clock that `TF_NOW` sets, else the system's.
    static func ofThisProcess() throws -> Clock {
        guard let text = Environment["TF_NOW"], !text.isEmpty else { return .system }
        guard let moment = Timestamp(rfc3339: text) else {
            throw Failure(.usage, "TF_NOW: '\(text)' is not a time such as 2026-03-01T09:30:00Z")
        }
        return Clock(showing: moment)
    }
}
