/// Looks for card numbers in bytes that should hold none, however they are written.
///
/// Shares no code with the product. It reads the bytes as a hostile reader would: escapes undone as
/// often as there are any (which also opens JSON inside strings), digits of all scripts read as
/// digits, everything that is neither letter nor digit left out, numbers written out.
public struct LeakChecker: Sendable {
  /// The longest card number (ISO/IEC 7812-1).
  private static let cardDigitsMax = 19
  /// How often escapes are undone: three levels of JSON in a string need four.
  private static let unescapePassesMax = 6

  /// The runs of digits that must not appear, by length.
  private var forbidden: [Int: Set<UInt64>] = [:]

  /// A checker for `cards`, given as digits. A run of `fragmentDigitsMin` digits of a card counts
  /// as a leak too: masking may show ten digits at most, and never ten in a row.
  public init(cards: some Sequence<String>, fragmentDigitsMin: Int = 11) {
    for card in cards {
      let digits = card.utf8.map { UInt64($0) - 0x30 }
      precondition(digits.allSatisfy { $0 < 10 }, "a card is given by its digits alone")
      let length = min(fragmentDigitsMin, digits.count)
      for start in 0...(digits.count - length) {
        let value = digits[start..<(start + length)].reduce(0) { $0 * 10 + $1 }
        forbidden[length, default: []].insert(value)
      }
    }
  }

  /// Where a card number, or a long part of one, can still be read.
  public struct Leak: Sendable, Equatable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int
    /// Which reading shows it.
    public let reading: String
    /// The digits that show.
    public let digits: String

    /// For the failure of a test; the card is made up.
    public var description: String { "line \(line) shows \(digits) when \(reading)" }
  }

  /// All leaks in `output`, line by line.
  public func leaks(in output: [UInt8]) -> [Leak] {
    var leaks: [Leak] = []
    for (index, line) in output.split(separator: 0x0A, omittingEmptySubsequences: false)
      .enumerated()
    { leaks += self.leaks(inLine: Array(line), number: index + 1) }
    return leaks
  }

  /// The leaks in one line.
  public func leaks(inLine line: [UInt8], number: Int = 1) -> [Leak] {
    var leaks: [Leak] = []
    var view = Self.scalars(of: line)
    for pass in 0...Self.unescapePassesMax {
      let reading = pass == 0 ? "read as it is" : "unescaped \(pass) times"
      for digits in runs(in: Self.lettersAndDigits(of: view)) {
        leaks.append(Leak(line: number, reading: reading, digits: digits))
      }
      for digits in writtenOutNumbers(in: view) {
        leaks.append(Leak(line: number, reading: "\(reading), numbers written out", digits: digits))
      }
      let unescaped = Self.unescape(view)
      if unescaped == view { break }
      view = unescaped
    }
    return leaks
  }

  /// The scalars of UTF-8, bad bytes read as U+FFFD so that digits about them stay together.
  static func scalars(of bytes: [UInt8]) -> [UInt32] {
    if bytes.allSatisfy({ $0 < 0x80 }) { return bytes.map(UInt32.init) }
    if let text = String(validating: bytes, as: UTF8.self) {
      return text.unicodeScalars.map(\.value)
    }
    return bytes.map { $0 < 0x80 ? UInt32($0) : 0xFFFD }
  }

  /// Undoes one level of JSON escapes (RFC 8259 section 7) wherever they stand.
  static func unescape(_ view: [UInt32]) -> [UInt32] {
    guard view.contains(0x5C) else { return view }
    var result: [UInt32] = []
    result.reserveCapacity(view.count)
    var index = 0
    while index < view.count {
      let scalar = view[index]
      guard scalar == 0x5C, index + 1 < view.count else {
        result.append(scalar)
        index += 1
        continue
      }
      let next = view[index + 1]
      if next == 0x75, let unit = hexUnit(view, at: index + 2) {
        index += 6
        if unit >> 10 == 0x36, index + 1 < view.count, view[index] == 0x5C,
          view[index + 1] == 0x75, let low = hexUnit(view, at: index + 2), low >> 10 == 0x37
        {
          index += 6
          result.append(0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF))
        } else {
          result.append(unit)
        }
      } else {
        // \n, \t and their like become a blank: what matters is that they are no digits.
        result.append(next < 0x80 && "bfnrt".utf8.contains(UInt8(next)) ? 0x20 : next)
        index += 2
      }
    }
    return result
  }

  private static func hexUnit(_ view: [UInt32], at start: Int) -> UInt32? {
    guard start + 4 <= view.count else { return nil }
    var unit: UInt32 = 0
    for scalar in view[start..<(start + 4)] {
      guard scalar < 0x80, let digit = Character(UnicodeScalar(UInt8(scalar))).hexDigitValue else {
        return nil
      }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  /// Letters as 10, digits of any script as 0 to 9; all else is left out.
  static func lettersAndDigits(of view: [UInt32]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(view.count)
    for scalar in view {
      if scalar < 0x80 {
        let byte = UInt8(scalar)
        if byte >= 0x30 && byte <= 0x39 {
          result.append(byte - 0x30)
        } else if (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A {
          result.append(10)
        }
      } else if let properties = UnicodeScalar(scalar)?.properties {
        if properties.numericType == .decimal, let value = properties.numericValue {
          result.append(UInt8(value))
        } else if properties.isAlphabetic {
          result.append(10)
        }
      }
    }
    return result
  }

  /// The forbidden runs in a sequence of digits (values from 10 on part them).
  private func runs(in digits: [UInt8]) -> [String] {
    var found: [String] = []
    for (length, values) in forbidden where digits.count >= length {
      var modulus: UInt64 = 1
      for _ in 0..<length { modulus *= 10 }
      var window: UInt64 = 0
      var run = 0
      for digit in digits {
        guard digit < 10 else {
          run = 0
          window = 0
          continue
        }
        window = (window % (modulus / 10)) * 10 + UInt64(digit)
        run += 1
        if run >= length && values.contains(window) {
          let text = String(window)
          found.append(String(repeating: "0", count: length - text.count) + text)
        }
      }
    }
    return found
  }

  /// The forbidden runs in numbers with an exponent, once they are written out.
  private func writtenOutNumbers(in view: [UInt32]) -> [String] {
    var found: [String] = []
    var index = 0
    while index < view.count {
      guard Self.isDigit(view[index]) else {
        index += 1
        continue
      }
      var digits: [UInt8] = []
      var fraction = 0
      var seenPoint = false
      while index < view.count {
        if Self.isDigit(view[index]) {
          digits.append(UInt8(view[index] - 0x30))
          if seenPoint { fraction += 1 }
        } else if view[index] == 0x2E && !seenPoint {
          seenPoint = true
        } else {
          break
        }
        index += 1
      }
      guard let exponent = Self.exponent(in: view, at: &index) else { continue }
      let zeros = exponent - fraction
      guard zeros > -Self.cardDigitsMax * 2, zeros < Self.cardDigitsMax * 2 else { continue }
      found += runs(in: digits + [UInt8](repeating: 0, count: max(0, zeros)))
    }
    return found
  }

  private static func exponent(in view: [UInt32], at index: inout Int) -> Int? {
    guard index + 1 < view.count, view[index] | 0x20 == 0x65 else { return nil }
    var place = index + 1
    let isNegative = view[place] == 0x2D
    if isNegative || view[place] == 0x2B { place += 1 }
    var value = 0
    let begin = place
    while place < view.count, isDigit(view[place]), value < 1000 {
      value = value * 10 + Int(view[place] - 0x30)
      place += 1
    }
    guard place > begin else { return nil }
    index = place
    return isNegative ? -value : value
  }

  private static func isDigit(_ scalar: UInt32) -> Bool { scalar >= 0x30 && scalar <= 0x39 }
}
