import YAML

extension ConfigDeclaration {
  /// Reads a config file.
  ///
  /// Returns what was read, and all errors in the order of the file; nil if the file is no YAML
  /// mapping at all. Apply the declaration only when there are no errors.
  public static func parse(
    bytes: [UInt8], file: String
  ) -> (declaration: ConfigDeclaration?, diagnostics: [Diagnostic]) {
    var reader = NodeReader(file: file)
    guard let root = reader.root(of: bytes) else { return (nil, reader.sortedDiagnostics) }
    let declaration = reader.config(root)
    return (declaration, reader.sortedDiagnostics)
  }
}

extension NodeReader {
  fileprivate mutating func config(_ root: YAMLNode) -> ConfigDeclaration? {
    let known = [
      "version", "masks", "keys", "listeners", "limits", "timeouts", "onFault",
      "escapeLineSeparators", "decode", "secondOpinion", "admin",
    ]
    guard let fields = fields(root, "config file", known: known) else { return nil }
    version(in: fields, "config file")
    let masks = fields["masks"].flatMap { list($0, "masks") }?.compactMap { text($0, "mask") }
    if let masks { reportRepeated(masks, "masks") }
    let admin = fields["admin"].flatMap { node in
      let address = address(node, "admin", for: .listen)
      report(node, "admin is not available in this version; remove the key")
      return address
    }
    return ConfigDeclaration(
      file: file,
      masks: masks,
      keys: fields["keys"].flatMap { text($0, "keys") },
      listeners: fields["listeners"].map { listeners($0) } ?? [],
      limits: fields["limits"].flatMap { limits($0) } ?? LimitsDeclaration(),
      timeouts: fields["timeouts"].flatMap { timeouts($0) } ?? TimeoutsDeclaration(),
      onFault: fields["onFault"].map { onFault($0) } ?? [:],
      escapeLineSeparators: fields["escapeLineSeparators"].flatMap {
        boolean($0, "escapeLineSeparators")
      },
      secondOpinion: fields["secondOpinion"].flatMap { integer($0, "secondOpinion", 0...100) },
      decode: fields["decode"].flatMap { encodings($0) },
      admin: admin)
  }

  /// A list of encodings, or `none`.
  private mutating func encodings(_ node: YAMLNode) -> [EncodingName]? {
    if case .scalar = node.content {
      guard let scalar = scalar(node, "decode") else { return nil }
      if scalar.text == EncodingName.none { return [] }
      report(
        node,
        "decode must be 'none' or a list of \(listed(EncodingName.allCases.map(\.rawValue), "and"))"
      )
      return nil
    }
    return list(node, "decode")?.compactMap { choice($0, "encoding", in: "decode") }
  }

  private mutating func listeners(_ node: YAMLNode) -> [ListenerDeclaration] {
    let listeners = (list(node, "listeners") ?? []).compactMap { listener($0) }
    reportRepeated(listeners.map(\.name), "names of listeners")
    let addresses = listeners.map(\.listen).filter {
      if case .tcp(_, port: 0) = $0.value { false } else { true }
    }
    reportRepeated(
      addresses.map { Located($0.value.description, at: $0.location) }, "addresses of listeners")
    return listeners
  }

  private mutating func listener(_ node: YAMLNode) -> ListenerDeclaration? {
    let before = diagnostics.count
    let known = ["name", "listen", "upstream", "mask", "unmasked", "onUpstreamDown"]
    guard let fields = fields(node, "listener", known: known) else { return nil }
    let name = fields["name"].flatMap { self.name($0, "listener name") }
    require(
      ["name", "listen", "upstream"], in: fields,
      name.map { "listener '\($0.value)'" } ?? "listener")
    let listen = fields["listen"].flatMap { address($0, "listen", for: .listen) }
    let upstream = fields["upstream"].flatMap { address($0, "upstream", for: .upstream) }
    let mask: ListenerDeclaration.Direction? =
      fields["mask"].map { choice($0, "direction", in: "mask") } ?? .outbound
    let unmasked: ListenerDeclaration.UnmaskedAction? =
      fields["unmasked"].map { choice($0, "action", in: "unmasked") } ?? .close
    let onUpstreamDown: ListenerDeclaration.UpstreamDownAction? =
      fields["onUpstreamDown"].map { choice($0, "action", in: "onUpstreamDown") } ?? .close
    if mask == .both, let node = fields["unmasked"] {
      report(node, "unmasked has no meaning with 'mask: both': no direction is unmasked; remove it")
    }
    if let listen, let upstream, listen.value == upstream.value {
      report(upstream.location, "upstream is the listener's own address; write the collector's")
    }
    guard diagnostics.count == before, let name, let listen, let upstream, let mask, let unmasked,
      let onUpstreamDown
    else { return nil }
    return ListenerDeclaration(
      name: name, listen: listen, upstream: upstream, mask: mask, unmasked: unmasked,
      onUpstreamDown: onUpstreamDown, location: location(node))
  }

  private mutating func address(
    _ node: YAMLNode, _ what: String, for use: Address.Use
  ) -> Located<Address>? {
    guard let text = text(node, what) else { return nil }
    do throws(Address.ParseError) {
      return Located(try Address(parsing: text.value, for: use), at: text.location)
    } catch {
      report(node, "\(what): \(error.text)")
      return nil
    }
  }

  private mutating func limits(_ node: YAMLNode) -> LimitsDeclaration? {
    let known = ["lineBytesMax", "depthMax", "sessionsMax"]
    guard let fields = fields(node, "limits", known: known) else { return nil }
    var limits = LimitsDeclaration()
    limits.lineBytesMax = fields["lineBytesMax"].flatMap {
      size($0, "lineBytesMax", RulesLimits.lineBytes)
    }
    limits.depthMax = fields["depthMax"].flatMap { integer($0, "depthMax", RulesLimits.depth) }
    limits.sessionsMax = fields["sessionsMax"].flatMap {
      integer($0, "sessionsMax", RulesLimits.sessions)
    }
    return limits
  }

  private mutating func timeouts(_ node: YAMLNode) -> TimeoutsDeclaration? {
    let keys: [(name: String, path: WritableKeyPath<TimeoutsDeclaration, Duration?>, max: Duration)]
    keys = [
      ("connect", \.connect, RulesLimits.connectMax),
      ("line", \.line, RulesLimits.lineMax),
      ("writeStall", \.writeStall, RulesLimits.writeStallMax),
      ("idle", \.idle, RulesLimits.idleMax),
      ("halfClosed", \.halfClosed, RulesLimits.halfClosedMax),
      ("drain", \.drain, RulesLimits.drainMax),
    ]
    guard let fields = fields(node, "timeouts", known: keys.map(\.name)) else { return nil }
    var timeouts = TimeoutsDeclaration()
    for key in keys {
      guard let node = fields[key.name] else { continue }
      timeouts[keyPath: key.path] = duration(node, key.name, max: key.max)
    }
    return timeouts
  }

  private mutating func onFault(_ node: YAMLNode) -> [FaultKey: FaultActionName] {
    let known = FaultKey.allCases.map(\.rawValue)
    guard let fields = fields(node, "onFault", known: known) else { return [:] }
    var actions: [FaultKey: FaultActionName] = [:]
    for key in FaultKey.allCases {
      guard let node = fields[key.rawValue], let scalar = scalar(node, key.rawValue) else {
        continue
      }
      if let action = FaultActionName(rawValue: scalar.text), key.actions.contains(action) {
        actions[key] = action
      } else {
        report(node, Self.actionError(scalar.text, key))
      }
    }
    return actions
  }

  private static func actionError(_ text: String, _ key: FaultKey) -> String {
    let names = key.actions.map(\.rawValue)
    let forwarding = ["pass", "forward", "allow", "ignore", "skip", "none", "off", "open", "log"]
    if forwarding.contains(text) {
      return
        "there is no action '\(text)': what cannot be masked for sure is never forwarded as it "
        + "came; \(key.rawValue) takes \(listed(names))"
    }
    if text == "quarantine" {
      return "action 'quarantine' is not available in this version; "
        + "\(key.rawValue) takes \(listed(names))"
    }
    if let action = FaultActionName(rawValue: text) {
      let home = FaultKey.allCases.filter { $0.actions.contains(action) }.map(\.rawValue)
      return "action '\(text)' goes with \(listed(home, "and")) only; "
        + "\(key.rawValue) takes \(listed(names))"
    }
    return "unknown action \(shown(text)) for \(key.rawValue)"
      + remedy(for: text, among: names)
  }
}
