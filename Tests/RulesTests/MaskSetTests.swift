import Rules
import Testing

@Suite struct MaskSetTests {
  private let base = """
    version: 1
    mask: pci
    rules:
      - id: pan
        class: pan
        match: { number: card, paths: { include: [a], exclude: [b] } }
        transform: { keep: { last: 4 } }
        allow: ['^4242']
      - { id: cvv, class: sad, match: { pattern: x }, transform: drop }
      - { id: pin, class: sad, match: { paths: ['**.pin'] }, transform: redact }

    """

  private func overriding(_ overrides: String...) -> [(String, String)] {
    let list = overrides.map { "  - \($0)\n" }.joined()
    return [("base", base), ("mine", "version: 1\nmask: mine\noverrides:\n\(list)")]
  }

  @Test func `Rules come in the order of the files and of their lines`() {
    let second = "version: 1\nmask: ids\nrules: [ { id: x, class: pii, "
    let (rules, errors) = readSet([
      ("base", base), ("ids", second + "match: { number: ssn }, transform: hash } ]"),
    ])
    #expect(errors == [])
    #expect(rules.map(\.qualifiedID) == ["pci/pan", "pci/cvv", "pci/pin", "ids/x"])
    #expect(rules.allSatisfy { !$0.isOverridden })
  }

  @Test func `An override replaces, adds to and leaves alone what it should`() throws {
    let (rules, errors) = readSet(
      overriding(
        "{ rule: pci/pan, paths: { exclude: [c] }, allow: ['^5'], transform: redact }",
        "{ rule: pci/cvv, keywords: { any: [cvv], within: 8 }, in: [strings], paths: [d] }"))
    #expect(errors == [])
    let pan = rules[0]
    #expect(pan.isOverridden)
    #expect(pan.match.paths.include.map(\.text) == ["a"])
    #expect(pan.match.paths.exclude.map(\.text) == ["b", "c"])
    #expect(pan.allow.map(\.value) == ["^4242", "^5"])
    #expect(pan.transform.kind == .redact(text: nil))
    #expect(pan.transform.location.file == "mine")
    #expect(pan.ruleClass == .pan && pan.location.file == "base")
    let cvv = rules[1]
    #expect(cvv.match.keywords?.withinBytes == 8)
    #expect(cvv.match.places == [.strings])
    #expect(cvv.match.paths.include.map(\.text) == ["d"])
    #expect(cvv.transform.kind == .drop)
    #expect(!rules[2].isOverridden)
  }

  @Test func `Overrides apply in order, and a later one can enable again`() {
    let off = "{ rule: pci/cvv, disabled: true }"
    #expect(readSet(overriding(off)).rules.map(\.id.value) == ["pan", "pin"])
    let on = "{ rule: pci/cvv, disabled: false, transform: 'null' }"
    let (rules, errors) = readSet(overriding(off, "{ rule: pci/cvv, transform: redact }", on))
    #expect(errors == [])
    #expect(rules.map(\.id.value) == ["pan", "cvv", "pin"])
    #expect(rules[1].transform.kind == .null)
  }

  @Test func `An override may stand before the file of its rule`() {
    let files = overriding("{ rule: pci/cvv, disabled: true }")
    let (rules, errors) = readSet(files.reversed())
    #expect(errors == [])
    #expect(rules.map(\.id.value) == ["pan", "pin"])
  }

  @Test func `The checks of a class hold for what an override makes of a rule`() {
    let (_, errors) = readSet(
      overriding(
        "{ rule: pci/cvv, transform: hash }", "{ rule: pci/pan, transform: { keep: { last: 5 } } }",
        "{ rule: pci/pin, keywords: { any: [pin] } }", "{ rule: pci/pin, allow: [x] }"))
    #expect(
      errors == [
        "mine:4:33: rule 'pci/cvv' has class sad, whose values must not stay in any form "
          + "(PCI DSS 3.3.1): use redact, null, drop or dropRecord, not hash",
        "mine:5:33: rule 'pci/pan' has class pan, of which at most the first 8 and the last 4 "
          + "digits may stay (PCI SSC FAQ 1091), not first 0 and last 5",
        "mine:6:32: keywords needs a pattern or a number: without them every value at the paths is "
          + "masked",
        "mine:7:30: allow needs a pattern or a number: without them every value at the paths is "
          + "masked",
      ])
  }

  private func pans(_ transforms: String...) -> [(String, String)] {
    transforms.enumerated().map { index, transform in
      let rule = "{ id: a, class: pan, match: { number: card }, transform: \(transform) }"
      return ("f\(index)", "version: 1\nmask: m\(index)\nrules:\n  - \(rule)\n")
    }
  }

  @Test func `Two truncations of card numbers in one deployment are refused`() {
    let files = pans("{ keep: { first: 6, last: 4 } }", "redact", "{ keep: { last: 4 } }")
    #expect(
      readSet(files).errors == [
        "f2:4:62: rule 'm2/a' keeps first 0 and last 4 of a card number, but 'm0/a' (f0:4:62) first "
          + "6 and last 4: two truncations together rebuild it (PCI SSC FAQ 1091); use the same "
          + "keep in all rules of class pan"
      ])
    #expect(readSet(pans("{ keep: { last: 4 } }", "{ keep: { last: 4 }, fill: X }")).errors == [])
    let none = pans("{ keep: { last: 4 } }", "{ keep: { last: 0 } }", "redact", "drop")
    #expect(readSet(none).errors == [])
  }

  @Test func `A hash beside a truncation of card numbers is refused, in either order`() {
    let reason =
      ": a hash and a truncation of one card number must not stand side by side (PCI DSS 3.5.1); "
      + "use one of them in all rules of class pan"
    #expect(
      readSet(pans("{ keep: { last: 4 } }", "hash", "hash")).errors == [
        "f1:4:62: rule 'm1/a' has hash, but 'm0/a' (f0:4:62) has keep" + reason
      ])
    #expect(
      readSet(pans("hash", "{ keep: { last: 4 } }")).errors == [
        "f1:4:62: rule 'm1/a' has keep, but 'm0/a' (f0:4:62) has hash" + reason
      ])
    #expect(readSet(pans("hash", "hash")).errors == [])
  }

  @Test func `A disabled rule does not count for what rules of class pan may do together`() {
    let files = pans("hash", "{ keep: { last: 4 } }")
    let off = "version: 1\nmask: off\noverrides: [ { rule: m0/a, disabled: true } ]"
    let (rules, errors) = readSet(files + [("off", off)])
    #expect(errors == [])
    #expect(rules.map(\.qualifiedID) == ["m1/a"])
  }

  @Test func `One id in two files of one mask is refused, and so is a file given twice`() {
    let again = "version: 1\nmask: pci\nrules: [ { id: cvv, class: sad, "
    let (_, errors) = readSet([
      ("base", base), ("again", again + "match: { pattern: y }, transform: drop } ]"),
    ])
    #expect(
      errors == [
        "again:3:16: duplicate rule id 'cvv' in mask 'pci'; it is already used at base:9:11"
      ])
    #expect(readSet([("base", base), ("base", base)]).errors.count == 3)
  }

  @Test func `All errors of all files are reported in one run, file by file and line by line`() {
    let first = """
      version: 1
      mask: one
      rules:
        - { id: a, class: pii, match: { patern: x }, transform: redcat }
        - { id: b, clas: pii, match: { pattern: x, group: x }, transform: token }
        - { id: c, class: sad, match: { pattern: x }, transform: hash }
        - { id: d, class: pii, match: { pattern: x }, transform: redact }
        - { id: d, class: pii, match: { pattern: x }, transform: redact }
      overrides:
        - { rule: two/z, disabled: true }
        - { rule: one/c, transform: redact }
      """
    let second = """
      version: 1
      mask: two
      rules:
        - { id: y, class: pii, match: { pattern: *x }, transform: redact }
        - { id: y, class: other, match: { paths: [a..b] }, transform: redact }
      extra: 1
      """
    #expect(
      readSet([("one.yaml", first), ("two.yaml", second)]).errors == [
        "one.yaml:4:35: unknown key 'patern' in match; did you mean 'pattern'?",
        "one.yaml:4:59: unknown transform 'redcat'; did you mean 'redact'?",
        "one.yaml:5:5: rule 'b' has no 'class'; add it",
        "one.yaml:5:14: unknown key 'clas' in rule; did you mean 'class'?",
        "one.yaml:5:53: group must be a whole number without quotes, not 'x'",
        "one.yaml:5:69: transform 'token' is not available in this version; use redact, keep, hash, "
          + "null, drop or dropRecord",
        "one.yaml:6:60: rule 'one/c' has class sad, whose values must not stay in any form (PCI DSS "
          + "3.3.1): use redact, null, drop or dropRecord, not hash",
        "one.yaml:8:11: duplicate rule id 'd' in mask 'one'; it is already used at one.yaml:7:11",
        "two.yaml:4:44: aliases (*name) are not allowed; write the value again",
        "two.yaml:5:11: duplicate rule id 'y' in mask 'two'; it is already used at two.yaml:4:11",
        "two.yaml:5:47: path 'a..b' has an empty segment; write the empty key as ''",
        "two.yaml:6:1: unknown key 'extra' in mask file; the keys are version, mask, rules and "
          + "overrides",
      ])
  }

  @Test func `An unknown rule is reported with other errors when every id could be read`() {
    let (_, errors) = readSet([
      ("a", "version: 1\nmask: a\nrules: [ { id: x, class: pi, match: {}, transform: drop } ]"),
      ("b", "version: 1\nmask: b\noverrides: [ { rule: a/x, disabled: true }, { rule: a/xx } ]"),
      ("c", "version: 1\nmask: c\noverrides: [ { rule: a/z, disabled: true } ]"),
    ])
    #expect(
      errors == [
        "a:3:26: unknown class 'pi'; did you mean 'pii'?",
        "a:3:37: match has no 'pattern', 'number' or included 'paths'; add one",
        "b:3:45: override changes nothing; add disabled, paths, transform, allow, allowTestNumbers, keywords or in",
        "c:3:22: unknown rule 'a/z' in override; did you mean 'a/x'?",
      ])
  }

  @Test func `Nothing is called unknown while a file could not be read`() {
    let override = "version: 1\nmask: b\noverrides: [ { rule: a/x, disabled: true } ]"
    let (_, errors) = readSet([("a", "version: 1\nmask: a\nrules: [ {"), ("b", override)])
    #expect(errors.count == 1)
    #expect(errors.first?.hasPrefix("a:3:11: not valid YAML") == true, "\(errors)")
  }

  @Test func `A set without rules is refused`() {
    let text = "no rule is left: without rules every record would pass as it came"
    #expect(readSet([]).errors == ["--masks:1:1: \(text)"])
    let off = ["pan", "cvv", "pin"].map { "  - { rule: pci/\($0), disabled: true }\n" }.joined()
    #expect(readSet([("base", base + "overrides:\n" + off)]).errors == ["base:2:7: \(text)"])
  }

  @Test func `Resolving declarations throws what reading reports`() throws {
    let file = try maskFile(base, file: "base")
    #expect(try MaskSet.resolve([file]) == file.rules)
    #expect {
      _ = try MaskSet.resolve([file, file])
    } throws: {
      let lines = "\($0)".split(separator: "\n")
      return $0 is Diagnostics && lines.count == 3
        && lines[0] == "base:4:9: duplicate rule id 'pan' in mask 'pci'; "
          + "it is already used at base:4:9"
    }
    #expect(throws: Diagnostics.self) {
      try MaskSet.load([.init(name: "x", bytes: Array("a".utf8))])
    }
    #expect(try MaskSet.load([.init(name: "base", bytes: Array(base.utf8))]).count == 3)
  }
}
