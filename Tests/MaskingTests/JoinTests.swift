import Bytes
import TestSupport
import Testing

@testable import Masking

/// J17: a value that is split over fields which a rule names.
@Suite("J17 Joined fields")
struct FieldJoinTests {
  private static func file(
    _ transform: String, join: String = "'**.first6', '**.middle', '**.last4'",
    finder: String = "number: card", class ruleClass: String = "pan", more: String = ""
  ) -> String {
    """
    version: 1
    mask: test
    rules:
      - id: split
        class: \(ruleClass)
        match: { \(finder), join: [\(join)] }
        transform: \(transform)
        \(more)
    """
  }

  @Test(
    "T17 a card number in the fields of one object is masked, whatever their order and kind",
    arguments: [
      (
        #"{"first6":"411111","middle":"111111","last4":"1111"}"#,
        #"{"first6":"******","middle":"******","last4":"1111"}"#
      ),
      (
        #"{"x":[{"last4":1111,"n":1,"middle":111111,"first6":411111}]}"#,
        #"{"x":[{"last4":1111,"n":1,"middle":"******","first6":"******"}]}"#
      ),
      (
        #"{"first6":"\u0034111 11","Middle":"１１１１１１","LAST4":"11\u200b11"}"#,
        #"{"first6":"**** **","Middle":"******","LAST4":"11\u200b11"}"#
      ),
      (
        #"{"s":"{\"first6\":\"411111\",\"middle\":\"111111\",\"last4\":\"1111\"}"}"#,
        #"{"s":"{\"first6\":\"******\",\"middle\":\"******\",\"last4\":\"1111\"}"}"#
      ),
    ])
  func masked(input: String, output: String) throws {
    let policy = try policy(Self.file("{ keep: { last: 4 } }"))
    #expect(mask(input + "\n", policy) == output + "\n")
    #expect(mask(output + "\n", policy) == output + "\n")
  }

  @Test(
    "fields of different objects, other numbers, and single fields are left alone",
    arguments: [
      #"{"a":{"first6":"411111"},"b":{"middle":"111111","last4":"1111"}}"#,
      #"{"first6":"411111","middle":"111111","last4":"1112"}"#,
      #"{"first6":"4111111111111111","last4":{"middle":"1"}}"#,
      #"{"first6":["411111"],"middle":"111111","last4":"1111"}"#,
      #"{"first6":"411111","middle":"","last4":null}"#,
    ])
  func unmasked(line: String) throws {
    #expect(mask(line + "\n", try policy(Self.file("redact"))) == line + "\n")
  }

  @Test(
    "each field that contributes gets the transform",
    arguments: [
      ("redact", #"{"first6":"[REDACTED]","middle":"[REDACTED]","last4":"[REDACTED]","z":1}"#),
      ("null", #"{"first6":null,"middle":null,"last4":null,"z":1}"#),
      ("drop", #"{"z":1}"#),
      ("dropRecord", ""),
      (
        "{ keep: { first: 6, last: 4 }, numbers: zero }",
        #"{"first6":"411111","middle":0,"last4":"1111","z":1}"#
      ),
    ])
  func transforms(transform: String, output: String) throws {
    let policy = try policy(Self.file(transform))
    let input = #"{"first6":"411111","middle":111111,"last4":"1111","z":1}"#
    #expect(mask(input + "\n", policy) == (output.isEmpty ? "" : output + "\n"))
  }

  @Test("where a field repeats, each of its values is tried")
  func repeated() throws {
    let policy = try policy(Self.file("redact", join: "'a', 'b'"))
    let input = #"{"a":"41111111","a":"x","b":"y","b":"11111111"}"#
    #expect(
      mask(input + "\n", policy)
        == #"{"a":"[REDACTED]","a":"x","b":"y","b":"[REDACTED]"}"# + "\n")
    let many = (0..<20).map { "\"a\":\"\($0)\",\"b\":\"\($0)\"" }.joined(separator: ",")
    #expect(!mask("{\(many)}\n", policy).contains("\"19\""))
  }

  @Test(
    "a pattern with validators and keywords joins too; another rule's finding hides all of the field"
  )
  func pattern() throws {
    let yaml = Self.file(
      "{ keep: { last: 1 } }", join: "'p.area', 'p.number'",
      finder: "pattern: '0[0-9]{8,12}', keywords: { any: [phone] }", class: "pii",
      more: "tests: [ { in: 'none' } ]")
    let both =
      yaml + """

          - id: digits
            class: other
            match: { pattern: '77' }
            transform: redact
        """
    let policy = try policy(both)
    #expect(
      mask("{\"p\":{\"phone\":1,\"area\":\"030\",\"number\":\"9018201\"}}\n", policy)
        == "{\"p\":{\"phone\":1,\"area\":\"030\",\"number\":\"9018201\"}}\n")
    let keyed = try MaskingTests.policy(
      both.replacing("'p.area', 'p.number'", with: "'phone.area', 'phone.number'"))
    #expect(
      mask("{\"phone\":{\"area\":\"030\",\"number\":\"9018201\"}}\n", keyed)
        == "{\"phone\":{\"area\":\"***\",\"number\":\"******1\"}}\n")
    #expect(
      mask("{\"phone\":{\"area\":\"030\",\"number\":\"9778201\"}}\n", keyed)
        == "{\"phone\":{\"area\":\"***\",\"number\":\"[REDACTED]\"}}\n")
  }

  @Test(
    "what is left of the fields is looked at again, and hidden whole if the rule still finds something"
  )
  func rescan() throws {
    let policy = try policy(
      Self.file(
        "{ redact: { text: 'Ax' } }", join: "'a', 'b'", finder: "pattern: 'A[0-9xA]{2}'",
        class: "other"))
    let once = mask("{\"a\":\"zA1\",\"b\":\"2y\"}\n", policy)
    #expect(once == "{\"a\":\"[REDACTED]\",\"b\":\"[REDACTED]\"}\n")
    #expect(mask(once, policy) == once)
  }

  @Test("prefilters do not change what is joined")
  func prefilters() throws {
    let yaml = Self.file("redact")
    let input =
      #"{"a":"4111111111111111","first6":"411111","middle":"111111","last4":"1111"}"# + "\n"
    #expect(
      mask(input, try policy(yaml)) == mask(input, try policy(yaml, usesPrefilters: false)))
    #expect(mask(input, try policy(yaml)).contains("\"4111111111111111\""))
  }
}

/// J17: the digits of a card number as the elements of an array.
@Suite("J17 Arrays of digits")
struct ArrayJoinTests {
  @Test(
    "T17 a card number whose digits are the elements of an array is masked",
    arguments: [
      (
        "[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]",
        #"["*","*","*","*","*","*","*","*","*","*","*","*",1,1,1,1]"#
      ),
      (#"["4111","1111","1111","1111"]"#, #"["****","****","****","1111"]"#),
      ("[4111, 1111,1111 ,1111]", #"["****", "****","****" ,1111]"#),
      (#"{"a":{"b":["3782","822463","10005"]}}"#, #"{"a":{"b":["****","******","*0005"]}}"#),
      (#"["411111","1111111111"]"#, #"["******","******1111"]"#),
      (#"["4","1",1,"1",1,1,1,1,1,1,1,1,1,1,1,"1"]"#, nil),
      (#"["\u0034111","１１１１","1111","11\u200b11"]"#, #"["****","****","****","11\u200b11"]"#),
      (#"["4111","1111","1111","1111","12","27"]"#, #"["****","****","****","1111","12","27"]"#),
      (#"{"s":"[\"4111\",\"1111\",\"1111\",\"1111\"]"}"#, nil),
      (#"{"card":[411111,1111111111]}"#, #"{"card":["******","******1111"]}"#),
      (#"{"card":[4111,1111,1111,1111,12,27]}"#, #"{"card":["****","****","****",1111,12,27]}"#),
    ] as [(String, String?)])
  func masked(input: String, output: String?) throws {
    let policy = try defaultPolicy()
    let masked = mask(input + "\n", policy)
    if let output { #expect(masked == output + "\n") }
    #expect(masked != input + "\n")
    #expect(
      LeakChecker(cards: ["4111111111111111", "378282246310005"]).leaks(in: Array(masked.utf8))
        == [])
    #expect(mask(masked, policy) == masked)
    var parser = JSONText()
    #expect(parser.fault(in: Array(masked.utf8.dropLast())) == nil)
  }

  @Test(
    "measurements and other arrays are left alone",
    arguments: [
      "[640,480,1280,720]", "[0.25,4111,1111,1111,1111]", "[411111,1111111111]",
      "[4111,1111,1111,1111,12,27]", "[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2]",
      "[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,7]", #"["4111","1111","1111","111x"]"#,
      #"["4111",["1111"],"1111","1111","1111"]"#, #"[-4111,1111,1111,1111]"#,
      #"[4111e0,1111,1111,1111]"#, "[]", "[4]", #"[{"a":4111},1111,1111,1111]"#,
      #"["4111","1111","1111","1112"]"#,
    ])
  func unmasked(line: String) throws {
    #expect(mask(line + "\n", try defaultPolicy()) == line + "\n")
  }

  @Test("paths, places and numbers of the rule hold for the elements too")
  func scopes() throws {
    func rule(_ match: String, _ transform: String = "{ keep: { last: 4 } }") -> String {
      oneRule("{ number: card, \(match) }", transform, class: "pan")
    }
    let numbers = #"{"ids":[4111,1111,1111,1111]}"# + "\n"
    let strings = #"{"ids":["4111","1111","1111","1111"]}"# + "\n"
    for match in [
      "paths: { exclude: ['ids'] }", "paths: { exclude: ['ids[*]'] }", "paths: ['other']",
      "in: [keys]",
    ] {
      #expect(mask(numbers, try policy(rule(match))) == numbers)
      #expect(mask(strings, try policy(rule(match))) == strings)
    }
    #expect(mask(numbers, try policy(rule("in: [strings]"))) == numbers)
    #expect(mask(strings, try policy(rule("in: [numbers]"))) == strings)
    #expect(
      mask(strings, try policy(rule("paths: ['ids']"))) == #"{"ids":["****","****","****","1111"]}"#
        + "\n")
    let zero = try policy(rule("in: [numbers]", "{ keep: { last: 4 }, numbers: zero }"))
    #expect(mask(numbers, zero) == #"{"ids":[0,0,0,1111]}"# + "\n")
    let drop = try policy(rule("in: [numbers]", "drop"))
    #expect(mask(numbers, drop) == #"{"ids":[null,null,null,null]}"# + "\n")
    let hidden = try policy(rule("in: [numbers]", "dropRecord"))
    #expect(mask(numbers, hidden).isEmpty)
  }

  @Test("an exempted path counts for an array only where no key repeats")
  func exemptions() throws {
    let policy = try policy(
      oneRule("{ number: card, paths: { exclude: ['ids'] } }", class: "pan"))
    let line = #"{"ids":[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"ids":2}"# + "\n"
    #expect(mask(line, policy) != line)
  }

  @Test("arrays of any length keep their time and their other elements")
  func long() throws {
    let policy = try defaultPolicy()
    let words = (0..<20_000).map { _ in "\"12345\"" }.joined(separator: ",")
    let line = "[\(words),\"4111\",\"1111\",\"1111\",\"1111\"]\n"
    let masked = mask(line, policy)
    #expect(masked.hasSuffix("\"12345\",\"****\",\"****\",\"****\",\"1111\"]\n"))
    #expect(masked.hasPrefix("[\(words),"))
  }
}
