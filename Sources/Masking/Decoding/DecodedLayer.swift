internal import Bytes

// Unsafe code here reads origins of the layer's own buffers, whose bounds are those of its texts.

/// One decoded text, and the way from it back to the text that it was decoded from.
struct DecodedLayer: ~Copyable {
  private(set) var encoding = Encoding.percent
  private var decoded = TextBuffer(capacity: 64)
  /// What rules see, when folding changes it; its origins are offsets into `decoded`.
  private var folded = TextBuffer(capacity: 64)
  private var isFolded = false
  private(set) var runs = Scratch<Base64Run>(capacity: 4)
  private(set) var hasNonASCII = false

  /// The text that rules see.
  var text: ByteView { isFolded ? folded.view : decoded.view }

  /// Decodes a text that holds something of the encoding.
  mutating func decode(_ encoding: Encoding, _ parent: ByteView) {
    self.encoding = encoding
    isFolded = false
    if encoding == .base64 {
      Base64Decoder.decode(parent, into: &decoded, &runs)
    } else {
      runs.removeAll()
      EscapeDecoder.decode(encoding, parent, into: &decoded)
    }
    let text = decoded.view
    var hasBackslash = false
    hasNonASCII = false
    for index in 0..<text.count {
      if text[index] >= 0x80 { hasNonASCII = true }
      if text[index] == ASCII.backslash { hasBackslash = true }
    }
    if hasBackslash || (hasNonASCII && Folding.isNeeded(text)) {
      Folding.fold(text, into: &folded)
      isFolded = true
    }
  }

  /// Gives back memory that only an unusually long text needed.
  mutating func shrink(to bytes: Int) {
    decoded.shrink(to: bytes)
    folded.shrink(to: bytes)
  }

  /// The stretch of the decoded text that a stretch of the seen text came from.
  private func decodedRange(_ range: Range<Int>) -> Range<Int> {
    guard isFolded else { return range }
    return unsafe Int(folded.starts[range.lowerBound])..<Int(folded.ends[range.upperBound - 1])
  }

  private func parentRange(ofDecoded range: Range<Int>) -> Range<Int> {
    // Two readings of one run of base64 lie behind each other.
    let start = unsafe Int(decoded.starts[range.lowerBound])
    let end = unsafe Int(decoded.ends[range.upperBound - 1])
    return min(start, end)..<max(start, end)
  }

  /// The stretch of the parent's text that a stretch of the seen text (not empty) came from.
  func parentRange(_ range: Range<Int>) -> Range<Int> {
    parentRange(ofDecoded: decodedRange(range))
  }

  /// Whether something of an encoding stands in the text that did not stand in the parent's just so: the
  /// one is nested in the other. What stands beside this layer's encoding is the parent's own.
  /// The blanks of a form may be plus signs that stand for themselves: they are no `proof`.
  func nests(_ encoding: Encoding, proof: Bool = false) -> Bool {
    // All that stood in the parent's text was undone.
    if encoding == self.encoding, !proof { return true }
    let text = text
    var index = 0
    while index < text.count {
      guard let mark = EncodingMarks.next(encoding, in: text, from: index) else { return false }
      let isWeak = proof && text[mark.lowerBound] == 0x2B && encoding == .percent
      if !isWeak, encoding == self.encoding || !isCopied(mark) { return true }
      index = mark.lowerBound + 1
    }
    return false
  }

  /// Whether all of such bytes in a stretch of the seen text, one at least, are the parent's own.
  func standsUnescaped(_ byte: UInt8, in range: Range<Int>, _ parent: ByteView) -> Bool {
    let text = text
    var isFound = false
    for index in range where text[index] == byte {
      let origin = parentRange(index..<index + 1)
      guard origin.count == 1, parent[origin.lowerBound] == byte else { return false }
      isFound = true
    }
    return isFound
  }

  /// Whether a stretch of the text stands in the parent's text, too.
  private func isCopied(_ range: Range<Int>) -> Bool {
    let first = parentRange(range.lowerBound..<range.lowerBound + 1).lowerBound
    for index in range {
      let place = first + index - range.lowerBound
      if parentRange(index..<index + 1) != place..<place + 1 { return false }
    }
    return true
  }

  /// The same with the number of the run of base64 that it lies in. A stretch that lies in a run in part
  /// counts with all of the run, and then has no number.
  func place(_ range: Range<Int>) -> (range: Range<Int>, run: Int?) {
    let range = decodedRange(range)
    var whole = parentRange(ofDecoded: range)
    for number in 0..<runs.count {
      let run = runs[number]
      guard range.lowerBound < run.textEnd, range.upperBound > run.textStart else { continue }
      if range.lowerBound >= run.textStart, range.upperBound <= run.textEnd {
        return (whole, number)
      }
      whole =
        min(whole.lowerBound, run.start)..<max(whole.upperBound, run.end + run.paddingCount)
    }
    return (whole, nil)
  }
}
