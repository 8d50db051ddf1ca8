import Model
import Store

/// What a change leaves to be done by whoever made it, besides what it has committed.
///
/// Nothing of it is written anywhere, because the records say it all: should the process end before it has done it, the
/// next `tf` that looks finds it again.
package struct Obligations: Sendable {
    /// Whether runs wait that can be started now.
    package var starts = false
    /// Whether one of them waits because of what a trigger did.
    package var startsReactions = false
    /// Live runs that were asked to end: their supervisors are to be told.
    package var stopping: [ID<Run>] = []
    /// Runs that say they are running and that nobody supervises any more: what is left of their processes is to be
    /// ended, and then they are to be settled.
    package var dead: [ID<Run>] = []

    package init() {}

    /// Takes in what another change leaves to be done.
    package mutating func add(_ other: Obligations) {
        starts = starts || other.starts
        startsReactions = startsReactions || other.startsReactions
        stopping += other.stopping.filter { !stopping.contains($0) }
        dead += other.dead.filter { !dead.contains($0) }
    }
}

/// What a command came to, bound to what it leaves to be done.
///
/// The value can be had only from whoever does the latter, the module `Execution`: so the compiler finds who forgets
/// it. Where it is dropped all the same, a debug build stops.
public struct Obliged<Value>: ~Copyable {
    private let value: Value
    private let obligations: Obligations
    private let receipt: Receipt

    /// Notices that nobody has taken over what was to be done.
    private final class Receipt {
        var isSigned = false
        deinit { assert(isSigned, "what a change has left to be done was forgotten") }
    }

    init(_ value: Value, _ obligations: Obligations) {
        self.value = value
        self.obligations = obligations
        receipt = Receipt()
    }

    /// The value, for somebody who does what is to be done.
    @_spi(Execution)
    public consuming func takeOver() -> Assumed<Value> {
        receipt.isSigned = true
        return Assumed(value: value, obligations: obligations)
    }

    /// Another value, bound to the same.
    consuming func map<Other>(_ transform: (Value) throws -> Other) rethrows -> Obliged<Other> {
        receipt.isSigned = true
        return try Obliged<Other>(transform(value), obligations)
    }
}

/// A value and what has to be done for it, in the hands of whoever is going to do that.
@_spi(Execution)
public struct Assumed<Value> {
    public let value: Value
    package let obligations: Obligations
}
