import Arguments
import Model
import System

// What the command line of triggers takes beside what all of it does.

extension ValueType<ID<Trigger>> {
    /// A name that a new trigger can have.
    static var newTrigger: ValueType<ID<Trigger>> {
        ValueType("NAME", allowed: Identifier.nameRule) { ID<Trigger>($0.trimmingBlanks) }
    }
}

extension ValueType<String> {
    /// A type of event, or a pattern for types.
    static var eventPattern: ValueType<String> {
        ValueType(
            "TYPE", allowed: "a type of event such as task/completed, or a pattern such as run/*",
            candidates: .words(EventType.allCases.map(\.rawValue))
        ) { (text) throws(ValueFault) in
            let text = text.trimmingBlanks
            if let problem = EventType.problem(inPattern: text) {
                let types = EventType.allCases.map(\.rawValue)
                throw ValueFault("it " + problem, suggestion: nearest(to: text, among: types).first)
            }
            return text
        }
    }
}

extension ValueType<String> {
    /// The type of events, or a pattern, which need not fit any.
    static var eventFilter: ValueType<String> {
        let known = ValueType.eventPattern
        return ValueType(known.placeholder, allowed: known.allowed, candidates: known.candidates) {
            (text, context) throws(ValueFault) in
            text.contains { $0 == "*" || $0 == "?" } ? text : try known.parse(text, context)
        }
    }
}

extension ValueType<TriggerCondition> {
    /// `label=deploy`
    static var condition: ValueType<TriggerCondition> {
        ValueType("FIELD=VALUE", allowed: "FIELD=VALUE, FIELD!=VALUE or FIELD~PATTERN, such as label=deploy") {
            TriggerCondition($0)
        }
    }
}
