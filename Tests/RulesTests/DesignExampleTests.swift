import Rules
import Testing

@Suite struct DesignExampleTests {
  @Test func `The first example rule is read in full`() throws {
    let file = try maskFile(Example.maskFile, file: "masks/pci.yaml")
    #expect(file.name.value == "pci")
    #expect(file.file == "masks/pci.yaml")
    #expect(file.rules.map(\.qualifiedID) == ["pci/pan", "pci/member-number", "pci/password"])
    let pan = try #require(file.rules.first)
    #expect(pan.id == Located("pan", at: place("masks/pci.yaml", 4, 9)))
    #expect(pan.location == place("masks/pci.yaml", 4, 5))
    #expect(pan.ruleClass == .pan)
    #expect(pan.description == "Payment card number, 12 to 19 digits, any one separator")
    #expect(pan.match.finder == .number(Located("card", at: place("masks/pci.yaml", 8, 15))))
    #expect(pan.match.places == [.strings, .numbers, .keys])
    #expect(pan.match.paths.include == [])
    #expect(
      pan.match.paths.exclude.map(\.segments) == [
        [.key("trace_id")], [.anyDepth, .key("span_id")],
      ])
    #expect(pan.transform.kind == .keep(first: 0, last: 4, fill: 0x2A))
    #expect(pan.transform.numbers == .string)
    #expect(pan.allow.map(\.value) == ["^4242"])
    #expect(pan.allow.first?.location == place("masks/pci.yaml", 12, 13))
    #expect(!pan.isOverridden)
    #expect(
      pan.tests.map(\.input) == [
        .text("card 4111 1111 1111 1111 ok"), .text("order 4111111111111112"),
      ])
    #expect(pan.tests.map(\.expected) == ["card **** **** **** 1111 ok", nil])
    #expect(
      pan.tests.map(\.location) == [place("masks/pci.yaml", 14, 9), place("masks/pci.yaml", 15, 9)])
  }

  @Test func `The example rules with a pattern and with paths are read in full`() throws {
    let file = try maskFile(Example.maskFile)
    let member = file.rules[1]
    guard case .pattern(let pattern) = member.match.finder else {
      Issue.record("no pattern")
      return
    }
    #expect(pattern.value == #"\b(M-[0-9]{7})\b"#)
    #expect(pattern.location == place("f", 19, 16))
    #expect(member.match.group?.value == 1)
    #expect(member.match.validators.map(\.value) == ["mod11"])
    #expect(member.match.keywords?.any.map(\.value) == ["member", "card"])
    #expect(member.match.keywords?.withinBytes == 32)
    #expect(member.match.places == [.strings, .numbers, .keys])
    #expect(member.transform.kind == .redact(text: "[MEMBER]"))
    #expect(member.description == "")
    #expect(member.tests.map(\.expected) == ["member [MEMBER]", nil])

    let password = file.rules[2]
    #expect(password.ruleClass == .secret)
    #expect(password.match.finder == .wholeValue)
    #expect(
      password.match.paths.include.map(\.text) == [
        "**.password", "**.passwd", "**.client_secret",
      ])
    #expect(password.transform.kind == .redact(text: nil))
    let record = RuleTestDeclaration.Input.record(#"{"db":{"password":"x"}}"#)
    #expect(password.tests.map(\.input) == [record])
  }

  @Test func `The example overrides are read in full`() throws {
    let file = try maskFile(Example.maskFile)
    #expect(file.overrides.map(\.rule.value) == ["pii/ipv4", "pci/pan"])
    #expect(file.overrides.map(\.disabled) == [true, nil])
    #expect(file.overrides[0].paths == nil && file.overrides[0].transform == nil)
    #expect(file.overrides[1].paths?.exclude.map(\.text) == ["order_no"])
    #expect(file.overrides[1].paths?.include == [])
    #expect(file.overrides[1].transform?.kind == .redact(text: nil))
  }

  @Test func `The example config is read in full`() throws {
    let config = try config(Example.config)
    #expect(config.file == "c")
    #expect(config.masks?.map(\.value) == ["pci", "pii", "ids", "secrets"])
    #expect(config.keys == Located("keys/", at: place("c", 3, 7)))
    let listener = try #require(config.listeners.first)
    #expect(config.listeners.count == 1)
    #expect(listener.name.value == "app-logs")
    #expect(listener.listen.value == .tcp(host: "127.0.0.1", port: 5170))
    #expect(listener.upstream.value == .tcp(host: "collector", port: 5170))
    #expect(listener.upstream.location == place("c", 7, 15))
    #expect(listener.mask == .outbound)
    #expect(listener.unmasked == .close)
    #expect(listener.onUpstreamDown == .close)
    #expect(config.limits.lineBytesMax == 1 << 20)
    #expect(config.limits.depthMax == 128)
    #expect(config.limits.sessionsMax == 1000)
    #expect(config.timeouts.connect == .seconds(1))
    #expect(config.timeouts.line == .seconds(30))
    #expect(config.timeouts.writeStall == .seconds(600))
    #expect(config.timeouts.idle == .seconds(3600))
    #expect(config.timeouts.halfClosed == .seconds(60))
    #expect(config.timeouts.drain == .seconds(25))
    #expect(config.onFault == [.malformed: .stub])
    #expect(config.admin == nil)
  }

  @Test func `The admin key is read and reported as not available`() throws {
    let text = Example.config + "\nadmin: 127.0.0.1:9901\n"
    let (declaration, diagnostics) = ConfigDeclaration.parse(bytes: Array(text.utf8), file: "c")
    #expect(declaration?.admin?.value == .tcp(host: "127.0.0.1", port: 9901))
    #expect(
      diagnostics.map(\.description) == [
        "c:14:8: admin is not available in this version; remove the key"
      ])
  }

  @Test func `Every fault takes each of its actions and no other`() throws {
    for key in FaultKey.allCases {
      for action in FaultActionName.allCases {
        let text = "version: 1\nonFault: { \(key.rawValue): \(action.rawValue) }\n"
        let (declaration, diagnostics) = ConfigDeclaration.parse(bytes: Array(text.utf8), file: "c")
        let isAllowed: Bool =
          switch action {
          case .stub, .drop, .close: true
          case .maskValue: [.limit, .keyMissing, .vaultDown].contains(key)
          case .text: key == .malformed
          }
        #expect(diagnostics.isEmpty == isAllowed, "\(key) \(action)")
        #expect(declaration?.onFault == (isAllowed ? [key: action] : [:]))
      }
    }
  }

  @Test func `Faults and actions have the names of the contract`() {
    #expect(
      FaultKey.allCases.map(\.rawValue) == [
        "malformed", "overlong", "invalidUTF8", "tooDeep", "limit", "keyMissing", "vaultDown",
      ])
    #expect(
      FaultActionName.allCases.map(\.rawValue) == ["stub", "drop", "close", "maskValue", "text"])
  }

  @Test func `A config that says only its version says nothing else`() throws {
    let config = try config("version: 1\n")
    #expect(config.masks == nil && config.keys == nil && config.admin == nil)
    #expect(config.listeners.isEmpty && config.onFault.isEmpty)
    #expect(config.limits == LimitsDeclaration() && config.timeouts == TimeoutsDeclaration())
  }

  @Test func `Sizes and times are read with each unit and at each bound`() throws {
    let bounds = try config(
      """
      version: 1
      limits: { lineBytesMax: 64MiB, depthMax: 1000, sessionsMax: 100000 }
      timeouts: { connect: 5m, line: 1h, writeStall: 24h, idle: 168h, halfClosed: 10ms, drain: 1h }
      """)
    #expect(bounds.limits.lineBytesMax == 67_108_864)
    #expect(bounds.limits.depthMax == 1000 && bounds.limits.sessionsMax == 100_000)
    #expect(bounds.timeouts.idle == .seconds(604_800))
    #expect(bounds.timeouts.halfClosed == .milliseconds(10))
    let sizes = [("1024", 1024), ("64KiB", 65_536), ("1MiB", 1_048_576), ("'2KiB'", 2048)]
    for (text, bytes) in sizes {
      let config = try config("version: 1\nlimits: { lineBytesMax: \(text) }\n")
      #expect(config.limits.lineBytesMax == bytes)
    }
  }

  @Test func `A file is told to be a mask file or a config file by its top keys`() {
    #expect(DeclarationForm.guess(bytes: Array(Example.maskFile.utf8)) == .maskFile)
    #expect(DeclarationForm.guess(bytes: Array(Example.config.utf8)) == .config)
    #expect(DeclarationForm.guess(bytes: Array("version: 1".utf8)) == .maskFile)
    #expect(DeclarationForm.guess(bytes: Array("[".utf8)) == .maskFile)
    #expect(DeclarationForm.guess(bytes: []) == .maskFile)
  }
}
