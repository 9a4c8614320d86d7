import Rules
import Testing
import YAML

/// The parts of hostile test 29 that YAML and the declared form answer; those that a pattern answers
/// are tested with the patterns.
@Suite struct HostileFileTests {
  @Test func `T29 an alias bomb is refused without being unfolded`() throws {
    var bomb = "version: 1\nmask: m\na0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let (rules, errors) = readSet([("bomb", bomb)])
    #expect(rules.isEmpty)
    #expect(errors.contains("bomb:3:5: anchors (&name) are not allowed; remove it"))
    #expect(
      errors.count { $0.hasSuffix("aliases (*name) are not allowed; write the value again") } == 81)
    #expect(errors.count < 120)
  }

  @Test func `T29 a file of 10 MiB is refused by its size alone`() {
    let bytes = [UInt8](repeating: 0x2A, count: 10 << 20)
    let expected = "big:1:1: the file is 10485760 bytes long; the limit is 1048576"
    let mask = MaskFileDeclaration.parse(bytes: bytes, file: "big")
    #expect(mask.declaration == nil)
    #expect(mask.diagnostics.map(\.description) == [expected])
    let config = ConfigDeclaration.parse(bytes: bytes, file: "big")
    #expect(config.declaration == nil)
    #expect(config.diagnostics.map(\.description) == [expected])
  }

  @Test func `T29 duplicate and unknown keys are refused at every level`() {
    let text = """
      version: 1
      mask: m
      rules:
        - id: a
          class: pii
          class: other
          match: { pattern: x, pattern: y, regex: z }
          transform: { keep: { last: 4, last: 5, mid: 1 }, colour: red }
      mask: n
      """
    #expect(
      readSet([("f", text)]).errors == [
        "f:6:5: duplicate key 'class'; it is already set in line 5",
        "f:7:26: duplicate key 'pattern'; it is already set in line 7",
        "f:7:38: unknown key 'regex' in match; the keys are pattern, number, group, validate, "
          + "keywords, in, paths and join",
        "f:8:35: duplicate key 'last'; it is already set in line 8",
        "f:8:44: unknown key 'mid' in keep; the keys are first and last",
        "f:8:54: unknown transform 'colour'; use redact, keep, hash, null, drop or dropRecord",
        "f:9:1: duplicate key 'mask'; it is already set in line 2",
      ])
  }

  @Test func `T29 merge keys and custom tags do not smuggle keys in`() {
    let text =
      "version: 1\nmask: m\nx: &x { transform: drop }\nrules: [ { <<: *x, id: !!str a } ]\n"
    let errors = readSet([("f", text)]).errors
    #expect(errors.contains("f:3:4: anchors (&name) are not allowed; remove it"))
    #expect(errors.contains("f:4:16: aliases (*name) are not allowed; write the value again"))
    #expect(errors.contains { $0.hasPrefix("f:4:12: unknown key '<<' in rule") })
    #expect(errors.contains("f:4:24: tags (!name) are not allowed; remove it"))
  }

  @Test(arguments: ["match: { pattern: *x }", "allow: [a, *x]", "tests: [ { in: *x } ]"])
  func `A rule with an alias anywhere in it is not among the rules that were read`(part: String) {
    let whole = ["id: a", "class: pii", "match: { pattern: y }", "transform: drop"]
    let name = part.prefix { $0 != ":" }
    let rule = (whole.filter { !$0.hasPrefix(name) } + [part]).joined(separator: ", ")
    let text =
      "version: 1\nmask: m\nrules: [ { \(rule) } ]\noverrides: [ { rule: m/a, allow: [*x] } ]"
    let (file, found) = MaskFileDeclaration.parse(bytes: Array(text.utf8), file: "f")
    #expect(found.count == 2)
    #expect(file?.rules == [] && file?.overrides == [])
    #expect(file?.idsInError == ["m/a"])
  }

  @Test func `Error texts hold no character that a terminal or a log would obey`() {
    let text =
      "version: 1\nmask: m\n\"\\e[31m\\n\\u202e\": 1\n\"\\e\": 1\n\"\\e\": 2\nrules: [ x ]\n"
    let errors = readSet([("f", text)]).errors
    #expect(errors.contains { $0.hasPrefix("f:3:1: unknown key '?[31m??' in mask file") })
    #expect(errors.contains("f:5:1: duplicate key '?'; it is already set in line 4"))
    for error in errors {
      #expect(error.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
    }
  }

  @Test func `A long unknown key is cut in its error text`() {
    let key = String(repeating: "k", count: 1000)
    let errors = readSet([("f", "version: 1\nmask: m\n\(key): 1\nrules: [ x ]\n")]).errors
    let shown = String(repeating: "k", count: 40) + "..."
    #expect(errors.contains { $0.contains("unknown key '\(shown)' in mask file") })
  }

  @Test func `Ten thousand rules are read from one file`() throws {
    let count = 10_000
    let rules = (0..<count).map {
      "- { id: r\($0), class: pii, match: { pattern: x }, transform: drop }\n"
    }
    let text = "version: 1\nmask: m\nrules:\n" + rules.joined()
    #expect(text.utf8.count < 1 << 20)
    #expect(try maskFile(text).rules.count == count)
  }
}
