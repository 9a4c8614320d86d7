import NetworkPolicies
import Rules
import Testing

@Suite("Selectors that list more than was declared")
struct WideSelectorTests {
  private static let topology = """
    version: 1
    workloads:
      pay: { namespace: shop, labels: { app: pay }, role: sensitive, mask: sidecar, owner: o }
      log: { namespace: log, labels: { app: log }, role: collector, owner: o }
    flows:
      - { from: pay, to: log, ports: [5170], carries: masked, reason: r }
    """

  private static func findings(_ policies: String) throws -> [PolicyFinding] {
    Made.findings(try TopologyTests.topology(topology), [policies])
  }

  private static func policy(_ namespace: String, _ subject: String, _ rules: String) -> String {
    Made.policy(namespace, subject, rules)
  }

  private static func list(_ key: String, _ values: String) -> String {
    "{matchExpressions: [{key: \(key), operator: In, values: [\(values)]}]}"
  }

  private static let name = "kubernetes.io/metadata.name"

  @Test(
    "each value of a list is reckoned with: of pods, of namespaces, of a policy's subject",
    arguments: [
      (
        "log", "{matchLabels: {app: log}}",
        "ingress: [{from: [{namespaceSelector: {matchLabels: {\(name): shop}}, podSelector:"
          + " \(list("app", "pay, worm"))}], ports: [{port: 5170}]}]",
        "shop/(any-pod-with-app=worm)[AnyPod]", false
      ),
      (
        "log", "{matchLabels: {app: log}}",
        "ingress: [{from: [{namespaceSelector: \(list(name, "shop, taker")), podSelector:"
          + " {matchLabels: {app: pay}}}], ports: [{port: 5170}]}]",
        "taker/(any-pod-with-app=pay)[AnyPod]", true
      ),
      (
        "shop", "{matchLabels: {app: pay}}",
        "egress: [{to: [{namespaceSelector: \(list(name, "log, worm")), podSelector:"
          + " {matchLabels: {app: log}}}], ports: [{port: 5170}]}]",
        "worm/(any-pod-with-app=log)[AnyPod]", true
      ),
      (
        "shop", list("app", "pay, test"),
        "egress: [{to: [{ipBlock: {cidr: 198.51.100.0/24}}], ports: [{port: 443}]}]",
        "shop/(any-pod-with-app=test)[AnyPod]", true
      ),
    ])
  func lists(namespace: String, subject: String, rules: String, end: String, isOpen: Bool) throws {
    var policies = Self.policy(namespace, subject, rules)
    if !isOpen {
      // The far end must be open, too.
      policies +=
        "\n---\n"
        + Self.policy(
          "shop", "{matchExpressions: [{key: app, operator: NotIn, values: [pay]}]}",
          "egress: [{ports: [{port: 5170}]}]")
    }
    let findings = try Self.findings(policies)
    let found = findings.filter { finding in finding.path.contains { $0.hasPrefix(end) } }
    #expect(found.contains { $0.severity == .error }, "\(findings)")
    // Pods that no manifest holds have the place of the selector that means them.
    #expect(findings.allSatisfy { !$0.location.file.isEmpty && $0.location.line > 0 })
  }

  @Test("cluster-wide policies are reckoned with, peers and subjects alike")
  func clusterPolicies() throws {
    let findings = try Self.findings(
      """
      apiVersion: policy.networking.k8s.io/v1alpha1
      kind: AdminNetworkPolicy
      metadata: {name: open}
      spec:
        priority: 1
        subject:
          pods:
            namespaceSelector: {matchLabels: {\(Self.name): log}}
            podSelector: {}
        ingress:
        - name: from
          action: Allow
          from:
          - pods:
              namespaceSelector: \(Self.list(Self.name, "shop, taker"))
              podSelector: {matchLabels: {app: pay}}
      """)
    let paths = findings.map(\.path)
    #expect(paths.contains { $0.first == "taker/(any-pod-with-app=pay)[AnyPod]" }, "\(findings)")
    // No rule of a NetworkPolicy opens it: then the place is that of the selector that means the pod.
    #expect(findings.allSatisfy { !$0.location.file.isEmpty }, "\(findings)")
  }

  @Test("a selector with more combinations than are judged is an error, not passed over")
  func tooWide() throws {
    let values = (0..<20).map { "v\($0)" }.joined(separator: ", ")
    let selector =
      "{matchExpressions: [{key: a, operator: In, values: [\(values)]},"
      + " {key: b, operator: In, values: [\(values)]}]}"
    let findings = try Self.findings(
      Self.policy("shop", selector, "egress: [{ports: [{port: 1}]}]"))
    let wide = try #require(findings.first { $0.rule == "selector-too-wide" }, "\(findings)")
    #expect(wide.severity == .error && wide.location.file == "m.yaml")
  }

  @Test("lists of namespaces and of pods that multiply are as much too wide as one long list")
  func product() throws {
    func values(_ count: Int) -> String {
      (0..<count).map { "v\($0)" }.joined(separator: ", ")
    }
    func findings(_ namespaces: Int, _ pods: Int) throws -> [PolicyFinding] {
      try Self.findings(
        Self.policy(
          "log", "{matchLabels: {app: log}}",
          "ingress: [{from: [{namespaceSelector: \(Self.list(Self.name, values(namespaces))),"
            + " podSelector: \(Self.list("app", values(pods)))}], ports: [{port: 1}]}]"))
    }
    let wide = try findings(256, 256).filter { $0.rule == "selector-too-wide" }
    #expect(wide.count == 1 && wide[0].severity == .error, "\(wide)")
    let narrow = try findings(8, 8)
    #expect(!narrow.contains { $0.rule == "selector-too-wide" })
    // One pod stands for all values, which nothing tells apart.
    #expect(narrow.contains { $0.path.first == "v7/(any-pod-with-app=v0)[AnyPod]" })
  }

  @Test("lists of values that nothing tells apart are one pod each, however many there are")
  func alike() throws {
    let values = (0..<256).map { "v\($0)" }.joined(separator: ", ")
    let policies = (0..<15).map { number in
      Self.policy(
        "shop", Self.list("k\(number)", values),
        "egress: [{to: [{ipBlock: {cidr: 198.51.\(number).0/24}}], ports: [{port: 443}]}]")
    }
    let found = try Self.findings(policies.joined(separator: "\n---\n"))
    #expect(!found.contains { $0.rule == "selector-too-wide" })
    for number in 0..<15 {
      #expect(found.contains { $0.text.contains("198.51.\(number).0") }, "\(number)")
    }
    // A value that another policy names is another pod.
    let apart = try Self.findings(
      Self.policy("shop", Self.list("k", "a, b, c"), "egress: [{ports: [{port: 1}]}]") + "\n---\n"
        + Self.policy("shop", "{matchLabels: {k: b}}", "egress: [{ports: [{port: 2}]}]"))
    let ends = Set(apart.compactMap(\.path.first).filter { $0.hasPrefix("shop/(any-pod-with-k=") })
    #expect(ends == ["shop/(any-pod-with-k=a)[AnyPod]", "shop/(any-pod-with-k=b)[AnyPod]"])
  }

  @Test("many lists that are each narrow enough are too wide together")
  func sum() {
    let values = (0..<256).map { "v\($0)" }.joined(separator: ", ")
    var all = Cluster()
    all.policies = (0..<64).flatMap { number in
      cluster(
        Self.policy("n\(number)", Self.list("app", values), "egress: [{ports: [{port: 1}]}]")
      ).policies
    }
    let tooWide = all.addRepresentatives(namespaces: [])
    #expect(!tooWide.isEmpty)
    #expect(all.workloads.count <= 2048)
  }
}
