internal import CSecondOpinion

// Unsafe code here lends a text, and room for events, to one call of the scanner, which reads and writes
// inside their bounds; of the events only those are read that it wrote.

/// Reads masked records once more and says whether a card number can still be read in one.
///
/// Independent of what masks: it shares no code with it, knows no JSON but escapes, arrays and paths, and
/// looks at a record as a plain row of digits, in each reading that undoing encodings gives. So a fault in
/// the scanner, a rule, a prefilter or a transform does not blind both.
///
/// It speaks only where there is no doubt, because what it finds is withheld: numbers of the great
/// brands, by themselves or in their usual groups, that pass Luhn and are not part of a longer word,
/// identifier or fraction.
public struct SecondOpinion: Sendable {
  /// One step of a field path.
  public enum PathStep: Sendable, Equatable {
    /// A member by its key, in lower case as far as it is ASCII.
    case key([UInt8])
    case anyKey
    case element(Int)
    case anyElement
    /// Any number of members and elements.
    case anyDepth
  }

  /// The encodings inside strings that are undone.
  public struct Decodes: OptionSet, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let percent = Decodes(rawValue: UInt32(CSecondOpinion_DECODES_PERCENT))
    public static let html = Decodes(rawValue: UInt32(CSecondOpinion_DECODES_HTML))
    public static let base64 = Decodes(rawValue: UInt32(CSecondOpinion_DECODES_BASE64))
    public static let quotedPrintable = Decodes(rawValue: UInt32(CSecondOpinion_DECODES_QUOTED))
    public static let all: Decodes = [.percent, .html, .base64, .quotedPrintable]
  }

  /// Paths at or below which card numbers may stand.
  public var excludedPaths: [[PathStep]]

  /// An opinion on records in which card numbers may stand only below `excludedPaths`.
  public init(excludedPaths: [[PathStep]] = []) { self.excludedPaths = excludedPaths }

  /// Whether a card number can be read in `record`, one line of JSON without its end.
  ///
  /// - Parameters:
  ///   - decodes: the encodings that hide nothing from the reader of the record.
  ///   - isAllowed: whether a number, given as it was read with the separators between its groups, may
  ///     stay.
  public func canReadCard(
    in record: Span<UInt8>, decodes: Decodes = .all, isAllowed: (Span<UInt8>) -> Bool
  ) -> Bool {
    var reader = Reader(opinion: self, decodes: decodes, recordBytes: record.count)
    return reader.canRead(record, origins: nil, depth: 0, record, isAllowed)
  }
}

/// Reads one record in all its readings.
private struct Reader {
  /// How often encodings are undone: three of them, and JSON in strings three levels deep.
  private static let depthMax = 7
  /// How many bytes the readings of one record may have together: so many, and so many times its own.
  private static let bytesMax = 64 << 10
  private static let timesRecordMax = 16

  let opinion: SecondOpinion
  let decodes: SecondOpinion.Decodes
  private var bytesLeft: Int
  private var paths: PathReader?

  init(opinion: SecondOpinion, decodes: SecondOpinion.Decodes, recordBytes: Int) {
    self.opinion = opinion
    self.decodes = decodes
    bytesLeft = Self.bytesMax + Self.timesRecordMax * recordBytes
  }

  /// Whether a card number that should not be there can be read in a text; `origins` are the places of
  /// its bytes in the record, nil for the record itself.
  mutating func canRead(
    _ text: Span<UInt8>, origins: [UInt32]?, depth: Int, _ record: Span<UInt8>,
    _ isAllowed: (Span<UInt8>) -> Bool
  ) -> Bool {
    var scan = CSecondOpinion_Scan()
    var base64Done = 0
    while !scan.isDone {
      let leaks = unsafe withUnsafeTemporaryAllocation(
        of: CSecondOpinion_Event.self, capacity: Int(CSecondOpinion_EVENTS_MAX)
      ) { events in
        let count = unsafe text.withUnsafeBufferPointer { text in
          unsafe CSecondOpinion_scan(
            text.baseAddress, text.count, decodes.rawValue, &scan, events.baseAddress)
        }
        for number in 0..<count {
          let event = unsafe events[number]
          if isLeak(event, in: text, origins, &base64Done, depth, record, isAllowed) { return true }
        }
        return false
      }
      if leaks { return true }
    }
    return false
  }

  /// Looks into what the scanner met.
  private mutating func isLeak(
    _ event: CSecondOpinion_Event, in text: Span<UInt8>, _ origins: [UInt32]?,
    _ base64Done: inout Int, _ depth: Int, _ record: Span<UInt8>,
    _ isAllowed: (Span<UInt8>) -> Bool
  ) -> Bool {
    let range = Int(event.start)..<max(Int(event.start), Int(event.end))
    if event.kind == CSecondOpinion_CARD || event.kind == CSecondOpinion_ARRAY {
      let offset = origins.map { Int($0[range.lowerBound]) } ?? range.lowerBound
      if event.kind == CSecondOpinion_CARD {
        return counts(text.extracting(range), offset, record, isAllowed)
      }
      let digits = range.map { text[$0] }.filter { $0 &- 0x30 < 10 }
      return counts(digits.span, offset, record, isAllowed)
    }
    guard depth < Self.depthMax else { return false }
    guard event.kind == CSecondOpinion_BASE64 else {
      guard charge(range.count) else { return false }
      let reading = Reading(
        of: text, range, origins: origins, decodes: decodes,
        isQuoted: event.kind == CSecondOpinion_QUOTED)
      return canRead(reading, depth: depth + 1, record, isAllowed)
    }
    guard range.lowerBound >= base64Done else { return false }
    let run = Base64Run(around: range.lowerBound, from: base64Done, in: text, origins: origins)
    base64Done = run.end
    guard charge(4 * run.values.count) else { return false }
    for phase in 0..<4 {
      guard let reading = run.reading(phase) else { continue }
      if canRead(reading, depth: depth + 1, record, isAllowed) { return true }
    }
    return false
  }

  private mutating func canRead(
    _ reading: Reading, depth: Int, _ record: Span<UInt8>, _ isAllowed: (Span<UInt8>) -> Bool
  ) -> Bool {
    canRead(reading.bytes.span, origins: reading.origins, depth: depth, record, isAllowed)
  }

  private mutating func charge(_ count: Int) -> Bool {
    bytesLeft -= count
    return bytesLeft >= 0
  }

  /// Whether a number that was read is one that should not be there.
  private mutating func counts(
    _ number: Span<UInt8>, _ offset: Int, _ record: Span<UInt8>,
    _ isAllowed: (Span<UInt8>) -> Bool
  ) -> Bool {
    if isAllowed(number) { return false }
    guard !opinion.excludedPaths.isEmpty else { return true }
    let reader = paths ?? PathReader(record.indices.map { record[$0] })
    paths = reader
    let path = reader.path(to: offset)
    return !opinion.excludedPaths.contains { PathReader.leads($0, to: path) }
  }
}
