import Testing

/// Written in full: an error text is what an operator works from.
@Suite struct OverrideErrorTests {
  @Test("An override is checked, and must name a rule that exists", arguments: cases)
  func reported(_ golden: Golden) {
    #expect(golden.actual == golden.expected)
  }

  static let cases: [Golden] = [
    Golden(
      .override,
      #"x"#,
      #"f:6:5: override must be a mapping with rule, disabled, paths, transform, allow, allowTestNumbers, keywords and in"#
    ),
    Golden(
      .override,
      #"{ rule: m/a }"#,
      #"f:6:5: override changes nothing; add disabled, paths, transform, allow, allowTestNumbers, keywords or in"#
    ),
    Golden(
      .override,
      #"{ disabled: true }"#,
      #"f:6:5: override has no 'rule'; add it"#),
    Golden(
      .override,
      #"{ rule: m/a, disabled: yes }"#,
      #"f:6:28: disabled must be true or false, not 'yes'"#),
    Golden(
      .override,
      #"{ rule: m/a, disabled: 'true' }"#,
      #"f:6:28: disabled must be true or false, not 'true'"#),
    Golden(
      .override,
      #"{ rule: m/b, disabled: true }"#,
      #"f:6:13: unknown rule 'm/b' in override; did you mean 'm/a'?"#),
    Golden(
      .override,
      #"{ rule: a, transform: redact }"#,
      #"f:6:13: unknown rule 'a' in override; did you mean 'm/a'?"#),
    Golden(
      .override,
      #"{ rule: other/thing, transform: redact }"#,
      #"f:6:13: unknown rule 'other/thing' in override; `maskline rules` lists the rules of the masks"#
    ),
    Golden(
      .override,
      #"{ rule: m/a, transfrom: redact }"#,
      #"f:6:18: unknown key 'transfrom' in override; did you mean 'transform'?"#),
    Golden(
      .override,
      #"{ rule: m/a, class: other }"#,
      #"f:6:18: unknown key 'class' in override; the keys are rule, disabled, paths, transform, allow, allowTestNumbers, keywords and in"#
    ),
    Golden(
      .override,
      #"{ rule: m/a, keywords: { any: [] } }"#,
      #"f:6:35: any must have at least one entry"#),
    Golden(
      .override,
      #"{ rule: m/a, paths: ['a..b'], in: [values], allow: [''] }"#,
      #"f:6:29: path 'a..b' has an empty segment; write the empty key as ''"#,
      #"f:6:40: unknown place 'values' in 'in'; use strings, numbers or keys"#,
      #"f:6:57: pattern in allow must not be empty"#),
  ]
}
