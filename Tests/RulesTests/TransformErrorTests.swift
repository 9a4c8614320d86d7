import Testing

/// Written in full: an error text is what an operator works from.
@Suite struct TransformErrorTests {
  @Test("A transform is checked by name and by option", arguments: cases)
  func reported(_ golden: Golden) {
    #expect(golden.actual == golden.expected)
  }

  static let cases: [Golden] = [
    Golden(
      .transform,
      #""#,
      #"f:4:63: transform has no value"#),
    Golden(
      .transform,
      #"~"#,
      #"f:4:62: unknown transform '~'; use redact, keep, hash, null, drop or dropRecord"#),
    Golden(
      .transform,
      #"[redact]"#,
      #"f:4:62: transform must be one name or a mapping, not a list"#),
    Golden(
      .transform,
      #"redcat"#,
      #"f:4:62: unknown transform 'redcat'; did you mean 'redact'?"#),
    Golden(
      .transform,
      #"mask"#,
      #"f:4:62: unknown transform 'mask'; use redact, keep, hash, null, drop or dropRecord"#),
    Golden(
      .transform,
      #"token"#,
      #"f:4:62: transform 'token' is not available in this version; use redact, keep, hash, null, drop or dropRecord"#
    ),
    Golden(
      .transform,
      #"ff1"#,
      #"f:4:62: transform 'ff1' is not available in this version; use redact, keep, hash, null, drop or dropRecord"#
    ),
    Golden(
      .transform,
      #"pseudonym"#,
      #"f:4:62: transform 'pseudonym' is not available in this version; use redact, keep, hash, null, drop or dropRecord"#
    ),
    Golden(
      .transform,
      #"dateShift"#,
      #"f:4:62: transform 'dateShift' is not available in this version; use redact, keep, hash, null, drop or dropRecord"#
    ),
    Golden(
      .transform,
      #"generalize"#,
      #"f:4:62: transform 'generalize' is not available in this version; use redact, keep, hash, null, drop or dropRecord"#
    ),
    Golden(
      .transform,
      #"{ token: {} }"#,
      #"f:4:64: transform 'token' is not available in this version; use redact, keep, hash, null, drop or dropRecord"#
    ),
    Golden(
      .transform,
      #"{}"#,
      #"f:4:62: transform names no transform; use redact, keep, hash, null, drop or dropRecord"#),
    Golden(
      .transform,
      #"{ fill: '*' }"#,
      #"f:4:62: transform names no transform; use redact, keep, hash, null, drop or dropRecord"#),
    Golden(
      .transform,
      #"{ redact, hash }"#,
      #"f:4:72: transform names both 'redact' and 'hash'; use one"#),
    Golden(
      .transform,
      #"{ redact: { text: '' } }"#,
      #"f:4:80: text of redact must not be empty"#),
    Golden(
      .transform,
      #"{ redact: { txt: a } }"#,
      #"f:4:74: unknown key 'txt' in redact; did you mean 'text'?"#),
    Golden(
      .transform,
      #"{ redact: '[X]' }"#,
      #"f:4:72: redact must be a mapping with text"#),
    Golden(
      .transform,
      #"{ redact: { text: \#(String(repeating: "a", count: 257)) } }"#,
      #"f:4:80: text of redact is 257 bytes long; the limit is 256"#),
    Golden(
      .transform,
      #"{ redact: { text: "a\nb" } }"#,
      #"f:4:80: text of redact must not hold control characters or line breaks"#),
    Golden(
      .transform,
      #"{ redact: { text: "a\u2028b" } }"#,
      #"f:4:80: text of redact must not hold control characters or line breaks"#),
    Golden(
      .transform,
      #"keep"#,
      #"f:4:62: keep needs first or last: { keep: { last: 4 }, fill: '*' }"#),
    Golden(
      .transform,
      #"{ keep: }"#,
      #"f:4:64: keep needs first or last: { keep: { last: 4 }, fill: '*' }"#),
    Golden(
      .transform,
      #"{ keep: {} }"#,
      #"f:4:64: keep needs first or last: { keep: { last: 4 }, fill: '*' }"#),
    Golden(
      .transform,
      #"{ keep: 4 }"#,
      #"f:4:70: keep must be a mapping with first and last"#),
    Golden(
      .transform,
      #"{ keep: { lst: 4 } }"#,
      #"f:4:72: unknown key 'lst' in keep; did you mean 'last'?"#),
    Golden(
      .transform,
      #"{ keep: { last: 256 } }"#,
      #"f:4:78: 'last' of keep must be from 0 to 255, not '256'"#),
    Golden(
      .transform,
      #"{ keep: { last: four } }"#,
      #"f:4:78: 'last' of keep must be a whole number without quotes, not 'four'"#),
    Golden(
      .transform,
      #"{ keep: { last: 4 }, fill: '' }"#,
      #"f:4:89: fill must not be empty"#),
    Golden(
      .transform,
      #"{ keep: { last: 4 }, fill: '**' }"#,
      #"f:4:89: fill must be one printable ASCII character, but no digit, quote, backslash or space, not '**'"#
    ),
    Golden(
      .transform,
      #"{ keep: { last: 4 }, fill: '0' }"#,
      #"f:4:89: fill must be one printable ASCII character, but no digit, quote, backslash or space, not '0'"#
    ),
    Golden(
      .transform,
      #"{ keep: { last: 4 }, fill: '"' }"#,
      #"f:4:89: fill must be one printable ASCII character, but no digit, quote, backslash or space, not '"'"#
    ),
    Golden(
      .transform,
      #"{ keep: { last: 4 }, fill: "'" }"#,
      #"f:4:89: fill must be one printable ASCII character, but no digit, quote, backslash or space, not '''"#
    ),
    Golden(
      .transform,
      #"{ keep: { last: 4 }, fill: '\' }"#,
      #"f:4:89: fill must be one printable ASCII character, but no digit, quote, backslash or space, not '\'"#
    ),
    Golden(
      .transform,
      #"{ keep: { last: 4 }, fill: ' ' }"#,
      #"f:4:89: fill must be one printable ASCII character, but no digit, quote, backslash or space, not ' '"#
    ),
    Golden(
      .transform,
      #"{ keep: { last: 4 }, fill: '•' }"#,
      #"f:4:89: fill must be one printable ASCII character, but no digit, quote, backslash or space, not '•'"#
    ),
    Golden(
      .transform,
      #"{ keep: { last: 4 }, fill: "\t" }"#,
      #"f:4:89: fill must be one printable ASCII character, but no digit, quote, backslash or space, not '?'"#
    ),
    Golden(
      .transform,
      #"{ redact, fill: '*' }"#,
      #"f:4:78: fill goes with keep only, not with redact"#),
    Golden(
      .transform,
      #"{ hash: { key: 'K 1' } }"#,
      #"f:4:77: key of hash 'K 1' may hold only a to z, 0 to 9 and '-'"#),
    Golden(
      .transform,
      #"{ hash: { id: a } }"#,
      #"f:4:72: unknown key 'id' in hash; the only key is key"#),
    Golden(
      .transform,
      #"{ hash: { algorithm: sha256 } }"#,
      #"f:4:72: unknown key 'algorithm' in hash; the only key is key"#),
    Golden(
      .transform,
      #"{ drop: { a: 1 } }"#,
      #"f:4:70: drop takes no options; write transform: drop"#),
    Golden(
      .transform,
      #"{ null: true }"#,
      #"f:4:70: null takes no options; write transform: null"#),
    Golden(
      .transform,
      #"{ drop, numbers: zero }"#,
      #"f:4:79: numbers has no meaning with drop, which takes the whole value"#),
    Golden(
      .transform,
      #"{ redact, numbers: one }"#,
      #"f:4:81: unknown form of numbers 'one'; use string, zero or null"#),
    Golden(
      .transform,
      #"{ keep: { last: 4 }, filll: '#' }"#,
      #"f:4:83: unknown transform 'filll'; did you mean 'fill'?"#),
  ]
}
