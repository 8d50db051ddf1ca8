import System

// Quantities for people: a few significant digits and one or two units. What a program reads is written exactly.

extension Duration {
    /// This duration for a reader, cut, not rounded, so that `60s` is never shown before the minute is full.
    ///
    /// `250ms` below a second, `1.2s` below ten, `42s` below a minute, `3m05s` below an hour, `2h10m` below a day,
    /// `3d04h` beyond; `0s` for nothing, a minus sign before a negative one.
    public var humanReadable: String {
        let whole = milliseconds
        if whole < 0 { return "-" + Duration.milliseconds(-whole).humanReadable }
        let seconds = whole / 1000
        return switch whole {
        case 0: "0s"
        case ..<1000: "\(whole)ms"
        case ..<10_000: "\(seconds).\(whole / 100 % 10)s"
        case ..<60_000: "\(seconds)s"
        case ..<3_600_000: "\(seconds / 60)m\(twoDigits(seconds % 60))s"
        case ..<86_400_000: "\(seconds / 3600)h\(twoDigits(seconds / 60 % 60))m"
        default: "\(seconds / 86_400)d\(twoDigits(seconds / 3600 % 24))h"
        }
    }
}

private func twoDigits(_ number: Int64) -> String {
    number < 10 ? "0\(number)" : "\(number)"
}

extension ByteCount {
    /// This number for a reader, in decimal units as disks are sold: `0 B`, `999 B`, `1.4 kB`, `14 MB`, `140 GB`.
    ///
    /// Rounded half up to two significant digits below ten units (`1.4 GB`), to whole units from there.
    ///
    /// - Precondition: it is not negative.
    public var humanReadable: String {
        precondition(bytes >= 0, "a number of bytes is not negative")
        var unitInBytes: Int64 = 1
        for unit in ["B", "kB", "MB", "GB", "TB", "PB", "EB"] {
            let tenths = bytes.divided(by: max(1, unitInBytes / 10))
            if unitInBytes > 1, tenths < 100 { return "\(tenths / 10).\(tenths % 10) \(unit)" }
            let whole = bytes.divided(by: unitInBytes)
            if whole < 1000 { return "\(whole) \(unit)" }
            unitInBytes *= 1000
        }
        return "\(bytes) B"
    }
}

extension Int64 {
    /// The quotient rounded half up, without overflow.
    fileprivate func divided(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder >= divisor - remainder ? quotient + 1 : quotient
    }
}
