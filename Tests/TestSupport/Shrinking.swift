/// The shortest list that still fails, as far as leaving steps out can tell (delta debugging).
///
/// Ever smaller parts are left out, from halves to single steps, as long as what remains fails.
///
/// - Parameter leavingOut: the steps without some of them; what they are called in the others may change with that.
public func shrunk<Step>(
    _ steps: [Step],
    leavingOut: ([Step], Range<Int>) -> [Step] = { Array($0[..<$1.lowerBound] + $0[$1.upperBound...]) },
    fails: ([Step]) throws -> Bool
) rethrows -> [Step] {
    var steps = steps
    var size = max(1, steps.count / 2)
    while true {
        var start = 0
        var hasShrunk = false
        while start < steps.count {
            let rest = leavingOut(steps, start..<min(start + size, steps.count))
            if try fails(rest) {
                steps = rest
                hasShrunk = true
            } else {
                start += size
            }
        }
        if size > 1 {
            size /= 2
        } else if !hasShrunk {
            return steps
        }
    }
}
