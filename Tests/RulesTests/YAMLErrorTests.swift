import Testing

/// Written in full: an error text is what an operator works from.
@Suite struct YAMLErrorTests {
  @Test("YAML that is not accepted is reported with its place and a remedy", arguments: cases)
  func reported(_ golden: Golden) {
    #expect(golden.actual == golden.expected)
  }

  static let cases: [Golden] = [
    Golden(
      .yaml,
      "- ! 'd'\n- ! [x]\n- !\n- ! |\n  x\n- ! {}\n- !<tag:y> z",
      "1:3: tags (!name) are not allowed; remove it",
      "2:3: tags (!name) are not allowed; remove it",
      "3:3: tags (!name) are not allowed; remove it",
      "4:3: tags (!name) are not allowed; remove it",
      "6:3: tags (!name) are not allowed; remove it",
      "7:3: tags (!name) are not allowed; remove it"),
    Golden(
      .yaml,
      "a: 1 # x\u{2029}b: 2",
      #"1:9: the character U+2029 is not allowed; remove it, or write \u2029 in double quotes"#),
    Golden(
      .yaml,
      "a: \u{9f}",
      #"1:4: the character U+009F is not allowed; remove it, or write \x9F in double quotes"#),
    Golden(
      .yaml,
      "a: \u{fffe}",
      #"1:4: the character U+FFFE is not allowed; remove it, or write \uFFFE in double quotes"#),
    Golden(
      .yaml,
      #""#,
      #"1:1: the file is empty"#),
    Golden(
      .yaml,
      #"# only a comment\#n"#,
      #"1:1: the file is empty"#),
    Golden(
      .yaml,
      #"a: [1, 2"#,
      #"1:9: not valid YAML: did not find expected ',' or ']' while parsing a flow sequence that begins at 1:4"#
    ),
    Golden(
      .yaml,
      #"a: 'open"#,
      #"1:9: not valid YAML: found unexpected end of stream while scanning a quoted scalar that begins at 1:4"#
    ),
    Golden(
      .yaml,
      #"a:\#n\#tb: 1"#,
      #"2:1: not valid YAML: found character that cannot start any token while scanning for the next token; indent with spaces, not tabs"#
    ),
    Golden(
      .yaml,
      #"a: b: c"#,
      #"1:5: not valid YAML: mapping values are not allowed in this context; put text that holds ': ' in single quotes, or mend the indentation"#
    ),
    Golden(
      .yaml,
      #"a: @b"#,
      #"1:4: not valid YAML: found character that cannot start any token while scanning for the next token; put text that begins so in single quotes"#
    ),
    Golden(
      .yaml,
      #"a: 1\#n b: 2"#,
      #"2:3: not valid YAML: mapping values are not allowed in this context; put text that holds ': ' in single quotes, or mend the indentation"#
    ),
    Golden(
      .yaml,
      #"- a\#nb: 1"#,
      #"2:1: not valid YAML: did not find expected '-' indicator while parsing a block collection that begins at 1:1"#
    ),
    Golden(
      .yaml,
      #"a: "\q""#,
      #"1:5: not valid YAML: found unknown escape character while parsing a quoted scalar that begins at 1:4"#
    ),
    Golden(
      .yaml,
      #"a: &x 1\#nb: *x"#,
      #"1:4: anchors (&name) are not allowed; remove it"#,
      #"2:4: aliases (*name) are not allowed; write the value again"#),
    Golden(
      .yaml,
      #"*x : 1"#,
      #"1:1: aliases (*name) are not allowed; write the value again"#),
    Golden(
      .yaml,
      #"a: !!str 1\#nb: !mine [1]\#nc: ! d\#nd: !!map { a: 1 }"#,
      #"1:4: tags (!name) are not allowed; remove it"#,
      #"2:4: tags (!name) are not allowed; remove it"#,
      #"3:4: tags (!name) are not allowed; remove it"#,
      #"4:4: tags (!name) are not allowed; remove it"#),
    Golden(
      .yaml,
      #"é: ! d"#,
      #"1:4: tags (!name) are not allowed; remove it"#),
    Golden(
      .yaml,
      #"&k a: 1"#,
      #"1:1: anchors (&name) are not allowed; remove it"#),
    Golden(
      .yaml,
      #"%YAML 1.1\#n---\#na: 1"#,
      #"1:1: directives (%YAML, %TAG) are not allowed; remove them"#),
    Golden(
      .yaml,
      #"%TAG ! tag:x,2000:\#n---\#na: 1"#,
      #"1:1: directives (%YAML, %TAG) are not allowed; remove them"#),
    Golden(
      .yaml,
      #"a: 1\#n---\#nb: 2"#,
      #"2:1: a file holds one document; remove '---' and what follows it"#),
    Golden(
      .yaml,
      #"a: 1\#na: 2\#nb: { c: 1, 'c': 2, "\x63": 3 }"#,
      #"2:1: duplicate key 'a'; it is already set in line 1"#,
      #"3:12: duplicate key 'c'; it is already set in line 3"#,
      #"3:20: duplicate key 'c'; it is already set in line 3"#),
    Golden(
      .yaml,
      #"{ a: 1 }: b"#,
      #"1:1: a key must be one text"#),
    Golden(
      .yaml,
      #"? [a, b]\#n: c"#,
      #"1:3: a key must be one text"#),
    Golden(
      .yaml,
      #"a: "x\#ry""#,
      #"1:6: a carriage return must be followed by a line feed"#),
    Golden(
      .yaml,
      #"a: 1 # x\#u{2028}b: 2"#,
      #"1:9: the character U+2028 is not allowed; remove it, or write \u2028 in double quotes"#),
    Golden(
      .yaml,
      #"a: 1 # x\#u{85}b: 2"#,
      #"1:9: the character U+0085 is not allowed; remove it, or write \x85 in double quotes"#),
    Golden(
      .yaml,
      #"a: \#u{7}"#,
      #"1:4: the character U+0007 is not allowed; remove it, or write \x07 in double quotes"#),
    Golden(
      .yaml,
      #"a: \#u{0}"#,
      #"1:4: the character U+0000 is not allowed; remove it, or write \x00 in double quotes"#),
    Golden(
      .yaml,
      #"a: \#u{7f}"#,
      #"1:4: the character U+007F is not allowed; remove it, or write \x7F in double quotes"#),
    Golden(
      .yaml,
      #"a: x\#u{feff}y"#,
      #"1:5: the character U+FEFF is not allowed; remove it, or write \uFEFF in double quotes"#),
    Golden(
      .yaml,
      #"\#u{feff}a: [1"#,
      #"1:6: not valid YAML: did not find expected ',' or ']' while parsing a flow sequence that begins at 1:4"#
    ),
    Golden(
      .yaml,
      #"ключ: 'значение' x"#,
      #"1:18: not valid YAML: did not find expected key while parsing a block mapping that begins at 1:1"#
    ),
  ]
}
