internal import Bytes
internal import CScan
internal import Patterns
internal import Validators

// Rules on one matching view: choose the rules that could match from necessary conditions, run
// only those, and collect what passes validators, keywords and allowlists.
extension EngineCore {
  /// Collects the findings of all rules at a place, and turns them into edits.
  mutating func match(
    _ view: MatchView, _ at: PlaceRange, hasWholeValueRules: Bool
  ) -> WalkStatus {
    findings.removeAll()
    if !countedTestNumbers.isEmpty { countedTestNumbers.removeAll() }
    applyPaths(at.state)
    if hasWholeValueRules { addWholeValueFindings(view, at) }
    if view.bytes.count > 0 {
      var status = collect(view, at)
      if status == .done { status = collectDecoded(view, at) }
      if status != .done { return fault(status, view, at) }
    }
    return findings.isEmpty ? .done : resolve(view, at)
  }

  /// Whole-value rules only: for `true` and `false`.
  mutating func matchWholeValue(_ view: MatchView, _ at: PlaceRange) -> WalkStatus {
    findings.removeAll()
    applyPaths(at.state)
    addWholeValueFindings(view, at)
    return findings.isEmpty ? .done : resolve(view, at)
  }

  /// Sets `allowed` and `wholeValueRules` from the paths that end at the place or above it.
  mutating func applyPaths(_ state: UInt16) {
    if !wholeValueRules.isEmpty { wholeValueRules.removeAll(keepingCapacity: true) }
    let isPlain = plainStates[Int(state)] && held.isEmpty
    if isPlain && allowsEverywhere { return }
    allowsEverywhere = isPlain
    unsafe allowed.base.update(from: ruleWords.everywhere, count: policy.wordCount)
    if isPlain { return }
    for place in 0...held.count {
      let info = policy.states[Int(place < held.count ? held[place] : state)]
      for word in 0..<policy.wordCount {
        allowed[word] |= policy.stateWord(word, info.includeStart)
      }
      for rule in info.wholeValueRules where !wholeValueRules.contains(rule) {
        wholeValueRules.append(rule)
      }
    }
    guard !ignoresExclusions else { return }
    for place in 0...held.count {
      let info = policy.states[Int(place < held.count ? held[place] : state)]
      for word in 0..<policy.wordCount {
        let excluded = policy.stateWord(word, info.excludeStart)
        if allowed[word] & excluded != 0 { usesExemption = true }
        allowed[word] &= ~excluded
      }
    }
  }

  private mutating func addWholeValueFindings(_ view: MatchView, _ at: PlaceRange) {
    for rule in wholeValueRules
    where allowed[rule / 64] >> UInt64(rule % 64) & 1 == 1
      && policy.rules[rule].places.contains(at.place.set)
    {
      guard keywordsPass(rule, view.bytes, 0..<view.bytes.count, at) else { continue }
      add(Finding(start: 0, end: Int32(view.bytes.count), rule: UInt16(rule)), view, at)
    }
  }

  /// Runs the rules that could match on `view`; their findings are appended.
  mutating func collect(_ view: MatchView, _ at: PlaceRange) -> WalkStatus {
    guard chooseCandidates(view, at) else { return .done }
    var presence = BytePresence()
    for word in 0..<policy.wordCount {
      var bits = candidates[word]
      while bits != 0 {
        let number = word * 64 + bits.trailingZeroBitCount
        bits &= bits &- 1
        let status = apply(number, view, at, &presence)
        if status != .done { return status }
      }
    }
    return .done
  }

  /// Sets `candidates` to the rules that could match the view; false if there are none.
  private mutating func chooseCandidates(_ view: MatchView, _ at: PlaceRange) -> Bool {
    let wordCount = policy.wordCount
    let here = unsafe rulesHere(at.place.set)
    let own = unsafe candidates.base
    let gated = unsafe own + wordCount
    guard policy.usesPrefilters else {
      for word in 0..<wordCount { unsafe own[word] = policy.allWord(word) & here[word] }
      return true
    }
    nameCandidates(view, at.level, isNumber: at.place == .number)
    var anyOwn: UInt64 = 0
    var anyGated: UInt64 = 0
    let pathed = unsafe ruleWords.pathed
    for word in 0..<wordCount {
      unsafe own[word] = (own[word] | pathed[word]) & here[word]
      unsafe gated[word] &= here[word]
      unsafe anyOwn |= own[word]
      unsafe anyGated |= gated[word]
    }
    let hasKeyword = unsafe own[2 * wordCount] != 0
    guard anyGated != 0 || hasKeyword || isKeyed else { return anyOwn != 0 }
    for word in 0..<wordCount { keywordHits[word] = 0 }
    addPathKeywords(at)
    if anyGated != 0 || hasKeyword,
      at.place != .number || policy.hasKeywordsInNumbers
    {
      unsafe policy.keywords.addRules(in: view.bytes.buffer, to: keywordHits.base)
    }
    let keywordRules = unsafe ruleWords.keywordRules
    for word in 0..<wordCount {
      let named = unsafe gated[word] | keywordRules[word] & here[word]
      unsafe own[word] |= named & keywordHits[word]
      unsafe anyOwn |= own[word]
    }
    return anyOwn != 0
  }

  /// The rules that the paths of the place in hand let run and that look at its kind.
  private mutating func rulesHere(_ places: PlaceSet) -> UnsafePointer<UInt64> {
    if allowsEverywhere { return unsafe ruleWords.everywhere(at: places) }
    allowedHere.resizeUninitialized(to: policy.wordCount)
    let words = unsafe ruleWords.at(places)
    for word in 0..<policy.wordCount {
      allowedHere[word] = unsafe allowed[word] & words[word]
    }
    return unsafe UnsafePointer(allowedHere.base)
  }

  /// Sets `candidates` to what the signs in the view say of the rules that look everywhere: their own
  /// bits, or `wordCount` words later if they need a keyword. The last word is not zero if a word stands
  /// there that rules are looked for by.
  private mutating func nameCandidates(_ view: MatchView, _ level: Int, isNumber: Bool) {
    let count = view.bytes.count
    unsafe signs.setUnsigned(candidates.base)
    if isNumber {
      if unsafe numberShapes.addRules(in: view.bytes.buffer, to: candidates.base) { return }
      unsafe numberSigns.addRules(
        ofDigits: DigitRuns.longest(in: view.bytes), to: candidates.base)
      unsafe numberShapes.addWholeRules(to: candidates.base)
      readNumberSigns(view.bytes)
      return
    }
    if view.mayHoldNonASCII, CaseTwins.stand(in: view.bytes) { nameTwinCandidates(view.bytes) }
    if let start = view.blocksStart {
      unsafe readSigns(levels[level].blocks.base, start, view.bytes)
    } else {
      viewBlocks.resizeUninitialized(to: count / 64 + 1)
      unsafe CScan_find_signs(view.bytes.base, count, triggers.pointer, viewBlocks.base)
      unsafe readSigns(viewBlocks.base, 0, view.bytes)
    }
  }

  /// The same for the few bytes of a number: every place may be one of a sign.
  private mutating func readNumberSigns(_ text: ByteView) {
    guard text.count >= numberSigns.byteCountMin else { return }
    for place in 0..<text.count {
      unsafe numberSigns.addRules(at: place, isEven: true, in: text.buffer, to: candidates.base)
    }
  }

  /// Names the rules of the signs that `blocks` have for `text`, which begins at `start`.
  mutating func readSigns(
    _ blocks: UnsafeMutablePointer<CScan_Block>, _ start: Int, _ text: ByteView
  ) {
    let last = (start + text.count - 1) >> 6
    var mask = ~UInt64(0) << UInt64(truncatingIfNeeded: start & 63)
    var firstLongRun = -1
    for number in start >> 6...last {
      if number == last { mask &= ~0 >> UInt64(63 - (start + text.count - 1) & 63) }
      var bits = unsafe blocks[number].signs & mask
      while bits != 0 {
        let place = number << 6 + bits.trailingZeroBitCount
        bits &= bits &- 1
        unsafe signs.addRules(
          at: place - start, isEven: place & 1 == 0, in: text.buffer, to: candidates.base)
      }
      let longRuns = unsafe blocks[number].longRuns & mask
      if firstLongRun < 0, longRuns != 0 {
        firstLongRun = number << 6 + longRuns.trailingZeroBitCount - start
      }
      mask = ~0
    }
    guard firstLongRun >= 0 else { return }
    let from = DigitRuns.start(of: firstLongRun, in: text)
    unsafe signs.addRules(
      ofDigits: DigitRuns.longest(in: text[from..<text.count]), to: candidates.base)
  }

  /// Whether a rule that is looked for by its keyword could match in a key, if the keyword is there.
  func mayHoldKeywordRules(_ key: ByteView) -> Bool {
    guard hasKeywordRules else { return false }
    var digits = 0
    for index in 0..<key.count where ASCII.isDigit(key[index]) { digits += 1 }
    return policy.keywordRules.contains { rule in
      let conditions = policy.rules[rule].conditions
      return policy.rules[rule].places.contains(.keys) && conditions.byteCountMin <= key.count
        && conditions.digitCountMin <= digits
    }
  }

  /// Whether any rule that looks everywhere could find something in a key that begins at `start` of
  /// its level's text.
  mutating func mayFind(inKey key: ByteView, _ level: Int, _ start: Int) -> Bool {
    guard policy.usesPrefilters else { return true }
    var view = MatchView(bytes: key, origins: .chunk)
    view.blocksStart = start
    view.mayHoldNonASCII = false
    nameCandidates(view, level, isNumber: false)
    if candidates[2 * policy.wordCount] != 0, mayHoldKeywordRules(key) { return true }
    for word in 0..<policy.wordCount {
      let named = candidates[word] | candidates[word + policy.wordCount]
      if named & policy.placeWord(word, .keys) != 0 { return true }
    }
    return false
  }

  /// Runs one rule on the view.
  mutating func apply(
    _ number: Int, _ view: MatchView, _ at: PlaceRange, _ presence: inout BytePresence
  ) -> WalkStatus {
    let bytes = view.bytes
    let rule = policy.rules[number]
    if policy.usesPrefilters {
      let conditions = rule.conditions
      guard bytes.count >= conditions.byteCountMin else { return .done }
      if conditions.requiredLow | conditions.requiredHigh != 0 {
        presence.fill(from: bytes)
        guard presence.contains(conditions.requiredLow, conditions.requiredHigh) else {
          return .done
        }
      }
    }
    costs.tried(number, byteCount: bytes.count)
    switch rule.matching {
    case .wholeValue: return .done
    case .number(let finder):
      numberMatches.removeAll(keepingCapacity: true)
      bytes.withSpan { finder.find(in: $0, isNumber: at.place == .number, into: &numberMatches) }
      for match in numberMatches {
        if match.needsKeyword && !near(policy.finderKeywords(finder), bytes, match.range, at) {
          continue
        }
        _ = accept(number, rule, match.range, view, at)
      }
      return .done
    case .pattern(let pattern, let group):
      prepareBudget()
      var from = 0
      while from < bytes.count {
        let outcome = unsafe matcher.firstMatch(
          of: pattern, in: bytes.buffer, from: from, budget: &budget, group: group)
        switch outcome {
        case .noMatch: return .done
        case .failed: return .limit
        case .match(let whole, let range):
          if accept(number, rule, range, view, at) {
            from = max(range.upperBound, UTF8Text.border(bytes, after: whole.lowerBound))
          } else {
            from = UTF8Text.border(bytes, after: whole.lowerBound)
          }
        }
      }
      return .done
    }
  }

  /// Gives the record its budget, which grows with its length, when the first pattern runs.
  mutating func prepareBudget() {
    guard !hasBudget else { return }
    hasBudget = true
    decoding.byteCount = 0
    let chunk = recordText
    let end = Lines.first(in: chunk, from: recordStart) ?? chunk.count
    budget = WorkBudget(recordBytes: end - recordStart)
  }

  /// Adds the match as a finding if validators, keywords and allowlist let it; false if rejected.
  mutating func accept(
    _ number: Int, _ rule: CompiledRule, _ range: Range<Int>, _ view: MatchView, _ at: PlaceRange
  ) -> Bool {
    guard !range.isEmpty else { return false }
    let match = view.bytes[range]
    for validator in rule.validators {
      guard match.withSpan({ validator.accepts($0) }) else { return false }
    }
    guard keywordsPass(number, view.bytes, range, at) else { return false }
    guard !isAllowed(match, by: rule) else { return false }
    add(
      Finding(start: Int32(range.lowerBound), end: Int32(range.upperBound), rule: UInt16(number)),
      view, at)
    return true
  }

  /// Records a finding, unless the text is one of Maskline's own replacements.
  private mutating func add(_ finding: Finding, _ view: MatchView, _ at: PlaceRange) {
    let range = Int(finding.start)..<Int(finding.end)
    guard !policy.isOwnForm(view.bytes[range]) else { return }
    findings.append(finding)
    guard !isRescan else { return }
    costs.matched(Int(finding.rule))
    if isReporting && !decoding.isInLayer { report(finding, view, at, encoding: nil) }
  }

  private mutating func keywordsPass(
    _ number: Int, _ bytes: ByteView, _ range: Range<Int>, _ at: PlaceRange
  ) -> Bool {
    guard let gate = policy.rules[number].keywords else { return true }
    return near(gate, bytes, range, at)
  }

  /// Whether one of the gate's words stands near the range, or in the field path.
  mutating func near(
    _ gate: KeywordGate, _ bytes: ByteView, _ range: Range<Int>, _ at: PlaceRange
  ) -> Bool {
    let start = max(0, range.lowerBound - gate.within)
    let end = min(bytes.count, range.upperBound + gate.within)
    if KeywordSearch.contains(gate.words, bytes[start..<end]) { return true }
    return standsInPath(gate.words, at)
  }
}

/// Which ASCII bytes stand in a text; filled once per view, when a rule first asks.
struct BytePresence {
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  private var isFilled = false

  mutating func fill(from bytes: ByteView) {
    guard !isFilled else { return }
    isFilled = true
    for index in 0..<bytes.count {
      let byte = bytes[index]
      if byte < 64 {
        low |= 1 << UInt64(byte)
      } else if byte < 128 {
        high |= 1 << UInt64(byte & 63)
      }
    }
  }

  func contains(_ requiredLow: UInt64, _ requiredHigh: UInt64) -> Bool {
    low & requiredLow == requiredLow && high & requiredHigh == requiredHigh
  }
}
