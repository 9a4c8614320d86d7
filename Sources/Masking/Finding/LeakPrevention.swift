internal import Bytes
internal import Patterns
internal import SecondOpinion
internal import Validators

// Unsafe code here lends lines of the output to the second opinion, and a number to one call of the
// matcher; both stay as they are until the call ends.

// The second opinion: a share of the masked records is read once more by code that shares nothing with
// the masking. A record in which it still reads a card number is withheld.
extension EngineCore {
  /// Looks at the records of one chunk, whose output begins at `start`, and puts a stub in the place of
  /// each that leaks.
  mutating func withholdLeaks(
    of chunk: ByteView, from start: Int, firstRecord: UInt64, _ stream: inout StreamState,
    percent: UInt64, in output: inout ByteBuffer
  ) {
    guard let opinion = policy.secondOpinion, percent > 0 else { return }
    var leaks: [(range: Range<Int>, record: UInt64)] = []
    var record = firstRecord
    var lineStart = start
    let bytes = unsafe output.bytes
    guard let base = bytes.baseAddress else { return }
    let text = unsafe ByteView(base: base, count: bytes.count)
    let decodes = SecondOpinion.Decodes(decoding.encodings)
    var vanishedPlace = 0
    while let lineFeed = Lines.first(in: text, from: lineStart) {
      while vanishedPlace < vanished.count, vanished[vanishedPlace] == record {
        vanishedPlace += 1
        record += 1
      }
      let line = lineStart..<lineFeed
      // Of every hundred records so many, spread evenly: the same ones on every run.
      if record * percent / 100 != (record - 1) * percent / 100,
        text[line].withSpan({ opinion.canReadCard(in: $0, decodes: decodes) { isExempt($0) } })
      {
        leaks.append((line, record))
      }
      record += 1
      lineStart = lineFeed + 1
    }
    guard !leaks.isEmpty else { return }
    withhold(leaks, of: chunk, from: start, firstRecord: firstRecord, &stream, in: &output)
  }

  private mutating func withhold(
    _ leaks: [(range: Range<Int>, record: UInt64)], of chunk: ByteView, from start: Int,
    firstRecord: UInt64, _ stream: inout StreamState, in output: inout ByteBuffer
  ) {
    let reason = FaultReason.leakPrevented
    let bytes = output.toArray()
    output.truncate(to: start)
    var done = start
    for leak in leaks {
      output.append(Array(bytes[done..<leak.range.lowerBound]))
      output.append(Stub.bytes(reason, record: leak.record))
      let endsOnReturn = bytes[leak.range.upperBound - 1] == ASCII.carriageReturn
      done = leak.range.upperBound - (endsOnReturn ? 1 : 0)
      stream.counters.recordsForwarded &-= 1
      stream.counters.withheld[reason.ordinal] &+= 1
      var lineStart = 0
      for _ in firstRecord..<leak.record {
        lineStart = (Lines.first(in: chunk, from: lineStart) ?? lineStart) + 1
      }
      stream.notes.add(
        FaultNote(
          record: leak.record, byteOffset: stream.byteOffset + UInt64(lineStart), reason: reason,
          kind: nil))
    }
    output.append(Array(bytes[done...]))
  }

  /// Whether a rule for card numbers lets this one stay.
  private mutating func isExempt(_ number: Span<UInt8>) -> Bool {
    let policy = policy
    for rule in policy.leakRules.lazy.map({ policy.rules[$0] }) {
      if rule.allowsTestNumbers, TestCards.contains(number) { return true }
      for pattern in rule.allow {
        var budget = WorkBudget(recordBytes: number.count)
        let outcome = unsafe number.withUnsafeBufferPointer {
          unsafe matcher.firstMatch(of: pattern, in: $0, from: 0, budget: &budget, group: 0)
        }
        if case .match = outcome { return true }
      }
    }
    return false
  }
}

extension MaskPolicy {
  /// The rules after which no card number may be left anywhere: of class pan, at every place.
  static func leakRules(_ rules: [CompiledRule]) -> [Int] {
    rules.indices.filter { number in
      let rule = rules[number]
      guard rule.isPAN, rule.includes.isEmpty, rule.join.isEmpty, rule.keywords == nil,
        rule.places == [.strings, .numbers, .keys]
      else { return false }
      if case .wholeValue = rule.matching { return false }
      return true
    }
  }

  /// What the second opinion has to know of the rules; nil if none of them is for card numbers
  /// everywhere.
  static func secondOpinion(_ rules: [CompiledRule], paths: [[PathStep]]) -> SecondOpinion? {
    let leakRules = leakRules(rules)
    guard !leakRules.isEmpty else { return nil }
    let excluded = Set(leakRules.flatMap { rules[$0].excludes }).sorted()
    return SecondOpinion(
      excludedPaths: excluded.map { path in
        paths[path].map { step in
          switch step {
          case .key(let key): .key(key)
          case .anyKey: .anyKey
          case .element(let number): .element(number)
          case .anyElement: .anyElement
          case .anyDepth: .anyDepth
          }
        }
      })
  }
}

extension SecondOpinion.Decodes {
  /// The encodings that are undone.
  fileprivate init(_ encodings: Encodings) {
    self = []
    if encodings.contains(.percent) { insert(.percent) }
    if encodings.contains(.html) { insert(.html) }
    if encodings.contains(.base64) { insert(.base64) }
    if encodings.contains(.quotedPrintable) { insert(.quotedPrintable) }
  }
}
