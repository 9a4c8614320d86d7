internal import Bytes

/// `keep`: shows the first and last letters or digits of a value and fills the others in place.
///
/// Letters, digits, every character above ASCII that is no blank or punctuation, and the fill itself
/// count; everything else is a separator and stays. That the fill counts is what makes the transform idempotent: a masked
/// value has as many counted characters as the original, and the same ones stay.
struct KeepTransform {
  var first: Int
  var last: Int
  var fill: UInt8
  /// Whether the PCI DSS limits on a displayed PAN apply (3.4.1, and FAQ 1091 by length).
  var isPAN: Bool

  /// What may be shown of a value with `count` counted characters: `(0, 0)` if it has too few.
  func shown(of count: Int) -> (first: Int, last: Int) {
    var first = first
    var last = last
    if isPAN {
      last = min(last, 4)
      first = min(first, count == 16 ? 8 : 6)
    }
    return first + last >= count ? (0, 0) : (first, last)
  }

  /// Calls `body` with each run of characters to be filled and how many there are.
  func forEachFilledRun(
    _ text: ByteView, _ range: Range<Int>, _ body: (Range<Int>, Int) -> Void
  ) {
    var total = 0
    forEachCharacter(text, range) { _, counts in if counts { total += 1 } }
    let shown = shown(of: total)
    var seen = 0
    var runStart = -1
    var runEnd = -1
    var runCount = 0
    forEachCharacter(text, range) { character, counts in
      var isFilled = false
      if counts {
        isFilled = seen >= shown.first && seen < total - shown.last
        seen += 1
      }
      if isFilled && text[character.lowerBound] != fill {
        if runCount == 0 { runStart = character.lowerBound }
        runEnd = character.upperBound
        runCount += 1
      } else if runCount > 0 {
        body(runStart..<runEnd, runCount)
        runCount = 0
      }
    }
    if runCount > 0 { body(runStart..<runEnd, runCount) }
  }

  /// Whether a character above ASCII counts: all but blanks, dashes and other punctuation, in doubt
  /// rather filled than shown.
  private static func counts(_ scalar: UInt32) -> Bool {
    guard let scalar = Unicode.Scalar(scalar) else { return true }
    switch scalar.properties.generalCategory {
    case .spaceSeparator, .dashPunctuation, .connectorPunctuation, .otherPunctuation,
      .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation:
      return false
    default: return scalar != "\u{2212}"  // the minus sign stands for a dash
    }
  }

  private func forEachCharacter(
    _ text: ByteView, _ range: Range<Int>, _ body: (Range<Int>, Bool) -> Void
  ) {
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = text[index]
      let next = min(index + UTF8Text.length(lead: byte), range.upperBound)
      let counts =
        byte < 0x80
        ? ASCII.isAlphanumeric(byte) || byte == fill
        : Self.counts(UTF8Text.scalar(text, at: index).0)
      body(index..<next, counts)
      index = next
    }
  }
}
