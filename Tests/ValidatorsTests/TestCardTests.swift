import Bytes
import Testing

@testable import Validators

@Suite("Published test card numbers")
struct TestCardTests {
  @Test("every one is a card number of a known brand, and none stands twice")
  func areCards() {
    #expect(Set(TestCards.all).count == TestCards.all.count)
    #expect(TestCards.count > 100)
    for number in TestCards.all {
      let text = Array(String(number).utf8)
      #expect((12...19).contains(text.count))
      let isLuhn = Luhn.accepts(text.span)
      let isKnown = TestCards.contains(text.span)
      #expect(isLuhn && isKnown, "\(number)")
    }
  }

  @Test(
    "a number is known however it is grouped, and by all of its digits",
    arguments: [
      ("4111 1111 1111 1111", true), ("3782-822463-10005", true), ("4111111111111112", false),
      ("411111111111111", false), ("41111111111111111", false), ("x4111111111111111", false),
      ("04111111111111111", false), ("", false),
    ])
  func contains(text: String, isKnown: Bool) {
    let bytes = Array(text.utf8)
    let found = TestCards.contains(bytes.span)
    #expect(found == isKnown)
  }
}

@Suite("Card numbers in groups")
struct CardGroupTests {
  private func matches(_ groups: [String], areStrings: Bool) -> [NumberMatch] {
    var ends: [Int] = []
    for group in groups { ends.append((ends.last ?? 0) + group.utf8.count) }
    var found: [NumberMatch] = []
    CardGroups.find(
      in: Array(groups.joined().utf8).span, ends: ends, areStrings: areStrings, into: &found)
    return found
  }

  @Test("the usual groups and single digits are sure, other groups of strings too")
  func sure() {
    let whole = [NumberMatch(range: 0..<16, needsKeyword: false)]
    let digits = Array("4111111111111111").map(String.init)
    for areStrings in [true, false] {
      #expect(matches(["4111", "1111", "1111", "1111"], areStrings: areStrings) == whole)
      #expect(matches(digits, areStrings: areStrings) == whole)
    }
    #expect(matches(["41111", "11111", "111111"], areStrings: true) == whole)
    #expect(
      matches(["41111", "11111", "111111"], areStrings: false)
        == [NumberMatch(range: 0..<16, needsKeyword: true)])
  }

  @Test("a longer array counts for its usual groups alone, and of numbers only near a keyword")
  func windows() {
    let groups = ["12", "4111", "1111", "1111", "1111", "27"]
    #expect(
      matches(groups, areStrings: true) == [NumberMatch(range: 2..<18, needsKeyword: false)])
    #expect(
      matches(groups, areStrings: false) == [NumberMatch(range: 2..<18, needsKeyword: true)])
    #expect(matches(["1", "41111", "11111", "111111"], areStrings: true).isEmpty)
  }

  @Test("no brand, no check digit, one group, or too few digits is no card")
  func none() {
    #expect(matches(["4111", "1111", "1111", "1112"], areStrings: true).isEmpty)
    #expect(matches(["4111111111111111"], areStrings: true).isEmpty)
    #expect(matches(["1", "2", "3"], areStrings: true).isEmpty)
    #expect(
      matches(["0000", "0000", "0000", "0000"], areStrings: true)
        == [NumberMatch(range: 0..<16, needsKeyword: true)])
  }
}
