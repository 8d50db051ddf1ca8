import Arguments
import Engine
import MCP
import Model
import System

/// What a command and a tool take for a field of a task, and where they put it: `Target` is a draft, or an edit.
struct FieldInput<Target: TaskFieldTarget>: Sendable {
    /// What the command line declares for it.
    let parameters: [any Parameter]
    /// What the tool declares for it.
    let arguments: [any DeclaredArgument]
    /// The options that a command line has of it, without their dashes.
    let given: @Sendable (Invocation) -> [String]
    /// Puts what a command line says of the field where it belongs.
    let read: @Sendable (Context, inout Target) throws -> Void
    /// Puts what a call says of the field where it belongs.
    let take: @Sendable (ToolCall, inout Target) throws -> Void
}

/// How a field is written: as the value of an option, and as that of an argument of a tool.
struct FieldForm<Value: Sendable>: Sendable {
    let short: Character?
    let type: ValueType<Value>
    let help: String
    let argument: ArgumentType<Value>
    let summary: String

    /// - Parameters:
    ///   - argument: what the tool takes; unless given, a text that is read like the option's.
    ///   - tool: what the schema of the tool says; unless given, the help of the option as a sentence.
    init(
        short: Character? = nil, _ type: ValueType<Value>, _ help: String, argument: ArgumentType<Value>? = nil,
        tool: String? = nil
    ) {
        self.short = short
        self.type = type
        self.help = help
        self.argument = argument ?? .text(type)
        summary = tool ?? help.sentence
    }
}

/// How a list is written: as an option that repeats, and as an argument of a tool that is an array.
struct FieldListForm: Sendable {
    /// What the option is called, where that is not the field's name.
    let option: String?
    let short: Character?
    let type: ValueType<String>
    let help: String
    /// What an array of the tool has; unless given, texts that are read like the option's.
    let element: ValueType<String>
    let summary: String

    init(
        option: String? = nil, short: Character? = nil, _ type: ValueType<String>, _ help: String,
        element: ValueType<String>? = nil, tool: String? = nil
    ) {
        self.option = option
        self.short = short
        self.type = type
        self.help = help
        self.element = element ?? type
        summary = tool ?? help.sentence
    }
}

extension String {
    fileprivate var sentence: String { prefix(1).uppercased() + dropFirst() + "." }
    /// `max-attempts` for `max_attempts`
    fileprivate var optionName: String { String(map { $0 == "_" ? "-" : $0 }) }
}

// MARK: - Inputs

extension FieldInput {
    /// One option and one argument.
    init<Given, Value: Sendable>(
        _ option: Option<Given>, _ argument: ToolArgument<Value>,
        value: @escaping @Sendable (Context, Option<Given>) throws -> Value?,
        put: @escaping @Sendable (Value, inout Target) -> Void
    ) {
        parameters = [option]
        arguments = [argument]
        given = { $0.has(option) ? [option.long] : [] }
        read = { context, target in
            if let value = try value(context, option) { put(value, &target) }
        }
        take = { call, target in
            if let value = call[argument] { put(value, &target) }
        }
    }

    /// A field that is written in this form.
    init<Value: Sendable>(
        _ name: String, _ form: FieldForm<Value>, put: @escaping @Sendable (Value, inout Target) -> Void
    ) {
        self.init(
            Option(name.optionName, short: form.short, form.type, form.help),
            ToolArgument(name, form.argument, form.summary), value: { $0[$1] }, put: put)
    }

    /// A list that is written in this form.
    init(_ name: String, _ form: FieldListForm, put: @escaping @Sendable ([String], inout Target) -> Void) {
        self.init(
            Option(form.option ?? name.optionName, short: form.short, form.type, form.help, repeats: true),
            ToolArgument(name, .texts(form.element), form.summary),
            value: { context, option in context.invocation.has(option) ? context.all(option) : nil }, put: put)
    }

    /// Fields of which a command line has one at most.
    init(oneOf inputs: [FieldInput]) {
        parameters = [OneOf(inputs.flatMap(\.parameters))]
        arguments = inputs.flatMap(\.arguments)
        given = { invocation in inputs.flatMap { $0.given(invocation) } }
        read = { context, target in for input in inputs { try input.read(context, &target) } }
        take = { call, target in for input in inputs { try input.take(call, &target) } }
    }
}

extension FieldInput<TaskDraft> {
    init<FieldTarget, Value>(_ field: TaskField<FieldTarget, Value>, _ form: FieldForm<Value>) {
        self.init(field.name, form) { value, draft in draft.set(field, to: value) }
    }

    init<FieldTarget>(_ field: TaskField<FieldTarget, [String]>, _ form: FieldListForm) {
        self.init(field.name, form) { values, draft in draft.set(field, to: values) }
    }
}

extension FieldInput<TaskEdit> {
    init<Value>(_ field: TaskField<TaskEdit, Value>, _ form: FieldForm<FieldChange<Value>>) {
        self.init(field.name, form) { change, edit in edit.put(field, change) }
    }

    /// A list that takes the place of the one that there is; an empty text stands for no entry.
    init(_ field: TaskField<TaskEdit, [String]>, _ form: FieldListForm) {
        self.init(field.name, form) { values, edit in edit.set(field, to: values.filter { !$0.isEmpty }) }
    }
}

// MARK: - Rows

/// All that people and programs can say of a field of a task: as it is made, and later.
struct TaskFieldRow: Sendable {
    let name: String
    let created: FieldInput<TaskDraft>
    let edited: FieldInput<TaskEdit>

    init<Value>(_ field: TaskField<TaskEdit, Value>, created: FieldInput<TaskDraft>, edited: FieldInput<TaskEdit>) {
        name = field.name
        self.created = created
        self.edited = edited
    }

    /// A field of one value.
    init<Value>(
        _ field: TaskField<TaskEdit, Value>, created: FieldForm<Value>, edited: FieldForm<FieldChange<Value>>
    ) {
        self.init(field, created: FieldInput(field, created), edited: FieldInput(field, edited))
    }

    /// A list that is given as a whole.
    init(_ field: TaskField<TaskEdit, [String]>, created: FieldListForm, edited: FieldListForm) {
        self.init(field, created: FieldInput(field, created), edited: FieldInput(field, edited))
    }
}

// MARK: - Types of values that change a field

extension ValueType {
    /// A value that a field is set to, and keeps.
    static func kept<Kept>(_ type: ValueType<Kept>) -> ValueType where Value == FieldChange<Kept> {
        change(type) { _ in false }
    }

    /// The same texts, each of which is what a field is set to, unless it takes the value away.
    fileprivate static func change<Kept>(
        _ type: ValueType<Kept>, clearing: @escaping @Sendable (Kept) -> Bool
    ) -> ValueType where Value == FieldChange<Kept> {
        ValueType(type.placeholder, allowed: type.allowed, candidates: type.candidates) {
            (text, context) throws(ValueFault) in
            try type.parse(text, context).map { clearing($0) ? .clear : .set($0) }
        }
    }
}

extension ValueType<FieldChange<String>> {
    /// A text, of which an empty one takes away what there is.
    static func orEmpty(_ type: ValueType<String>) -> ValueType { change(type) { $0.isEmpty } }
    /// A reference, or `none`.
    static func orNone(_ type: ValueType<String>) -> ValueType { change(type) { $0.lowercased() == "none" } }
}

extension ValueType<FieldChange<Timestamp>> {
    /// A time, or `none`.
    static var timeOrNone: ValueType<FieldChange<Timestamp>> {
        let time = ValueType<Timestamp>.time
        return ValueType(time.placeholder, allowed: time.allowed + ", none") {
            (text: String, context: ParseContext) throws(ValueFault) -> FieldChange<Timestamp>? in
            if text == "none" { return .clear }
            return try time.parse(text, context).map { .set($0) }
        }
    }
}

extension ValueType<String> {
    /// A text of one line, or nothing.
    static var lineOrEmpty: ValueType<String> {
        ValueType(line.placeholder, allowed: line.allowed) { $0.contains(where: \.isNewline) ? nil : $0 }
    }

    /// A name that a task may have, or nothing.
    static var taskNameOrNone: ValueType<String> {
        ValueType("NAME", allowed: Identifier.nameRule) { $0.isEmpty || Identifier.isName($0) ? $0 : nil }
    }
}
