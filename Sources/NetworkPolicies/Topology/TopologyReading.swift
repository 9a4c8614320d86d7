public import Rules
internal import YAML

extension Topology {
  /// Reads a topology file; all that is wrong with it comes back with its place.
  public static func parse(_ bytes: [UInt8], file: String) -> (
    topology: Topology?, problems: [Diagnostic]
  ) {
    let document = YAMLDocument.parse(bytes)
    if let error = document.errors.first {
      let place = SourceLocation(file: file, line: error.line, column: error.column)
      return (nil, [Diagnostic(location: place, text: error.text)])
    }
    guard let root = document.root else { return (nil, []) }
    var reader = TopologyReader(file: file)
    let topology = reader.topology(root)
    let problems = reader.decoder.findings.map { Diagnostic(location: $0.location, text: $0.text) }
    return (problems.isEmpty ? topology : nil, problems)
  }
}

/// Reads the sections of a topology file.
private struct TopologyReader {
  var decoder: ManifestDecoder

  init(file: String) { decoder = ManifestDecoder(file: file) }

  mutating func topology(_ root: YAMLNode) -> Topology? {
    let known = ["version", "environments", "cluster", "workloads", "external", "flows"]
    guard let fields = decoder.fields(root, "a topology", known: known) else { return nil }
    if decoder.integer(fields["version"], "version", 1...1) == nil {
      decoder.reject(root, "the topology has no 'version: 1'")
    }
    var topology = Topology(location: decoder.location(root))
    if let node = fields["environments"] {
      for (name, node) in pairs(node, "environments") {
        let form = decoder.text(node, "the form of a namespace") ?? ""
        let made = Topology.Environment(name: name, form: form).namespace("x")
        if !Names.isNamespace(made) {
          decoder.reject(
            node, "\(shown(form)) makes no names of namespaces: a to z, 0 to 9 and '-'")
        }
        if !form.contains("{namespace}") {
          decoder.reject(
            node, "the form of a namespace must hold {namespace}, as '{namespace}-test'")
        }
        topology.environments.append(Topology.Environment(name: name, form: form))
      }
    }
    if let node = fields["cluster"] { cluster(node, &topology) }
    for (name, node) in fields["workloads"].map({ pairs($0, "workloads") }) ?? [] {
      if let workload = workload(name, node) { topology.workloads.append(workload) }
    }
    for (name, node) in fields["external"].map({ pairs($0, "external") }) ?? [] {
      if topology.workloads.contains(where: { $0.name == name }) {
        decoder.reject(
          node, "'\(name)' is the name of a workload, too; give the external peer another")
      }
      if let external = external(name, node) { topology.externals.append(external) }
    }
    for node in decoder.list(fields["flows"], "flows") ?? [] {
      if let flow = flow(node, topology) { topology.flows.append(flow) }
    }
    if topology.workloads.isEmpty { decoder.reject(root, "the topology has no workloads") }
    checkNamespaces(topology)
    return topology
  }

  /// Each environment has namespaces of its own, with names that the API server takes.
  private mutating func checkNamespaces(_ topology: Topology) {
    var environments: [String: Int] = [:]
    var seen: Set<String> = []
    for instance in topology.instances {
      let location = topology.workloads[instance.workload].location
      if !Names.isNamespace(instance.namespace), seen.insert(instance.namespace).inserted {
        decoder.report(
          .error, "W3", location,
          "the namespace \(shown(instance.namespace)) of '\(instance.name)' is no name of a"
            + " namespace: at most 63 characters")
      }
      guard let environment = instance.environment else { continue }
      if let other = environments[instance.namespace], other != environment,
        seen.insert(instance.namespace).inserted
      {
        decoder.report(
          .error, "W3", location,
          "the namespace '\(instance.namespace)' is of \(topology.environments[other].name) and of"
            + " \(topology.environments[environment].name): what lies in it cannot be told apart")
      }
      environments[instance.namespace] = environment
    }
  }

  private mutating func pairs(_ node: YAMLNode, _ what: String) -> [(String, YAMLNode)] {
    guard case .mapping(let pairs) = node.content else {
      decoder.reject(node, "'\(what)' must be a mapping from names")
      return []
    }
    for pair in pairs
    where pair.key.text.wholeMatch(of: /[a-z0-9](?:[-a-z0-9]{0,60}[a-z0-9])?/) == nil {
      decoder.reject(
        pair.value, "\(shown(pair.key.text)) may hold only a to z, 0 to 9 and '-', at most 62")
    }
    return pairs.map { ($0.key.text, $0.value) }
  }

  private mutating func ranges(_ node: YAMLNode?, _ what: String) -> [AddressRange] {
    (decoder.list(node, what) ?? []).compactMap { decoder.cidr($0, "an item of '\(what)'") }
  }

  private mutating func cluster(_ node: YAMLNode, _ topology: inout Topology) {
    let known = ["pods", "services", "dualStack", "dns", "sidecarImages"]
    guard let fields = decoder.fields(node, "'cluster'", known: known) else { return }
    topology.podRanges = ranges(fields["pods"], "pods")
    topology.serviceRanges = ranges(fields["services"], "services")
    topology.isDualStack = decoder.boolean(fields["dualStack"], "dualStack") ?? false
    let images = (decoder.list(fields["sidecarImages"], "sidecarImages") ?? []).compactMap {
      decoder.text($0, "an image")
    }
    if !images.isEmpty { topology.sidecarImages = images }
    if let node = fields["dns"],
      let dns = decoder.fields(node, "'dns'", known: ["namespace", "labels"])
    {
      topology.dnsNamespace =
        decoder.name(dns["namespace"], "namespace", isValid: Names.isNamespace) ?? "kube-system"
      let labels = decoder.labels(dns["labels"])
      if !labels.isEmpty { topology.dnsLabels = labels }
    }
  }

  private mutating func workload(_ name: String, _ node: YAMLNode) -> Topology.Workload? {
    let known = ["namespace", "labels", "role", "mask", "metrics", "owner", "shared"]
    guard let fields = decoder.fields(node, "a workload", known: known) else { return nil }
    guard
      let namespace = decoder.name(
        fields["namespace"], "namespace", isValid: Names.isNamespace)
    else {
      decoder.reject(node, "the workload '\(name)' has no 'namespace'")
      return nil
    }
    let labels = decoder.labels(fields["labels"])
    if labels.isEmpty { decoder.reject(node, "the workload '\(name)' has no 'labels'") }
    let role: Topology.Role = choice(fields["role"], "role") ?? .ordinary
    let mask: Topology.Mask = choice(fields["mask"], "mask") ?? .none
    let owner = decoder.text(fields["owner"], "owner")
    if owner == nil { decoder.reject(node, "the workload '\(name)' has no 'owner'") }
    return Topology.Workload(
      name: name, namespace: namespace, labels: labels, role: role, mask: mask,
      metrics: decoder.port(fields["metrics"], "metrics"), owner: owner ?? "",
      isShared: decoder.boolean(fields["shared"], "shared") ?? false,
      location: decoder.location(node))
  }

  private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ node: YAMLNode?, _ what: String
  ) -> Choice? {
    guard let node, let text = decoder.text(node, what) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    decoder.reject(
      node,
      "unknown \(what) \(shown(text))" + remedy(for: text, among: Choice.allCases.map(\.rawValue)))
    return nil
  }

  private mutating func external(_ name: String, _ node: YAMLNode) -> Topology.External? {
    guard let fields = decoder.fields(node, "an external peer", known: ["addresses", "except"])
    else { return nil }
    let addresses = ranges(fields["addresses"], "addresses")
    let except = ranges(fields["except"], "except")
    if addresses.isEmpty { decoder.reject(node, "'\(name)' has no 'addresses'") }
    for (number, range) in addresses.enumerated() {
      if let other = addresses[..<number].first(where: range.overlaps) {
        decoder.reject(
          node, "the addresses \(other) and \(range) of '\(name)' overlap: write each address once")
      }
    }
    for hole in except where !addresses.contains(where: { $0.contains(hole) && $0 != hole }) {
      decoder.reject(node, "'except' of '\(name)' must lie inside its addresses")
    }
    return Topology.External(
      name: name, addresses: addresses, except: except, location: decoder.location(node))
  }

  private mutating func flow(_ node: YAMLNode, _ topology: Topology) -> Topology.Flow? {
    let known = ["from", "to", "ports", "carries", "reason", "owner", "pci"]
    guard let fields = decoder.fields(node, "a flow", known: known) else { return nil }
    let names = topology.workloads.map(\.name) + topology.externals.map(\.name)
    var ends: [String] = []
    for key in ["from", "to"] {
      guard let end = fields[key], let name = decoder.text(end, key) else {
        decoder.reject(node, "the flow has no '\(key)'")
        return nil
      }
      if !names.contains(name) {
        decoder.reject(end, "there is no workload \(shown(name))" + remedy(for: name, among: names))
        return nil
      }
      ends.append(name)
    }
    if ends.allSatisfy({ name in topology.externals.contains { $0.name == name } }) {
      decoder.reject(node, "the flow passes outside the cluster only: no policy can allow it")
    }
    let ports = (decoder.list(fields["ports"], "ports") ?? []).compactMap { port($0) }
    if ports.isEmpty { decoder.reject(node, "the flow has no 'ports'") }
    let sourceRole = topology.workloads.first { $0.name == ends[0] }?.role
    let payload: Topology.Payload? = choice(fields["carries"], "carries")
    if payload == nil, sourceRole?.holdsRaw ?? false {
      decoder.reject(
        node, "a flow from '\(ends[0])' must say what it 'carries': masked, tokenized, raw or plain"
      )
    }
    guard let reason = decoder.text(fields["reason"], "reason") else {
      decoder.reject(node, "the flow has no 'reason'")
      return nil
    }
    let owner = topology.workloads.first { $0.name == ends[0] || $0.name == ends[1] }?.owner
    let requirements = (decoder.list(fields["pci"], "pci") ?? []).compactMap { item -> String? in
      guard case .scalar(let scalar) = item.content else { return nil }
      return scalar.text
    }
    return Topology.Flow(
      source: ends[0], destination: ends[1], ports: ports, payload: payload ?? .plain,
      reason: reason, owner: decoder.text(fields["owner"], "owner") ?? owner ?? "",
      requirements: requirements.isEmpty ? ["1.3.1", "1.3.2"] : requirements,
      location: decoder.location(node))
  }

  /// `8080`, `8080-8090`, `UDP 53`.
  private mutating func port(_ node: YAMLNode) -> Topology.Port? {
    guard case .scalar(let scalar) = node.content,
      let match = scalar.text.wholeMatch(of: /(?:(TCP|UDP|SCTP) )?([0-9]+)(?:-([0-9]+))?/),
      let first = UInt16(match.output.2), first > 0
    else {
      decoder.reject(node, "a port is written as 8080, 8080-8090 or UDP 53")
      return nil
    }
    let last = match.output.3.flatMap { UInt16($0) } ?? first
    guard last >= first, match.output.3 == nil || UInt16(match.output.3 ?? "") != nil else {
      decoder.reject(node, "the last port must not be below the first")
      return nil
    }
    let transport = match.output.1.flatMap { TransportProtocol(rawValue: String($0)) } ?? .tcp
    return Topology.Port(transport: transport, numbers: first...last)
  }
}
