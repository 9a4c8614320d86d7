import NetworkPolicies
import Rules
import Testing

@Suite("What verify finds")
struct VerifierTests {
  private static let topology = """
    version: 1
    environments: { live: '{namespace}' }
    cluster: { pods: [10.244.0.0/16] }
    workloads:
      pay: { namespace: shop, labels: { app: pay }, role: sensitive, mask: sidecar, owner: o }
      web: { namespace: shop, labels: { app: web }, owner: o }
      log: { namespace: log, labels: { app: log }, role: collector, owner: o }
      vault: { namespace: vault, labels: { app: vault }, role: vault, owner: o }
      store: { namespace: vault, labels: { app: store }, role: database, owner: o }
    external:
      partner: { addresses: [203.0.113.0/24] }
    flows:
      - { from: web, to: pay, ports: [8080], reason: r }
      - { from: pay, to: log, ports: [5170], carries: masked, reason: r }
      - { from: pay, to: vault, ports: [8443], carries: raw, reason: r }
      - { from: vault, to: store, ports: [5432], carries: tokenized, reason: r }
      - { from: web, to: partner, ports: [443], reason: r }
    """

  private static func findings(_ more: String, without name: String? = nil, pods: String = "")
    throws -> [PolicyFinding]
  {
    Made.findings(try TopologyTests.topology(topology), without: name, [pods, more])
  }

  private static func policy(_ namespace: String, _ app: String, _ rules: String) -> String {
    Made.policy(namespace, "{matchLabels: {app: \(app)}}", rules)
  }

  @Test("what the topology makes is clean")
  func clean() throws { #expect(try Self.findings("") == []) }

  @Test(
    "each way out or in that is not declared has its name and its path",
    arguments: [
      (
        "raw-exit", "shop", "pay",
        "egress: [{to: [{ipBlock: {cidr: 198.51.100.0/24}}], ports: [{port: 80}]}]",
        "shop/pay[Topology] -> 198.51.100.0-198.51.100.255[External] : TCP 80"
      ),
      (
        "undeclared-exit", "shop", "web",
        "egress: [{to: [{ipBlock: {cidr: 198.51.100.0/24}}], ports: [{port: 80}]}]",
        "shop/web[Topology] -> 198.51.100.0-198.51.100.255[External] : TCP 80"
      ),
      (
        "metadata-exit", "shop", "pay",
        "egress: [{to: [{ipBlock: {cidr: 169.254.169.254/32}}], ports: [{port: 80}]}]",
        "shop/pay[Topology] -> 169.254.169.254-169.254.169.254[External] : TCP 80"
      ),
      (
        "dns-exit", "shop", "pay",
        "egress: [{to: [{ipBlock: {cidr: 192.0.2.53/32}}], ports: [{port: 53, protocol: UDP}]}]",
        "shop/pay[Topology] -> 192.0.2.53-192.0.2.53[External] : UDP 53"
      ),
      (
        "vault-egress", "vault", "vault",
        "egress: [{to: [{ipBlock: {cidr: 192.0.2.9/32}}], ports: [{port: 443}]}]",
        "vault/vault[Topology] -> 192.0.2.9-192.0.2.9[External] : TCP 443"
      ),
      (
        "vault-exposed", "vault", "vault", "ingress: [{ports: [{port: 8443}]}]",
        "0.0.0.0-255.255.255.255[External] -> vault/vault[Topology] : TCP 8443"
      ),
      (
        "undeclared-entry", "log", "log", "ingress: [{ports: [{port: 5170}]}]",
        "0.0.0.0-255.255.255.255[External] -> log/log[Topology] : TCP 5170"
      ),
      (
        "vault-exposed", "vault", "vault",
        "ingress: [{from: [{namespaceSelector: {matchLabels: {team: x}}}], ports: [{port: 1}]}]",
        "(any-namespace-with-team=x)/(any-pod)[AnyPod] -> vault/vault[Topology] : TCP 1"
      ),
    ])
  func undeclared(rule: String, namespace: String, app: String, rules: String, path: String) throws
  {
    let findings = try Self.findings(Self.policy(namespace, app, rules))
    let finding = try #require(
      findings.first { $0.rule == rule && $0.path.joined(separator: " -> ") == path }, "\(findings)"
    )
    #expect(finding.severity == .error)
    // The place is that of the rule that opens it.
    #expect(finding.readings.contains { $0.contains("policy \(namespace)/more") })
    #expect(finding.readings.contains { $0.contains("\(finding.location)") })
    #expect(finding.fix != nil)
  }

  @Test("a cluster-wide policy that opens a way is named as what opens it, with its place")
  func clusterWide() throws {
    let open = """
      apiVersion: policy.networking.k8s.io/v1alpha1
      kind: AdminNetworkPolicy
      metadata: {name: wide}
      spec:
        priority: 1
        subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
        egress:
        - action: Allow
          to: [{networks: [198.51.100.0/24]}]
      """
    let finding = try #require(try Self.findings(open).first { $0.rule == "raw-exit" })
    #expect(finding.readings.count == 1)
    #expect(finding.readings[0].contains("AdminNetworkPolicy wide (alpha) says accept"))
    #expect(finding.readings[0].contains("\(finding.location)"))
  }

  @Test("a named port is open at pods that no manifest shows, whatever its number will be")
  func namedPorts() throws {
    let open = Self.policy(
      "vault", "vault", "ingress: [{from: [{namespaceSelector: {}}], ports: [{port: web}]}]")
    let found = try Self.findings(open).filter { $0.rule == "vault-exposed" }
    let finding = try #require(found.first)
    #expect(finding.path.last == "vault/vault[Topology] : TCP 65535")
    #expect(finding.readings.contains { $0.hasPrefix("port 65535 stands for named ports") })
  }

  @Test("pods of a namespace that nobody has thought of are reckoned with")
  func anyOther() throws {
    let open = Self.policy(
      "vault", "vault", "ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 1}]}]")
    let paths = try Self.findings(open).filter { $0.rule == "vault-exposed" }.map { $0.path[0] }
    #expect(paths.contains("(any-other-namespace)/(any-pod)[AnyPod]"), "\(paths)")
  }

  @Test("a leak needs both ends: from pod to pod, within a namespace and across")
  func pairs() throws {
    let open =
      Self.policy("shop", "web", "egress: [{to: [{namespaceSelector: {}}]}]") + "\n---\n"
      + Self.policy("log", "log", "ingress: [{from: [{namespaceSelector: {}}]}]")
    let rules = Set(try Self.findings(open).map(\.rule))
    #expect(rules.contains("namespace-leak"), "\(rules)")
    let store = Self.policy("vault", "store", "ingress: [{from: [{namespaceSelector: {}}]}]")
    #expect(try Self.findings(store).contains { $0.rule == "database-exposed" })
  }

  @Test("raw data that may go on from where it may go is shown with the whole way out")
  func wayOut() throws {
    let open =
      Self.policy("shop", "pay", "egress: [{to: [{podSelector: {matchLabels: {app: web}}}]}]")
      + "\n---\n"
      + Self.policy("shop", "web", "ingress: [{from: [{podSelector: {matchLabels: {app: pay}}}]}]")
    let finding = try #require(try Self.findings(open).first { $0.rule == "raw-exit" })
    #expect(
      finding.path == [
        "shop/pay[Topology]", "shop/web[Topology] : All Connections",
        "203.0.113.0-203.0.113.255[External]",
      ])
  }

  @Test("a missing default deny, a denied flow and denied names are found")
  func missing() throws {
    let undenied = try Self.findings("", without: "default-deny")
    #expect(undenied.contains { $0.rule == "missing-default-deny" && $0.text.contains("vault") })
    let denied = try Self.findings("", without: "pay-to-vault")
    #expect(
      denied.map(\.text) == [
        "the declared flow is denied: shop/pay => vault/vault : TCP 8443"
      ])
    let silent = try Self.findings("", without: "allow-dns")
    #expect(silent.contains { $0.rule == "dns-denied" })
  }

  @Test("a workload that the topology does not name is a warning")
  func unknown() throws {
    let pod =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: shop, labels: {app: x}}\n"
      + "spec: {containers: []}\n"
    let findings = try Self.findings("", pods: pod).filter { $0.rule != "mask-unchecked" }
    #expect(findings.map(\.rule) == ["unknown-workload"])
    #expect(findings.map(\.severity) == [.warning])
  }

  @Test("a topology that lets raw data go where no mask is is a finding itself")
  func rawFlow() throws {
    let text = Self.topology.replacing("carries: masked", with: "carries: raw")
    let topology = try TopologyTests.topology(text)
    let policies = PolicyGenerator.policies(of: topology).map(\.yaml).joined(separator: "---\n")
    var options = Verifier.Options()
    options.runsLints = false
    let findings = Verifier.findings(cluster(policies), against: topology, options: options)
    #expect(findings.map(\.rule) == ["raw-flow"])
  }

  @Test("a flow that carries raw data to where none may stay is found, whoever sends it")
  func rawFlowFromOrdinary() throws {
    let text = Self.topology.replacing(
      "ports: [443], reason: r", with: "ports: [443], carries: raw, reason: r")
    let topology = try TopologyTests.topology(text)
    let policies = PolicyGenerator.policies(of: topology).map(\.yaml).joined(separator: "---\n")
    var options = Verifier.Options()
    options.runsLints = false
    let findings = Verifier.findings(cluster(policies), against: topology, options: options)
    #expect(findings.map(\.rule) == ["raw-flow"])
    #expect(findings.map(\.path) == [["web", "partner"]])
  }

  @Test("generated policies are not warned of for want of a manifest of the cluster's DNS")
  func generatedDNS() throws {
    let topology = try TopologyTests.topology(
      "version: 1\nworkloads:\n  a: { namespace: x, labels: { app: a }, owner: o }\n"
        + "  b: { namespace: x, labels: { app: b }, owner: o }\nflows:\n"
        + "  - { from: a, to: b, ports: [80], reason: r }\n")
    let policies = PolicyGenerator.policies(of: topology).map(\.yaml)
    let pods = ["a", "b"].map { name in
      "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name), namespace: x, labels: {app: \(name)}}\n"
        + "spec: {containers: [{name: c, image: i}]}\n"
    }
    let all = cluster((policies + pods).joined(separator: "---\n"))
    #expect(Verifier.findings(all, against: topology).map(\.description) == [])
  }

  @Test(
    "a declared flow does not excuse what a vault and its store must not have",
    arguments: [
      ("from: web, to: vault, ports: [8443]", "vault-exposed", ["web", "vault"]),
      ("from: partner, to: vault, ports: [8443]", "vault-exposed", ["partner", "vault"]),
      ("from: vault, to: log, ports: [5170], carries: masked", "vault-egress", ["vault", "log"]),
      (
        "from: vault, to: partner, ports: [443], carries: plain", "vault-egress",
        ["vault", "partner"]
      ),
      ("from: web, to: store, ports: [5432]", "database-exposed", ["web", "store"]),
    ])
  func declaredVault(flow: String, rule: String, path: [String]) throws {
    let text = Self.topology + "\n  - { \(flow), reason: r }"
    let topology = try TopologyTests.topology(text)
    let policies = PolicyGenerator.policies(of: topology).map(\.yaml).joined(separator: "---\n")
    var options = Verifier.Options()
    options.runsLints = false
    let findings = Verifier.findings(cluster(policies), against: topology, options: options)
    #expect(findings.map(\.rule) == [rule], "\(findings)")
    #expect(findings.map(\.path) == [path])
  }

  @Test("a vault may have its store outside, if it reaches nothing else and not everything")
  func storeOutside() throws {
    func rules(_ addresses: String) throws -> [String] {
      let topology = try TopologyTests.topology(
        "version: 1\ncluster: { pods: [10.244.0.0/16] }\nworkloads:\n"
          + "  vault: { namespace: v, labels: { app: v }, role: vault, owner: o }\n"
          + "external: { store: { addresses: [\(addresses)] } }\nflows:\n"
          + "  - { from: vault, to: store, ports: [5432], carries: tokenized, reason: r }\n")
      let policies = PolicyGenerator.policies(of: topology).map(\.yaml).joined(separator: "---\n")
      var options = Verifier.Options()
      options.runsLints = false
      return Verifier.findings(cluster(policies), against: topology, options: options).map(\.rule)
    }
    let own = try rules("192.0.2.0/24")
    #expect(own == [])
    let wide = try rules("0.0.0.0/0")
    #expect(wide.contains("vault-egress"))
    let halves = try rules("0.0.0.0/1, 128.0.0.0/1")
    #expect(halves.contains("vault-egress"))
  }

  @Test("tokens come from a mask or from a vault, not from nowhere")
  func tokensFromNowhere() throws {
    let topology = try TopologyTests.topology(
      "version: 1\nworkloads:\n"
        + "  pay: { namespace: n, labels: { app: p }, role: sensitive, owner: o }\n"
        + "  log: { namespace: n, labels: { app: l }, owner: o }\nflows:\n"
        + "  - { from: pay, to: log, ports: [80], carries: tokenized, reason: r }\n")
    let policies = PolicyGenerator.policies(of: topology).map(\.yaml).joined(separator: "---\n")
    #expect(
      Verifier.findings(cluster(policies), against: topology).map(\.rule).contains("raw-flow"))
  }

  @Test("pods on the host network are undefined unless a mode is chosen")
  func hostNetwork() throws {
    let topology = try TopologyTests.topology(
      "version: 1\nworkloads:\n"
        + "  a: { namespace: n, labels: { app: a }, owner: o }\n"
        + "  b: { namespace: n, labels: { app: b }, owner: o }\nflows: []\n")
    let policies = PolicyGenerator.policies(of: topology).map(\.yaml)
    let pods = ["a", "b"].map { name in
      "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name), namespace: n, labels: {app: \(name)}}\n"
        + "spec: {hostNetwork: true, containers: []}\n"
    }
    let all = cluster((policies + pods).joined(separator: "---\n"))
    func severities(_ mode: EvaluationModes.HostNetwork?) -> Set<PolicyFinding.Severity> {
      var options = Verifier.Options()
      options.runsLints = false
      if let mode { options.modes.hostNetwork = mode }
      return Set(Verifier.findings(all, against: topology, options: options).map(\.severity))
    }
    #expect(severities(nil) == [.warning])
    #expect(severities(.pod) == [])
    // A node reaches its own pods, if it is the same node.
    #expect(severities(.node) == [.error, .warning])
  }

  @Test("what only some network plugins allow is a warning, and said to be undefined")
  func undefined() throws {
    let open =
      Self.policy("shop", "web", "egress: [{to: [{ipBlock: {cidr: 10.244.3.0/24}}]}]") + "\n---\n"
      + Self.policy("log", "log", "ingress: [{from: [{namespaceSelector: {}}]}]")
    let finding = try #require(
      try Self.findings(open).first {
        $0.path.first == "shop/web[Topology]" && $0.path.last?.hasPrefix("log/log") == true
      })
    #expect(finding.severity == .warning)
    #expect(finding.readings.contains { $0.hasPrefix("undefined:") })
  }

  @Test("a pod that may come with more labels than a workload has is judged as that workload")
  func moreLabels() throws {
    let open = Self.policy("shop", "pay", "egress: [{ports: [{port: 9000}]}]")
      .replacing("{app: pay}", with: "{app: pay, tier: new}")
    let finding = try #require(
      try Self.findings(open).first { $0.rule == "raw-exit" }, "no raw-exit")
    #expect(finding.path.first == "shop/(any-pod-with-app=pay-tier=new)[AnyPod]")
    #expect(finding.severity == .error)
    // What is declared for the workload holds for it, too, and nothing more is asked of it.
    let same = Self.policy(
      "shop", "pay",
      "egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: log}},"
        + " podSelector: {matchLabels: {app: log}}}], ports: [{port: 5170}]}]"
    ).replacing("{app: pay}", with: "{app: pay, tier: new}")
    #expect(try Self.findings(same) == [])
  }

  @Test("a pod of a workload that comes with the label of another policy, too, is reckoned with")
  func combinedLabels() throws {
    let open = Self.policy("shop", "pay", "egress: [{ports: [{port: 9000}]}]")
      .replacing("{app: pay}", with: "{net: open}")
    let finding = try #require(
      try Self.findings(open).first { $0.rule == "raw-exit" }, "no raw-exit")
    #expect(finding.path.first == "shop/(any-pod-with-app=pay-net=open)[AnyPod]")
  }
}
