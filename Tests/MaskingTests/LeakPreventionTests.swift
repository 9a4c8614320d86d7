import TestSupport
import Testing

@testable import Masking

/// The second opinion at run time: a card number that masking left behind withholds its record.
@Suite("Leaks are prevented")
struct LeakPreventionTests {
  /// Knows the cards of one brand only.
  private static let broken = oneRule(
    #"{ pattern: '(?<![0-9])4[0-9]{15}(?![0-9])' }"#, "{ keep: { last: 4 } }", class: "pan")

  @Test("a broken rule is found out: the record becomes a stub, and is counted")
  func brokenRule() throws {
    let input = """
      {"a":4111111111111111}
      {"a":"5555555555554444"}\r
      {"a":1}
      {"a":"\\u0035555 5555 5555 4444"}

      """
    let masked = mask(Array(input.utf8), try policy(Self.broken))
    #expect(
      masked.text == """
        {"a":"************1111"}
        {"_maskline":{"withheld":"leakPrevented","record":2}}\r
        {"a":1}
        {"_maskline":{"withheld":"leakPrevented","record":4}}

        """)
    #expect(masked.counters.withheld[FaultReason.leakPrevented.ordinal] == 2)
    #expect(masked.counters.recordsForwarded == 2)
    #expect(masked.counters.recordsIn == 4)
    #expect(masked.notes.map(\.record) == [2, 4])
    #expect(masked.notes.map(\.byteOffset) == [23, 57])
  }

  @Test("records are numbered right behind some that leave no line, whatever the chunks")
  func numbers() throws {
    let rules =
      Self.broken + """

          - id: gone
            class: other
            match: { pattern: 'gone' }
            transform: dropRecord
        """
    var options = StreamOptions()
    options.faults[.malformed] = .drop
    let input = "\"gone\"\nx\n\n{\"a\":\"5555555555554444\"}\n\"gone\"\n5555555555554444\n"
    for cut in 0...input.utf8.count {
      let masked = mask(Array(input.utf8), try policy(rules), options: options, cuts: [cut])
      #expect(
        masked.text == """

          {"_maskline":{"withheld":"leakPrevented","record":4}}
          {"_maskline":{"withheld":"leakPrevented","record":6}}

          """)
    }
  }

  @Test("the share says how many records are looked at, and which")
  func share() throws {
    let input = Array(String(repeating: "5555555555554444\n", count: 1000).utf8)
    for percent in [0, 1, 25, 100] {
      var options = StreamOptions()
      options.secondOpinionPercent = percent
      let masked = mask(input, try policy(Self.broken), options: options)
      #expect(masked.counters.withheld[FaultReason.leakPrevented.ordinal] == UInt64(percent * 10))
      #expect(
        masked.output
          == mask(input, try policy(Self.broken), options: options, cuts: [99, 5000]).output)
    }
  }

  @Test("allow patterns, test numbers and excluded paths are known to it")
  func exemptions() throws {
    let rule = """
      version: 1
      mask: test
      rules:
        - id: pan
          class: pan
          match: { number: card, paths: { exclude: ['ids'] } }
          transform: redact
          allow: ['^5555']
          allowTestNumbers: true
      """
    let input = #"{"ids":[4929000000006],"a":5555555555554444,"b":"4242 4242 4242 4242"}"# + "\n"
    let masked = mask(Array(input.utf8), try policy(rule))
    #expect(masked.text == input)
  }

  @Test("rules that are not for card numbers everywhere do not ask it")
  func scopes() throws {
    for match in ["{ number: card, in: [keys] }", "{ number: card, paths: ['a'] }"] {
      let line = "{\"b\":4111111111111111}\n"
      #expect(mask(line, try policy(oneRule(match, class: "pan"))) == line)
    }
    let line = "{\"b\":4111111111111111}\n"
    #expect(mask(line, try policy(oneRule("{ pattern: 'x-1' }"))) == line)
  }
}
