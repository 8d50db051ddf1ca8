/// A flow. This version knows no fields of its record: tasks refer to it, and it exists where there is a file of it.
public enum Flow: IDSubject {
    public static let kind = RecordKind.flow
}
