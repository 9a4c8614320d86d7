import NetworkPolicies
import Rules
import Testing

@Suite("Pods that pass for something else")
struct IdentityTests {
  private static let topology = """
    version: 1
    cluster: { pods: [10.244.0.0/16] }
    workloads:
      pay: { namespace: shop, labels: { app: pay }, role: sensitive, mask: sidecar, owner: o }
      web: { namespace: shop, labels: { app: web }, owner: o }
      vault: { namespace: vault, labels: { app: vault }, role: vault, owner: o }
    flows:
      - { from: pay, to: vault, ports: [8443], carries: raw, reason: r }

    """

  private static func findings(_ more: String...) throws -> [PolicyFinding] {
    Made.findings(try TopologyTests.topology(topology), more)
  }

  private static func owned(_ app: String, _ kind: String) -> String {
    Made.pod("shop", app, "initContainers: [{\(RandomTopology.sidecar)}]\n  containers: []")
      .replacing(
        "labels:", with: "ownerReferences: [{kind: \(kind), name: w, controller: true}], labels:")
  }

  @Test("pods of one owner are judged by their own labels")
  func owner() throws {
    let open =
      Made.policy(
        "shop", "{matchLabels: {app: rogue}}",
        "egress: [{to: [{namespaceSelector: {}}], ports: [{port: 8443}]}]") + "\n---\n"
      + Made.policy(
        "vault", "{matchLabels: {app: vault}}",
        "ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: rogue}}}],"
          + " ports: [{port: 8443}]}]")
    let found = try Self.findings(
      open, Self.owned("pay", "Workflow"), Self.owned("rogue", "Workflow"))
    #expect(
      found.contains {
        $0.rule == "vault-exposed" && $0.path.first == "shop/w{app=rogue}[Workflow]"
      }, "\(found)")
    #expect(found.contains { $0.rule == "unknown-workload" })
  }

  @Test(
    "a pod's owner may have any kind: it stays a pod that is there",
    arguments: ["AnyPod", "Topology"])
  func ownerKind(kind: String) throws {
    let bare = Self.owned("pay", kind).replacing(RandomTopology.sidecar, with: "name: x, image: i")
    #expect(try Self.findings(bare).contains { $0.rule == "sidecar-missing" })
    #expect(
      try !Self.findings(Self.owned("pay", kind)).contains {
        $0.rule == "mask-unchecked" && $0.text.contains("pay")
      })
  }

  @Test("one pod may have the labels that one end asks for, and those that the other does")
  func twoSelectors() throws {
    let found = try Self.findings(
      Made.policy(
        "shop", "{matchLabels: {client: vault}}",
        "egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: vault}}}],"
          + " ports: [{port: 8443}]}]"),
      Made.policy(
        "vault", "{matchLabels: {app: vault}}",
        "ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {pci: \"yes\"}}}],"
          + " ports: [{port: 8443}]}]"))
    #expect(
      found.contains {
        $0.rule == "vault-exposed"
          && $0.path.first == "shop/(any-pod-with-client=vault-pci=yes)[AnyPod]"
      }, "\(found)")
  }

  @Test("a label that may be anything but some values is one that the selector does not name")
  func anyValue() throws {
    let selector =
      "{matchExpressions: [{key: app, operator: Exists}, {key: app, operator: NotIn, values:"
      + " [any, any-other, any-2]}]}"
    let found = try Self.findings(
      Made.policy(
        "shop", selector, "egress: [{to: [{namespaceSelector: {}}], ports: [{port: 8443}]}]"),
      Made.policy(
        "vault", "{matchLabels: {app: vault}}",
        "ingress: [{from: [{namespaceSelector: {}, podSelector: \(selector)}], ports: [{port: 8443}]}]"
      ))
    #expect(found.contains { $0.rule == "vault-exposed" }, "\(found)")
  }

  @Test("metrics at the port of the vault's clients open the vault to monitoring")
  func metrics() throws {
    let watch = "  watch: { namespace: w, labels: { app: w }, role: monitoring, owner: o }\nflows:"
    func rules(_ port: Int) throws -> [String] {
      let text = Self.topology.replacing("role: vault,", with: "role: vault, metrics: \(port),")
        .replacing("flows:", with: watch)
      return Made.findings(try TopologyTests.topology(text)).map(\.rule)
    }
    #expect(try rules(8443) == ["vault-exposed"])
    #expect(try rules(9090) == [])
  }

  @Test("a node reaches the pods that it runs: one warning for each workload on the host network")
  func node() throws {
    let agent = Made.pod("agents", "agent", "{hostNetwork: true, containers: []}")
    let found = try Self.findings(agent).filter { $0.path.first == "agents/agent[Pod]" }
    #expect(
      found.map(\.rule) == ["vault-exposed"] && found.map(\.severity) == [.warning], "\(found)")
    let shop = Made.cluster(
      of: try TopologyTests.topology(Self.topology), [agent, Made.pod("shop", "web")])
    var modes = EvaluationModes()
    modes.hostNetwork = .node
    #expect(
      listing(shop, .text, modes: modes).contains(
        "agents/agent[Pod] => shop/web[Pod] : All Connections"))
    let ends = try ["agents/agent", "shop/web"].map { try QueryEnd.parse($0, in: shop)[0] }
    let text = shop.explain(from: ends[0], to: ends[1], .all, modes: modes).text
    #expect(text.hasPrefix("agents/agent[Pod] => shop/web[Pod] : undefined"), "\(text)")
  }

  @Test("what passes for sure is told, and not hidden by what may pass")
  func worstFirst() throws {
    let open = Made.policy(
      "shop", "{matchLabels: {app: relay}}", "egress: [{to: [{ipBlock: {cidr: 8.8.8.0/24}}]}]")
    let relay = Made.pod("shop", "relay", "{hostNetwork: true, containers: []}")
    let found = try Self.findings(open, relay).filter { $0.rule == "undeclared-exit" }
    #expect(found.contains { $0.severity == .error && $0.text.contains("8.8.8.0") }, "\(found)")
  }

  @Test("replicas of a workload may be declared to talk to each other")
  func itself() throws {
    let text = Self.topology + "  - { from: web, to: web, ports: [6379], reason: r }\n"
    let topology = try TopologyTests.topology(text)
    #expect(Made.findings(topology) == [])
    #expect(
      Made.findings(topology, without: "web-from-web").map(\.rule) == ["flow-denied"])
  }

  @Test("a rule that is wider than the declared range is too wide, and the flow is not denied")
  func widerRange() throws {
    let text =
      Self.topology.replacing(
        "flows:", with: "external: { far: { addresses: [203.0.113.0/28] } }\nflows:")
      + "  - { from: web, to: far, ports: [443], reason: r }\n"
    let topology = try TopologyTests.topology(text)
    let wide = Made.policy(
      "shop", "{matchLabels: {app: web}}",
      "egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 443}]}]")
    #expect(
      Made.findings(topology, without: "web-to-far", [wide]).map(\.rule) == ["undeclared-exit"])
    let halves = try TopologyTests.topology(
      text.replacing("[203.0.113.0/28]", with: "[20.0.0.0/9, 20.128.0.0/9]"))
    let whole = wide.replacing("203.0.113.0/24", with: "20.0.0.0/8")
    #expect(
      Made.findings(halves, without: "web-to-far", [whole]) == [])
  }

  @Test("a family that is not to be shown is judged all the same")
  func families() throws {
    let topology = try TopologyTests.topology(Self.topology)
    var options = Verifier.Options()
    options.runsLints = false
    options.modes.families = [.v4]
    let open = Made.policy(
      "shop", "{matchLabels: {app: pay}}", "egress: [{to: [{ipBlock: {cidr: \"2001:db8::/32\"}}]}]")
    let found = Verifier.findings(
      Made.cluster(of: topology, [open]), against: topology, options: options)
    #expect(found.map(\.rule) == ["raw-exit"])
  }

  @Test("what a workload without a mask hands on can leave the cluster: plain is a promise")
  func relay() throws {
    let text =
      Self.topology.replacing("mask: sidecar, ", with: "")
      .replacing("flows:", with: "external: { far: { addresses: [203.0.113.0/28] } }\nflows:")
      .replacing("  - { from: pay, to: vault, ports: [8443], carries: raw, reason: r }\n", with: "")
      + "  - { from: pay, to: web, ports: [80], carries: plain, reason: r }\n"
      + "  - { from: web, to: far, ports: [443], reason: r }\n"
    let found = Made.findings(try TopologyTests.topology(text)).filter {
      $0.rule == "unmasked-exit"
    }
    #expect(found.map(\.path) == [["pay", "web", "far"]])
  }

  @Test(
    "a store outside the cluster is a subnet, not a large part of the world",
    arguments: [
      ("[10.9.0.0/16]", true), ("[10.9.8.7/32]", true), ("[10.8.0.0/15]", false),
      ("[0.0.0.0/1, 128.0.0.0/2, 192.0.0.0/3]", false), ("[\"fd00::/48\"]", true),
      ("[\"fd00::/16\"]", false),
    ])
  func store(addresses: String, isStore: Bool) throws {
    let text =
      Self.topology.replacing(
        "flows:", with: "external: { store: { addresses: \(addresses) } }\nflows:")
      + "  - { from: vault, to: store, ports: [5432], carries: tokenized, reason: r }\n"
    let found = Made.findings(try TopologyTests.topology(text)).filter { $0.rule == "vault-egress" }
    #expect(found.isEmpty == isStore, "\(found)")
  }
}
