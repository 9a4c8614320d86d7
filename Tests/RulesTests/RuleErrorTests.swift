import Testing

/// Written in full: an error text is what an operator works from.
@Suite struct RuleErrorTests {
  @Test("A rule is checked key by key", arguments: cases)
  func reported(_ golden: Golden) {
    #expect(golden.actual == golden.expected)
  }

  static let cases: [Golden] = [
    Golden(
      .rule,
      #"text"#,
      #"f:4:5: rule must be a mapping with id, class, severity, description, source, match, transform, allow, allowTestNumbers and tests"#
    ),
    Golden(
      .rule,
      #"{}"#,
      #"f:4:5: rule has no 'id'; add it"#,
      #"f:4:5: rule has no 'class'; add it"#,
      #"f:4:5: rule has no 'match'; add it"#,
      #"f:4:5: rule has no 'transform'; add it"#),
    Golden(
      .rule,
      #"{ id: a }"#,
      #"f:4:5: rule 'a' has no 'class'; add it"#,
      #"f:4:5: rule 'a' has no 'match'; add it"#,
      #"f:4:5: rule 'a' has no 'transform'; add it"#),
    Golden(
      .rule,
      #"{ id: A_b, class: pii, match: { number: card }, transform: redact }"#,
      #"f:4:11: rule id 'A_b' may hold only a to z, 0 to 9 and '-'"#),
    Golden(
      .rule,
      #"{ id: '', class: pii, match: { number: card }, transform: redact }"#,
      #"f:4:11: rule id must not be empty"#),
    Golden(
      .rule,
      #"{ id: null, class: pii, match: { number: card }, transform: redact }"#,
      #"f:4:11: rule id is null; put it in quotes if the word is meant"#),
    Golden(
      .rule,
      #"{ id: \#(String(repeating: "a", count: 65)), class: pii, match: { number: card }, transform: redact }"#,
      #"f:4:11: rule id is 65 bytes long; the limit is 64"#),
    Golden(
      .rule,
      #"{ id: a, class: pan-number, match: { number: card }, transform: redact }"#,
      #"f:4:21: unknown class 'pan-number'; use pan, sad, pii, secret, health or other"#),
    Golden(
      .rule,
      #"{ id: a, class: Pii, match: { number: card }, transform: redact }"#,
      #"f:4:21: unknown class 'Pii'; did you mean 'pii'?"#),
    Golden(
      .rule,
      #"{ id: a, class: [pii], match: { number: card }, transform: redact }"#,
      #"f:4:21: class must be one text, not a list"#),
    Golden(
      .rule,
      #"{ id: a, class: pii, clas: pii, match: { number: card }, transform: redact, remark: x }"#,
      #"f:4:26: unknown key 'clas' in rule; did you mean 'class'?"#,
      #"f:4:81: unknown key 'remark' in rule; the keys are id, class, severity, description, source, match, transform, allow, allowTestNumbers and tests"#
    ),
    Golden(
      .rule,
      #"{ id: a, class: pii, description: "a\nb", match: { number: card }, transform: redact }"#,
      #"f:4:39: description must not hold control characters or line breaks"#),
    Golden(
      .rule,
      #"{ id: a, class: pii, description: \#(String(repeating: "a", count: 1025)), match: { number: card }, transform: redact }"#,
      #"f:4:39: description is 1025 bytes long; the limit is 1024"#),
    Golden(
      .rule,
      #"{ id: a, class: pii, match: { number: card }, transform: redact, allow: x }"#,
      #"f:4:77: allow must be a list"#),
    Golden(
      .rule,
      #"{ id: a, class: pii, match: { number: card }, transform: redact, allow: [] }"#,
      #"f:4:77: allow must have at least one entry"#),
    Golden(
      .rule,
      #"{ id: a, class: pii, match: { number: card }, transform: redact, allow: [''] }"#,
      #"f:4:78: pattern in allow must not be empty"#),
    Golden(
      .rule,
      #"{ id: a, class: pii, match: { number: card }, transform: redact, tests: [] }"#,
      #"f:4:77: tests must have at least one entry"#),
    Golden(
      .rule,
      #"{ id: a, class: pii, match: { number: card }, transform: redact, tests: [x, { out: y }, { in: a, record: b }, { in: [a] }, { in: a, out: }, { in: a, expect: b }, { record: "a\nb" }, { record: a, out: "a\nb" }] }"#,
      #"f:4:78: test must be a mapping with in, record and out"#,
      #"f:4:81: test has neither 'in' nor 'record'; add one"#,
      #"f:4:110: test has both 'in' and 'record'; use one"#,
      #"f:4:121: in must be one text, not a list"#,
      #"f:4:142: out has no value"#,
      #"f:4:154: unknown key 'expect' in test; the keys are in, record and out"#,
      #"f:4:177: record must be one line: a record is one line of JSON"#,
      #"f:4:205: out must be one line: a record is one line of JSON"#),
    Golden(
      .rule,
      #"{ id: a, class: sad, match: { number: card }, transform: { keep: { last: 4 } } }"#,
      #"f:4:62: rule 'm/a' has class sad, whose values must not stay in any form (PCI DSS 3.3.1): use redact, null, drop or dropRecord, not keep"#
    ),
    Golden(
      .rule,
      #"{ id: a, class: sad, match: { number: card }, transform: hash }"#,
      #"f:4:62: rule 'm/a' has class sad, whose values must not stay in any form (PCI DSS 3.3.1): use redact, null, drop or dropRecord, not hash"#
    ),
    Golden(
      .rule,
      #"{ id: a, class: pan, match: { number: card }, transform: { keep: { first: 9 } } }"#,
      #"f:4:62: rule 'm/a' has class pan, of which at most the first 8 and the last 4 digits may stay (PCI SSC FAQ 1091), not first 9 and last 0"#
    ),
    Golden(
      .rule,
      #"{ id: a, class: pan, match: { number: card }, transform: { keep: { first: 6, last: 5 } } }"#,
      #"f:4:62: rule 'm/a' has class pan, of which at most the first 8 and the last 4 digits may stay (PCI SSC FAQ 1091), not first 6 and last 5"#
    ),
    Golden(
      .rule,
      #"{ id: a, class: pii, match: { number: card }, transform: redact, allow: [*x] }"#,
      #"f:4:78: aliases (*name) are not allowed; write the value again"#),
  ]
}
