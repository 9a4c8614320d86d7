// Unsafe code here loads eight bytes whose place was checked against the count before; every bit pattern
// is a valid integer.

/// Walks a text from digit to digit.
enum DigitWalker {
  private static let digitsMax = 19

  /// Calls `found` with each stretch that reads as a card number. Sets `hidesDigits` if escapes or
  /// characters outside ASCII could hide more.
  static func walk(
    _ text: Span<UInt8>, hidesDigits: inout Bool, _ found: (Range<Int>) -> Void
  ) {
    let count = text.count
    var at = 0
    var groups = Groups()
    var hides = false
    while at < count {
      at = next(text, from: at, &hides)
      guard at < count else { break }
      let start = at
      while at < count, isDigit(text[at]) { at &+= 1 }
      if at &- start > 12 {
        if at &- start <= digitsMax, Brands.accept(text, [start..<at]),
          standsAlone(text, start..<at)
        {
          found(start..<at)
        }
      }
      let size = at &- start
      if size < 4 || size > 6 {
        groups.part()
      } else if let range = groups.append(text, start..<at),
        Brands.accept(text, groups.ranges(of: range)),
        standsAlone(text, range)
      {
        found(range)
      }
      if at < count, text[at] | 0x20 == 0x65 || text[at] == 0x2E,
        mayExpand(text, start, at), let end = expandsToCard(text, start)
      {
        found(start..<end)
        at = end
      }
    }
    if hides { hidesDigits = true }
  }

  /// The next digit, from `start` on. Eight bytes are looked at together.
  @inline(__always)
  private static func next(_ text: Span<UInt8>, from start: Int, _ hides: inout Bool) -> Int {
    let count = text.count
    var at = start
    let bytes = unsafe text.bytes
    while count &- at >= 8 {
      let word = unsafe UInt64(
        littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
      let high = word & 0x8080_8080_8080_8080
      let low = word & 0x7F7F_7F7F_7F7F_7F7F
      // Bit 7 of a byte is set where the byte is '0' or above, and where it is above '9'.
      let digits =
        (low &+ 0x5050_5050_5050_5050) & ~(low &+ 0x4646_4646_4646_4646) & ~high
        & 0x8080_8080_8080_8080
      let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
      let backslashes = (slashes &- 0x0101_0101_0101_0101) & ~slashes & 0x8080_8080_8080_8080
      if high | backslashes != 0, !hides { hides = hidesDigits(text, at) }
      if digits != 0 { return at &+ digits.trailingZeroBitCount >> 3 }
      at &+= 8
    }
    while at < count, !isDigit(text[at]) {
      if text[at] >= 0x80 || text[at] == 0x5C, !hides { hides = hidesDigits(text, at) }
      at &+= 1
    }
    return at
  }

  /// Whether the eight bytes from `start` on hold a byte outside ASCII, or a backslash that is not one
  /// of `\n`, `\t`, `\"` and their like.
  @inline(never)
  private static func hidesDigits(_ text: Span<UInt8>, _ start: Int) -> Bool {
    for at in start..<min(start + 8, text.count) {
      if text[at] >= 0x80 { return true }
      guard text[at] == 0x5C, at + 1 < text.count else { continue }
      if text[at + 1] == 0x75 || text[at + 1] == 0x5C { return true }
    }
    return false
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// Whether the digits are no part of a hexadecimal word, an identifier or a fraction.
  private static func standsAlone(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var start = range.lowerBound
    var end = range.upperBound
    while start > 0, isWord(text[start - 1]) { start -= 1 }
    while end < text.count, isWord(text[end]) { end += 1 }
    // Beside an escape or a character outside ASCII, the next reading says what it is.
    if start > 1, text[start] == 0x75, text[start - 1] == 0x5C { return false }
    if start > 0, text[start - 1] >= 0x80 { return false }
    if end < text.count, text[end] >= 0x80 { return false }
    if end + 1 < text.count, text[end] == 0x5C, !isPlainEscape(text[end + 1]) { return false }
    if start > 0, text[start - 1] == 0x5C, !isPlainEscape(text[start]) { return false }
    if start < range.lowerBound || end > range.upperBound {
      var isPlain = false
      for at in start..<end where isLetter(text[at]) && text[at] | 0x20 > 0x66 { isPlain = true }
      guard isPlain else { return false }
    }
    if start > 1, joins(text[start - 1]), isWord(text[start - 2]) { return false }
    if end + 1 < text.count, joins(text[end]), isWord(text[end + 1]) { return false }
    return true
  }

  /// Whether the letter behind a backslash makes an escape for a blank or a mark.
  private static func isPlainEscape(_ letter: UInt8) -> Bool {
    switch letter {
    case 0x22, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: true
    default: false
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

  /// Whether a byte joins the parts of an identifier or number: `-`, `.`, `_`, `+`, `/`.
  private static func joins(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x2D, 0x2E, 0x5F, 0x2B, 0x2F: true
    default: false
    }
  }

  /// Whether a number whose whole part ends at `point` has an exponent, or a fraction of zeros behind
  /// enough digits.
  private static func mayExpand(_ text: Span<UInt8>, _ start: Int, _ point: Int) -> Bool {
    guard text[point] == 0x2E else { return true }
    var at = point &+ 1
    while at < text.count, isDigit(text[at]) { at &+= 1 }
    if at < text.count, text[at] | 0x20 == 0x65 { return true }
    return point &- start > 12 && at > point &+ 1 && text[point &+ 1] == 0x30
  }

  /// The end of a JSON number with fraction or exponent that is, written out, a card number.
  private static func expandsToCard(_ text: Span<UInt8>, _ start: Int) -> Int? {
    if start > 0, isWord(text[start - 1]) || joins(text[start - 1]) || text[start - 1] == 0x22 {
      return nil
    }
    var digits: [UInt8] = []
    var fraction = 0
    var at = start
    var hasPoint = false
    while at < text.count, isDigit(text[at]) || (text[at] == 0x2E && !hasPoint) {
      if text[at] == 0x2E {
        hasPoint = true
      } else {
        digits.append(text[at])
        if hasPoint { fraction += 1 }
      }
      guard digits.count <= 2 * digitsMax else { return nil }
      at += 1
    }
    var exponent = 0
    if at < text.count, text[at] | 0x20 == 0x65 {
      at += 1
      guard at < text.count else { return nil }
      let isNegative = text[at] == 0x2D
      if isNegative || text[at] == 0x2B { at += 1 }
      while at < text.count, isDigit(text[at]), exponent < 100 {
        exponent = exponent * 10 + Int(text[at] - 0x30)
        at += 1
      }
      if isNegative { exponent = -exponent }
    }
    if at < text.count, isWord(text[at]) || joins(text[at]) || text[at] == 0x22 { return nil }
    while exponent < fraction, digits.last == 0x30 {
      digits.removeLast()
      fraction -= 1
    }
    guard exponent >= fraction, exponent - fraction <= digitsMax else { return nil }
    digits += [UInt8](repeating: 0x30, count: exponent - fraction)
    while digits.first == 0x30 { digits.removeFirst() }
    return Brands.accept(digits.span, [0..<digits.count]) ? at : nil
  }
}

/// The groups of digits seen last: a card number in the groups that its brand prints has four of four
/// digits, or four, six and five or four, with the same single character between them.
struct Groups {
  private var starts: [4 of Int] = [0, 0, 0, 0]
  private var ends: [4 of Int] = [-9, -9, -9, -9]
  private var separators: [4 of UInt8] = [0, 0, 0, 0]

  /// Forgets the last group: one of another size stands behind it.
  @inline(__always)
  mutating func part() { ends[3] = -9 }

  /// Adds a group of four to six digits; returns where a number in groups that ends with it begins and ends.
  @inline(__always)
  mutating func append(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    let size = range.count
    for place in 0..<3 {
      starts[place] = starts[place &+ 1]
      ends[place] = ends[place &+ 1]
      separators[place] = separators[place &+ 1]
    }
    starts[3] = range.lowerBound
    ends[3] = range.upperBound
    separators[3] = ends[2] == range.lowerBound &- 1 ? text[range.lowerBound &- 1] : 0
    guard Self.separates(separators[3]), separators[2] == separators[3] else { return nil }
    if size == 4, separators[1] == separators[3], ends[1] &- starts[1] == 4,
      ends[2] &- starts[2] == 4, ends[0] &- starts[0] == 4
    {
      return starts[0]..<range.upperBound
    }
    if size < 6, ends[2] &- starts[2] == 6, ends[1] &- starts[1] == 4 {
      return starts[1]..<range.upperBound
    }
    return nil
  }

  /// The groups that lie in a range.
  func ranges(of range: Range<Int>) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for place in 0..<4 where starts[place] >= range.lowerBound && ends[place] > 0 {
      ranges.append(starts[place]..<ends[place])
    }
    return ranges
  }

  private static func separates(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x2F
  }
}

/// The numbers of the great brands: what they begin with and how long they are.
enum Brands {
  /// Whether the digits at `groups` are a number of one of them and pass Luhn.
  static func accept(_ text: Span<UInt8>, _ groups: [Range<Int>]) -> Bool {
    var prefix = 0
    var seen = 0
    var sum = 0
    var count = 0
    for group in groups { count += group.count }
    for group in groups {
      for index in group {
        let digit = Int(text[index] &- 0x30)
        if seen < 4 { prefix = prefix * 10 + digit }
        // From the right every second digit counts twice, its digits added.
        let isDoubled = (count - seen) % 2 == 0
        sum += isDoubled ? (digit * 2) / 10 + (digit * 2) % 10 : digit
        seen += 1
      }
    }
    return sum % 10 == 0 && seen >= 13 && issues(prefix, count: count)
  }

  /// Whether a brand issues numbers with these first four digits and this length.
  private static func issues(_ prefix: Int, count: Int) -> Bool {
    switch count {
    case 13: prefix / 1000 == 4
    case 14: (3000...3059).contains(prefix) || [36, 38, 39].contains(prefix / 100)
    case 15: [34, 37].contains(prefix / 100)
    case 16:
      prefix / 1000 == 4 || (5100...5599).contains(prefix) || (2221...2720).contains(prefix)
        || (3528...3589).contains(prefix) || prefix == 6011 || (6440...6599).contains(prefix)
        || prefix / 100 == 62
    case 19: prefix / 1000 == 4 || prefix / 100 == 62
    default: false
    }
  }
}
