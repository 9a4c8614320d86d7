import Bytes
import Samples
import TestSupport
import Testing

@testable import Masking

@Suite struct StreamTests {
  let email = oneRule(
    #"{ pattern: '[a-z0-9.]{1,32}@[a-z0-9.]{1,32}' }"#, "{ redact: { text: '[EMAIL]' } }")

  /// A corpus of records with findings, faults, long lines, CRLF, a byte order mark, and an
  /// unfinished end.
  static func corpus(records: Int, seed: UInt64) -> [UInt8] {
    var buffer = ByteBuffer()
    buffer.append([0xEF, 0xBB, 0xBF])
    var generators = SampleShape.allCases.filter { $0 != .long }.map {
      SampleGenerator(seed: seed, shape: $0)
    }
    for number in 0..<records {
      generators[number % generators.count].appendRecord(to: &buffer)
      switch number % 50 {
      case 7: buffer.append("{\"a\":\"a@b.c\r\n")
      case 13: buffer.append("{\"a\":\"\\ud800\"}\n")
      case 19: buffer.append([0x22, 0xC3, 0x22, 0x0A])
      case 23: buffer.append("{\"x\":\"" + String(repeating: "y", count: 3000) + "\"}\r\n")
      case 29: buffer.append("\n\r\n")
      case 31: buffer.append("{\"m\":\"a@b.c\"}\r\n")
      default: break
      }
    }
    buffer.append("{\"last\":\"a@b.c\"}")
    return buffer.toArray()
  }

  @Test func aLineOfTheLimitPassesAndOneByteMoreIsWithheld() throws {
    let policy = try policy(email)
    var options = StreamOptions()
    options.lineBytesMax = 100
    for (extra, passes) in [(-1, true), (0, true), (1, false), (10_000, false)] {
      let line = "\"" + String(repeating: "x", count: 98 + extra) + "\""
      for cuts in [[], [50], [line.utf8.count]] {
        let input = Array((line + "\n{}\n").utf8)
        let masked = mask(input, policy, options: options, cuts: cuts)
        let stub = "{\"_maskline\":{\"withheld\":\"overlong\",\"record\":1}}"
        #expect(masked.text == (passes ? line : stub) + "\n{}\n", "extra \(extra), cuts \(cuts)")
      }
    }
  }

  @Test func anUnfinishedLastLineIsMaskedIfWholeAndElseGetsAStub() throws {
    let policy = try policy(email)
    #expect(mask("1\n{\"a\":\"a@b.c\"}", policy) == "1\n{\"a\":\"[EMAIL]\"}")
    #expect(
      mask("1\n{\"a\":\"a@b", policy)
        == "1\n{\"_maskline\":{\"withheld\":\"malformed\",\"record\":2}}")
    let reset = mask(Array("1\n{\"a\":\"a@b.c\"}".utf8), policy, ending: .reset)
    #expect(reset.text == "1\n")
    #expect(reset.counters.droppedPartial == 1)
  }

  @Test func aDroppedLastLineTakesNothingOfTheByteOrderMarkAlong() throws {
    let policy = try policy(oneRule("{ pattern: 'S-1' }", "dropRecord"))
    for input in ["\u{FEFF}\"S-1\"", "\u{FEFF}\"S-1\"\n"] {
      #expect(mask(Array(input.utf8), policy).output == [0xEF, 0xBB, 0xBF])
    }
    #expect(mask("\u{FEFF}\"S-1\"\n1", policy) == "\u{FEFF}1")
    #expect(mask("1\n\"S-1\"", policy) == "1\n")
  }

  @Test func aByteOrderMarkStandsOnlyAtTheStart() throws {
    let policy = try policy(email)
    let stub = "{\"_maskline\":{\"withheld\":\"malformed\",\"record\":2}}"
    #expect(mask("\u{FEFF}{}\n\u{FEFF}{}\n", policy) == "\u{FEFF}{}\n\(stub)\n")
  }

  @Test func countersAddUpForEveryAction() throws {
    let input = Self.corpus(records: 200, seed: 5)
    for action in [FaultAction.stub, .drop, .text] {
      var options = StreamOptions()
      options.lineBytesMax = 2500
      for reason in [FaultReason.malformed, .overlong, .invalidUTF8, .tooDeep] {
        options.faults[reason] = reason == .malformed || action != .text ? action : .stub
      }
      let masked = mask(input, try policy(email), options: options)
      let counters = masked.counters
      #expect(
        counters.recordsIn
          == counters.recordsForwarded + counters.recordsWithheld + counters.recordsDropped)
      let lines = UInt64(masked.output.count { $0 == 0x0A }) + 1
      #expect(lines == counters.recordsForwarded + counters.recordsWithheld)
    }
  }

  @Test func closingFaultsForwardWhatCameBeforeAndNothingAfter() throws {
    var options = StreamOptions()
    options.faults[.malformed] = .close
    let masked = mask(Array("1\n{\n2\n".utf8), try policy(email), options: options)
    #expect(masked.text == "1\n")
    #expect(masked.counters.recordsIn == 2)
  }

  @Test func textLinesAreMaskedWithTheirJSONPart() throws {
    var options = StreamOptions()
    options.faults[.malformed] = .text
    let rules =
      email + """

          - id: password
            class: secret
            description: by path
            match: { paths: ['**.password'] }
            transform: redact
            tests: []
        """
    let policy = try policy(rules.replacing("  tests: []", with: "  tests: [ { in: 'x' } ]"))
    let input = """
      panic: a@b.c failed
      2026-11-21T05:14:00Z stdout F {"password":"p","m":"x\\u0040y.z"}
      <13>Nov 21 host app: a@b.c {"password":
      {"m":"a@b.c"}

      """
    #expect(
      mask(input, policy, options: options) == """
        panic: [EMAIL] failed
        2026-11-21T05:14:00Z stdout F {"password":"[REDACTED]","m":"[EMAIL]"}
        <13>Nov 21 host app: [EMAIL] {"password":
        {"m":"[EMAIL]"}

        """)
  }
}
