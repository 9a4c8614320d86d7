import Foundation
import TestSupport
import Testing

@Suite("The leak check")
struct LeakCheckerTests {
  static let card = "4111111111111111"

  /// What a hostile reader can still read, one line each.
  static let leaking: [String] = [
    #"{"a":"4111111111111111"}"#,
    #"{"a":4111111111111111}"#,
    #"{"4111111111111111":1}"#,
    #"4111111111111111"#,
    #"{"a":"4111-1111-1111-1111"}"#,
    #"{"a":"4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"}"#,
    #"{"a":"\u0034111111111111111"}"#,
    #"{"a":"\u0034\u0031\u0031\u0031\u0031\u0031\u0031\u0031\u0031\u0031\u0031\u0031\u0031\u0031\u0031\u0031"}"#,
    #"{"a":"{\"b\":\"\\u0034111111111111111\"}"}"#,
    #"{"a":"{\"b\":\"{\\\"c\\\":\\\"\\\\u0034111111111111111\\\"}\"}"}"#,
    #"{"a":"\uFF14\uff11\uff11\uff11111111111111"}"#,
    #"{"a":"\ud835\udfdc111111111111111"}"#,
    #"{"a":"41111111\u200b11111111"}"#,
    #"{"a":4.111111111111111e15}"#,
    #"{"a":-411111111111111.1E+1}"#,
    #"{"a":4111111111111111.0}"#,
    #"{"a":"41111111111"}"#,
    #"{"a":["4111","1111","1111","1111"]}"#,
    "{\"a\":\"\u{FF14}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}111111111\"}",
    "{\"a\":\"\u{0664}\u{0661}\u{0661}\u{0661}111111111111\"}",
    "{\"a\":\"4111\u{00AD}1111\u{200B}1111\u{2060}1111\"}",
  ]

  /// What must not be called a leak.
  static let safe: [String] = [
    #"{"a":"************1111"}"#,
    #"{"a":"411111******1111"}"#,
    #"{"a":"**** **** **** 1111","b":1111}"#,
    #"{"a":"[REDACTED]","t":1772355600000}"#,
    #"{"a":4.111e15}"#,
    #"{"a":"4111 1111 one 1111 1111"}"#,
  ]

  @Test("finds a card number however it is written", arguments: leaking)
  func finds(line: String) {
    #expect(!LeakChecker(cards: [Self.card]).leaks(in: Array(line.utf8)).isEmpty)
  }

  @Test("is quiet about masked values", arguments: safe)
  func quiet(line: String) {
    // A card whose last digits are not all alike: fragments must not meet by chance.
    let checker = LeakChecker(cards: ["4111111111111111"])
    #expect(checker.leaks(in: Array(line.utf8)) == [])
  }

  @Test("finds a card number about a byte that is not UTF-8")
  func findsAboutBadBytes() {
    let line = Array("{\"a\":\"41111111".utf8) + [0xFF] + Array("11111111\"}".utf8)
    #expect(!LeakChecker(cards: [Self.card]).leaks(in: line).isEmpty)
  }

  @Test("names the line")
  func namesTheLine() {
    let output = Array("{}\n{\"a\":4111111111111111}\n".utf8)
    let leaks = LeakChecker(cards: [Self.card], fragmentDigitsMin: 16).leaks(in: output)
    #expect(leaks.map(\.description) == ["line 2 shows 4111111111111111 when read as it is"])
  }
}
