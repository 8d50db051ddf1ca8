import Model
import System

/// What the index has of a trigger: enough to tell whether an event may concern it, without a look at its file.
public struct TriggerOutline: Sendable {
    public let id: String
    /// A type of event, or a pattern; see `Trigger.on`.
    public let on: String
    public let isDisabled: Bool
    /// The last event that it has done something about; beyond all of them for one that begins with the next
    /// transaction.
    public let position: Int
    /// The conditions; nil where the index does not tell them.
    public let conditions: [TriggerCondition]?

    /// What the index entry of `trigger` holds.
    static func payload(of trigger: Trigger) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(UInt8(trigger.disabled ? 1 : 0))
        writer.write(Int64(trigger.position ?? .max))
        writer.write(trigger.on)
        for condition in trigger.conditions {
            writer.write(condition.field)
            writer.write(condition.comparison.rawValue)
            writer.write(condition.value)
        }
        return writer.bytes
    }

    /// What the index is going to have of `trigger`.
    public init(_ trigger: Trigger) {
        id = trigger.id.text
        on = trigger.on
        isDisabled = trigger.disabled
        position = trigger.position ?? .max
        conditions = trigger.conditions
    }

    /// Reads the entry at `offset`; nil when it is not that of a trigger, or damaged.
    init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard IndexEntry.isRecord(bytes, at: offset, ofKind: IndexEntry.code(of: .trigger)),
            let payload = IndexEntry.payloadRange(bytes, at: offset)
        else { return nil }
        var reader = ByteReader(bytes, at: payload.lowerBound)
        guard let disabled = reader.integer(UInt8.self), let position = reader.integer(Int64.self),
            let on = reader.text()
        else { return nil }
        id = String(decoding: IndexEntry.idBytes(bytes, at: offset), as: UTF8.self)
        self.on = on
        isDisabled = disabled != 0
        self.position = Int(clamping: position)
        conditions = Self.conditions(&reader, until: payload.upperBound)
    }

    private static func conditions(_ reader: inout ByteReader, until end: Int) -> [TriggerCondition]? {
        var conditions: [TriggerCondition] = []
        while reader.position < end {
            var condition = TriggerCondition()
            guard let field = reader.text(),
                let comparison = reader.text().flatMap(TriggerCondition.Operator.init(rawValue:)),
                let value = reader.text()
            else { return nil }
            condition.field = field
            condition.comparison = comparison
            condition.value = value
            conditions.append(condition)
        }
        return conditions
    }
}

extension AnyRecord {
    /// The same record; a trigger begins with what comes after the event `seq`.
    func beginning(after seq: Int) -> AnyRecord {
        guard case .trigger(var trigger) = self else { return self }
        trigger.position = seq
        return .trigger(trigger)
    }
}
