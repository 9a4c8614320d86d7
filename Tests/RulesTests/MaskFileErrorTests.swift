import Testing

/// Written in full: an error text is what an operator works from.
@Suite struct MaskFileErrorTests {
  @Test("A mask file's top is checked key by key", arguments: cases)
  func reported(_ golden: Golden) {
    #expect(golden.actual == golden.expected)
  }

  static let cases: [Golden] = [
    Golden(
      .mask,
      #"[1, 2]"#,
      #"f:1:1: mask file must be a mapping with version, mask, rules and overrides"#),
    Golden(
      .mask,
      #"text"#,
      #"f:1:1: mask file must be a mapping with version, mask, rules and overrides"#),
    Golden(
      .mask,
      #"{}"#,
      #"f:1:1: mask file has no 'version'; add it"#,
      #"f:1:1: mask file has no 'mask'; add it"#,
      #"f:1:1: mask file has neither 'rules' nor 'overrides'; add one"#),
    Golden(
      .mask,
      #"mask: m\#nrules: [ { id: a, class: pii, match: { number: card }, transform: redact } ]"#,
      #"f:1:1: mask file has no 'version'; add it"#),
    Golden(
      .mask,
      #"version: 2\#nmask: m\#nrules: [ { id: a, class: pii, match: { number: card }, transform: redact } ]"#,
      #"f:1:10: unknown version '2'; write version: 1"#),
    Golden(
      .mask,
      #"version: '1'\#nmask: m\#nrules: [ { id: a, class: pii, match: { number: card }, transform: redact } ]"#,
      #"f:1:10: version must be written without quotes: version: 1"#),
    Golden(
      .mask,
      #"version: [1]\#nmask: m\#nrules: [ { id: a, class: pii, match: { number: card }, transform: redact } ]"#,
      #"f:1:10: version must be one text, not a list"#),
    Golden(
      .mask,
      #"version: 1\#nrules: [ { id: a, class: pii, match: { number: card }, transform: redact } ]"#,
      #"f:1:1: mask file has no 'mask'; add it"#),
    Golden(
      .mask,
      #"version: 1\#nmask: PCI\#nrules: [ { id: a, class: pii, match: { number: card }, transform: redact } ]"#,
      #"f:2:7: mask name 'PCI' may hold only a to z, 0 to 9 and '-'"#),
    Golden(
      .mask,
      #"version: 1\#nmask:\#nrules: [ { id: a, class: pii, match: { number: card }, transform: redact } ]"#,
      #"f:2:6: mask name has no value"#),
    Golden(
      .mask,
      #"version: 1\#nmask: m\#nrules: []"#,
      #"f:3:8: rules must have at least one entry"#),
    Golden(
      .mask,
      #"version: 1\#nmask: m\#nrules: { a: 1 }"#,
      #"f:3:8: rules must be a list"#),
    Golden(
      .mask,
      #"version: 1\#nmask: m\#nrule: [ { id: a, class: pii, match: { number: card }, transform: redact } ]\#noveride: []"#,
      #"f:1:1: mask file has neither 'rules' nor 'overrides'; add one"#,
      #"f:3:1: unknown key 'rule' in mask file; did you mean 'rules'?"#,
      #"f:4:1: unknown key 'overide' in mask file; did you mean 'overrides'?"#),
    Golden(
      .mask,
      #"version: 1\#nmask: m\#nlisteners: []\#nrules: [ { id: a, class: pii, match: { number: card }, transform: redact } ]"#,
      #"f:3:1: unknown key 'listeners' in mask file; the keys are version, mask, rules and overrides"#
    ),
    Golden(
      .mask,
      #"version: 1\#nmask: m\#nrules: [ { id: a, class: pii, match: { number: card }, transform: redact } ]\#nrules: []"#,
      #"f:4:1: duplicate key 'rules'; it is already set in line 3"#),
    Golden(
      .mask,
      #"version: 1\#nmask: m\#nrules:\#n  - { id: a, class: pii, match: { number: card }, transform: redact }\#n  - { id: a, class: pii, match: { number: card }, transform: redact }\#n"#,
      #"f:5:11: duplicate rule id 'a' in mask 'm'; it is already used at f:4:11"#),
    Golden(
      .mask,
      #"version: 1\#nmask: m\#nrules:\#n  - { id: a, class: pii, match: { number: card }, transform: redact }\#noverrides: [ { rule: m/a, disabled: true } ]"#,
      #"f:2:7: no rule is left: without rules every record would pass as it came"#),
    Golden(
      .mask,
      #"version: 1\#nmask: m\#nrules: [ *x ]"#,
      #"f:3:10: aliases (*name) are not allowed; write the value again"#),
  ]
}
