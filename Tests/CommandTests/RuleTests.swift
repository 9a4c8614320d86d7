import Foundation
import TestSupport
import Testing

/// What rules find and what transforms write, seen through the pipe.
@Suite("Rules and transforms")
struct RuleTests {
  static let card = "4111111111111111"

  @Test("the example rules of the contract do what they say")
  func exampleRules() throws {
    let mask = """
      version: 1
      mask: example
      rules:
        - id: pan
          class: pan
          description: Payment card number
          match:
            number: card
            in: [strings, numbers, keys]
            paths: { exclude: ['trace_id', '**.span_id'] }
          transform: { keep: { last: 4 }, fill: '*' }
          allow: ['^4242']
          tests:
            - { in: 'card 4111 1111 1111 1111 ok', out: 'card **** **** **** 1111 ok' }
            - { in: 'order 4111111111111112' }
        - id: member-number
          class: pii
          match:
            pattern: '\\b(M-[0-9]{7})\\b'
            group: 1
            keywords: { any: [member, card], within: 32 }
          transform: { redact: { text: '[MEMBER]' } }
        - id: password
          class: secret
          match: { paths: ['**.password', '**.passwd', '**.client_secret'] }
          transform: redact
      """
    let pairs = [
      (#"{"t":"card 4111 1111 1111 1111 ok"}"#, #"{"t":"card **** **** **** 1111 ok"}"#),
      (#"{"t":"order 4111111111111112"}"#, #"{"t":"order 4111111111111112"}"#),
      (#"{"t":"4242424242424242"}"#, #"{"t":"4242424242424242"}"#),
      (#"{"trace_id":"4111111111111111"}"#, #"{"trace_id":"4111111111111111"}"#),
      (#"{"a":{"trace_id":"4111111111111111"}}"#, #"{"a":{"trace_id":"************1111"}}"#),
      (#"{"a":{"span_id":4111111111111111}}"#, #"{"a":{"span_id":4111111111111111}}"#),
      (#"{"t":"member M-1234567"}"#, #"{"t":"member [MEMBER]"}"#),
      (#"{"t":"ref M-1234567"}"#, #"{"t":"ref M-1234567"}"#),
      (#"{"Member":"M-1234567"}"#, #"{"Member":"[MEMBER]"}"#),
      (#"{"t":"M-1234567 is a MEMBER"}"#, #"{"t":"[MEMBER] is a MEMBER"}"#),
      (#"{"db":{"password":"x"}}"#, #"{"db":{"password":"[REDACTED]"}}"#),
      (#"{"password":"at the top"}"#, #"{"password":"[REDACTED]"}"#),
    ]
    #expect(try Pipe(mask: mask).lines(pairs.map(\.0)) == pairs.map(\.1))
  }

  @Test("a path rule masks every scalar at or below its path, and the shape stays")
  func wholeValues() throws {
    let pipe = try Pipe(mask: Pipe.rule("{ paths: ['user.secret', 'cards[*].code'] }", "redact"))
    let output = try pipe.line(
      #"{"user":{"secret":{"a":"x","b":["y","z"]},"name":"n"},"cards":[{"code":"1","k":"2"},{"code":"3"}]}"#
    )
    #expect(
      output
        == #"{"user":{"secret":{"a":"[REDACTED]","b":["[REDACTED]","[REDACTED]"]},"name":"n"},"cards":[{"code":"[REDACTED]","k":"2"},{"code":"[REDACTED]"}]}"#
    )
    let numbers = try pipe.line(#"{"user":{"secret":[1,true,"x"]}}"#)
    #expect(!numbers.contains("1,") && !numbers.contains("x"), "\(numbers)")
    _ = try decode(numbers)
  }

  @Test("T21 J22 overlapping findings are united: no tail of the longer one is left")
  func overlaps() throws {
    let mask = """
      version: 1
      mask: test
      rules:
        - { id: short, class: secret, match: { pattern: 'key-[0-9]{4}' }, transform: redact }
        - { id: long, class: secret, match: { pattern: '[0-9]{4}-tail[a-z]{6}' }, transform: redact }
        - { id: inner, class: other, match: { pattern: 'ail' }, transform: redact }
      """
    #expect(
      try Pipe(mask: mask).line(#"{"t":"a key-1234-tailabcdef z"}"#) == #"{"t":"a [REDACTED] z"}"#)
  }

  @Test("T21 J22 the strictest transform of a union wins")
  func strictest() throws {
    let mask = """
      version: 1
      mask: test
      rules:
        - { id: card, class: pan, match: { number: card }, transform: { keep: { last: 4 } } }
        - { id: word, class: secret, match: { pattern: '1111 end' }, transform: redact }
      """
    let output = try Pipe(mask: mask).line(#"{"t":"begin 4111111111111111 end"}"#)
    #expect(output == #"{"t":"begin [REDACTED]"}"#)
  }

  @Test("keep counts letters and digits, fills them, and leaves separators")
  func keep() throws {
    let pipe = try Pipe(
      mask: Pipe.rule(
        "{ pattern: 'ref [-A-Z0-9/]+' }", "{ keep: { first: 3, last: 2 }, fill: '#' }"))
    #expect(try pipe.line(#"{"t":"ref AB-12/CD9 ok"}"#) == #"{"t":"ref ##-##/#D9 ok"}"#)
    let short = try Pipe(
      mask: Pipe.rule("{ paths: ['a'] }", "{ keep: { first: 2, last: 2 } }"))
    #expect(
      try short.lines([#"{"a":"abcd"}"#, #"{"a":"abc"}"#, #"{"a":"abcde"}"#])
        == [#"{"a":"****"}"#, #"{"a":"***"}"#, #"{"a":"ab*de"}"#])
  }

  @Test("the PCI maximum for the length of a card number wins over keep")
  func keepMaximum() throws {
    let mask = """
      version: 1
      mask: test
      rules:
        - id: card
          class: pan
          match: { number: card }
          transform: { keep: { first: 8, last: 4 } }
      """
    let pipe = try Pipe(mask: mask)
    #expect(try pipe.line(#"["4111111111111111"]"#) == #"["41111111****1111"]"#)
    // 15 digits: the first six and the last four at most.
    #expect(try pipe.line(#"["378282246310005"]"#) == #"["378282*****0005"]"#)
  }

  @Test("numbers become a string, a zero or a null, as the rule says")
  func numberForms() throws {
    func line(_ form: String) throws -> String {
      let transform = "{ keep: { last: 4 }\(form) }"
      return try Pipe(mask: Pipe.rule("{ number: card }", transform))
        .line(#"{"a":4111111111111111,"b":"4111111111111111","c":[-4111111111111111]}"#)
    }
    let text = try line("")
    #expect(text.hasPrefix(#"{"a":"************1111","b":"************1111","c":["#))
    #expect(
      try line(", numbers: zero") == #"{"a":0,"b":"************1111","c":[0]}"#)
    #expect(
      try line(", numbers: null") == #"{"a":null,"b":"************1111","c":[null]}"#)
  }

  @Test("`in` restricts a rule to strings, numbers or keys")
  func places() throws {
    let line = #"{"4111111111111111":["4111111111111111",4111111111111111]}"#
    func masked(_ place: String) throws -> String {
      try Pipe(mask: Pipe.rule("{ number: card, in: [\(place)] }", "redact")).line(line)
    }
    #expect(try masked("strings") == #"{"4111111111111111":["[REDACTED]",4111111111111111]}"#)
    #expect(try masked("numbers") == #"{"4111111111111111":["4111111111111111","[REDACTED]"]}"#)
    #expect(try masked("keys") == #"{"[REDACTED]":["4111111111111111",4111111111111111]}"#)
  }

  @Test("null and drop act on the whole value, dropRecord on the record")
  func dropping() throws {
    let lines = [
      #"{"a":1,"s":"no X-1 here","b":2}"#, #"{"s":"X-1"}"#, #"["a","X-1","b"]"#, #""X-1""#, "{}",
      #"{"s":"X-1","b":2}"#, #"{"a":1,"s":"X-1"}"#,
    ]
    #expect(
      try Pipe(mask: Pipe.rule("{ pattern: 'X-1' }", "'null'")).lines(lines)
        == [
          #"{"a":1,"s":null,"b":2}"#, #"{"s":null}"#, #"["a",null,"b"]"#, "null", "{}",
          #"{"s":null,"b":2}"#, #"{"a":1,"s":null}"#,
        ])
    // A drop at the top drops the record.
    #expect(
      try Pipe(mask: Pipe.rule("{ pattern: 'X-1' }", "drop")).lines(lines)
        .map { $0.replacingOccurrences(of: " ", with: "") }
        == [
          #"{"a":1,"b":2}"#, "{}", #"["a",null,"b"]"#, "{}", #"{"b":2}"#, #"{"a":1}"#,
        ])
    #expect(
      try Pipe(mask: Pipe.rule("{ pattern: 'X-1' }", "dropRecord")).lines(lines) == ["{}"])
  }

  @Test("records that a rule drops are counted in the summary")
  func droppedAreCounted() throws {
    let result = try Pipe(mask: Pipe.rule("{ pattern: 'X-1' }", "dropRecord"))
      .run(Array("[1]\n[\"X-1\"]\n[\"X-1\"]\n".utf8))
    #expect(result.outputText == "[1]\n")
    #expect(result.errorText.lowercased().contains("drop") && result.errorText.contains("2"))
  }

  @Test("overrides disable a rule, exempt paths, change a transform, and allow values")
  func overrides() throws {
    func line(_ override: String, _ line: String) throws -> String {
      let mask = """
        \(Pipe.cardRule)
          - { id: other, class: other, match: { pattern: 'O-[0-9]' }, transform: redact }
        overrides:
          - { rule: test/card, \(override) }
        """
      return try Pipe(mask: mask).line(line)
    }
    let input = #"{"order_no":"4111111111111111","t":"4111111111111111 O-1"}"#
    #expect(
      try line("disabled: true", input)
        == #"{"order_no":"4111111111111111","t":"4111111111111111 [REDACTED]"}"#)
    #expect(
      try line("paths: { exclude: ['order_no'] }, transform: redact", input)
        == #"{"order_no":"4111111111111111","t":"[REDACTED] [REDACTED]"}"#)
    #expect(
      try line("allow: ['^4111']", input)
        == #"{"order_no":"4111111111111111","t":"4111111111111111 [REDACTED]"}"#)
  }

  @Test("a file of the user's own overrides a pack's rule")
  func overridesOfPacks() throws {
    let mask = """
      version: 1
      mask: acme
      overrides:
        - { rule: pci/pan, paths: { exclude: ['order_no'] }, transform: redact }
      """
    let output = try Pipe(mask: mask, packs: ["pci"])
      .line(#"{"order_no":"4111111111111111","t":"4111111111111111"}"#)
    #expect(output == #"{"order_no":"4111111111111111","t":"[REDACTED]"}"#)
  }

  @Test("hash is keyed, the same for the same value, and names its key")
  func hash() throws {
    let folder = try TemporaryFolder()
    let made = try CommandRunner.maskline(
      ["keys", "new", "--id", "k1", "--keys", folder.path("keys")])
    #expect(made.exitCode == 0, "\(made.allText)")
    let pipe = try Pipe(
      mask: Pipe.rule("{ paths: ['a', 'b'] }", "hash"),
      arguments: ["--keys", folder.path("keys")])
    let lines = try pipe.lines([#"{"a":"x","b":"y"}"#, #"{"a":"y","b":"x"}"#, #"{"c":"x"}"#])
    let (x, y) = (try string("a", of: lines[0]), try string("b", of: lines[0]))
    for hash in [x, y] {
      #expect(try hash.wholeMatch(of: Regex(#"hmac:k1:[A-Za-z2-7]{26}"#)) != nil, "\(hash)")
    }
    #expect(x != y)
    #expect(try string("a", of: lines[1]) == y)
    #expect(try string("b", of: lines[1]) == x)
    #expect(lines[2] == #"{"c":"x"}"#)
    // Masked again, nothing changes.
    #expect(try pipe.lines(lines) == lines)
    // Another key gives other hashes.
    let other = folder.path("other")
    _ = try CommandRunner.maskline(["keys", "new", "--id", "k1", "--keys", other])
    let second = try Pipe(
      mask: Pipe.rule("{ paths: ['a', 'b'] }", "hash"), arguments: ["--keys", other])
    #expect(try string("a", of: second.line(#"{"a":"x"}"#)) != x)
  }

  @Test("hash without a key never forwards a value")
  func hashWithoutKey() throws {
    let result = try Pipe(mask: Pipe.rule("{ paths: ['a'] }", "hash"))
      .run(Array("{\"a\":\"plain-value\"}\n".utf8))
    #expect(!result.allText.contains("plain-value"))
    #expect(
      result.exitCode == 78 || result.outputText == "{\"a\":\"[MASK_ERROR]\"}\n",
      "\(result.allText)")
  }

  @Test(
    "T24 a replacement text is written as JSON text and nothing in it is special",
    arguments: [
      #"say "no""#, #"back\slash\"#, "$1 $0 \\1 ${x}", "&<>", "%s %d", "日本 🎉", "{}[],:",
      "'single'", "\\u0041",
    ])
  func replacementText(text: String) throws {
    let quoted = "'" + text.replacingOccurrences(of: "'", with: "''") + "'"
    let pipe = try Pipe(
      mask: Pipe.rule("{ pattern: 'S-[0-9]' }", "{ redact: { text: \(quoted) } }"))
    let output = try pipe.lines([
      #"{"t":"a S-1 b","S-2":[]}"#, #"{"n":"{\"t\":\"a S-1 b\"}"}"#,
    ])
    #expect(try string("t", of: output[0]) == "a \(text) b")
    let object = try #require(try decode(output[0]) as? [String: Any])
    #expect(object[text] != nil)
    #expect(try string("t", of: string("n", of: output[1])) == "a \(text) b")
  }

  @Test("T23 masking masked output again changes nothing")
  func idempotence() throws {
    for transform in [
      "redact", "{ keep: { last: 4 } }", "{ keep: { first: 6, last: 4 }, fill: 'x' }", "'null'",
      "drop", "dropRecord", "{ redact: { text: 'card' } }",
    ] {
      let pipe = try Pipe(mask: Pipe.rule("{ number: card }", transform))
      let once = try pipe.lines([
        #"{"a":"4111 1111 1111 1111","b":4111111111111111,"4111111111111111":1}"#,
        #"["x 5500005555555559 y",{"k":"378282246310005"}]"#,
      ])
      #expect(try pipe.lines(once) == once, "\(transform)")
    }
  }

  @Test("a pattern sees the decoded text, and ASCII classes only")
  func matchingView() throws {
    let pipe = try Pipe(mask: Pipe.rule(#"{ pattern: '\bU[0-9]{3}@x\.y\b' }"#, "redact"))
    #expect(
      try pipe.lines([
        #"{"t":"\u0055123\u0040x.y"}"#, #"{"t":"U\uff11\uff12\uff13@x.y!"}"#,
        "{\"t\":\"U1\u{200B}23@x.y\"}", #"{"t":"U123@x-y"}"#,
      ]) == [
        #"{"t":"[REDACTED]"}"#, #"{"t":"[REDACTED]!"}"#, #"{"t":"[REDACTED]"}"#,
        #"{"t":"U123@x-y"}"#,
      ])
  }

  @Test(
    "T25 a pattern without end masks the value instead of holding the stream",
    arguments: ["'(?:a+)+$'", "'(?:[0-9]+)+[xz]'", "'[0-9]{0,250}.{0,250}[xz]'"])
  func hostilePatterns(pattern: String) throws {
    let letters = String(repeating: "a", count: 20_000)
    let digits = String(repeating: "1", count: 65_536)
    let pipe = try Pipe(mask: Pipe.rule("{ pattern: \(pattern) }", "redact"))
    let input = Array("{\"t\":\"\(letters)!\",\"u\":\"\(digits)\",\"v\":1}\n{}\n".utf8)
    let result = try pipe.run(input, secondsMax: 30)
    if result.exitCode == 78 { return }  // Refused when the file was read: as good.
    let lines = result.lines.map { String(decoding: $0, as: UTF8.self) }
    #expect(lines.count == 2 && lines.last == "{}")
    let object = try #require(try decode(lines[0]) as? [String: Any])
    for (key, raw) in [("t", letters + "!"), ("u", digits)] {
      let value = try #require(object[key] as? String)
      // Either the search came to its end and found nothing, or the value is gone as a whole.
      #expect(value == raw || value == "[MASK_ERROR]" || value == "[REDACTED]", "\(key)")
    }
    #expect(object["v"] as? Int == 1)
    #expect(result.seconds < 10)
  }
}
