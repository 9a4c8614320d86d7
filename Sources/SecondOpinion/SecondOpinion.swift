/// Reads masked records once more and says whether a card number can still be read in one.
///
/// Independent of what masks: it shares no code with it, knows no JSON but escapes and paths, and looks
/// at a record as a plain row of digits, in each reading that undoing escapes gives. So a fault in the
/// scanner, a rule, a prefilter or a transform does not blind both.
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

  /// Paths at or below which card numbers may stand.
  public var excludedPaths: [[PathStep]]

  /// How often escapes are undone: JSON in a string three levels deep needs four.
  private static let readingsMax = 5

  /// An opinion on records in which card numbers may stand only below `excludedPaths`.
  public init(excludedPaths: [[PathStep]] = []) { self.excludedPaths = excludedPaths }

  /// Whether a card number can be read in `record`, one line of JSON without its end.
  ///
  /// - Parameter isAllowed: whether a number, given as it was read with the separators between its
  ///   groups, may stay.
  public func canReadCard(
    in record: Span<UInt8>, isAllowed: (Span<UInt8>) -> Bool
  ) -> Bool {
    var hidesDigits = false
    var isLeak = false
    DigitWalker.walk(record, hidesDigits: &hidesDigits) { range in
      if !isLeak {
        isLeak = counts(record, range, offset: range.lowerBound, record, isAllowed)
      }
    }
    if isLeak || !hidesDigits { return isLeak }
    var reading = Reading(of: record)
    for _ in 0..<Self.readingsMax {
      reading = reading.next()
      let text = reading.bytes.span
      var ignored = false
      DigitWalker.walk(text, hidesDigits: &ignored) { range in
        if !isLeak {
          let offset = Int(reading.origins[range.lowerBound])
          isLeak = counts(text, range, offset: offset, record, isAllowed)
        }
      }
      if isLeak || !reading.hasBackslash { return isLeak }
    }
    return isLeak
  }

  /// Whether a number that was read is one that should not be there.
  private func counts(
    _ text: Span<UInt8>, _ range: Range<Int>, offset: Int, _ record: Span<UInt8>,
    _ isAllowed: (Span<UInt8>) -> Bool
  ) -> Bool {
    if isAllowed(text.extracting(range)) { return false }
    guard !excludedPaths.isEmpty else { return true }
    let path = PathReader.path(to: offset, in: record)
    return !excludedPaths.contains { PathReader.leads($0, to: path) }
  }
}
