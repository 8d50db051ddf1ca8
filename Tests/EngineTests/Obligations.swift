import Model

@_spi(Execution) @testable import Engine

/// What a change came to, for a test in which nobody does what it leaves to be done.
@discardableResult
func done<Value>(_ obliged: consuming Obliged<Value>) -> Value { obliged.takeOver().value }

extension Engine {
    /// A pass of `tf tick`, without anybody who could end the processes of lost runs.
    func tick(dryRun: Bool) throws -> Obliged<TickReport> {
        try tick(cleared: workspace.snapshot().deadRuns(), dryRun: dryRun)
    }

    /// What `tf doctor` finds, without looking for processes.
    func doctor(repair: Bool) throws -> Obliged<DoctorReport> {
        try doctor(repair: repair, leftovers: { _ in [] }, clear: { _ in })
    }
}

/// What a change leaves to be done.
func owed<Value>(_ obliged: consuming Obliged<Value>) -> Obligations { obliged.takeOver().obligations }
