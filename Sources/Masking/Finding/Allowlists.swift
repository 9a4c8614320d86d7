internal import Bytes
internal import Patterns
internal import Validators

// Unsafe code here lends the match to one call of the matcher.

// What a rule finds and leaves alone all the same: what its `allow` patterns hit, and the published
// test card numbers if it says so.
extension EngineCore {
  /// Whether the rule leaves the match alone.
  mutating func isAllowed(_ match: ByteView, by rule: CompiledRule) -> Bool {
    if rule.allowsTestNumbers, match.withSpan({ TestCards.contains($0) }) {
      if !isRescan { testNumbers &+= 1 }
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

  /// Whether the match has more digits than a card number: a run that is masked because a card may be
  /// part of it. A pattern meant for one number must then hit all of it.
  private static func isRun(_ match: ByteView, of rule: CompiledRule) -> Bool {
    guard rule.isPAN || rule.findsCards else { return false }
    var digits = 0
    for index in 0..<match.count where ASCII.isDigit(match[index]) { digits += 1 }
    return digits > NumberFinder.cardDigitCountMax
  }
}
