import Testing
import Validators

@Suite("Social security number finder") struct SSNFinderTests {
  @Test(
    "Groups of 3, 2 and 4 with one separator are found",
    arguments: [
      "-", " ", ".", "_", "/", "\t", "\u{A0}", "\u{2010}", "\u{2011}", "\u{2013}", "\u{2014}",
      "\u{2212}", " - ",
    ])
  func separators(separator: String) {
    let number = ["123", "45", "6789"].joined(separator: separator)
    for text in [
      number, "ssn \(number).", "x\(number)y", "2026:11:21, \(number)", "a=\(number),b=1",
      "id 7;\(number);8",
    ] {
      #expect(found(.ssn, in: text) == [number], "\(text)")
    }
  }

  @Test("A number next to groups with another separator is found")
  func otherSeparatorsBeside() {
    #expect(found(.ssn, in: "2026-11-21 123-45-6789 12:30") == ["123-45-6789"])
    #expect(found(.ssn, in: "7 123-45-6789 8") == ["123-45-6789"])
    #expect(found(.ssn, in: "123-45-6789 987 123-45-6780") == ["123-45-6789", "123-45-6780"])
  }

  @Test("In a longer run of groups a number needs a keyword")
  func longerRuns() {
    #expect(found(.ssn, in: "1-123-45-6789") == ["?123-45-6789"])
    #expect(found(.ssn, in: "123-45-6789-1") == ["?123-45-6789"])
    #expect(found(.ssn, in: "call 555 123 45 6789") == ["?123 45 6789"])
  }

  @Test(
    "Other groups, mixed separators and longer digit runs are no numbers",
    arguments: [
      "123-45-67890", "1123-45-6789", "123-456-789", "12-345-6789", "123-45.6789", "123-45 6789",
      "123--45-6789", "123-45-678", "123-4-56789", "123,45,6789", "123    45    6789", "12345-6789",
      "123456-789", "123-45-", "123-45", "123-45-678x",
    ])
  func notNumbers(text: String) {
    #expect(found(.ssn, in: text) == [])
  }

  @Test("Nine bare digits need a keyword; eight or ten are no number")
  func bareDigits() {
    #expect(found(.ssn, in: "ssn 123456789") == ["?123456789"])
    #expect(found(.ssn, in: "x123456789y") == ["?123456789"])
    #expect(found(.ssn, in: "1234567890") == [])
    #expect(found(.ssn, in: "12345678") == [])
    #expect(found(.ssn, in: "123456789", isNumber: true) == ["?123456789"])
    #expect(found(.ssn, in: "-123456789.0", isNumber: true) == ["?123456789"])
    #expect(found(.ssn, in: "1.123456789", isNumber: true) == [])
    #expect(found(.ssn, in: "1234567890", isNumber: true) == [])
  }

  @Test(
    "Ranges never issued are refused",
    arguments: [
      "000-12-3456", "666-12-3456", "900-12-3456", "999-12-3456", "123-00-4567", "123-45-0000",
      "000123456", "666123456", "912701234", "123004567", "123450000",
    ])
  func neverIssued(text: String) {
    #expect(found(.ssn, in: text) == [])
    #expect(found(.ssn, in: text, isNumber: true) == [])
  }
}
