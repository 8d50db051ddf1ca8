import Model
import System

/// The transactions that the journal keeps, up to its last whole line.
///
/// Lines are decoded one by one and only when they are asked for, from either end: the last events are found without
/// reading the first.
public struct History: Sendable {
    private let journal: Journal
    /// The numbers of the segments, oldest first.
    private let segments: [Int]
    /// Up to here the history goes; where a ``Follower`` goes on.
    public let end: JournalPosition
    /// The number of the oldest event that is kept; what was before is gone.
    public let oldestSeq: Int

    /// - Parameter directory: `.tf`.
    init(in directory: File) throws(StoreError) {
        journal = Journal(directory: directory)
        let segments = try journal.segments()
        if let mark = try AppliedMark.read(in: directory) {
            // What is committed has happened, also where an interrupted writer has not brought it to the files.
            end = try journal.rest(after: mark.applied).end
        } else if let last = segments.last {
            end = try journal.rest(after: JournalPosition(segment: last, offset: 0)).end
        } else {
            end = .start
        }
        self.segments = segments.filter { [end] in $0 <= end.segment }
        oldestSeq =
            try self.segments.first.flatMap { [journal] number throws(StoreError) in
                try journal.firstSeq(ofSegment: number)
            } ?? 1
    }

    /// Hands over every transaction with an event after `seq`, oldest first, until `body` returns false.
    ///
    /// - Parameter seq: nil for everything that is kept.
    /// - Throws: `beforeHistory` when events after `seq` are not kept any more; what `body` throws.
    public func forEach(after seq: Int? = nil, _ body: (JournalLine) throws -> Bool) throws {
        if let seq { try require(seq) }
        let seq = seq ?? 0
        for number in try segments(holding: seq + 1) {
            let segment = try segment(number)
            for index in segment.lines.indices {
                let line = try segment.line(index)
                if line.nextSeq > seq + 1, try !body(line) { return }
            }
        }
    }

    /// Hands over every transaction, the newest first, until `body` returns false.
    ///
    /// - Parameter mentioning: a text without which a line's bytes are of no interest, such as an id; it saves the
    ///   decoding of all others.
    public func forEachBackwards(
        mentioning text: String? = nil, _ body: (JournalLine) throws -> Bool
    ) throws {
        let wanted = text.map { Array($0.utf8) }
        for number in segments.reversed() {
            let segment = try segment(number)
            for index in segment.lines.indices.reversed() {
                if let wanted, !segment.bytes.contains(wanted, in: segment.lines[index]) { continue }
                if try !body(try segment.line(index)) { return }
            }
        }
    }

    /// A record as it was after the event `seq`; nil when it did not exist then.
    ///
    /// - Throws: `beforeHistory` when that is not known any more.
    public func record(_ key: RecordKey, at seq: Int) throws -> AnyRecord? {
        guard seq >= oldestSeq else { throw StoreError.beforeHistory(seq: seq, oldest: oldestSeq) }
        var found: AnyRecord?
        try forEachBackwards(mentioning: "\"\(key.id)\"") { line in
            guard line.seq <= seq else { return true }
            if let record = line.put.last(where: { $0.key == key }) {
                found = record
                return false
            }
            return !line.delete.contains { $0.key == key }
        }
        return found
    }

    /// - Throws: `beforeHistory` when some event after `seq` is gone.
    public func require(_ seq: Int) throws(StoreError) {
        if seq + 1 < oldestSeq { throw .beforeHistory(seq: seq, oldest: oldestSeq) }
    }

    /// The segments from the one on that holds the event `seq`.
    private func segments(holding seq: Int) throws(StoreError) -> ArraySlice<Int> {
        var first = segments.startIndex
        for index in segments.indices.dropFirst() {
            guard let start = try journal.firstSeq(ofSegment: segments[index]), start <= seq else { break }
            first = index
        }
        return segments[first...]
    }

    private func segment(_ number: Int) throws(StoreError) -> Segment {
        let limit = number == end.segment ? Int(clamping: end.offset) : .max
        let begin = Trace.begin()
        let bytes = try journal.contents(ofSegment: number, limit: limit)
        Trace.end(begin, "journal \(Trace.size(bytes.count)) of segment \(number) read")
        return Segment(number: number, bytes: bytes)
    }
}

/// The lines of one file of the journal.
private struct Segment {
    let number: Int
    let bytes: [UInt8]
    /// Where the lines are, newlines included.
    let lines: [Range<Int>]

    init(number: Int, bytes: [UInt8]) {
        self.number = number
        self.bytes = bytes
        var lines: [Range<Int>] = []
        var start = 0
        while let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(start..<newline + 1)
            start = newline + 1
        }
        self.lines = lines
    }

    /// - Throws: `damagedJournal` for a line without its sum.
    func line(_ index: Int) throws(StoreError) -> JournalLine {
        let range = lines[index]
        guard JournalLine.isWhole(bytes[range]) else { throw damage(range, "a line does not have its sum") }
        do throws(FieldFault) {
            return try JournalLine(bytes[range])
        } catch {
            throw damage(range, error.description)
        }
    }

    private func damage(_ range: Range<Int>, _ reason: String) -> StoreError {
        .damagedJournal(file: Layout.segment(number), offset: Int64(range.lowerBound), reason: reason)
    }
}

extension Journal {
    /// The bytes of a segment up to `limit`; none when there is no such file.
    fileprivate func contents(ofSegment number: Int, limit: Int) throws(StoreError) -> [UInt8] {
        try storing { () throws(SystemError) in
            do throws(SystemError) {
                return try File(Layout.segment(number), [.read, .unlinked], in: directory).contents(limit: limit)
            } catch {
                if error.isMissing { return [] }
                throw error
            }
        }
    }

    /// The number of the first event in a segment, from the beginning of its first line; nil when it has none yet.
    fileprivate func firstSeq(ofSegment number: Int) throws(StoreError) -> Int? {
        let head = try contents(ofSegment: number, limit: 32)
        let prefix = Array(#"{"seq":"#.utf8)
        guard head.starts(with: prefix) else { return nil }
        return Int(String(decoding: head.dropFirst(prefix.count).prefix { $0.decimalDigit != nil }, as: UTF8.self))
    }
}

extension [UInt8] {
    /// Whether `text` occurs in a part of these bytes.
    fileprivate func contains(_ text: [UInt8], in range: Range<Int>) -> Bool {
        guard let first = text.first else { return true }
        return withUnsafeBufferPointer { bytes in
            text.withUnsafeBufferPointer { text in
                var position = range.lowerBound
                while position + text.count <= range.upperBound {
                    if bytes[position] == first,
                        (1..<text.count).allSatisfy({ bytes[position + $0] == text[$0] })
                    {
                        return true
                    }
                    position += 1
                }
                return false
            }
        }
    }
}
