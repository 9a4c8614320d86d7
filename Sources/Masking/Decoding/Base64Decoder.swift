internal import Bytes
internal import CScan

// Unsafe code here asks the kernel's readings about bytes inside the bounds of the text.

/// A run of base64 in a text, and where its decoded text lies.
struct Base64Run: BitwiseCopyable {
  /// The characters, without padding.
  var start: Int
  var end: Int
  var paddingCount: Int
  /// The decoded text.
  var textStart: Int
  var textEnd: Int

  /// How many octets it holds.
  var octetCount: Int { (end - start) * 3 / 4 }

  // Octet q lies in the characters from 4q/3 on: no two begin in the same one, so that an origin
  // tells the octet.

  func firstCharacter(ofOctet octet: Int) -> Int { start + octet * 4 / 3 }

  func endCharacter(ofOctet octet: Int) -> Int { start + ((octet + 1) * 4 + 2) / 3 }

  func octet(fromCharacter character: Int) -> Int { ((character - start) * 3 + 2) / 4 }

  func octetEnd(ofCharacter character: Int) -> Int { (character - start) * 3 / 4 }

  func octet(_ octet: Int, in text: ByteView) -> UInt8 {
    let place = firstCharacter(ofOctet: octet)
    let high = CScan_base64_value(text[place])
    let low = CScan_base64_value(text[place + 1])
    let shift = 2 * (octet % 3)
    return UInt8(truncatingIfNeeded: high << (2 + shift) | low >> (4 - shift))
  }
}

/// Replaces the runs of base64 in a text by the text that they hold, so that what stands before a run
/// is seen together with what is in it.
///
/// A run is entered where three groups in a row hold printable ASCII, wherever it begins: behind
/// `Basic `, inside a path, or glued to a word. A form feed parts it from what stands about it: a blank
/// for patterns, and nothing that belongs to a number or to another encoding.
enum Base64Decoder {
  /// Of how many characters of one text other readings are looked for.
  private static let otherReadingsMax = 64 << 10

  static func decode(
    _ text: ByteView, into output: inout TextBuffer, _ runs: inout Scratch<Base64Run>
  ) {
    // An octet that begins no character takes two bytes.
    var spare = min(text.count, otherReadingsMax)
    output.reset(room: text.count * 2 + spare * 6 + 16)
    runs.removeAll()
    var done = 0
    var from = 0
    while let sign = next(text, from: from, to: text.count) {
      let first = start(text, of: sign, after: done)
      guard first <= sign else {
        from = first
        continue
      }
      let run = run(text, at: sign, from: first)
      copyContext(text, done..<run.start, behind: runs, into: &output)
      append(run, of: text, to: &output, &runs)
      // Text may stand in groups that begin elsewhere, as where something is glued to it, or where the
      // wrong groups show text by chance: every reading that shows text is kept.
      if spare >= run.end - run.start {
        spare -= run.end - run.start
        for offset in 1...3 {
          guard let other = otherStart(text, of: run, from: first, after: sign, offset) else {
            continue
          }
          part(at: other, in: &output)
          append(shaped(text, other, run.end), of: text, to: &output, &runs)
        }
      }
      done = run.end + run.paddingCount
      from = done
    }
    copyContext(text, done..<text.count, behind: runs, into: &output)
  }

  private static func next(_ text: ByteView, from: Int, to end: Int) -> Int? {
    guard from < end else { return nil }
    let place = unsafe CScan_base64_text(text.base, from, end)
    return place < end ? place : nil
  }

  private static func isCharacter(_ byte: UInt8) -> Bool { CScan_base64_value(byte) >= 0 }

  private static func isGroup(_ text: ByteView, at place: Int) -> Bool {
    unsafe CScan_is_base64_group(text.base + place)
  }

  /// Where the characters about a group begin. The digits of an escape are none of them.
  private static func start(_ text: ByteView, of sign: Int, after done: Int) -> Int {
    var first = sign
    while first > done, isCharacter(text[first - 1]) { first -= 1 }
    guard first > done else { return first }
    let isEscape =
      switch text[first - 1] {
      case 0x25: unsafe CScan_hex_pair(text.base, first, text.count) >= 0
      case 0x3D: unsafe CScan_quoted(text.base, first - 1, text.count, false) == 3
      default: false
      }
    return isEscape ? first + 2 : first
  }

  /// The run about a group that holds text, of the characters from `first` on.
  private static func run(_ text: ByteView, at sign: Int, from first: Int) -> Base64Run {
    var end = sign
    while end < text.count, isCharacter(text[end]) { end += 1 }
    var start = sign
    if (sign - first) % 4 == 0 {
      start = first
    } else {
      // Something is glued before it. One group more may hold the begin of the text, unless a
      // character stands there that more often parts words.
      while start - 4 >= first, isGroup(text, at: start - 4) { start -= 4 }
      if start - 4 >= first, ASCII.isAlphanumeric(text[start - 1]) { start -= 4 }
    }
    return shaped(text, start, end)
  }

  /// The run of whole octets, with the padding behind it.
  private static func shaped(_ text: ByteView, _ start: Int, _ limit: Int) -> Base64Run {
    let end = (limit - start) % 4 == 1 ? limit - 1 : limit
    var padding = 0
    if (end - start) % 4 != 0 {
      let wanted = 4 - (end - start) % 4
      while padding < wanted, end + padding < text.count, text[end + padding] == 0x3D {
        padding += 1
      }
    }
    return Base64Run(start: start, end: end, paddingCount: padding, textStart: 0, textEnd: 0)
  }

  /// Where the first text of a run begins whose groups are so many characters off. Groups that begin
  /// with the first character, as they do where nothing is glued to it, are read from there.
  private static func otherStart(
    _ text: ByteView, of run: Base64Run, from first: Int, after sign: Int, _ offset: Int
  ) -> Int? {
    var from = sign + 1
    while let other = next(text, from: from, to: run.end) {
      from = other + 1
      guard (other - run.start) % 4 == offset else { continue }
      return (other - first) % 4 == 0 ? first : other
    }
    return nil
  }

  /// Copies what stands between two runs. Line ends inside one piece of base64 (RFC 2045) part nothing.
  private static func copyContext(
    _ text: ByteView, _ range: Range<Int>, behind runs: borrowing Scratch<Base64Run>,
    into output: inout TextBuffer
  ) {
    guard !range.isEmpty else { return }
    if !runs.isEmpty {
      let last = runs[runs.count - 1]
      if range.upperBound < text.count, last.paddingCount == 0, (last.end - last.start) % 4 == 0,
        range.allSatisfy({ text[$0] == ASCII.lineFeed || text[$0] == ASCII.carriageReturn })
      {
        return
      }
      part(at: range.lowerBound, in: &output)
    }
    var index = range.lowerBound
    while index < range.upperBound {
      index = EscapeDecoder.copyCharacter(text, index, to: &output)
    }
    if range.upperBound < text.count { part(at: range.upperBound, in: &output) }
  }

  private static let formFeed: UInt8 = 0x0C

  private static func part(at place: Int, in output: inout TextBuffer) {
    let place = UInt32(truncatingIfNeeded: place)
    output.append(formFeed, start: place, end: place)
  }

  private static func append(
    _ run: Base64Run, of text: ByteView, to output: inout TextBuffer,
    _ runs: inout Scratch<Base64Run>
  ) {
    var run = run
    run.textStart = output.count
    defer {
      run.textEnd = output.count
      runs.append(run)
    }
    var octet = 0
    while octet < run.octetCount {
      let character = LenientUTF8.character(run.octet(octet, in: text)) { offset in
        octet + offset < run.octetCount ? run.octet(octet + offset, in: text) : nil
      }
      output.append(
        scalar: character.scalar,
        start: UInt32(truncatingIfNeeded: run.firstCharacter(ofOctet: octet)),
        end: UInt32(
          truncatingIfNeeded: run.endCharacter(ofOctet: octet + character.length - 1)))
      octet += character.length
    }
  }
}
