import Testing

@testable import Patterns

/// What is derived from patterns as rules really write them.
@Suite struct LiteralTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let pattern: String
    let literals: [String]?
    var caseless = false
    var minBytes: Int
    var minDigits = 0
    var testDescription: String { pattern }

    init(
      _ pattern: String, _ literals: [String]?, caseless: Bool = false, min: Int, digits: Int = 0
    ) {
      self.pattern = pattern
      self.literals = literals
      self.caseless = caseless
      self.minBytes = min
      self.minDigits = digits
    }
  }

  static let cases: [Case] = [
    Case("AKIA[0-9A-Z]{16}", ["AKIA"], min: 20),
    Case("\\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\\b", ["ABIA", "ACCA", "AKIA", "ASIA"], min: 20),
    Case(
      "\\b((?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})\\b",
      ["A3T", "ABIA", "ACCA", "AKIA", "ASIA"], min: 20),
    Case("ghp_[0-9a-zA-Z]{36}", ["ghp_"], min: 40),
    Case("gh[pousr]_[0-9a-zA-Z]{36}", ["gh"], min: 40),
    Case("(?:ghu|ghs)_[0-9a-zA-Z]{36}", ["ghs_", "ghu_"], min: 40),
    Case("github_pat_\\w{82}", ["github_pat_"], min: 93),
    Case("glpat-[\\w-]{20}", ["glpat-"], min: 26),
    Case("xox[baprs]-[0-9a-zA-Z-]{10,48}", ["xox"], min: 15),
    Case("xox[bp]-\\d{10,13}-\\d{10,13}-[a-zA-Z0-9]{24}", ["xoxb-", "xoxp-"], min: 51, digits: 20),
    Case(
      "https://hooks\\.slack\\.com/(?:services|workflows)/[\\w+/]{43,46}",
      ["https://hooks.slack.com/services", "https://hooks.slack.com/workflows"], min: 76),
    Case("sk_live_[0-9a-zA-Z]{24}", ["sk_live_"], min: 32),
    Case(
      "\\b(?:sk|rk)_(?:test|live|prod)_[a-zA-Z0-9]{10,99}\\b",
      ["rk_live_", "rk_prod_", "rk_test_", "sk_live_", "sk_prod_", "sk_test_"], min: 18),
    Case("AIza[0-9A-Za-z\\-_]{35}", ["AIza"], min: 39),
    Case("ya29\\.[0-9A-Za-z_-]+", ["ya29."], min: 6, digits: 2),
    Case("SG\\.[\\w-]{22}\\.[\\w-]{43}", ["SG."], min: 69),
    Case("key-[0-9a-zA-Z]{32}", ["key-"], min: 36),
    Case("SK[0-9a-fA-F]{32}", ["SK"], min: 34),
    Case("npm_[A-Za-z0-9]{36}", ["npm_"], min: 40),
    Case("pypi-AgEIcHlwaS5vcmc[\\w-]{50,}", ["pypi-AgEIcHlwaS5vcmc"], min: 70, digits: 1),
    Case("dop_v1_[a-f0-9]{64}", ["dop_v1_"], min: 71, digits: 1),
    Case("shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}", ["shpat_", "shpca_", "shppa_", "shpss_"], min: 38),
    Case("hvs\\.[\\w-]{90,120}", ["hvs."], min: 94),
    Case("eyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{10,}", [".eyJ"], min: 38),
    Case(
      "-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----",
      [
        "-----BEGIN EC PRIVATE KEY--", "-----BEGIN OPENSSH PRIVATE KEY--",
        "-----BEGIN PRIVATE KEY--", "-----BEGIN RSA PRIVATE KEY--",
      ], min: 27),
    Case(
      "-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----",
      ["PRIVATE KEY BLOCK-----", "PRIVATE KEY-----"], min: 26),
    Case("(?i)bearer\\s+[a-z0-9._~+/-]+=*", ["bearer"], caseless: true, min: 8),
    Case(
      "(?i)authorization:\\s*basic\\s+[a-z0-9+/=]{8,}", ["authorization:"], caseless: true, min: 28),
    Case(
      "(?i)password", ["password", "pa\u{17F}sword", "pas\u{17F}word", "pa\u{17F}\u{17F}word"],
      caseless: true, min: 8),
    Case("(?i)token\\b", ["to\u{212A}en", "token"], caseless: true, min: 5),
    Case(
      "(?i)(?:password|passwd|pwd)\\s*[:=]\\s*\\S{4,}",
      [
        "pa\u{17F}\u{17F}wd", "pa\u{17F}\u{17F}word", "pa\u{17F}swd", "pa\u{17F}sword",
        "pas\u{17F}wd", "pas\u{17F}word", "passwd", "password", "pwd",
      ], caseless: true, min: 8),
    Case("[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}", ["@"], min: 6),
    Case("(?<![\\w.])[\\w.+-]{1,64}@[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,8}", ["@"], min: 5),
    Case("\\b\\d{3}-\\d{2}-\\d{4}\\b", nil, min: 11, digits: 9),
    Case("\\b\\d{3}[- ]?\\d{2}[- ]?\\d{4}\\b", nil, min: 9, digits: 9),
    Case("\\b(?:\\d{1,3}\\.){3}\\d{1,3}\\b", nil, min: 7, digits: 4),
    Case("(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}", nil, min: 15),
    Case("(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}", nil, min: 17),
    Case("\\+?1?[ .-]?\\(?\\d{3}\\)?[ .-]?\\d{3}[ .-]?\\d{4}", nil, min: 10, digits: 10),
    Case("\\+[1-9]\\d{7,14}", nil, min: 9, digits: 8),
    Case("[A-Z]{2}\\d{2}[A-Z0-9]{11,30}", nil, min: 15, digits: 2),
    Case("\\b[A-CEGHJ-PR-TW-Z]{2}\\d{6}[A-D]\\b", nil, min: 9, digits: 6),
    Case("\\b\\d{4}[- ]?\\d{4}[- ]?\\d{4}\\b", nil, min: 12, digits: 12),
    Case("\\b[A-HJ-NPR-Z0-9]{17}\\b", nil, min: 17),
    Case("M-[0-9]{7}", ["M-"], min: 9, digits: 7),
    Case("(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}", nil, min: 26, digits: 1),
    Case("0x[a-fA-F0-9]{40}", nil, min: 42, digits: 1),
    Case("(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14})", nil, min: 13, digits: 13),
    Case("%B\\d{12,19}\\^[^^]{2,26}\\^\\d{4}", ["%B"], min: 22, digits: 16),
    Case(";\\d{12,19}=\\d{7,}\\?", [";"], min: 22, digits: 19),
    Case("(?i)cvv2?\\W{0,4}\\d{3,4}", ["cvv", "cvv2"], caseless: true, min: 6, digits: 3),
    Case("mongodb(?:\\+srv)?://[^\\s:]+:[^\\s@]+@", ["mongodb+srv://", "mongodb://"], min: 14),
    Case("[a-z][a-z0-9+.-]{1,20}://[^/\\s:@]{1,64}:[^/\\s:@]{1,64}@", ["://"], min: 9),
    Case(
      "(?i)aws.{0,20}secret.{0,20}['\"][0-9a-z/+]{40}['\"]", ["\u{17F}ecret", "secret"],
      caseless: true, min: 51),
    Case("\\b[A-Z]\\d{7}\\b", nil, min: 8, digits: 7),
    Case("\\Qa.b@c\\E+", ["a.b@c"], min: 5),
    Case("(?:a|b)@(?:c|d)", ["a@c", "a@d", "b@c", "b@d"], min: 3),
    Case("(?:ab)+@", ["ab@"], min: 3),
    Case("x(?=secret)", nil, min: 1),
    Case("(?:secret)?x", nil, min: 1),
    Case("\u{E9}t\u{E9}\\d", ["\u{E9}t\u{E9}"], min: 6, digits: 1),
    Case("\\x41\\x{42}C?", ["AB", "ABC"], min: 2),
    Case("(?-i:Ab)c(?i:D)", ["abcd"], caseless: true, min: 4),
    Case("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}", nil, min: 16, digits: 12),
  ]

  @Test("the derived conditions are the expected ones", arguments: cases)
  func derived(_ expected: Case) throws {
    let pattern = try Pattern(Array(expected.pattern.utf8))
    let conditions = pattern.conditions
    let literals = conditions.literals.map { Set($0.map { String(decoding: $0, as: UTF8.self) }) }
    #expect(literals == expected.literals.map(Set.init))
    #expect(conditions.literalsAreCaseless == expected.caseless)
    #expect(conditions.minBytes == expected.minBytes)
    #expect(conditions.minDigits == expected.minDigits)
  }

  @Test("bytes that every match has are told, but for letters that may change case")
  func requiredBytes() throws {
    func required(_ pattern: String) throws -> String {
      String(
        decoding: try Pattern(Array(pattern.utf8)).conditions.requiredBytes.bytes, as: UTF8.self)
    }
    #expect(try required("\\d{3}-\\d{2}-\\d{4}") == "-")
    #expect(try required("[\\w.]+@\\w+\\.com") == ".@cmo")
    #expect(try required("(?i)[\\w.]+@\\w+\\.com") == ".@")
    #expect(try required("(?:ab|ac)d?") == "a")
    #expect(try required("a(?=b)c*") == "a")
    #expect(try required("(?i)k") == "")
  }

  @Test(
    "a pattern that is not understood has no conditions",
    arguments: [
      "(?x)a b c", "a{,3}secret", "\\1secret", "(?xx)[a b]secret", "[\\Qab\\E]secret", "(?^)secret",
    ])
  func notUnderstood(_ text: String) throws {
    guard let pattern = try? Pattern(Array(text.utf8)) else { return }
    #expect(!pattern.isUnderstood)
    #expect(pattern.conditions == .none)
  }
}
