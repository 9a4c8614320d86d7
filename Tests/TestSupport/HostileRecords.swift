/// One line of a stream that tries to get a card number through.
public struct HostileRecord: Sendable {
  /// The line, without its line feed.
  public let line: [UInt8]
  /// The card numbers in it, as digits.
  public let cards: [String]
  /// Whether the line is valid JSON on one line, so that it must come out masked and not as a stub.
  public let isValid: Bool
}

/// The disguises of the lists of hostile tests (T1 to T24) and of bypasses (J1 to J22) as one
/// corpus: always the same lines in the same order.
public enum HostileRecords {
  /// A card number of each large brand, each with the right Luhn digit.
  public static let cards = [
    "4111111111111111", "5500005555555559", "2223000048400011", "378282246310005",
    "6011111111111117", "3530111333300000", "6205500000000000004",
  ]

  /// Every record of the corpus. With `padding` each starts with a member of so many bytes, which
  /// moves what follows over the borders of the vector kernel's blocks; lines that are no JSON
  /// objects have none.
  public static func all(padding: Int? = nil) -> [HostileRecord] {
    var list = List(padding: padding)
    for card in cards { list.disguises(of: card) }
    list.structures()
    list.others()
    list.broken()
    return list.records
  }

  /// All lines with their line feeds.
  public static func stream(_ records: [HostileRecord]) -> [UInt8] {
    records.flatMap { $0.line + [0x0A] }
  }
}

private struct List {
  let padding: Int?
  var records: [HostileRecord] = []
  var random = SeededRandom(seed: 20_261)

  init(padding: Int?) { self.padding = padding }

  /// Adds `{"t":"<text>"}`; the text is written as JSON text already.
  mutating func text(_ text: String, _ cards: [String]) {
    members(#""t":"\#(text)""#, cards)
  }

  /// Adds `{<members>}`.
  mutating func members(_ members: String, _ cards: [String]) {
    var line = "{"
    if let padding { line += #""p":"\#(String(repeating: "x", count: padding))","# }
    raw(line + members + "}", cards)
  }

  mutating func raw(_ line: String, _ cards: [String], isValid: Bool = true) {
    records.append(HostileRecord(line: Array(line.utf8), cards: cards, isValid: isValid))
  }

  /// The digits of `card`, each by `write`.
  private func written(_ card: String, _ write: (Int, Int) -> String) -> String {
    card.utf8.enumerated().map { write($0.offset, Int($0.element) - 0x30) }.joined()
  }

  /// The digits in groups of `size`.
  private func grouped(_ card: String, _ size: Int, _ separator: String) -> String {
    let digits = Array(card)
    return stride(from: 0, to: digits.count, by: size)
      .map { String(digits[$0..<min($0 + size, digits.count)]) }.joined(separator: separator)
  }

  private func escaped(_ scalar: UInt32, upper: Bool) -> String {
    func unit(_ value: UInt32) -> String {
      let hex = String(value, radix: 16, uppercase: upper)
      return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    }
    guard scalar > 0xFFFF else { return unit(scalar) }
    let rest = scalar - 0x10000
    return unit(0xD800 + rest >> 10) + unit(0xDC00 + rest & 0x3FF)
  }

  private func text(of scalar: UInt32) -> String {
    Unicode.Scalar(scalar).map { String(Character($0)) } ?? ""
  }

  mutating func disguises(of card: String) {
    let cards = [card]
    text("no \(card) ok", cards)
    // T3: any digits escaped.
    for count in 1...card.utf8.count {
      let places = Set((0..<card.utf8.count).shuffled(using: &random).prefix(count))
      let digits = written(card) { place, digit in
        places.contains(place) ? "\\u003\(digit)" : "\(digit)"
      }
      text("see \\/ \(digits) \\\"\\u00e9", cards)
    }
    // T4: digits of other scripts, raw and escaped, alone and among ASCII digits.
    let zeros: [UInt32] = [
      0xFF10, 0x0660, 0x06F0, 0x0966, 0x0E50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6,
    ]
    for zero in zeros {
      text("no " + written(card) { self.text(of: zero + UInt32($1)) }, cards)
      text("no " + written(card) { escaped(zero + UInt32($1), upper: $0 % 2 == 0) }, cards)
      text(
        "no " + written(card) { $0 % 3 == 0 ? self.text(of: zero + UInt32($1)) : "\($1)" }, cards)
    }
    // T16: one separator between groups of any size; format characters.
    let separators: [UInt32] = [
      0x20, 0x2D, 0x2E, 0x5F, 0x2F, 0xA0, 0x2007, 0x2009, 0x202F, 0x3000, 0x2010, 0x2011, 0x2013,
      0x2014,
    ]
    for separator in separators {
      for size in [4, 1] {
        text("card number \(grouped(card, size, self.text(of: separator))) ok", cards)
        text("card number \(grouped(card, size, escaped(separator, upper: false))) ok", cards)
      }
    }
    for format: UInt32 in [0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD] {
      text("no \(grouped(card, 1, self.text(of: format))) ok", cards)
      text("no \(grouped(card, 3, escaped(format, upper: true))) ok", cards)
    }
    // T8: spellings of numbers.
    let first = card.prefix(1)
    let rest = card.dropFirst()
    for number in [
      card, "-\(card)", "\(card).0", "\(card).000", "\(first).\(rest)e\(rest.count)",
      "\(first).\(rest)E+\(rest.count)", "\(card)0e-1", "\(card)e0", "0.\(card)e\(card.count)",
    ] {
      members(#""n": \#(number) ,"z":1.50"#, cards)
      members(#""n":[1,\#(number), -0]"#, cards)
      raw(number, cards)
    }
    // T9: JSON inside strings, and text that is nearly JSON.
    var nested = #"{"pan":"\#(card)","n":\#(card)}"#
    for _ in 1...3 {
      nested = nested.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      members(#""body":"\#(nested)""#, cards)
      nested = #"{"body":"\#(nested)"}"#
    }
    text(#"{\"p\":\"\\u003\#(first)\#(rest)\",}"#, cards)
    text(#"log: {\"p\":\"\\u003\#(first)\#(rest)\"}"#, cards)
    text(#"[\#(card),]"#, cards)
    // T18: keys, also equal after masking.
    members(#""\#(card)":1"#, cards)
    members(#""\#(card)":1,"\#(card)":2,"x \#(card)":{}"#, cards)
    members(#""\u003\#(first)\#(rest)":[]"#, cards)
    members(#""{\"k\":\"\#(card)\"}":1"#, cards)
    // T19: neighbours and long runs.
    for (before, after) in [
      ("card", ""), ("_", ""), ("", "x"), ("\u{2116}", ""), ("pan=", ";"), ("order 7 ", ""),
      ("", " 04/29 123"), ("12/26 ", ""), ("\u{E9}", "\u{E9}"), ("\\n", "\\t"), ("\\u0000", ""),
    ] {
      text(before + card + after, cards)
    }
    for zeros in max(4, 20 - card.utf8.count)...8 {
      text("ref \(card)\(String(repeating: "0", count: zeros)) end", cards)
      text("ref \(String(repeating: "0", count: zeros))\(card) end", cards)
    }
  }

  mutating func structures() {
    let (a, b) = (HostileRecords.cards[0], HostileRecords.cards[1])
    // T1: repeated keys.
    members(#""pan":"\#(a)","pan":"x""#, [a])
    members(#""pan":"x","pan":"\#(a)""#, [a])
    members(#""a":{"pan":"\#(a)","b":[{"pan":1,"pan":"\#(b)"}],"pan":null}"#, [a, b])
    // Several on a line; white space; deep; at the borders of strings.
    members(#""a":"\#(a)","b":"\#(b)","c":[["\#(a)"],{"d":"\#(b)"}]"#, [a, b])
    members(" \"a\" :\t\"\(a)\" ,\"b\": [ \(b) ] ", [a, b])
    members(#""a":"\#(a)\\","b":"\\\\\#(b)""#, [a, b])
    members(#""a":"\"\#(a)\"""#, [a])
    raw(String(repeating: "[", count: 127) + "\"\(a)\"" + String(repeating: "]", count: 127), [a])
    raw("\"\(a)\"", [a])
    raw(" [ \"\(a)\" , \(b) ] ", [a, b])
    raw("", [])
    for length in [63, 64, 65, 127, 128, 129, 1000, 4095, 4096, 4097] {
      text(String(repeating: "y", count: length) + " \(a)", [a])
      // Long ones reach the limit of a record's work where prefilters are off.
      if length < 1000 { text("\(a) " + String(repeating: "\u{E9}", count: length), [a]) }
      text(String(repeating: "\\\\", count: length) + a, [a])
      text("\(a) \(b) " + String(repeating: "9", count: length % 11), [a, b])
    }
  }

  /// What other rules look for, and what looks like it: for comparisons of two ways to the output.
  mutating func others() {
    let texts = [
      "mail jane.doe@example.org now", "mail jane\\u0040example.org", "jane@example.org@x",
      "ssn 123-45-6789", "ssn 123 45 6789", "ssn: 123456789", "078-05-1120",
      "iban DE89370400440532013000",
      "GB82 WEST 1234 5698 7654 32", "password=hunter22", "pa\\u0073sword=hunter22",
      "pa\u{17F}\u{17F}word=hunter22", "\u{212A}ey: abc", "Authorization: Bearer abcdefghijklmnop",
      "AKIAIOSFODNN7EXAMPLE", "ghp_0123456789abcdefghijklmnopqrstuvwxyzAB", "192.168.10.20",
      "2001:db8::8a2e:370:7334", "+1 (555) 010-0199", "+44 20 7946 0018", "call 555-0100",
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg",
      "-----BEGIN PRIVATE KEY-----\\nMIIBVQIBADAN\\n-----END PRIVATE KEY-----",
      "postgres://user:secret@db.example.org:5432/app", "1772355600000", "0.4111111111111111",
      "\u{65E5}\u{672C}\u{8A9E} jane@example.org \u{1F680}", "[REDACTED]", "[MASK_ERROR]", "****",
      "hmac:k1:abcdefghijklmnopqrstuvwxyz", "a@b.c", "@", "4111", "cvv 123", "exp 12/29",
      "passport X1234567", "dob 1980-01-31", "born 31.01.1980", "5f4dcc3b5aa765d61d8327deb882cf99",
      "41111111-1111-1111-1111-111111111111", "\\ud83d\\ude80 jane@example.org", "\\\\u0040",
      "x\\u0000jane@example.org", "jane@example.org, joe@example.org; a@b", "SSN123456789X",
    ]
    for text in texts {
      self.text(text, [])
      members(#""\#(text)":"\#(text)""#, [])
      for key in ["password", "Email", "ssn", "card_number", "cvv", "trace_id", "\\u0070assword"] {
        members(#""\#(key)":"\#(text)","\#(key)":[1,true,null,{"x":"\#(text)"}]"#, [])
      }
    }
  }

  /// Lines that must be withheld, whatever else they hold.
  mutating func broken() {
    let card = HostileRecords.cards[0]
    for line in [
      #"{"a":"\#(card)""#, #"{"a":"\#(card)",}"#, #"{"a":1}{"b":"\#(card)"}"#, "[NaN,\(card)]",
      "panic: \(card)", #"{"a":"\ud800 \#(card)"}"#, #"["\udd1e\ud834","\#(card)"]"#,
      #"["\x34\#(card)"]"#, "{\"a\":\"\u{1}\(card)\"}", "{\"a\":\"\u{0}\(card)\"}", " ",
      "\u{FEFF}{}",
      "{\"a\":\"x\r\(card)\"}", "{\"a\":\"\(card)\t\"}", "[01,\(card)]", "-\(card)-",
      String(repeating: "[", count: 129) + card + String(repeating: "]", count: 129),
    ] { raw(line, [card], isValid: false) }
    for bytes: [UInt8] in [
      [0xC0, 0xB4], [0xFF], [0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    ] {
      records.append(
        HostileRecord(
          line: Array("{\"a\":\"41111111".utf8) + bytes + Array("11111111\"}".utf8), cards: [card],
          isValid: false))
    }
  }
}
