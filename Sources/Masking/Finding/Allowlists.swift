internal import Bytes
internal import Patterns
internal import Validators

// Unsafe code here lends the match to one call of the matcher, and takes the address of one to tell it from
// others; nothing is read by it.

// What a rule finds and leaves alone all the same: what its `allow` patterns hit, and the published
// test card numbers if it says so.
extension EngineCore {
  /// Whether the rule leaves the match alone.
  mutating func isAllowed(_ match: ByteView, by rule: CompiledRule) -> Bool {
    if rule.allowsTestNumbers, match.withSpan({ TestCards.contains($0) }) {
      if !isRescan { countTestNumber(match) }
      return true
    }
    guard !rule.allow.isEmpty else { return false }
    prepareBudget()
    let isRun = Self.isRun(match, of: rule)
    for pattern in rule.allow {
      let outcome = unsafe matcher.firstMatch(
        of: pattern, in: match.buffer, from: 0, budget: &budget, group: 0)
      // A pattern that gives no answer allows nothing.
      guard case .match(let whole, _) = outcome else { continue }
      if !isRun || whole == 0..<match.count { return true }
    }
    return false
  }

  /// Counts a number that is let through, once for all rules that see it and all readings of its place.
  private mutating func countTestNumber(_ match: ByteView) {
    var digits: UInt64 = 0
    for index in 0..<match.count where ASCII.isDigit(match[index]) {
      digits = digits &* 10 &+ UInt64(match[index] - ASCII.zero)
    }
    // Where it stands beside an encoding, the place of a number is another one in each layer.
    let place = decoding.isInLayer ? 0 : unsafe UInt(bitPattern: match.base)
    let isKnown = countedTestNumbers.contains {
      $0.digits == digits && (decoding.isInLayer || $0.place == place)
    }
    guard !isKnown else { return }
    countedTestNumbers.append((digits, place))
    testNumbers &+= 1
  }

  /// Whether the match has more digits than a card number: a run that is masked because a card may be
  /// part of it. A pattern meant for one number must then hit all of it.
  private static func isRun(_ match: ByteView, of rule: CompiledRule) -> Bool {
    guard rule.isPAN || rule.findsCards else { return false }
    var digits = 0
    for index in 0..<match.count where ASCII.isDigit(match[index]) { digits += 1 }
    return digits > NumberFinder.cardDigitCountMax
  }
}
