import Model
import System

/// What a supervisor tells the guard above it.
///
/// None of it fails because the guard is gone: that is noticed, and taken up, by whoever listens to it.
package protocol GuardLink: AnyObject {
    /// A run is about to begin; its proof of life comes along, so that it does not depend on the supervisor alone.
    func begin(_ run: ID<Run>, proof: File) throws

    /// A run is settled.
    func end(_ run: ID<Run>) throws

    /// Runs wait that this supervisor does not start: the guard makes another one for them.
    func launch() throws
}

/// A message from a supervisor to its guard.
enum GuardMessage {
    case begin(ID<Run>)
    case end(ID<Run>)
    case launch

    var text: String {
        switch self {
        case .begin(let run): "begin \(run)"
        case .end(let run): "end \(run)"
        case .launch: "launch"
        }
    }

    init?(_ text: String) {
        let words = text.split(separator: " ")
        switch (words.first, words.dropFirst().first.flatMap({ ID<Run>(String($0)) })) {
        case ("begin", let run?): self = .begin(run)
        case ("end", let run?): self = .end(run)
        case ("launch", nil): self = .launch
        default: return nil
        }
    }
}

/// A guard in a process of its own, at the other end of a channel.
final class ChannelToGuard: GuardLink {
    private let channel: Channel
    /// Readable when the guard is gone; nil once that is known.
    private(set) var file: File?

    init(_ channel: Channel) {
        self.channel = channel
        file = channel.file
    }

    func begin(_ run: ID<Run>, proof: File) throws { try send(.begin(run), with: proof) }
    func end(_ run: ID<Run>) throws { try send(.end(run)) }
    func launch() throws { try send(.launch) }

    private func send(_ message: GuardMessage, with file: File? = nil) throws {
        guard self.file != nil else { return }
        do {
            try channel.send(message.text, with: file)
        } catch {
            // Its end of the channel is closed, which the loop takes up.
            guard error.isBrokenPipe else { throw error }
        }
    }

    /// Looks, when ``file`` can be read, whether the guard is gone.
    func hasEnded() throws -> Bool {
        guard file != nil, try channel.receive() == nil else { return false }
        file = nil
        return true
    }
}
