import NetworkPolicies
import Rules
import Testing

@Suite("Whether the mask that is said to be there is there")
struct SidecarTests {
  private static let topology = """
    version: 1
    workloads:
      pay: { namespace: shop, labels: { app: pay }, role: sensitive, mask: sidecar, owner: o }
      log: { namespace: log, labels: { app: log }, role: collector, owner: o }
    flows:
      - { from: pay, to: log, ports: [5170], carries: masked, reason: r }
    """

  private static func manifests(_ sidecar: String) throws -> (Cluster, Topology) {
    let topology = try TopologyTests.topology(topology)
    let spec =
      "initContainers: [\(sidecar)]\n"
      + "  containers: [{name: c, image: i, securityContext: {runAsUser: 1000}}]"
    return (
      Made.cluster(of: topology, [Made.pod("shop", "pay", spec), Made.pod("log", "log")]), topology
    )
  }

  private static func kind(_ cluster: Cluster, _ topology: Topology) -> [ConnectionGraph.EdgeKind] {
    let graph = ConnectionGraph.of(cluster, topology: topology)
    return graph.edges.filter { edge in
      graph.nodes[edge.source].name == "pay" && graph.nodes[edge.destination].name == "log"
    }.map(\.kind)
  }

  @Test(
    "a sidecar masks where it is Maskline, runs on and runs the proxy",
    arguments: [
      "{\(RandomTopology.sidecar)}",
      "{name: m, image: 'r.example/maskline:1', restartPolicy: Always, command: [/usr/bin/maskline, proxy]}",
    ])
  func masked(sidecar: String) throws {
    let (cluster, topology) = try Self.manifests(sidecar)
    let findings = Verifier.findings(cluster, against: topology)
    #expect(!findings.contains { $0.rule == "sidecar-missing" }, "\(findings)")
    #expect(Self.kind(cluster, topology) == [.masked])
  }

  @Test(
    "a pod without its mask is an error with its place and a fix, and no masked edge",
    arguments: [
      "",
      "{name: maskline, image: other, restartPolicy: Always, args: [proxy, --masks, /m]}",
      "{name: maskline, image: maskline, args: [proxy, --masks, /m]}",
      "{name: maskline, image: maskline, restartPolicy: Always, command: [sleep], args: [proxy]}",
      "{name: maskline, image: maskline, restartPolicy: Always, args: [check, /m]}",
      "{name: maskline, image: maskline, restartPolicy: Always}",
      "{name: maskline, image: maskline, restartPolicy: Always, args: [proxy, --mask, inbound]}",
      "{name: maskline, image: maskline, restartPolicy: Always, args: [proxy, --mask=inbound]}",
      "{name: maskline, image: maskline, restartPolicy: Always, args: [proxy, --help]}",
      "{name: maskline, image: maskline, restartPolicy: Always, args: [files, /in, --out, /out]}",
    ])
  func unmasked(sidecar: String) throws {
    let (cluster, topology) = try Self.manifests(sidecar)
    var options = Verifier.Options()
    options.runsLints = false
    let findings = Verifier.findings(cluster, against: topology, options: options)
    #expect(findings.map(\.rule) == ["sidecar-missing"])
    let finding = try #require(findings.first)
    #expect(finding.severity == .error && finding.fix != nil)
    #expect(finding.location.file == "m.yaml" && finding.location.line > 1)
    #expect(Self.kind(cluster, topology) == [.raw])
    // Tokens are made by the same sidecar.
    let tokens = try TopologyTests.topology(
      Self.topology.replacing("carries: masked", with: "carries: tokenized"))
    #expect(Self.kind(cluster, tokens) == [.raw])
  }

  @Test("a replica without the sidecar is not hidden by one that has it")
  func replicas() throws {
    func pod(_ name: String, _ sidecar: String) -> String {
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: \(name)
        namespace: shop
        labels: {app: pay}
        ownerReferences: [{kind: ReplicaSet, name: pay, controller: true}]
      spec:
        initContainers: [\(sidecar)]
        containers: [{name: c, image: i, securityContext: {runAsUser: 1000}}]

      """
    }
    let topology = try TopologyTests.topology(Self.topology)
    let policies = PolicyGenerator.policies(of: topology).map(\.yaml)
    let pods = [pod("a", "{\(RandomTopology.sidecar)}"), pod("b", "")]
    let all = cluster((policies + pods).joined(separator: "---\n"))
    let findings = Verifier.findings(all, against: topology)
    #expect(findings.contains { $0.rule == "sidecar-missing" }, "\(findings)")
  }

  @Test("a privilege that is written otherwise than true or false is refused, not passed over")
  func privileged() {
    let text =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
      + "spec: {containers: [{name: c, image: i, securityContext: {privileged: True}}]}\n"
    #expect(
      read(text).findings.map(\.description) == [
        "m.yaml:4:71: error: privileged must be true or false [W3]"
      ])
  }

  @Test("a difference tells that a mask is gone, though the same may pass as before")
  func maskGone() throws {
    let (before, topology) = try Self.manifests("{\(RandomTopology.sidecar)}")
    let (after, _) = try Self.manifests("")
    let difference = ConnectionDifference(from: before, to: after, topology: topology)
    #expect(difference.hasRaw)
    #expect(
      difference.text()
        == "~ shop/pay[Pod] => log/log[Pod] : TCP 5170 (masked before, raw now)  RAW\n")
    #expect(difference.changes.map(\.kind) == ["unmasked"])
    #expect(difference.markdown().hasPrefix("**What was masked is raw now: a mask is gone.**\n"))
    #expect(difference.graph.edges.map(\.kind) == [.raw])
    let mended = ConnectionDifference(from: after, to: before, topology: topology)
    #expect(!mended.hasRaw && mended.changes.isEmpty)
  }

  @Test(
    "a sidecar in pods that no manifest shows is said to be unchecked",
    arguments: [
      "apiVersion: v1\nkind: Pod\nmetadata: {name: log, namespace: log, labels: {app: log}}\n"
        + "spec: {containers: [{name: c, image: i}]}\n",
      "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: pay, namespace: shop}\n"
        + "spec: {template: {metadata: {labels: {app: pay}}, spec: {containers: []}}}\n",
    ])
  func unchecked(manifest: String) throws {
    let topology = try TopologyTests.topology(Self.topology)
    let policies = PolicyGenerator.policies(of: topology).map(\.yaml)
    let all = cluster((policies + [manifest]).joined(separator: "---\n"))
    let findings = Verifier.findings(all, against: topology)
      .filter { $0.rule == "mask-unchecked" }
    #expect(findings.map(\.severity) == [.warning])
    #expect(findings.first?.text.contains("shop/pay (mask: sidecar)") ?? false)
    #expect(
      findings.first?.readings.contains { $0.contains("Rollout (1)") }
        == manifest.contains("Rollout"))
  }
}
