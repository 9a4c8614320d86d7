import TestSupport
import Testing

@testable import Masking

/// What a rule finds and leaves alone all the same.
@Suite("Allowlists")
struct AllowTests {
  private static let card = """
    version: 1
    mask: test
    rules:
      - id: pan
        class: pan
        match: { number: card }
        transform: { keep: { last: 4 } }
        allow: ['^4242', '5555']
    """

  @Test("an allow pattern frees the number that it hits")
  func frees() throws {
    let line = "{\"a\":\"4242424242424242, 5555 5555 5555 4444\",\"b\":4242424242424242}\n"
    #expect(mask(line, try policy(Self.card)) == line)
  }

  @Test("an allow pattern meant for one number does not free a longer run that holds another")
  func runs() throws {
    let policy = try policy(Self.card)
    let masked = mask("{\"a\":\"42424242424242424111111111111111\"}\n", policy)
    #expect(masked == "{\"a\":\"****************************1111\"}\n")
    #expect(
      mask("{\"a\":\"41111111111111115555\"}\n", policy) == "{\"a\":\"****************5555\"}\n")
    let pattern = try self.policy(of: "{ pattern: '(?<![0-9])[0-9]{12,40}' }", allow: "'^4242'")
    #expect(
      mask("{\"a\":\"42424242424242424111111111111111\"}\n", pattern)
        == "{\"a\":\"****************************1111\"}\n")
    #expect(mask("{\"a\":\"4242424242424242\"}\n", pattern) == "{\"a\":\"4242424242424242\"}\n")
  }

  @Test("an allow pattern that hits all of a run frees it")
  func wholeRuns() throws {
    let policy = try policy(of: "{ number: card }", allow: "'^0{8}[0-9]{12,24}$'")
    let line = "{\"a\":\"000000004111111111111111\"}\n"
    #expect(mask(line, policy) == line)
    #expect(mask("{\"a\":\"100000004111111111111111\"}\n", policy).contains("*"))
  }

  @Test("what an allow pattern says does not depend on the work that the record before took")
  func budget() throws {
    let policy = try policy(
      """
      version: 1
      mask: test
      rules:
        - id: pan
          class: pan
          match: { number: card }
          transform: redact
          allow: ['^4242']
        - id: slow
          class: other
          match: { pattern: '(?:a+)+$' }
          transform: redact
      """)
    let line = "{\"x\":4242424242424242}\n"
    let slow = "{\"x\":\"" + String(repeating: "a", count: 4000) + "b\"}\n"
    #expect(mask(slow + line, policy).hasSuffix(line))
  }

  private func policy(of match: String, allow: String) throws -> MaskPolicy {
    try policy(
      """
      version: 1
      mask: test
      rules:
        - id: pan
          class: pan
          match: \(match)
          transform: { keep: { last: 4 } }
          allow: [\(allow)]
      """)
  }

  private func policy(_ yaml: String) throws -> MaskPolicy { try MaskingTests.policy(yaml) }
}

/// Published test card numbers, let through by option.
@Suite("Published test card numbers")
struct TestNumberTests {
  private static let file = """
    version: 1
    mask: test
    rules:
      - id: pan
        class: pan
        match: { number: card }
        transform: { keep: { last: 4 } }
        allowTestNumbers: true
      - id: track
        class: sad
        match: { pattern: '[0-9]{16}=[0-9]{7}' }
        transform: redact
    """

  @Test(
    "test numbers pass where a rule says so, however they are written, and are counted",
    arguments: [
      #"{"a":"4111 1111 1111 1111"}"#, #"{"a":4111111111111111}"#,
      #"{"a":"\u0034111-1111-1111-1111, 378282246310005"}"#, #"{"4242424242424242":1}"#,
      #"{"a":"{\"b\":\"5555 5555 5555 4444\"}"}"#, #"[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"#,
    ])
  func pass(line: String) throws {
    let masked = mask(Array((line + "\n").utf8), try policy(Self.file))
    #expect(masked.text == line + "\n")
    #expect(masked.counters.testNumbersForwarded == (line.contains("3782") ? 2 : 1))
  }

  @Test(
    "a number counts once, whatever number of rules see it and of encodings stand beside it",
    arguments: [
      (#"{"a":"4111 1111 1111 1111 100%25 NDExMTE &amp;#52; caf%C3%A9 bm90aGluZyBoZXJl"}"#, 1),
      (#"{"a":"NDExMTExMTExMTExMTExMQ== 4%20b"}"#, 1),
      (#"{"a":"4111111111111111 and 4111111111111111"}"#, 2),
      (#"{"a":"4111111111111111","b":"4111111111111111"}"#, 2),
      (#"{"a":[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"b":[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}"#, 2),
    ])
  func countedOnce(line: String, count: UInt64) throws {
    let two =
      Self.file + """

          - id: again
            class: pan
            match: { number: card }
            transform: redact
            allowTestNumbers: true
        """
    let masked = mask(Array((line + "\n").utf8), try policy(two))
    #expect(masked.text == line + "\n")
    #expect(masked.counters.testNumbersForwarded == count)
  }

  @Test("other numbers, and what other rules find, are masked")
  func others() throws {
    let policy = try policy(Self.file)
    #expect(mask("{\"a\":\"4111111111111111=2512101\"}\n", policy) == "{\"a\":\"[REDACTED]\"}\n")
    #expect(
      mask("{\"a\":\"4111111111111111 4929000000006\"}\n", policy)
        == "{\"a\":\"4111111111111111 *********0006\"}\n")
    #expect(
      mask("{\"a\":\"41111111111111114111111111111111\"}\n", policy)
        == "{\"a\":\"****************************1111\"}\n")
  }

  @Test("without the option they are masked like any card")
  func off() throws {
    let line = "{\"a\":\"4111 1111 1111 1111\"}\n"
    let masked = mask(Array(line.utf8), try defaultPolicy())
    #expect(masked.text == "{\"a\":\"**** **** **** 1111\"}\n")
    #expect(masked.counters.testNumbersForwarded == 0)
  }

  @Test("what an attempt to read JSON in a string saw counts once")
  func rollBack() throws {
    let line = "{\"a\":\"[4111111111111111, x\"}\n"
    let masked = mask(Array(line.utf8), try policy(Self.file))
    #expect(masked.text == line)
    #expect(masked.counters.testNumbersForwarded == 1)
  }
}
