internal import CPCRE2

/// The state of one search in windows.
private struct WindowSearch {
  /// The next start offset.
  var position: Int
  /// How many start offsets the next call may try.
  var width: Int
  /// The place of the match limit in `MatchLimits.matchLimits`.
  var level = 0
  /// The longest runs of the pattern's repeated characters that the bytes before `surveyedEnd` touch.
  var runs = PatternCost.Runs()
  var surveyedEnd = 0
}

extension Matcher {
  /// Searches from `start` on, window by window, under the budget.
  mutating func searchWindows(
    _ pattern: Pattern, _ subject: UnsafeBufferPointer<UInt8>, from start: Int,
    _ budget: inout WorkBudget, group: Int
  ) -> MatchOutcome {
    guard let base = subject.baseAddress else { return .noMatch }
    let count = subject.count
    // An anchored pattern has one start offset: what PCRE2 tries, it tries there.
    let end = pattern.isAnchored ? start &+ 1 : count
    var search = WindowSearch(position: start, width: limits.firstWindowBytes)
    while search.position < end {
      fitWidth(&search, end: end, budget: budget)
      let limit = limits.matchLimits[search.level]
      let steps = unsafe stepsMax(&search, pattern, subject, limit: Int(limit))
      let free = search.width &* WorkBudget.freeStepsPerByte
      // What a call has no use of is charged in full, so it must be affordable in full.
      guard max(0, steps &- free) <= budget.remaining else {
        if search.width > 1 {
          search.width /= 2
          continue
        }
        return .failed(.workBudget)
      }
      let offsetLimit = search.position &+ search.width &- 1
      var code = unsafe call(
        pattern, base, count, from: search.position, offsetLimit: offsetLimit, limit: limit)
      if code == PCRE2_ERROR_JIT_STACKLIMIT {
        // Once more without the JIT, ten times as slow, under the same limits.
        guard budget.charge(10 &* steps) else { return .failed(.workBudget) }
        code = unsafe call(
          pattern, base, count, from: search.position, offsetLimit: offsetLimit, limit: limit,
          options: UInt32(PCRE2_NO_JIT))
      }
      switch code {
      case 1...:
        _ = budget.charge(max(0, steps &- free))
        return unsafe answer(
          pattern, base, count, code: code, limit: limit, &budget, group: group)
      case PCRE2_ERROR_NOMATCH:
        _ = budget.charge(max(0, steps &- free))
        unsafe advance(&search, subject)
      case PCRE2_ERROR_MATCHLIMIT:
        // The search has not moved: nothing is free. A window within the free steps may use them up.
        if !budget.charge(steps) { _ = budget.charge(budget.remaining) }
        if search.width > 1 {
          search.width = max(1, search.width / 4)
        } else if search.level + 1 < limits.matchLimits.count {
          search.level += 1
        } else {
          return .failed(.matchLimit)
        }
      default: return meaning(of: code, group: group)
      }
    }
    return .noMatch
  }

  /// Keeps the window within the subject, within what its match limit allows, and so small that its
  /// free steps, should they come to nothing, cost a quarter of the budget at most.
  private func fitWidth(_ search: inout WindowSearch, end: Int, budget: WorkBudget) {
    let affordable = budget.remaining / (4 * WorkBudget.freeStepsPerByte)
    search.width = min(
      search.width, limits.windowBytesMax[search.level], end &- search.position,
      max(limits.firstWindowBytes, affordable))
  }

  /// After a window without a match: the next one begins behind it, at a whole character, and is
  /// wider; once 64 offsets went well with a higher limit, the lower one is tried again.
  private func advance(_ search: inout WindowSearch, _ subject: UnsafeBufferPointer<UInt8>) {
    search.position &+= search.width
    while search.position < subject.count, unsafe subject[search.position] & 0xC0 == 0x80 {
      search.position &+= 1
    }
    if search.width >= limits.windowBytesMax[search.level], search.level > 0 {
      search.level -= 1
    }
    // Slowly at first, since a match may be near; then fast, since each call may read one run anew.
    let growth = search.width < 1024 ? 4 : 16
    search.width = min(search.width &* growth, limits.windowBytesMax[search.level])
  }

  /// An upper bound of the steps of one call: for each start offset the match limit and the uncounted
  /// reading, and for the call the reading that the JIT does once.
  private func stepsMax(
    _ search: inout WindowSearch, _ pattern: Pattern, _ subject: UnsafeBufferPointer<UInt8>,
    limit: Int
  ) -> Int {
    let cost = pattern.cost
    guard !cost.isFlat else { return search.width &* (limit &+ Self.stepsPerFlatStart) }
    let end = search.position &+ search.width
    let starts = unsafe startCount(cost, subject, search.position..<end)
    guard starts > 0 else { return 0 }
    if !cost.hasUnboundedRepeats, search.level == 0 {
      // The repeats' own maxima may do, without a look at the runs.
      let steps = starts &* (limit &+ cost.stepsPerStart(cost.longestRuns))
      if steps <= search.width &* WorkBudget.freeStepsPerByte { return steps }
    }
    if end > search.surveyedEnd { unsafe survey(&search, cost, subject, end: end) }
    let runs = search.runs
    // At the lowest limit a start offset has too few steps for rereading to count.
    let perStep = search.level == 0 ? 1 : 1 &+ cost.stepsPerStep(runs)
    let (steps, overflow) = starts.multipliedReportingOverflow(
      by: limit &* perStep &+ cost.stepsPerStart(runs))
    let sum = steps.addingReportingOverflow(cost.stepsPerCall(runs))
    return overflow || sum.overflow ? Self.stepsCounted : min(Self.stepsCounted, sum.partialValue)
  }

  /// What an attempt costs beyond its counted steps when it has only short repeats.
  private static var stepsPerFlatStart: Int { 8 }
  /// More than any budget.
  private static var stepsCounted: Int { Int.max / 64 }

  /// How many offsets of `range` can start a match, by the byte before and the first three bytes.
  private func startCount(
    _ cost: PatternCost, _ subject: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> Int {
    unsafe cost.byteFlags.withUnsafeBufferPointer { flags in
      let boundary = cost.boundaryFlag
      var starts = 0
      var previous: UInt8 = 0
      if range.lowerBound > 0 {
        previous = unsafe flags[Int(subject[range.lowerBound &- 1])]
      }
      for index in range {
        let current = unsafe flags[Int(subject[index])]
        let isAtBoundary = (current ^ previous) & boundary == boundary
        if current & PatternCost.startFlag != 0, isAtBoundary,
          previous & PatternCost.noStartAfterFlag == 0
        {
          let second = index &+ 1 < subject.count ? unsafe flags[Int(subject[index &+ 1])] : 0xFF
          let third = index &+ 2 < subject.count ? unsafe flags[Int(subject[index &+ 2])] : 0xFF
          if second & PatternCost.secondFlag != 0, third & PatternCost.thirdFlag != 0 {
            starts &+= 1
          }
        }
        previous = current
      }
      return starts
    }
  }

  /// Finds the longest runs that begin before `end`, followed as far as their length matters.
  private func survey(
    _ search: inout WindowSearch, _ cost: PatternCost, _ subject: UnsafeBufferPointer<UInt8>,
    end: Int
  ) {
    let most = min(cost.runBytesMax, Self.runBytesCounted)
    unsafe cost.byteFlags.withUnsafeBufferPointer { flags in
      // From the window's start: a run that began earlier counts from there on.
      var index = search.position
      var longest = PatternCost.Runs(isGateNear: false)
      var run = PatternCost.Runs()
      var seen: UInt8 = 0
      while index < subject.count, index < end || run.hidden > 0 || run.other > 0,
        longest.other < most, longest.hidden < most
      {
        let current = unsafe flags[Int(subject[index])]
        seen |= current
        run.hidden = current & PatternCost.hiddenRunFlag != 0 ? run.hidden &+ 1 : 0
        run.other = current & PatternCost.runFlag != 0 ? run.other &+ 1 : 0
        longest.hidden = max(longest.hidden, run.hidden)
        longest.other = max(longest.other, run.other)
        index &+= 1
      }
      // A run that was left off may be as long as the rest, and lead to the gate.
      let isLeftOff = index < subject.count && (index < end || run.hidden > 0 || run.other > 0)
      if isLeftOff { longest = PatternCost.Runs(hidden: most, other: most) }
      for near in index..<min(subject.count, index &+ cost.shortBytesBeforeGate &+ 1) {
        seen |= unsafe flags[Int(subject[near])]
      }
      if seen & PatternCost.gateFlag != 0 { longest.isGateNear = true }
      search.runs = longest
      search.surveyedEnd = max(end, index)
    }
  }

  /// A longer run costs more than any budget, for a pattern whose reading depends on it.
  private static var runBytesCounted: Int { 1 << 20 }
}
