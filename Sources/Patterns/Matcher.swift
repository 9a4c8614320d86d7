internal import CPCRE2

/// Searches subjects with patterns. One per loop, never shared: it owns the result vector, the match
/// limits and the JIT stack. A search allocates nothing.
///
/// A long subject is searched in windows: the whole subject is passed, and only so many start offsets
/// are allowed in one call, with a match limit for each of them. Windows begin small, grow while all
/// goes well, and shrink, then get a higher limit, where the limit was hit. What a call can cost at
/// most is charged to the record's `WorkBudget` before it is made. The result does not depend on the
/// windows; only whether there is one depends on the limits.
@safe
public struct Matcher: ~Copyable {
  let limits: MatchLimits
  let matchData: OpaquePointer
  let context: OpaquePointer
  private let jitStack: OpaquePointer
  private let results: UnsafeMutablePointer<Int>
  // Of `limits`, at hand for the short way.
  private let shortBytesMax: Int
  private let shortLimit: UInt32
  private var currentLimit: UInt32 = 0
  private var currentOffsetLimit = Int.max

  /// A matcher with the limits of standards.md 2, P2.
  public init() { self.init(limits: MatchLimits()) }

  /// A matcher with other limits; tests force each kind of failure with it.
  init(limits: MatchLimits) {
    guard let matchData = unsafe pcre2_match_data_create_8(limits.resultPairs, nil),
      let context = unsafe pcre2_match_context_create_8(nil),
      let jitStack = unsafe pcre2_jit_stack_create_8(
        limits.jitStackBytesMin, limits.jitStackBytesMax, nil),
      let results = unsafe pcre2_get_ovector_pointer_8(matchData)
    else {
      // The only reason is a lack of memory, at start, before any record was read.
      fatalError("no memory for a matcher")
    }
    self.limits = limits
    shortBytesMax = limits.shortBytesMax
    shortLimit = limits.matchLimits[0]
    unsafe self.matchData = unsafe matchData
    unsafe self.context = unsafe context
    unsafe self.jitStack = unsafe jitStack
    unsafe self.results = unsafe UnsafeMutableRawPointer(results)
      .assumingMemoryBound(to: Int.self)
    unsafe pcre2_set_heap_limit_8(context, limits.heapKiB)
    unsafe pcre2_set_offset_limit_8(context, Int.max)
    unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(jitStack))
  }

  deinit {
    unsafe pcre2_match_data_free_8(matchData)
    unsafe pcre2_match_context_free_8(context)
    unsafe pcre2_jit_stack_free_8(jitStack)
  }

  /// The first match of `pattern` that starts at byte `start` of `subject` or later.
  ///
  /// - Precondition (not checked): `subject` is valid UTF-8. PCRE2 is told not to check it
  ///   (`PCRE2_NO_UTF_CHECK`); on other bytes its behaviour is undefined (standards.md 2, P7).
  /// - Parameters:
  ///   - start: from 0 to the length of the subject; moved up to the next character if it is inside one.
  ///     What stands before it is seen by lookbehinds.
  ///   - budget: what the record may still cost.
  ///   - group: the capture group whose range is wanted; 0 is the whole match.
  public mutating func firstMatch(
    of pattern: Pattern, in subject: Span<UInt8>, from start: Int = 0, budget: inout WorkBudget,
    group: Int = 0
  ) -> MatchOutcome {
    unsafe subject.withUnsafeBufferPointer {
      unsafe firstMatch(of: pattern, in: $0, from: start, budget: &budget, group: group)
    }
  }

  /// The same over a buffer, which must stay valid during the call.
  @unsafe public mutating func firstMatch(
    of pattern: Pattern, in subject: UnsafeBufferPointer<UInt8>, from start: Int = 0,
    budget: inout WorkBudget, group: Int = 0
  ) -> MatchOutcome {
    let count = subject.count
    guard start >= 0, start <= count, group >= 0, group <= pattern.captureGroupCount else {
      return .failed(.engine(PCRE2_ERROR_BADOFFSET))
    }
    guard count &- start >= pattern.minBytes, let base = subject.baseAddress else {
      return .noMatch
    }
    var position = start
    while position < count, unsafe base[position] & 0xC0 == 0x80 { position &+= 1 }
    if count &- position <= shortBytesMax || pattern.isAnchored {
      let code = unsafe call(
        pattern, base, count, from: position, offsetLimit: Int.max, limit: shortLimit)
      if code != PCRE2_ERROR_MATCHLIMIT, code != PCRE2_ERROR_JIT_STACKLIMIT {
        return unsafe answer(
          pattern, base, count, code: code, limit: shortLimit, &budget, group: group)
      }
    }
    return unsafe searchWindows(pattern, subject, from: position, &budget, group: group)
  }

  /// One call of PCRE2.
  @inline(__always)
  mutating func call(
    _ pattern: Pattern, _ base: UnsafePointer<UInt8>, _ count: Int, from start: Int,
    offsetLimit: Int, limit: UInt32, options: UInt32 = 0
  ) -> Int32 {
    if limit != currentLimit {
      unsafe pcre2_set_match_limit_8(context, limit)
      currentLimit = limit
    }
    if offsetLimit != currentOffsetLimit {
      unsafe pcre2_set_offset_limit_8(context, offsetLimit)
      currentOffsetLimit = offsetLimit
    }
    return unsafe pcre2_match_8(
      pattern.code, base, count, start, UInt32(PCRE2_NO_UTF_CHECK) | options, matchData, context)
  }

  /// What the search returns for PCRE2's answer, with the groups checked where the JIT may be wrong.
  ///
  /// After a possessive group the JIT of PCRE2 10.42 can report the range that a group had at an
  /// earlier, failed start: in `(Ab)*+k` on `Ab1k` it gives 0..<2 for a group that took no part. The
  /// whole match is right. So where a group is asked for, such a match is made once more by the
  /// interpreter, at its start offset only.
  @inline(__always)
  mutating func answer(
    _ pattern: Pattern, _ base: UnsafePointer<UInt8>, _ count: Int, code: Int32, limit: UInt32,
    _ budget: inout WorkBudget, group: Int
  ) -> MatchOutcome {
    let outcome = meaning(of: code, group: group)
    guard group > 0, case .match(let whole, let range) = outcome else { return outcome }
    let isOutside = range.lowerBound < whole.lowerBound || range.upperBound > whole.upperBound
    guard pattern.usesJIT, pattern.hasDoubtfulGroups || isOutside else { return outcome }
    return unsafe confirmed(pattern, base, count, whole, limit, &budget, group: group)
  }

  private mutating func confirmed(
    _ pattern: Pattern, _ base: UnsafePointer<UInt8>, _ count: Int, _ whole: Range<Int>,
    _ limit: UInt32, _ budget: inout WorkBudget, group: Int
  ) -> MatchOutcome {
    // The interpreter takes ten times as long; it counts a little more than the JIT.
    guard budget.charge(10 &* Int(limit)) else { return .failed(.workBudget) }
    let code = unsafe call(
      pattern, base, count, from: whole.lowerBound, offsetLimit: Int.max,
      limit: MatchLimits.matchLimitMax, options: UInt32(PCRE2_NO_JIT) | UInt32(PCRE2_ANCHORED))
    let outcome = meaning(of: code, group: group)
    switch outcome {
    case .match(whole, _), .failed: return outcome
    // The two disagree about the match itself: no answer can be trusted.
    case .match, .noMatch: return .failed(.engine(PCRE2_ERROR_INTERNAL))
    }
  }

  /// What PCRE2's answer means: above 0 a match, -1 none, and every other number, 0 too, a failure.
  func meaning(of code: Int32, group: Int) -> MatchOutcome {
    if code == PCRE2_ERROR_NOMATCH { return .noMatch }
    guard code > 0 else { return .failed(.engine(code)) }
    let whole = unsafe results[0]..<results[1]
    guard group > 0, group < Int(code) else { return .match(whole: whole, group: whole) }
    let lower = unsafe results[2 * group]
    let upper = unsafe results[2 * group + 1]
    // PCRE2_UNSET is all ones: -1 as an Int.
    guard lower >= 0, upper >= lower else { return .match(whole: whole, group: whole) }
    return .match(whole: whole, group: lower..<upper)
  }
}
