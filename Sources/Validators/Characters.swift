import Bytes

/// The ASCII letters and digits of a text in their order, letters in upper case.
///
/// Everything else counts as a separator and is passed over.
struct Characters {
  /// No number with letters that is checked here is longer.
  static let countMax = 34

  private var bytes = InlineArray<34, UInt8>(repeating: 0)
  /// How many there are.
  private(set) var count = 0

  /// The characters of `text`; nil when their number is not one of `counts`, whose upper bound is
  /// at most `countMax`.
  init?(_ text: Span<UInt8>, count counts: ClosedRange<Int>) {
    for index in text.indices {
      let byte = text[index]
      guard ASCII.isAlphanumeric(byte) else { continue }
      guard count < counts.upperBound else { return nil }
      bytes[count] = ASCII.isLetter(byte) ? byte & ~0x20 : byte
      count += 1
    }
    guard count >= counts.lowerBound else { return nil }
  }

  /// The characters of `text`, if it holds exactly `count` of them and all are digits.
  init?(digits text: Span<UInt8>, count: Int) {
    self.init(text, count: count...count)
    guard areDigits(0..<count) else { return nil }
  }

  /// The character at `index`.
  subscript(index: Int) -> UInt8 { bytes[index] }

  /// The value of the digit at `index`.
  func digit(_ index: Int) -> Int { Int(bytes[index]) - 0x30 }

  /// The value of the character at `index`: 0 to 9, then `A` as 10 to `Z` as 35.
  func value(_ index: Int) -> Int {
    ASCII.isDigit(bytes[index]) ? digit(index) : Int(bytes[index]) - 0x41 + 10
  }

  /// Whether all characters of `range` are digits.
  func areDigits(_ range: Range<Int>) -> Bool {
    for index in range where !ASCII.isDigit(bytes[index]) { return false }
    return true
  }

  /// Whether all characters of `range` are letters.
  func areLetters(_ range: Range<Int>) -> Bool {
    for index in range where !ASCII.isLetter(bytes[index]) { return false }
    return true
  }

  /// The number that the digits of `range`, at most 18, make.
  func number(_ range: Range<Int>) -> Int { range.reduce(0) { $0 * 10 + digit($1) } }

  /// The digits from `start` on, each times its weight, added up.
  func sum<let count: Int>(_ weights: [count of Int], from start: Int = 0) -> Int {
    var sum = 0
    for index in weights.indices { sum += digit(start + index) * weights[index] }
    return sum
  }

  /// Whether all characters are the same.
  var areEqual: Bool {
    for index in 1..<max(1, count) where bytes[index] != bytes[0] { return false }
    return true
  }
}

/// Days of the Gregorian calendar, as numbers of persons hold them.
enum Calendar {
  /// Whether the day exists.
  static func has(day: Int, month: Int, year: Int) -> Bool {
    guard (1...12).contains(month), day >= 1 else { return false }
    return switch month {
    case 2: day <= (isLeap(year) ? 29 : 28)
    case 4, 6, 9, 11: day <= 30
    default: day <= 31
    }
  }

  /// Whether the day exists in a year of which only the last two digits are known: 1900 or 2000.
  static func has(day: Int, month: Int, shortYear: Int) -> Bool {
    has(day: day, month: month, year: 1900 + shortYear)
      || has(day: day, month: month, year: 2000 + shortYear)
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }
}
