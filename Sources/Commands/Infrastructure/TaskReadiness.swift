import Engine

/// The engine's readiness of tasks, by a name that the waiting for files does not have as well.
typealias TaskReadiness = Readiness
