import Testing
import Validators

@Suite("IBAN finder") struct IBANFinderTests {
  private let german = "DE89370400440532013000"

  @Test("An IBAN of every country is found, contiguous and in fours, in either case")
  func everyCountry() {
    var draw = Draw(for: "every country")
    for (country, count) in NaiveIBAN.counts {
      let iban = NaiveIBAN.make(country, draw.word("0123456789ABCDEFXYZ", count - 4))
      let fours = stride(from: 0, to: count, by: 4).map { String(iban.dropFirst($0).prefix(4)) }
      for separator in ["", " ", "-", "\u{A0}", ".", " - ", "\u{2011}"] {
        for number in [iban, iban.lowercased()] {
          let text = separator.isEmpty ? number : fours.joined(separator: separator)
          #expect(found(.iban, in: text) == [text], "\(country)")
          #expect(found(.iban, in: "pay to \(text).") == [text], "\(country)")
        }
      }
      #expect(accepts(.iban, iban) && accepts(.iban, fours.joined(separator: " ")), "\(country)")
      #expect(!accepts(.iban, brokenTwin(iban)) && !accepts(.iban, iban + "0"), "\(country)")
      #expect(found(.iban, in: brokenTwin(iban)) == [], "\(country)")
      #expect(found(.iban, in: String(iban.dropLast())) == [], "\(country)")
    }
  }

  @Test("A word that follows does not spoil it")
  func wordAfter() {
    #expect(found(.iban, in: german + "BIC") == [german])
    #expect(found(.iban, in: german + " Commerzbank 12") == [german])
    let fours = "DE89 3704 0044 0532 0130 00"
    #expect(found(.iban, in: fours + " is mine") == [fours])
    #expect(found(.iban, in: fours + "x") == [fours])
    let austrian = "AT61 1904 3002 3457 3201"
    #expect(found(.iban, in: austrian + " 2026 at Wien") == [austrian])
    #expect(found(.iban, in: "no: " + "NO93 8601 1117 947" + " ok") == ["NO93 8601 1117 947"])
  }

  @Test("It does not begin in the middle of a word")
  func wordBefore() {
    #expect(found(.iban, in: "X" + german) == [])
    #expect(found(.iban, in: "1" + german) == [])
    for border in ["_", "-", ":", "\u{E9}", "(", "/", " ", "\""] {
      #expect(found(.iban, in: "iban" + border + german) == [german])
    }
  }

  @Test("Groups of other sizes count when the last one ends with a word")
  func otherGroups() {
    for number in ["DE89 37040044 0532013000", "DE89 370400440532013000", "NO93.8601.11.17947"] {
      #expect(found(.iban, in: "to \(number) now") == [number])
      #expect(found(.iban, in: number + "x") == [])
    }
    // The head of four characters stays in one piece.
    #expect(found(.iban, in: "DE 89 370400440532013000") == [])
  }

  @Test("Mixed separators, unknown countries and check digits never issued are refused")
  func refused() {
    #expect(found(.iban, in: "DE89 3704-0044 0532 0130 00") == [])
    #expect(found(.iban, in: "DE89 3704    0044 0532 0130 00") == [])
    #expect(found(.iban, in: "QQ89370400440532013000") == [])
    #expect(found(.iban, in: "US89370400440532013000") == [])
    #expect(found(.iban, in: german, isNumber: true) == [german])
    #expect(found(.iban, in: "89370400440532013000", isNumber: true) == [])
    // 00, 01 and 99 leave the same remainders as 97, 98 and 02.
    var draw = Draw(for: "check digits")
    var twins = 0
    while twins < 30 {
      let iban = NaiveIBAN.make("DE", draw.digits(18))
      let twin: [String: String] = ["97": "00", "98": "01", "02": "99"]
      guard let check = twin[String(iban.dropFirst(2).prefix(2))] else { continue }
      #expect(found(.iban, in: "DE" + check + iban.dropFirst(4)) == [])
      #expect(!accepts(.iban, "DE" + check + iban.dropFirst(4)))
      twins += 1
    }
  }

  @Test("Two in one text are both found, also one right after the other")
  func two() {
    let british = "GB29NWBK60161331926819"
    #expect(found(.iban, in: german + " " + british) == [german, british])
    #expect(found(.iban, in: german + british) == [german])
    #expect(found(.iban, in: german + "," + british) == [german, british])
  }
}
