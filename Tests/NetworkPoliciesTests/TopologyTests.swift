import Foundation
import NetworkPolicies
import Rules
import TestSupport
import Testing

@Suite("Topologies, their policies and what is verified")
struct TopologyTests {
  private static let count =
    ProcessInfo.processInfo.environment["MASKLINE_RANDOM_TOPOLOGIES"].flatMap(Int.init) ?? 40

  static func topology(_ text: String) throws -> Topology {
    let (topology, problems) = Topology.parse(Array(text.utf8), file: "topology.yaml")
    #expect(problems.map(\.description) == [], "\(text)")
    return try #require(topology)
  }

  private static func generated(_ topology: Topology) -> String {
    PolicyGenerator.policies(of: topology).map(\.yaml).joined(separator: "---\n")
  }

  @Test("T60 policies of random topologies verify clean, and each mutation is caught or harmless")
  func mutations() throws {
    var generator = RandomTopology(random: SeededRandom(for: "mutations"))
    var caught: [String: Int] = [:]
    var harmless: [String: Int] = [:]
    for _ in 0..<Self.count {
      let (text, manifests) = generator.text()
      let topology = try Self.topology(text)
      let clean = cluster(manifests + "---\n" + Self.generated(topology))
      let findings = Verifier.findings(clean, against: topology)
      // SCTP is warned of whatever the topology says.
      let left = findings.filter { $0.rule != "W20" }
      try #require(left.map(\.description) == [], "\(text)")
      for (name, mutant) in Mutation.all(clean, &generator.random) {
        var options = Verifier.Options()
        options.runsLints = false
        if Verifier.findings(mutant, against: topology, options: options).isEmpty {
          try #require(
            Self.isEqual(clean, mutant), "\(name) is neither caught nor harmless\n\(text)")
          harmless[name, default: 0] += 1
        } else {
          caught[name, default: 0] += 1
        }
      }
    }
    #expect(caught.count == Mutation.names.count, "caught \(caught), harmless \(harmless)")
  }

  /// Whether two clusters allow the same, also for pods that do not exist yet.
  private static func isEqual(_ left: Cluster, _ right: Cluster) -> Bool {
    var clusters = [left, right]
    let strangers = strangers(to: left)
    // Both with the pods that the policies of either may mean.
    for index in clusters.indices {
      let own = clusters[index].policies
      clusters[index].policies = left.policies + right.policies
      clusters[index].addRepresentatives(namespaces: Set(left.namespaces.keys))
      clusters[index].workloads += strangers.workloads
      clusters[index].namespaces.merge(strangers.namespaces) { old, _ in old }
      clusters[index].policies = own
    }
    return listing(clusters[0]) == listing(clusters[1])
  }

  /// Pods with each label and the one that mutations add, in each namespace and a new one: what
  /// mutations open is not told by the code alone that they are to test.
  private static func strangers(to known: Cluster) -> Cluster {
    let labels = known.workloads.flatMap(\.pods).flatMap {
      $0.labels.map { "\($0.key): \($0.value)" }
    }
    let namespaces = Set(known.namespaces.keys.filter { !$0.hasPrefix("(") } + ["zone"]).sorted()
    let pods = namespaces.flatMap { namespace in
      Set(labels + ["app: zone", "k8s-app: zone"]).sorted().enumerated().map { number, label in
        "apiVersion: v1\nkind: Pod\nmetadata: {name: stranger-\(number), namespace: \(namespace),"
          + " labels: {\(label)}}\nspec: {containers: [{name: c, image: i}]}\n"
      }
    }
    return cluster(pods.joined(separator: "---\n"))
  }

  @Test("an environment's pods are never opened to another's")
  func environments() throws {
    let topology = try Self.topology(
      """
      version: 1
      environments: { test: '{namespace}-test', live: '{namespace}' }
      workloads:
        a: { namespace: x, labels: { app: a }, owner: o }
        b: { namespace: y, labels: { app: b }, owner: o }
      flows:
        - { from: a, to: b, ports: [80], reason: r }
      """)
    let policies = Self.generated(topology)
    let leak = """
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: leak, namespace: x-test}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
        - to:
          - namespaceSelector: {}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: leak, namespace: y}
      spec:
        podSelector: {matchLabels: {app: b}}
        policyTypes: [Ingress]
        ingress:
        - from:
          - namespaceSelector: {}
            podSelector: {matchLabels: {app: a}}
      """
    var options = Verifier.Options()
    options.runsLints = false
    #expect(Verifier.findings(cluster(policies), against: topology, options: options) == [])
    let findings = Verifier.findings(cluster(policies + leak), against: topology, options: options)
    let mixed = try #require(findings.first { $0.rule == "environments-mixed" }, "\(findings)")
    #expect(mixed.path.first == "x-test/a[Topology]")
    #expect(mixed.text.hasPrefix("a flow from test to live: x-test/a[Topology] => y/b[Topology]"))
  }

  @Test(
    "a topology that is wrong is refused with its place",
    arguments: [
      (
        "flows: [{ from: a, to: c, ports: [1], reason: r }]",
        "5:24: there is no workload 'c'; did you mean 'a'?"
      ),
      (
        "flows: [{ from: b, to: a, ports: [0], reason: r }]",
        "5:35: a port is written as 8080, 8080-8090 or UDP 53"
      ),
      (
        "flows: [{ from: a, to: b, ports: [1], reason: r }]",
        "5:9: a flow from 'a' must say what it 'carries': masked, tokenized, raw or plain"
      ),
      ("flows: [{ from: b, to: a, ports: [1] }]", "5:9: the flow has no 'reason'"),
      ("flow: []", "5:1: unknown field 'flow' in a topology; did you mean 'flows'?"),
      (
        "environments: { live: shop }",
        "5:23: the form of a namespace must hold {namespace}, as '{namespace}-test'"
      ),
    ])
  func refused(line: String, error: String) {
    let text = """
      version: 1
      workloads:
        a: { namespace: n, labels: { app: a }, role: sensitive, owner: o }
        b: { namespace: n, labels: { app: b }, owner: o }
      \(line)
      """
    let (_, problems) = Topology.parse(Array(text.utf8), file: "t")
    #expect(problems.map(\.description).contains("t:" + error), "\(problems)")
  }

  @Test("the review sheet has a line for every policy, in Markdown and in HTML")
  func reviewSheet() throws {
    let topology = try Self.topology(
      """
      version: 1
      workloads:
        a: { namespace: n, labels: { app: a }, owner: "o | p" }
        b: { namespace: n, labels: { app: b }, owner: o }
      flows:
        - { from: a, to: b, ports: [80], reason: "a <needs> b", pci: [1.2.5] }
      """)
    let policies = PolicyGenerator.policies(of: topology)
    #expect(policies.map(\.name) == ["a-to-b", "allow-dns", "b-from-a", "default-deny"])
    let markdown = ReviewSheet.markdown(policies)
    #expect(
      markdown.contains(
        "| shared | n | a-to-b | a => b: TCP 80, plain | a &lt;needs> b | o \\| p | 1.2.5 |  |"))
    #expect(ReviewSheet.html(policies).contains("<td>a &lt;needs&gt; b</td>"))
  }
}

@Suite("Topologies that cannot be meant so")
struct TopologyErrorTests {
  private static let text = """
    version: 1
    environments: { live: '{namespace}', test: '{namespace}-test' }
    workloads:
      a: { namespace: x, labels: { app: a }, owner: o }
      b: { namespace: x, labels: { app: b }, owner: o }
    external: { far: { addresses: [10.0.0.0/8], except: [10.1.0.0/16] } }
    flows: [{ from: a, to: far, ports: [80], reason: r }]
    """

  @Test(
    "each is refused with its reason",
    arguments: [
      ("{ far:", "{ b:", "'b' is the name of a workload, too; give the external peer another"),
      ("from: a", "from: far", "the flow passes outside the cluster only: no policy can allow it"),
      (
        "[10.0.0.0/8]", "[10.0.0.0/8, 10.1.0.0/16]",
        "the addresses 10.0.0.0-10.255.255.255 and 10.1.0.0-10.1.255.255 of 'far' overlap: write each"
          + " address once"
      ),
      (
        "{ live: '{namespace}', test: '{namespace}-test' }",
        "{ live: '{namespace}', test: '{namespace}' }",
        "the namespace 'x' is of live and of test: what lies in it cannot be told apart"
      ),
      (
        "a: { namespace: x,", "a: { namespace: \(String(repeating: "y", count: 60)),",
        "the namespace 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...' of 'a' is no name of a namespace:"
          + " at most 63 characters"
      ),
    ])
  func refused(old: String, new: String, problem: String) {
    #expect(Topology.parse(Array(Self.text.utf8), file: "t").problems.isEmpty)
    let text = Self.text.replacing(old, with: new)
    let problems = Topology.parse(Array(text.utf8), file: "t").problems.map(\.text)
    #expect(problems.first == problem)
  }

  @Test("names that YAML takes for something else are in quotes, wherever a policy has them")
  func quoted() throws {
    let topology = try TopologyTests.topology(
      """
      version: 1
      workloads:
        a: { namespace: "null", labels: { "on": "y", "1e3": "n" }, owner: o }
        b: { namespace: "123", labels: { app: "Y" }, owner: o }
      flows: [{ from: a, to: b, ports: [80], reason: r }]
      """)
    let text = PolicyGenerator.policies(of: topology).map(\.yaml).joined(separator: "---\n")
    for part in [
      "namespace: \"null\"", "namespace: \"123\"", "\"on\": \"y\"", "\"1e3\": \"n\"", "app: \"Y\"",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(Set(cluster(text).policies.map(\.namespace)) == ["null", "123"])
  }

  @Test("a draft of any names is a topology")
  func draft() throws {
    func deployment(_ kind: String, _ name: String, _ namespace: String) -> String {
      "apiVersion: apps/v1\nkind: \(kind)\nmetadata: {name: \"\(name)\", namespace: \"\(namespace)\"}\n"
        + "spec: {template: {metadata: {labels: {app: \"\(name)\", kind: \(kind)}}, spec: {containers: []}}}\n"
    }
    let long = String(repeating: "x", count: 62)
    let parts =
      ["Deployment", "StatefulSet", "DaemonSet"].map { deployment($0, "web", "on") }
      + ["123", "on", "yes", "null", "true", long + "a", long + "b"].map {
        deployment("Deployment", $0, "n")
      }
    let text = TopologyDraft.text(of: cluster(parts.joined(separator: "---\n")))
    #expect(try TopologyTests.topology(text).workloads.count == parts.count)
  }
}

/// Changes to policies, one at a time.
enum Mutation {
  static let names = ["drop", "widen", "undeny", "peer", "split"]

  static func all(_ cluster: Cluster, _ random: inout SeededRandom) -> [(String, Cluster)] {
    var mutants: [(String, Cluster)] = []
    let indices = Array(cluster.policies.indices)
    let ruled = indices.filter { index in
      !(cluster.policies[index].ingress + cluster.policies[index].egress).isEmpty
    }
    if let index = indices.randomElement(using: &random) {
      var mutant = cluster
      mutant.policies.remove(at: index)
      mutants.append(("drop", mutant))
    }
    if let index = ruled.randomElement(using: &random) {
      var mutant = cluster
      switch Int.random(in: 0..<6, using: &random) {
      case 0: mutant.policies[index].podSelector = .everything
      case 3: mutant.policies[index].podSelector = listed(mutant.policies[index].podSelector)
      case 4: edit(&mutant.policies[index]) { $0.peers[0] = listed($0.peers[0], namespace: true) }
      case 5: edit(&mutant.policies[index]) { $0.peers[0] = listed($0.peers[0], namespace: false) }
      case 1: edit(&mutant.policies[index]) { $0.peers[0] = widened($0.peers[0], namespace: true) }
      default:
        edit(&mutant.policies[index]) { $0.peers[0] = widened($0.peers[0], namespace: false) }
      }
      mutants.append(("widen", mutant))
    }
    let denials = indices.filter { cluster.policies[$0].name == "default-deny" }
    if let index = denials.randomElement(using: &random) {
      var mutant = cluster
      mutant.policies.remove(at: index)
      mutants.append(("undeny", mutant))
    }
    if let index = ruled.randomElement(using: &random),
      let donor = ruled.randomElement(using: &random)
    {
      var mutant = cluster
      let from = cluster.policies[donor]
      if let peer = (from.ingress + from.egress).first?.peers.first {
        edit(&mutant.policies[index]) { $0.peers.append(peer) }
        mutants.append(("peer", mutant))
      }
    }
    if let index = ruled.randomElement(using: &random) {
      var mutant = cluster
      mutant.policies[index].ingress = split(mutant.policies[index].ingress)
      mutant.policies[index].egress = split(mutant.policies[index].egress)
      mutants.append(("split", mutant))
    }
    return mutants
  }

  private static func edit(_ policy: inout NetworkPolicy, _ body: (inout PolicyRule) -> Void) {
    if policy.ingress.isEmpty { body(&policy.egress[0]) } else { body(&policy.ingress[0]) }
  }

  private static func widened(_ peer: PolicyPeer, namespace: Bool) -> PolicyPeer {
    var peer = peer
    switch peer.kind {
    case .pods(let namespaces, let pods):
      peer.kind = .pods(
        namespaces: namespace ? .everything : namespaces, pods: namespace ? pods : .everything)
    case .block:
      if let all = AddressRange(cidr: "0.0.0.0/0") { peer.kind = .block(all, except: []) }
    }
    return peer
  }

  /// The selector with one more value for each key.
  private static func listed(_ selector: LabelSelector) -> LabelSelector {
    LabelSelector(
      selector.requirements.map { requirement in
        guard case .isIn(let key, let values) = requirement else { return requirement }
        return .isIn(key: key, values: values + ["zone"])
      })
  }

  private static func listed(_ peer: PolicyPeer, namespace: Bool) -> PolicyPeer {
    var peer = peer
    guard case .pods(let namespaces, let pods) = peer.kind else {
      return widened(peer, namespace: true)
    }
    peer.kind = .pods(
      namespaces: namespace ? namespaces.map(listed) : namespaces,
      pods: namespace ? pods : pods.map(listed))
    return peer
  }

  private static func split(_ rules: [PolicyRule]) -> [PolicyRule] {
    rules.flatMap { rule -> [PolicyRule] in
      var peers = rule
      peers.ports = []
      var ports = rule
      ports.peers = []
      return [peers, ports]
    }
  }
}
