import Testing

@testable import Masking

@Suite struct HostileObjectTests {
  let email = oneRule(
    #"{ pattern: '[a-z0-9.]{1,32}@[a-z0-9.]{1,32}' }"#, "{ redact: { text: '[EMAIL]' } }")

  @Test func twentyThousandKeysThatBecomeEqualGetANumberEachInLinearWork() throws {
    let members = (0..<20_000).map { "\"k\($0)@b.c\":1" }
    let masked = mask("{" + members.joined(separator: ",") + "}\n", try policy(email))
    #expect(masked.hasPrefix(#"{"[EMAIL]":1,"[EMAIL]~2":1,"[EMAIL]~3":1"#))
    #expect(masked.hasSuffix(#""[EMAIL]~20000":1}"# + "\n"))
  }

  @Test func equalKeysStayEqualAndUnmaskedNamesKeepTheirs() throws {
    let policy = try policy(email)
    #expect(mask(#"{"a@b.c":1,"a@b.c":2}"# + "\n", policy) == #"{"[EMAIL]":1,"[EMAIL]":2}"# + "\n")
    #expect(
      mask(#"{"a@b.c":{"d@e.f":1,"g@h.i":2},"[EMAIL]":2,"[EMAIL]~2":3}"# + "\n", policy)
        == #"{"[EMAIL]~3":{"[EMAIL]":1,"[EMAIL]~2":2},"[EMAIL]":2,"[EMAIL]~2":3}"# + "\n")
  }

  @Test func manyDroppedMembersAreLinearWork() throws {
    let rule = oneRule("{ paths: ['**.d'] }", "drop")
    let members = (0..<20_000).map { $0 % 2 == 0 ? "\"d\":\($0)" : "\"k\($0)\":1" }
    let masked = mask("{" + members.joined(separator: ",") + "}\n", try policy(rule))
    #expect(masked.hasPrefix(#"{"k1":1,"k3":1,"#) && masked.hasSuffix(#","k19999":1}"# + "\n"))
  }
}
