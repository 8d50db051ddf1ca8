@_spi(Execution) import Engine
import Model
import Store
import System

extension Engine {
    /// Ends what is left of runs whose supervisor is gone, and settles them. What cannot be done now is left to the next
    /// command, and said.
    package func settleDead(_ owed: inout Obligations, on machine: some Machine) {
        var tried: [ID<Run>] = []
        while true {
            let dead = owed.dead.filter { !tried.contains($0) }
            if dead.isEmpty { return }
            tried += dead
            do {
                for run in dead { try machine.endLeftovers(of: run, in: workspace) }
                owed.add(try plain().lose(dead).takeOver().obligations)
            } catch {
                let list = dead.map(\.text).joined(separator: ", ")
                workspace.options.warn(
                    "\(list): the supervisor is gone, and that could not be settled (\(Failure(error).message));"
                        + " tf tick tries it again")
            }
        }
    }
}
