import Testing

/// Written in full: an error text is what an operator works from.
@Suite struct PathErrorTests {
  @Test(
    "A field path that is wrong is reported at the character where it goes wrong", arguments: cases)
  func reported(_ golden: Golden) {
    #expect(golden.actual == golden.expected)
  }

  static let cases: [Golden] = [
    Golden(
      .match,
      #"{ pattern: x, paths: [ '' ] }"#,
      #"f:4:56: path in paths must not be empty"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ a..b ] }"#,
      #"f:4:58: path 'a..b' has an empty segment; write the empty key as ''"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ .a ] }"#,
      #"f:4:56: path '.a' has an empty segment; write the empty key as ''"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ a. ] }"#,
      #"f:4:58: path 'a.' has an empty segment; write the empty key as ''"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ '[*]a' ] }"#,
      #"f:4:60: path '[*]a' has text after a closing quote or bracket; part segments with '.'"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ 'a[0' ] }"#,
      #"f:4:58: path 'a[0' has '[' without ']'"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ 'a[x]' ] }"#,
      #"f:4:58: path 'a[x]' has brackets that hold neither '*' nor a number; write keys as a.'b'"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ 'a[-1]' ] }"#,
      #"f:4:58: path 'a[-1]' has brackets that hold neither '*' nor a number; write keys as a.'b'"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ 'a[]' ] }"#,
      #"f:4:58: path 'a[]' has brackets that hold neither '*' nor a number; write keys as a.'b'"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ 'a[1234567890]' ] }"#,
      #"f:4:58: path 'a[1234567890]' has brackets that hold neither '*' nor a number; write keys as a.'b'"#
    ),
    Golden(
      .match,
      #"{ pattern: x, paths: [ 'a*' ] }"#,
      #"f:4:58: path 'a*' has '*' within a key; '*' stands alone for any key, or put the key in quotes"#
    ),
    Golden(
      .match,
      #"{ pattern: x, paths: [ '*a' ] }"#,
      #"f:4:58: path '*a' has '*' within a key; '*' stands alone for any key, or put the key in quotes"#
    ),
    Golden(
      .match,
      #"{ pattern: x, paths: [ '***' ] }"#,
      #"f:4:59: path '***' has '*' within a key; '*' stands alone for any key, or put the key in quotes"#
    ),
    Golden(
      .match,
      #"{ pattern: x, paths: [ '**.**' ] }"#,
      #"f:4:60: path '**.**' has '**' twice in a row; one is enough"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ 'a b' ] }"#,
      #"f:4:58: path 'a b' has a character that needs quotes around the key: 'odd key'"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ 'a]' ] }"#,
      #"f:4:58: path 'a]' has a character that needs quotes around the key: 'odd key'"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ "a.'b" ] }"#,
      #"f:4:59: path 'a.'b' has a quote without its end"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ "a.'b'c" ] }"#,
      #"f:4:62: path 'a.'b'c' has text after a closing quote or bracket; part segments with '.'"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ 'a"b' ] }"#,
      #"f:4:58: path 'a"b' has a character that needs quotes around the key: 'odd key'"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ '/a/b' ] }"#,
      #"f:4:57: path '/a/b' begins with '/'; write user.email, not /user/email"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ '$.a' ] }"#,
      #"f:4:57: path '$.a' begins with '$'; paths start at the top of the record without it"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ 'a\b' ] }"#,
      #"f:4:58: path 'a\b' has a character that needs quotes around the key: 'odd key'"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ \#(String(repeating: "a", count: 1025)) ] }"#,
      #"f:4:56: path 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...' is 1025 bytes long; the limit is 1024"#
    ),
    Golden(
      .match,
      #"{ pattern: x, paths: [ \#(String(repeating: "a.", count: 64))a ] }"#,
      #"f:4:184: path 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a....' has more than 64 segments"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ "it''s..x" ] }"#,
      #"f:4:59: path 'it''s..x' has a character that needs quotes around the key: 'odd key'"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ 'it''s' ] }"#,
      #"f:4:59: path 'it's' has a character that needs quotes around the key: 'odd key'"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ "a\x2e.b" ] }"#,
      #"f:4:56: path 'a..b' has an empty segment; write the empty key as ''"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ 'é..b' ] }"#,
      #"f:4:59: path 'é..b' has an empty segment; write the empty key as ''"#),
    Golden(
      .match,
      #"{ pattern: x, paths: [ '''a''..b' ] }"#,
      #"f:4:63: path ''a'..b' has an empty segment; write the empty key as ''"#),
  ]
}
