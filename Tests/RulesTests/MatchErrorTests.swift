import Testing

/// Written in full: an error text is what an operator works from.
@Suite struct MatchErrorTests {
  @Test("A match is checked key by key", arguments: cases)
  func reported(_ golden: Golden) {
    #expect(golden.actual == golden.expected)
  }

  static let cases: [Golden] = [
    Golden(
      .match,
      #"card"#,
      #"f:4:33: match must be a mapping with pattern, number, group, validate, keywords, in, paths and join"#
    ),
    Golden(
      .match,
      #"{}"#,
      #"f:4:33: match has no 'pattern', 'number' or included 'paths'; add one"#),
    Golden(
      .match,
      #"{ patern: x }"#,
      #"f:4:35: unknown key 'patern' in match; did you mean 'pattern'?"#),
    Golden(
      .match,
      #"{ pattern: x, number: card }"#,
      #"f:4:55: match has both 'pattern' and 'number'; use one"#),
    Golden(
      .match,
      #"{ pattern: }"#,
      #"f:4:44: pattern has no value"#),
    Golden(
      .match,
      #"{ pattern: '' }"#,
      #"f:4:44: pattern must not be empty"#),
    Golden(
      .match,
      #"{ pattern: \#(String(repeating: "a", count: 4097)) }"#,
      #"f:4:44: pattern is 4097 bytes long; the limit is 4096"#),
    Golden(
      .match,
      #"{ number: card, group: 1 }"#,
      #"f:4:56: group goes with a pattern only, not with a number finder"#),
    Golden(
      .match,
      #"{ pattern: (x), group: -1 }"#,
      #"f:4:56: group must be a whole number without quotes, not '-1'"#),
    Golden(
      .match,
      #"{ pattern: (x), group: '1' }"#,
      #"f:4:56: group must be a whole number without quotes, not '1'"#),
    Golden(
      .match,
      #"{ pattern: (x), group: 01 }"#,
      #"f:4:56: group must be a whole number without quotes, not '01'"#),
    Golden(
      .match,
      #"{ pattern: (x), group: 256 }"#,
      #"f:4:56: group must be from 0 to 255, not '256'"#),
    Golden(
      .match,
      #"{ pattern: (x), group: 99999999999999999999 }"#,
      #"f:4:56: group must be from 0 to 255, not '99999999999999999999'"#),
    Golden(
      .match,
      #"{ pattern: x, validate: luhn }"#,
      #"f:4:57: validate must be a list"#),
    Golden(
      .match,
      #"{ pattern: x, validate: [luhn, luhn] }"#,
      #"f:4:64: 'luhn' is twice in validate; remove one"#),
    Golden(
      .match,
      #"{ pattern: x, keywords: [a] }"#,
      #"f:4:57: keywords must be a mapping with any and within"#),
    Golden(
      .match,
      #"{ pattern: x, keywords: { within: 8 } }"#,
      #"f:4:57: keywords has no 'any'; add it"#),
    Golden(
      .match,
      #"{ pattern: x, keywords: { any: [] } }"#,
      #"f:4:64: any must have at least one entry"#),
    Golden(
      .match,
      #"{ pattern: x, keywords: { any: [a, ''], within: 0 } }"#,
      #"f:4:68: keyword must not be empty"#,
      #"f:4:81: within must be from 1 to 1024, not '0'"#),
    Golden(
      .match,
      #"{ pattern: x, keywords: { any: [a, a], within: 1025 } }"#,
      #"f:4:68: 'a' is twice in keywords; remove one"#,
      #"f:4:80: within must be from 1 to 1024, not '1025'"#),
    Golden(
      .match,
      #"{ pattern: x, keywords: { any: ["a\tb"], whithin: 8 } }"#,
      #"f:4:65: keyword must not hold control characters or line breaks"#,
      #"f:4:74: unknown key 'whithin' in keywords; did you mean 'within'?"#),
    Golden(
      .match,
      #"{ pattern: x, in: [] }"#,
      #"f:4:51: in must have at least one entry"#),
    Golden(
      .match,
      #"{ pattern: x, in: strings }"#,
      #"f:4:51: in must be a list"#),
    Golden(
      .match,
      #"{ pattern: x, in: [string, keys, keys] }"#,
      #"f:4:52: unknown place 'string' in 'in'; did you mean 'strings'?"#,
      #"f:4:66: 'keys' is twice in 'in'; remove one"#),
    Golden(
      .match,
      #"{ pattern: x, paths: a }"#,
      #"f:4:54: paths must be a list of paths, or a mapping with include and exclude"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [] }"#,
      #"f:4:54: paths must have at least one entry"#),
    Golden(
      .match,
      #"{ pattern: x, paths: {} }"#,
      #"f:4:54: paths has neither 'include' nor 'exclude'; add one"#),
    Golden(
      .match,
      #"{ pattern: x, paths: { only: [a] } }"#,
      #"f:4:54: paths has neither 'include' nor 'exclude'; add one"#,
      #"f:4:56: unknown key 'only' in paths; the keys are include and exclude"#),
    Golden(
      .match,
      #"{ pattern: x, paths: { exclude: [] } }"#,
      #"f:4:65: exclude must have at least one entry"#),
    Golden(
      .match,
      #"{ paths: { exclude: [a] } }"#,
      #"f:4:33: match has no 'pattern', 'number' or included 'paths'; add one"#),
    Golden(
      .match,
      #"{ paths: [a], group: 1, validate: [luhn], keywords: { any: [b] }, in: [keys] }"#,
      #"f:4:54: group needs a pattern or a number: without them every value at the paths is masked"#,
      #"f:4:68: validate needs a pattern or a number: without them every value at the paths is masked"#,
      #"f:4:85: keywords needs a pattern or a number: without them every value at the paths is masked"#,
      #"f:4:103: in needs a pattern or a number: without them every value at the paths is masked"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [a, a] }"#,
      #"f:4:58: 'a' is twice in paths; remove one"#),
  ]
}
