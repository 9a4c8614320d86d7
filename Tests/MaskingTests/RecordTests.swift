import Testing

@testable import Masking

@Suite struct RecordTests {
  let email = oneRule(
    #"{ pattern: '[a-z0-9.]{1,32}@[a-z0-9.]{1,32}' }"#, "{ redact: { text: '[EMAIL]' } }")

  @Test func aRecordWithoutFindingsIsForwardedByteForByte() throws {
    let input =
      "{ \"a\" : [1, 2.50, -0, 1E5, true, null, \"x\\u0041\\/\" ] , \"a\":{} }\r\n[]\n\"s\"\n\n\r\n0\n"
    #expect(mask(input, try policy(email)) == input)
  }

  @Test func aFindingIsReplacedAndTheRestStays() throws {
    let input = #"{"m" :"mail to a.b@c.de now","n": 1}"# + "\n"
    #expect(mask(input, try policy(email)) == #"{"m" :"mail to [EMAIL] now","n": 1}"# + "\n")
  }

  @Test func escapedTextIsMatchedAndOnlyTheMatchIsRewritten() throws {
    let input = #"{"m":"\u0041 \/ a\u0040b.c \u00e9"}"# + "\n"
    #expect(mask(input, try policy(email)) == #"{"m":"\u0041 \/ [EMAIL] \u00e9"}"# + "\n")
  }

  @Test func jsonInAStringIsEnteredAndReescaped() throws {
    let input = #"{"m":"{\"x\":\"a@b.c\",\"y\":[\"k\\\\\",1]}"}"# + "\n"
    #expect(
      mask(input, try policy(email)) == #"{"m":"{\"x\":\"[EMAIL]\",\"y\":[\"k\\\\\",1]}"}"# + "\n")
  }

  @Test func keysAreMasked() throws {
    let input = #"{"a@b.c":1,"d@e.f":{"x":2}}"# + "\n"
    #expect(mask(input, try policy(email)) == #"{"[EMAIL]":1,"[EMAIL]~2":{"x":2}}"# + "\n")
  }

  @Test func malformedLinesGetAStubAndTheNextLineIsUnharmed() throws {
    let input = "{\"a\":\"a@b.c\n{\"a\":\"a@b.c\"}\n[1,\n{}x\n{}\n"
    let masked = mask(Array(input.utf8), try policy(email))
    #expect(
      masked.text == """
        {"_maskline":{"withheld":"malformed","record":1}}
        {"a":"[EMAIL]"}
        {"_maskline":{"withheld":"malformed","record":3}}
        {"_maskline":{"withheld":"malformed","record":4}}
        {}

        """)
    #expect(masked.counters.recordsIn == 5)
    #expect(masked.counters.recordsForwarded == 2)
    #expect(masked.counters.recordsWithheld == 3)
  }

  @Test func pathRulesMaskEveryScalarAtOrBelow() throws {
    let rule = oneRule("{ paths: ['**.password', 'user.name'] }")
    let input =
      #"{"Password":"x","user":{"name":["a",1,true,null,{"b":""}],"n":2},"u":"{\"password\":5}"}"#
      + "\n"
    #expect(
      mask(input, try policy(rule))
        == #"{"Password":"[REDACTED]","user":{"name":["[REDACTED]","[REDACTED]","[REDACTED]",null,{"b":"[REDACTED]"}],"n":2},"u":"{\"password\":\"[REDACTED]\"}"}"#
        + "\n")
  }

  @Test func droppedMembersTakeTheirCommasAlong() throws {
    let rule = oneRule("{ paths: ['**.d'] }", "drop")
    let cases = [
      (#"{"d":1,"a":2}"#, #"{"a":2}"#), (#"{"a":2, "d":1}"#, #"{"a":2}"#),
      (#"{"d":1}"#, #"{}"#), (#"{"d":1,"d":2}"#, #"{}"#),
      (#"{"d":1,"a":2,"d":3,"d":4,"b":5}"#, #"{"a":2,"b":5}"#),
      (#"{"a":{"d":"x"},"d":[1,2]}"#, #"{"a":{},"d":[null,null]}"#),
    ]
    for (input, output) in cases {
      #expect(mask(input + "\n", try policy(rule)) == output + "\n")
    }
  }

  @Test func numbersAreSeenExpandedAndStayValidJSON() throws {
    let rule = oneRule(#"{ pattern: '41{15}' }"#, "{ keep: { last: 4 }, fill: '*' }")
    for number in [
      "4111111111111111", "4111111111111111.0", "4.111111111111111e15", "411111111111111.1E+1",
      "41111111111111110e-1", "4111111111111111e-12",
    ] {
      #expect(
        mask("{\"n\":\(number)}\n", try policy(rule)) == "{\"n\":\"************1111\"}\n",
        "\(number)")
    }
    #expect(mask("-4111111111111111\n", try policy(rule)) == "\"-************1111\"\n")
  }

  @Test func literalEscapesInTextAreSeenThroughHoweverOftenTheyWereEscaped() throws {
    let policy = try policy(email)
    let input = #"{"t":"x {\\u0061\\\\u0062\u005cu0063\u005cu005cu0040d.e y\\z"}"# + "\n"
    #expect(mask(input, policy) == #"{"t":"x {[EMAIL] y\\z"}"# + "\n")
    let slashes = "\"" + String(repeating: "\\\\", count: 200_000) + "\"\n"
    #expect(mask(slashes, policy) == slashes)
  }

  @Test func jsonInAKeyIsEntered() throws {
    let input = #"{"{\"m\":\"a\u0040b.c\",\"a@b.c\":[\"x@y.z\"]}":1}"# + "\n"
    #expect(
      mask(input, try policy(email))
        == #"{"{\"m\":\"[EMAIL]\",\"[EMAIL]\":[\"[EMAIL]\"]}":1}"# + "\n")
  }

  @Test func aValueOfWhichPatternsSeeNothingIsReplacedWhole() throws {
    let rules = oneRule("{ paths: ['**.cvv'] }")
    let input =
      ##"{"a":"4\u200b1","cvv":"\u200b","n":"{\"cvv\":\"\\u00ad\"}"}"##
      + "\n{\"cvv\":\"\u{200B}\"}\n"
    #expect(
      mask(input, try policy(rules))
        == ##"{"a":"4\u200b1","cvv":"[REDACTED]","n":"{\"cvv\":\"[REDACTED]\"}"}"##
        + "\n{\"cvv\":\"[REDACTED]\"}\n")
  }

  @Test func zerosThatPadANumberDoNotHideIt() throws {
    let rule = oneRule(#"{ pattern: '41{15}' }"#, "{ keep: { last: 4 }, fill: '*' }")
    let zeros = String(repeating: "0", count: 60)
    for number in [
      "4.111111111111111\(zeros)e15", "0.\(zeros)4111111111111111e76",
      "4111111111111111\(zeros)e-60", "411111111111.1111\(zeros)e4", "4111111111111111.\(zeros)",
    ] {
      #expect(mask(number + "\n", try policy(rule)) == "\"************1111\"\n", "\(number)")
    }
  }
}
