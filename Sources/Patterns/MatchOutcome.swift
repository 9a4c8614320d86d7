/// What a search came to. Whatever is not `match` or `noMatch` leaves the question open, and an open
/// question is answered by masking the whole value (design.md 3, invariant 1).
public enum MatchOutcome: Equatable, Sendable {
  /// Byte offsets into the subject. `group` is the asked-for capture group, or the whole match when
  /// that group took no part in it, so that more is masked rather than less.
  case match(whole: Range<Int>, group: Range<Int>)
  case noMatch
  case failed(MatchFailure)
}

/// Why a search gave no answer.
public enum MatchFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The record's work budget is used up.
  case workBudget
  /// One start offset needs more steps than `MatchLimits.matchLimitMax` (PCRE2 -47).
  case matchLimit
  /// Any other answer of PCRE2 but "match" and "no match"; 0 means that the result vector is too
  /// small, -46 that the JIT stack is, and negative numbers are those of `pcre2.h`.
  case engine(Int32)

  /// One phrase for logs; never payload.
  public var description: String {
    switch self {
    case .workBudget: "the record's work budget is used up"
    case .matchLimit: "the match limit of one start offset is reached (PCRE2 -47)"
    case .engine(0): "the result vector is too small (PCRE2 0)"
    case .engine(let code): "\(PCRE2.message(code)) (PCRE2 \(code))"
    }
  }
}

/// The limits of a `Matcher` (standards.md 2, P2).
struct MatchLimits: Sendable {
  /// The most steps at one start offset.
  static let matchLimitMax: UInt32 = 100_000

  /// Match limits in the order in which a window is tried with them.
  var matchLimits: [UInt32] = [16, 128, 1024, 8192, MatchLimits.matchLimitMax]
  /// The most start offsets in one call at each of them.
  var windowBytesMax: [Int] = [262_144, 1024, 64, 8, 1]
  /// Start offsets in the first call on a longer subject.
  var firstWindowBytes = 64
  /// A subject up to this long is first tried in one call.
  var shortBytesMax = 128
  /// Memory of the interpreter, which runs only when the JIT stack is too small.
  var heapKiB: UInt32 = 20 * 1024
  var jitStackBytesMin = 32 * 1024
  var jitStackBytesMax = 512 * 1024
  var resultPairs = UInt32(Pattern.captureGroupsMax + 1)
}
