import NetworkPolicies
import Rules
import Testing

@Suite("A mask in a pod of its own")
struct GatewayTests {
  fileprivate static let topology = """
    version: 1
    cluster: { pods: [10.244.0.0/16], services: [10.96.0.0/12] }
    workloads:
      pay: { namespace: shop, labels: { app: pay }, role: sensitive, mask: gateway, owner: o }
      gate: { namespace: mask, labels: { app: gate }, role: gateway, owner: o }
      log: { namespace: log, labels: { app: log }, role: collector, owner: o }
    external: { partner: { addresses: [203.0.113.0/24] } }
    flows:
      - { from: pay, to: gate, ports: [5170], carries: raw, reason: r }
      - { from: gate, to: log, ports: [5170], carries: masked, reason: r }
      - { from: gate, to: partner, ports: [443], carries: masked, reason: r }

    """

  fileprivate static func manifests(
    _ topology: Topology, gate: String = "{name: c, image: maskline, args: [proxy, --masks, /m]}",
    pay: String = "{containers: [{name: c, image: i}]}"
  ) -> Cluster {
    Made.cluster(
      of: topology,
      [
        Made.pod("shop", "pay", pay), Made.pod("mask", "gate", "{containers: [\(gate)]}"),
        Made.pod("log", "log"),
      ])
  }

  @Test("a workload that sends to its gateway only is clean")
  func clean() throws {
    let topology = try TopologyTests.topology(Self.topology)
    let findings = Verifier.findings(Self.manifests(topology), against: topology)
    #expect(findings.map(\.description) == [])
  }

  @Test(
    "what a workload with a gateway sends past it is a raw flow, whatever it is said to carry",
    arguments: [
      ("log", "masked", true), ("log", "tokenized", true), ("partner", "masked", true),
      ("partner", "tokenized", true), ("partner", "plain", true), ("log", "plain", false),
    ])
  func past(destination: String, payload: String, isFound: Bool) throws {
    let topology = try TopologyTests.topology(
      Self.topology
        + "  - { from: pay, to: \(destination), ports: [1], carries: \(payload), reason: r }\n")
    let findings = Verifier.findings(Self.manifests(topology), against: topology)
      .filter { $0.rule == "raw-flow" && $0.text.contains("goes past it") }
    #expect(findings.map(\.path) == (isFound ? [["pay", destination]] : []), "\(findings)")
  }

  @Test(
    "a gateway that is no Maskline, or runs something else, is an error, and its edges are raw",
    arguments: [
      "{name: c, image: socat}",
      "{name: c, image: maskline, command: [socat, TCP-LISTEN, --config]}",
      "{name: c, image: maskline, args: [check, /m]}",
    ])
  func foreign(container: String) throws {
    let topology = try TopologyTests.topology(Self.topology)
    let manifests = Self.manifests(topology, gate: container)
    let finding = try #require(
      Verifier.findings(manifests, against: topology).first { $0.rule == "gateway-missing" })
    #expect(finding.severity == .error && finding.location.file == "m.yaml")
    let graph = ConnectionGraph.of(manifests, topology: topology)
    #expect(
      graph.edges.filter { graph.nodes[$0.source].name == "gate" }.map(\.kind) == [.raw, .raw])
  }

  @Test(
    "a pod that holds raw data is linted without a sidecar, too",
    arguments: [
      ("hostPID: true, containers: [{name: c, image: i}]", "host-processes"),
      ("hostNetwork: true, containers: [{name: c, image: i}]", "host-network"),
      (
        "containers: [{name: c, image: i, securityContext: {privileged: true}}]",
        "network-capability"
      ),
      (
        "containers: [{name: c, image: i, volumeMounts: [{name: s, mountPath: /s}]}],"
          + " volumes: [{name: s, hostPath: {path: /run}}]", "host-socket"
      ),
      (
        "containers: [{name: c, image: i}], ephemeralContainers: [{name: e, image: i}]",
        "ephemeral-container"
      ),
    ])
  func lint(pod: String, rule: String) throws {
    let topology = try TopologyTests.topology(Self.topology)
    let findings = Verifier.findings(
      Self.manifests(topology, pay: "{\(pod)}"), against: topology)
    let finding = try #require(findings.first { $0.rule == rule }, "\(findings)")
    #expect(finding.severity == .error && finding.text.hasPrefix("shop/pay[Pod]"))
    // The same pod without raw data is not held to it.
    let ordinary = try TopologyTests.topology(
      Self.topology.replacing("role: sensitive, mask: gateway", with: "role: ordinary"))
    #expect(
      !Verifier.findings(Self.manifests(ordinary, pay: "{\(pod)}"), against: ordinary)
        .contains { $0.rule == rule })
  }

  @Test("a sensitive pod and a gateway may have no second network interface")
  func secondNetwork() throws {
    let topology = try TopologyTests.topology(Self.topology)
    for name in ["pay", "gate"] {
      var manifests = Self.manifests(topology)
      let index = try #require(manifests.workloads.firstIndex { $0.name == name })
      manifests.workloads[index].pods[0].details.annotations = [
        "k8s.v1.cni.cncf.io/networks": "macvlan"
      ]
      let findings = Verifier.findings(manifests, against: topology)
      #expect(findings.map(\.rule) == ["second-network"])
    }
  }

  @Test("plain data that leaves a sensitive workload without a mask is warned of")
  func plainExit() throws {
    func findings(_ payer: String) throws -> [PolicyFinding] {
      let topology = try TopologyTests.topology(
        "version: 1\ncluster: { pods: [10.244.0.0/16], services: [10.96.0.0/12] }\n"
          + "workloads:\n  pay: { namespace: n, labels: { app: p }, \(payer), owner: o }\n"
          + "external: { net: { addresses: [203.0.113.0/24] } }\nflows:\n"
          + "  - { from: pay, to: net, ports: [443], carries: plain, reason: r }\n")
      let policies = PolicyGenerator.policies(of: topology).map(\.yaml).joined(separator: "---\n")
      var options = Verifier.Options()
      options.runsLints = false
      return Verifier.findings(cluster(policies), against: topology, options: options)
    }
    let open = try findings("role: sensitive, mask: none")
    #expect(open.map(\.rule) == ["unmasked-exit"])
    #expect(open.map(\.severity) == [.warning])
    #expect(try findings("role: sensitive, mask: sidecar") == [])
    #expect(try findings("role: ordinary") == [])
  }
}

extension GatewayTests {
  @Test("what runs beside a gateway in its pod is an error, unless it is a mask, or ends before")
  func shared() throws {
    let gate = "{name: c, image: maskline, args: [proxy, --masks, /m]}"
    let topology = try TopologyTests.topology(Self.topology)
    func rules(_ more: String, _ key: String = "containers") -> [String] {
      let spec = key == "containers" ? "\(gate), \(more)" : "\(gate)], \(key): [\(more)"
      return Verifier.findings(Self.manifests(topology, gate: spec), against: topology)
        .filter { $0.rule == "gateway-shared" }.map(\.severity.rawValue)
    }
    let user = "securityContext: {runAsUser: 1}"
    #expect(rules("{name: log, image: i, \(user)}") == ["error"])
    #expect(rules("{name: log, image: i, restartPolicy: Always}", "initContainers") == ["error"])
    #expect(rules("{name: log, image: maskline, command: [sleep], \(user)}") == ["error"])
    #expect(rules("{name: log, image: maskline, args: [proxy, --masks, /n]}") == [])
    #expect(rules("{name: log, image: i}", "initContainers") == [])
  }
}
