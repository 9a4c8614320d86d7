import TestSupport
import Testing

@testable import Masking

/// What is near a keyword, a limit or a digit, and what only seems so.
@Suite("Near misses")
struct NearMissTests {
  private static let gated = oneRule(
    "{ pattern: '[0-9]{9}', keywords: { any: [ssn, dea, account] } }", class: "pii")

  @Test("a long value with one letter that folds to s or k is no more work than another")
  func caseTwins() throws {
    let policy = try defaultPolicy()
    for letter in ["\u{17F}", "\u{212A}"] {
      let words = String(repeating: "the quick brown fox took 17 steps over lazy dogs; ", count: 80)
      let line = "{\"msg\":\"\(words)\(letter) pa\u{17F}\u{17F}word=hunter22xyz\"}\n"
      let masked = mask(line, policy)
      #expect(!masked.contains("MASK_ERROR") && !masked.contains("hunter22xyz"))
      #expect(masked.hasPrefix("{\"msg\":\"\(words)"))
    }
  }

  @Test("with and without prefilters such a value gives the same")
  func caseTwinsAndPrefilters() throws {
    let line =
      "{\"a\":\"to\u{212A}en pa\u{17F}\u{17F}word: hunter22 \u{17F}sn 536-22-1234\",\"ssn\":\"\u{17F} 536221234\"}\n"
    #expect(
      mask(line, try defaultPolicy()) == mask(line, try defaultPolicy(usesPrefilters: false)))
  }

  @Test("the zeros that end a fraction are seen as they are written")
  func fractions() throws {
    let policy = try policy(oneRule("{ pattern: '(?<![0-9])[0-9]{11}(?![0-9])' }"))
    #expect(mask("{\"a\":1.12345678900}\n", policy) == "{\"a\":\"1.[REDACTED]\"}\n")
    #expect(mask("[0.12345678910,1]\n", policy) == "[\"0.[REDACTED]\",1]\n")
    #expect(mask("[1.10,2.0,0,10,1.123456789000]\n", policy) == "[1.10,2.0,0,10,1.123456789000]\n")
  }

  @Test("a short keyword does not count inside a word of hexadecimal digits")
  func hexadecimal() throws {
    let policy = try policy(Self.gated)
    for text in ["9dea41 536221234", "id 7f3dea, 536221234", "aa0dea12"] {
      #expect(mask("{\"a\":\"\(text)\"}\n", policy) == "{\"a\":\"\(text)\"}\n")
    }
    for text in [
      "dea 536221234", "DEA536221234", "1 dea: 536221234", "x9ssn 536221234", "c0ffeeDEA 536221234",
    ] {
      #expect(mask("{\"a\":\"\(text)\"}\n", policy).contains("[REDACTED]"), "\(text)")
    }
    #expect(mask("{\"b4dea91c\":536221234}\n", policy).contains("536221234"))
    #expect(mask("{\"user_dea\":536221234}\n", policy).contains("[REDACTED]"))
  }

  @Test("a key with an escape holds the keywords that it says, and no others")
  func escapedKeys() throws {
    let policy = try policy(Self.gated)
    for key in ["a\\nb", "C:\\\\temp", "x\\u0041", "\\\"q\\\""] {
      let line = "{\"\(key)\":{\"b\":\"536221234\",\"c\":536221234}}\n"
      #expect(mask(line, policy) == line)
    }
    for key in ["s\\u0073n", "\\u0073\\u0073\\u006e", "my \\\"ssn\\\"", "x\\\\u0020\\\\u0073sn"] {
      let line = "{\"\(key)\":{\"b\":\"536221234\",\"c\":536221234}}\n"
      #expect(!mask(line, policy).contains("536221234"), "\(key)")
    }
  }
}
