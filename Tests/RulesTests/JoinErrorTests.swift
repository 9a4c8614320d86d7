import Testing

/// Written in full: an error text is what an operator works from.
@Suite struct JoinErrorTests {
  @Test("A join names fields of one object, and goes without paths and places", arguments: cases)
  func reported(_ golden: Golden) {
    #expect(golden.actual == golden.expected)
  }

  static let cases: [Golden] = [
    Golden(.match, #"{ number: card, join: [a, b] }"#),
    Golden(.match, #"{ number: card, join: ['**.x.a', '**.x.b'] }"#),
    Golden(
      .match,
      #"{ number: card, join: [a] }"#,
      #"f:4:56: join must name at least two fields; for one field use paths"#),
    Golden(
      .match,
      #"{ number: card, join: [a, x.b] }"#,
      #"f:4:59: path 'x.b' in join must have the same parent as 'a': only fields of one object are joined"#
    ),
    Golden(
      .match,
      #"{ number: card, join: [a, 'b[0]'] }"#,
      #"f:4:59: path 'b[0]' in join must end with the name of a field"#),
    Golden(
      .match,
      #"{ number: card, join: [a, a] }"#,
      #"f:4:59: 'a' is twice in join; remove one"#),
    Golden(
      .match,
      #"{ join: [a, b] }"#,
      #"f:4:42: join needs a pattern or a number to look for in the joined text"#),
    Golden(
      .match,
      #"{ number: card, join: [a, b], paths: [c], in: [strings] }"#,
      #"f:4:71: paths goes without join, which names its fields itself"#,
      #"f:4:79: in goes without join, which looks at strings and numbers"#),
    Golden(
      .match,
      #"{ number: card, join: [\#((0..<17).map { "f\($0)" }.joined(separator: ", "))] }"#,
      #"f:4:56: join names 17 fields; the limit is 16"#),
    Golden(
      .rule,
      #"{ id: a, class: pii, match: { number: card }, transform: redact, allowTestNumbers: true }"#,
      #"f:4:88: allowTestNumbers goes with class pan only, not with pii"#),
    Golden(
      .rule,
      #"{ id: a, class: pan, match: { paths: [a] }, transform: redact, allowTestNumbers: true }"#,
      #"f:4:86: allowTestNumbers needs a pattern or a number: without them every value at the paths is masked"#
    ),
    Golden(
      .rule,
      #"{ id: a, class: pan, match: { number: card }, transform: redact, allowTestNumbers: yes }"#,
      #"f:4:88: allowTestNumbers must be true or false, not 'yes'"#),
    Golden(
      .rule,
      #"{ id: a, class: pan, match: { number: card }, transform: redact, allowTestNumbers: true }"#),
    Golden(.override, #"{ rule: m/a, allowTestNumbers: false }"#),
  ]
}
