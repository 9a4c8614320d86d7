import NetworkPolicies
import TestSupport
import Testing

@Suite("What the specification leaves to the network plugin")
struct UndefinedTests {
  /// `a` is free, `b` is isolated for ingress and takes TCP 80 and SCTP 70 from `a`.
  private static let pods = """
    apiVersion: v1
    kind: Pod
    metadata: {name: a, namespace: n, labels: {app: a}}
    spec: {containers: [{name: c, image: i}]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: b, namespace: n, labels: {app: b}}
    spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: s, namespace: n}
    spec: {selector: {app: b}, ports: [{port: 8080, targetPort: 80}]}
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: p, namespace: n}
    spec:
      podSelector: {matchLabels: {app: b}}
      policyTypes: [Ingress]
      ingress:
      - from: [{podSelector: {matchLabels: {app: a}}}]
        ports: [{protocol: TCP, port: 80}, {protocol: SCTP, port: 70}]
    """

  private static func sets(_ modes: EvaluationModes) -> [String: String] {
    var connectivity = Connectivity(cluster(pods), modes: modes)
    var sets: [String: String] = [:]
    connectivity.forEach { connection, source, destination in
      sets["\(source) \(destination)"] = "\(connection.allowed) | \(connection.undefined)"
    }
    return sets
  }

  @Test("SCTP is as the policies say, or undefined where one holds a pod")
  func sctp() {
    var modes = EvaluationModes()
    #expect(Self.sets(modes)["n/a[Pod] n/b[Pod]"] == "SCTP 70,TCP 80 | No Connections")
    modes.sctp = .undefined
    let sets = Self.sets(modes)
    #expect(sets["n/a[Pod] n/b[Pod]"] == "TCP 80 | SCTP 1-65535")
    #expect(sets["n/b[Pod] n/a[Pod]"] == "All Connections | No Connections")
    let outside = "0.0.0.0-255.255.255.255[External]"
    #expect(sets["\(outside) n/b[Pod]"] == "No Connections | SCTP 1-65535")
    #expect(sets["n/b[Pod] \(outside)"] == "All Connections | No Connections")
  }

  @Test("ICMP is in no set, or undefined wherever a policy holds a pod")
  func icmp() {
    var modes = EvaluationModes()
    modes.icmp = .undefined
    let sets = Self.sets(modes)
    #expect(sets["n/a[Pod] n/b[Pod]"] == "SCTP 70,TCP 80 | ICMP")
    #expect(sets["n/b[Pod] n/a[Pod]"] == "All Connections | No Connections")
    #expect(sets["0.0.0.0-255.255.255.255[External] n/b[Pod]"] == "No Connections | ICMP")
    #expect(
      listing(cluster(Self.pods), .text, modes: modes).suffix(2) == [
        "0.0.0.0-255.255.255.255[External] => n/b[Pod] : ICMP", "n/a[Pod] => n/b[Pod] : ICMP",
      ])
  }

  private func answer(
    _ from: String, _ to: String, _ loopback: EvaluationModes.ServiceLoopback = .undefined
  ) throws -> String {
    let shop = cluster(Self.pods)
    var modes = EvaluationModes()
    modes.serviceLoopback = loopback
    let port = ConnectionSet(.tcp, IntervalSet(8080...8080))
    let target = try QueryEnd.parse(to, in: shop, port: port)
    let source = try QueryEnd.parse(from, in: shop)
    let text = shop.explain(from: source[0], to: target[0], target[0].question, modes: modes).text
    return String(text.split(separator: "\n")[0])
  }

  @Test("a pod reaches itself; through a Service that is undefined, or as it is chosen")
  func loopback() throws {
    #expect(try answer("n/b", "n/b") == "n/b[Pod] => n/b[Pod] : allowed TCP 8080")
    #expect(
      try answer("n/b", "n/s[Service]")
        == "n/b[Pod] => n/b[Pod] : undefined: network plugins differ")
    #expect(try answer("n/b", "n/s[Service]", .allow) == "n/b[Pod] => n/b[Pod] : allowed TCP 80")
    #expect(try answer("n/b", "n/s[Service]", .policy) == "n/b[Pod] => n/b[Pod] : denied")
    #expect(try answer("n/a", "n/s[Service]") == "n/a[Pod] => n/b[Pod] : allowed TCP 80")
  }

  @Test("a domain or a node that a cluster-wide rule allows is outside, or nowhere: undefined")
  func unresolved() throws {
    func sets(_ peers: EvaluationModes.UnresolvedPeers, _ peer: String) -> String {
      let policy = """
        apiVersion: policy.networking.k8s.io/v1alpha2
        kind: ClusterNetworkPolicy
        metadata: {name: c}
        spec:
          tier: Admin
          priority: 1
          subject: {namespaces: {}}
          egress:
          - {name: far, action: Accept, to: [\(peer)], protocols: [{tcp: {destinationPort: {number: 443}}}]}
          - {name: rest, action: Deny, to: [{networks: ["0.0.0.0/0"]}]}
        """
      var modes = EvaluationModes()
      modes.unresolvedPeers = peers
      modes.blocksOnPods = .ignore
      var connectivity = Connectivity(cluster(Made.pod("n", "a") + "---\n" + policy), modes: modes)
      var text = ""
      connectivity.forEach { connection, source, destination in
        if source == "n/a[Pod]" { text += "\(connection.allowed) | \(connection.undefined)" }
      }
      return text
    }
    for peer in ["{domainNames: [\"*.example\"]}", "{nodes: {}}"] {
      #expect(sets(.undefined, peer) == "No Connections | TCP 443")
      #expect(sets(.match, peer) == "TCP 443 | No Connections")
      #expect(sets(.ignore, peer) == "")
    }
  }

  @Test("domains are peers of rules that allow egress only")
  func misplacedDomains() {
    func problems(_ section: String, _ key: String, _ action: String) -> [String] {
      read(
        """
        apiVersion: policy.networking.k8s.io/v1alpha2
        kind: ClusterNetworkPolicy
        metadata: {name: c}
        spec:
          tier: Admin
          priority: 1
          subject: {namespaces: {}}
          \(section): [{action: \(action), \(key): [{domainNames: [a.example]}]}]
        """
      ).findings.map(\.text)
    }
    #expect(problems("egress", "to", "Accept") == [])
    #expect(problems("egress", "to", "Deny") == ["only a rule that allows can have 'domainNames'"])
    #expect(problems("ingress", "from", "Accept") == ["only peers of 'to' can be 'domainNames'"])
  }

  @Test("an explanation allows what the list of connections does, in every mode")
  func agreement() throws {
    var generator = NaiveGenerator(random: SeededRandom(for: "agreement"))
    for _ in 0..<150 {
      var cluster = read(generator.cluster().manifests).cluster
      for number in cluster.workloads.indices {
        if Int.random(in: 0..<3, using: &generator.random) == 0 {
          cluster.workloads[number].pods[0].usesHostNetwork = true
        }
        if Int.random(in: 0..<3, using: &generator.random) == 0 {
          cluster.workloads[number].pods[0].addresses = []
        }
      }
      for blocks in [EvaluationModes.BlocksOnPods.match, .ignore] {
        for host in [EvaluationModes.HostNetwork.pod, .node] {
          var modes = EvaluationModes()
          (modes.blocksOnPods, modes.hostNetwork) = (blocks, host)
          if Bool.random(using: &generator.random) {
            modes.podAddresses = AddressSet([AddressRange(cidr: "10.0.0.0/23")].compactMap(\.self))
          }
          guard let text = try Self.disagreement(cluster, modes) else { continue }
          Issue.record("\(text) (\(blocks), \(host))")
          return
        }
      }
    }
  }

  private static func disagreement(_ cluster: Cluster, _ modes: EvaluationModes) throws -> String? {
    var connectivity = Connectivity(cluster, modes: modes)
    var allowed: [String: ConnectionSet] = [:]
    connectivity.forEach { connection, source, destination in
      allowed["\(source) \(destination)"] = connection.allowed
    }
    let names = cluster.workloads.map(\.displayName)
    for source in names {
      for destination in names where destination != source {
        let ends = try [source, destination].map { try QueryEnd.parse($0, in: cluster)[0] }
        let explanation = cluster.explain(from: ends[0], to: ends[1], .all, modes: modes)
        let listed = allowed["\(source) \(destination)"] ?? ConnectionSet()
        if explanation.allowed != listed { return "listed \(listed)\n\(explanation.text)" }
      }
    }
    return nil
  }
}
