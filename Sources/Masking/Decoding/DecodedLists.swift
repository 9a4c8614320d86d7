internal import Bytes
internal import Validators

/// A list of digits in a text that is no JSON by itself: `[4,1,1,1,...]`, `["4111", "1111", ...]`.
struct DigitList {
  /// The digits of all elements, and where each stands in the text.
  private(set) var digits: [UInt8] = []
  private(set) var places: [Int] = []
  /// Where in `digits` each element ends.
  private(set) var ends: [Int] = []
  private(set) var areStrings = true

  /// The list whose bracket stands at `start`; nil if anything but digits is in it, or more of them than
  /// count.
  init?(at start: Int, in text: ByteView) {
    var at = start + 1
    while true {
      at = Self.skipBlanks(text, at)
      let quoted = Self.skipQuote(text, at)
      if quoted == at { areStrings = false }
      at = quoted
      let first = digits.count
      while at < text.count, ASCII.isDigit(text[at]) {
        digits.append(text[at])
        places.append(at)
        at += 1
      }
      guard digits.count > first, digits.count <= Self.digitsMax else { return nil }
      ends.append(digits.count)
      at = Self.skipBlanks(text, Self.skipQuote(text, at))
      guard at < text.count, text[at] == ASCII.comma else { break }
      at += 1
    }
    guard at < text.count, text[at] == ASCII.rightBracket else { return nil }
  }

  /// More than the digits of a card number, because it may be a part of the list.
  private static let digitsMax = 64

  private static func skipBlanks(_ text: ByteView, _ start: Int) -> Int {
    var at = start
    while at < text.count, text[at] <= ASCII.space { at += 1 }
    return at
  }

  /// Behind a quote, with the backslashes before it where the list stands in a string.
  private static func skipQuote(_ text: ByteView, _ start: Int) -> Int {
    var at = start
    while at < text.count, text[at] == ASCII.backslash { at += 1 }
    return at < text.count && text[at] == ASCII.quote ? at + 1 : start
  }
}

// Card numbers whose digits are the elements of an array, in the text of an encoding, which is not walked as
// JSON is: see `ArrayJoin`.
extension EngineCore {
  /// Adds to `findings` what the rules for card numbers find in the lists of a decoded text.
  mutating func collectLists(_ view: MatchView, _ at: PlaceRange) {
    guard hasCardRules else { return }
    let text = view.bytes
    let policy = policy
    var start = 0
    while start < text.count {
      defer { start += 1 }
      guard text[start] == ASCII.leftBracket, let list = DigitList(at: start, in: text) else {
        continue
      }
      numberMatches.removeAll(keepingCapacity: true)
      CardGroups.find(
        in: list.digits.span, ends: list.ends, areStrings: list.areStrings, into: &numberMatches)
      for match in numberMatches {
        let range =
          list.places[match.range.lowerBound]..<list.places[match.range.upperBound - 1] + 1
        for number in policy.cardRules
        where allowed[number / 64] >> UInt64(number % 64) & 1 == 1
          && policy.rules[number].places.contains(at.place == .key ? .keys : .strings)
        {
          if match.needsKeyword,
            !near(policy.finderKeywords(.card), text, range, at)
          {
            continue
          }
          _ = accept(number, policy.rules[number], range, view, at)
        }
      }
    }
  }
}
