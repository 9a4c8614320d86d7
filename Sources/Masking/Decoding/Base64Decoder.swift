internal import Bytes
internal import CScan

// Unsafe code here asks the kernel's readings about bytes inside the bounds of the text.

/// How the octets of a run of base64 hold its text. (PowerShell writes UTF-16 with the low octet first.)
enum OctetForm: UInt8, BitwiseCopyable {
  case utf8
  case utf16LowFirst
  case utf16HighFirst
}

/// A run of base64 in a text, and where its decoded text lies.
struct Base64Run: BitwiseCopyable {
  /// The characters, without padding.
  var start: Int
  var end: Int
  var paddingCount: Int
  /// The decoded text.
  var textStart = 0
  var textEnd = 0
  var form = OctetForm.utf8

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
  /// Of how many characters of one text other readings are looked for: each may be read thrice more.
  private static let otherReadingsMax = 64 << 10

  static func decode(
    _ text: ByteView, into output: inout TextBuffer, _ runs: inout Scratch<Base64Run>
  ) {
    // An octet that begins no character takes two bytes.
    var spare = min(text.count, otherReadingsMax) * 3
    output.reset(room: (text.count + spare) * 2 + 16)
    runs.removeAll()
    var done = 0
    // The first run of base64 in lines, all of whose runs are read before another reading.
    var firstLine = 0
    while let sign = next(text, from: done, to: text.count) {
      let run = run(text, at: sign, from: starts(text, of: sign, after: done))
      if !isLineEnd(text, done..<run.start, behind: runs) {
        done = appendOthers(of: firstLine, text, done, to: &output, &runs, &spare)
        copyContext(text, done..<run.start, behind: runs, into: &output)
        firstLine = runs.count
      }
      append(run, of: text, to: &output, &runs)
      let last = shortLine(text, behind: run)
      if let last { append(last, of: text, to: &output, &runs) }
      done = (last ?? run).end + (last ?? run).paddingCount
    }
    done = appendOthers(of: firstLine, text, done, to: &output, &runs, &spare)
    copyContext(text, done..<text.count, behind: runs, into: &output)
  }

  /// Text may stand in groups that begin elsewhere, as where something is glued to it, or where the
  /// wrong groups show text by chance: every reading that shows text is kept. Returns where the last
  /// run ends.
  private static func appendOthers(
    of firstLine: Int, _ text: ByteView, _ done: Int, to output: inout TextBuffer,
    _ runs: inout Scratch<Base64Run>, _ spare: inout Int
  ) -> Int {
    var done = done
    for line in firstLine..<runs.count {
      let run = runs[line]
      guard spare >= run.end - run.start else { continue }
      // The run leaves out a character that its own groups have no use for.
      let isCut = run.end < text.count && isCharacter(text[run.end])
      let limit = isCut ? run.end + 1 : run.end
      let starts = starts(text, of: run.start, after: 0)
      for offset in 1...3 {
        // It may begin far before the run.
        guard let start = otherStart(text, of: run, starts, limit, offset), spare >= limit - start
        else { continue }
        spare -= limit - start
        part(at: start, in: &output)
        let other = shaped(text, start, limit)
        append(other, of: text, to: &output, &runs)
        done = max(done, other.end + other.paddingCount)
      }
    }
    return done
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

  /// Where the characters about a group begin, and where they do if the first two are the digits of an
  /// escape. They may as well be the first ones, behind the equals sign of a key.
  private static func starts(
    _ text: ByteView, of sign: Int, after done: Int
  ) -> (whole: Int, behindEscape: Int) {
    var first = sign
    while first > done, isCharacter(text[first - 1]) { first -= 1 }
    guard first > done else { return (first, first) }
    let isEscape =
      switch text[first - 1] {
      case 0x25: unsafe CScan_hex_pair(text.base, first, text.count) >= 0
      case 0x3D: unsafe CScan_quoted(text.base, first - 1, text.count, false) == 3
      default: false
      }
    return (first, isEscape ? first + 2 : first)
  }

  /// The run about a group that holds text, of the characters from `first` on.
  private static func run(
    _ text: ByteView, at sign: Int, from starts: (whole: Int, behindEscape: Int)
  ) -> Base64Run {
    let first = min(sign, starts.behindEscape)
    var end = sign
    while end < text.count, isCharacter(text[end]) { end += 1 }
    let isWhole = (sign - first) % 4 == 0
    let start = isWhole ? first : begin(of: text, at: sign, from: starts.whole)
    return shaped(text, start, end)
  }

  /// Where text begins that is seen in the group at `sign`, where something may be glued before it. One
  /// group more may hold its begin, unless a character stands there that more often parts words.
  private static func begin(of text: ByteView, at sign: Int, from first: Int) -> Int {
    var start = sign
    while start - 4 >= first, isGroup(text, at: start - 4) { start -= 4 }
    if start - 4 >= first, ASCII.isAlphanumeric(text[start - 1]) { start -= 4 }
    return start
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
    return Base64Run(start: start, end: end, paddingCount: padding)
  }

  /// The last line of base64 in lines (RFC 2045), behind a full one: too short to show text by itself.
  private static func shortLine(_ text: ByteView, behind run: Base64Run) -> Base64Run? {
    guard run.paddingCount == 0, (run.end - run.start) % 4 == 0 else { return nil }
    var start = run.end
    if start < text.count, text[start] == ASCII.carriageReturn { start += 1 }
    guard start < text.count, text[start] == ASCII.lineFeed else { return nil }
    start += 1
    var end = start
    while end < text.count, end - start < textMin, isCharacter(text[end]) { end += 1 }
    guard end - start > 1, end - start < textMin, (end - start) % 4 != 1 else { return nil }
    let line = shaped(text, start, end)
    let behind = line.end + line.paddingCount
    let isWhole =
      behind == text.count || text[behind] == ASCII.lineFeed
      || text[behind] == ASCII.carriageReturn
    return isWhole ? line : nil
  }

  /// How many characters show text.
  private static let textMin = 12

  /// Where the first text of a run begins whose groups are so many characters off. Groups that begin
  /// with the first character, as they do where nothing is glued to it, are read from there.
  private static func otherStart(
    _ text: ByteView, of run: Base64Run, _ starts: (whole: Int, behindEscape: Int), _ limit: Int,
    _ offset: Int
  ) -> Int? {
    var from = run.start
    while let other = next(text, from: from, to: limit) {
      from = other + 1
      guard (other - run.start) % 4 == offset else { continue }
      if other >= starts.behindEscape, (other - starts.behindEscape) % 4 == 0 {
        return starts.behindEscape
      }
      if other >= starts.whole, (other - starts.whole) % 4 == 0 { return starts.whole }
      return begin(of: text, at: other, from: starts.whole)
    }
    return nil
  }

  /// Line ends inside one piece of base64 (RFC 2045) part nothing.
  private static func isLineEnd(
    _ text: ByteView, _ range: Range<Int>, behind runs: borrowing Scratch<Base64Run>
  ) -> Bool {
    guard !range.isEmpty, !runs.isEmpty else { return false }
    let last = runs[runs.count - 1]
    return last.paddingCount == 0 && (last.end - last.start) % 4 == 0
      && range.allSatisfy { text[$0] == ASCII.lineFeed || text[$0] == ASCII.carriageReturn }
  }

  /// Copies what stands between two runs.
  private static func copyContext(
    _ text: ByteView, _ range: Range<Int>, behind runs: borrowing Scratch<Base64Run>,
    into output: inout TextBuffer
  ) {
    guard !range.isEmpty else { return }
    if !runs.isEmpty { part(at: range.lowerBound, in: &output) }
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
    run.form = form(of: run, in: text)
    guard run.form == .utf8 else {
      appendUTF16(run, of: text, to: &output)
      return
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

  // MARK: UTF-16

  /// UTF-16 if nearly every second octet is zero.
  private static func form(of run: Base64Run, in text: ByteView) -> OctetForm {
    let count = run.octetCount
    var zeros = (even: 0, odd: 0)
    for octet in 0..<count {
      // Most runs of UTF-8 hold none at all.
      if octet == textMin, zeros.even + zeros.odd == 0 { return .utf8 }
      guard run.octet(octet, in: text) == 0 else { continue }
      if octet % 2 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
    }
    let enough = count * 3 / 8
    if zeros.odd >= max(enough, 1), zeros.odd > 4 * zeros.even { return .utf16LowFirst }
    if zeros.even >= max(enough, 1), zeros.even > 4 * zeros.odd { return .utf16HighFirst }
    return .utf8
  }

  /// Characters of the basic plane; halves of pairs are read as what nothing is known of. Where something
  /// is glued to the text, a digit at its end makes a character together with an octet that is none of
  /// it: both are then read by themselves.
  private static func appendUTF16(
    _ run: Base64Run, of text: ByteView, to output: inout TextBuffer
  ) {
    let count = run.octetCount
    var octet = 0
    while octet + 1 < count {
      let (first, second) = (run.octet(octet, in: text), run.octet(octet + 1, in: text))
      let (high, low) = run.form == .utf16LowFirst ? (second, first) : (first, second)
      if high != 0, high != 0xFF, ASCII.isDigit(low) {
        append(UInt32(first), octet..<octet + 1, of: run, to: &output)
        append(UInt32(second), octet + 1..<octet + 2, of: run, to: &output)
      } else {
        let unit = UInt32(high) << 8 | UInt32(low)
        let scalar = (0xD800...0xDFFF).contains(unit) ? 0xFFFD : unit
        append(scalar, octet..<octet + 2, of: run, to: &output)
      }
      octet += 2
    }
    if octet < count {
      append(UInt32(run.octet(octet, in: text)), octet..<count, of: run, to: &output)
    }
  }

  private static func append(
    _ scalar: UInt32, _ octets: Range<Int>, of run: Base64Run, to output: inout TextBuffer
  ) {
    output.append(
      scalar: scalar,
      start: UInt32(truncatingIfNeeded: run.firstCharacter(ofOctet: octets.lowerBound)),
      end: UInt32(truncatingIfNeeded: run.endCharacter(ofOctet: octets.upperBound - 1)))
  }
}
