import Foundation
import Rules
import TestSupport
import Testing

@testable import NetworkPolicies

@Suite("Graphs and differences")
struct GraphTests {
  private static let examples = TestPaths.package.appendingPathComponent("examples/kubernetes")

  private static func file(_ name: String) throws -> ManifestReader.File {
    let data = try Data(contentsOf: examples.appendingPathComponent(name))
    return ManifestReader.File(name: name, bytes: Array(data))
  }

  /// The example shop, with its policies, and its topology.
  static func shop() throws -> (cluster: Cluster, topology: Topology) {
    let names = ["manifests", "policies"].flatMap { folder in
      (try? FileManager.default.contentsOfDirectory(
        atPath: examples.appendingPathComponent(folder).path))?.sorted().map { "\(folder)/\($0)" }
        ?? []
    }
    let (cluster, findings) = ManifestReader().read(try names.map(file))
    #expect(findings == [])
    let (topology, problems) = Topology.parse(try file("topology.yaml").bytes, file: "topology")
    #expect(problems == [])
    return (cluster, try #require(topology))
  }

  @Test("the example shop verifies clean, and its policies are those that its topology makes")
  func exampleShop() throws {
    let (cluster, topology) = try Self.shop()
    #expect(Verifier.findings(cluster, against: topology) == [])
    for namespace in topology.namespaces {
      let own = PolicyGenerator.policies(of: topology).filter { $0.namespace == namespace }
      let text = own.map(\.yaml).joined(separator: "---\n")
      let written = String(
        decoding: try Self.file("policies/\(namespace).yaml").bytes, as: UTF8.self)
      #expect(written == text, "make it anew: maskline k8s policies --config topology.yaml")
    }
  }

  @Test("the gateway layout verifies clean with NetworkPolicy alone")
  func gateway() throws {
    let (topology, problems) = Topology.parse(
      try Self.file("gateway/topology.yaml").bytes, file: "topology")
    #expect(problems == [])
    let parsed = try #require(topology)
    let policies = PolicyGenerator.policies(of: parsed).map(\.yaml).joined(separator: "---\n")
    let (cluster, findings) = ManifestReader().read([
      try Self.file("gateway/manifests.yaml"), try Self.file("manifests/cluster.yaml"),
      ManifestReader.File(name: "policies.yaml", bytes: Array(policies.utf8)),
    ])
    #expect(findings == [])
    #expect(Verifier.findings(cluster, against: parsed).map(\.description) == [])
  }

  @Test("edges are coloured by what the topology says that they carry")
  func colours() throws {
    let (cluster, topology) = try Self.shop()
    let graph = ConnectionGraph.of(cluster, topology: topology)
    func kinds(_ source: String, _ destination: String) -> [ConnectionGraph.EdgeKind] {
      graph.edges.filter { edge in
        graph.nodes[edge.source].name == source && graph.nodes[edge.destination].name == destination
      }.map(\.kind)
    }
    #expect(kinds("checkout", "collector") == [.masked, .masked])
    #expect(kinds("checkout", "token-vault") == [.raw, .raw])
    #expect(kinds("checkout", "acquirer") == [.tokenized, .tokenized])
    #expect(kinds("frontend", "collector") == [])
    var open = cluster
    open.policies.removeAll {
      ["default-deny", "allow-dns"].contains($0.name) || $0.name.hasPrefix("checkout-to")
    }
    let other = ConnectionGraph.of(open, topology: topology)
    let raw = other.edges.filter { other.nodes[$0.source].name == "checkout" && $0.kind == .raw }
    #expect(raw.contains { other.nodes[$0.destination].namespace == ConnectionGraph.outside })
  }

  @Test("no box of a drawing overlaps another, and every text fits its box")
  func layout() throws {
    let svg = ConnectionGraph.of(try Self.shop().cluster, topology: nil).svg
    let pattern =
      /<g class="node" data-node="\d+"><rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"[^>]*\/><text class="label"[^>]*>([^<]*)<\/text><text class="label"[^>]*>([^<]*)<\/text>/
    let boxes = svg.matches(of: pattern).map { match in
      (
        x: Int(match.output.1) ?? 0, y: Int(match.output.2) ?? 0, width: Int(match.output.3) ?? 0,
        height: Int(match.output.4) ?? 0, text: match.output.5, note: match.output.6
      )
    }
    #expect(boxes.count >= 15)
    for (index, box) in boxes.enumerated() {
      #expect(box.text.count * 8 + 20 <= box.width && box.note.count * 7 + 20 <= box.width)
      for other in boxes[..<index] {
        let apart =
          box.x + box.width <= other.x || other.x + other.width <= box.x
          || box.y + box.height <= other.y || other.y + other.height <= box.y
        #expect(apart, "\(box.text) lies on \(other.text)")
      }
    }
  }

  @Test("names of manifests cannot become markup or script")
  func escaping() {
    let (hostile, findings) = read(
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: "</script><img src=x>", namespace: "a\\"b"}
      spec: {containers: []}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: other, namespace: n}
      spec: {containers: []}
      """)
    // They are refused when they are read; here they are drawn all the same.
    #expect(findings.map(\.severity) == [.error, .error])
    let graph = ConnectionGraph.of(hostile, topology: nil)
    let html = graph.html(title: "<t>")
    #expect(!html.contains("<img"))
    #expect(html.components(separatedBy: "</script>").count == 2)
    #expect(graph.dot.contains("\\u003c/script"))
    #expect(!graph.mermaid.contains("<img"))
  }

  @Test("a mark that combines with a quote or a bar does not keep it from being escaped")
  func combining() throws {
    let topology = try TopologyTests.topology(
      "version: 1\nworkloads:\n  a: { namespace: n, labels: { app: a }, owner: \"x|\u{301}\\r\\ny\" }\n"
        + "  b: { namespace: n, labels: { app: b }, owner: o }\nflows:\n"
        + "  - { from: a, to: b, ports: [80], reason: \"\\\"\u{301}<\u{301}'\" }\n")
    let policies = PolicyGenerator.policies(of: topology)
    #expect(ReviewSheet.html(policies).contains("<td>&quot;\u{301}&lt;\u{301}'</td>"))
    #expect(ReviewSheet.markdown(policies).contains("| x\\|\u{301}  y |"))
  }

  @Test("a difference names what was added, removed and changed, and when raw data gets out")
  func difference() throws {
    let (cluster, topology) = try Self.shop()
    #expect(
      ConnectionDifference(from: cluster, to: cluster, topology: topology).text()
        == "no connection changed\n")
    var after = cluster
    after.policies.removeAll { $0.name == "frontend-to-checkout" && $0.namespace == "shop" }
    let removed = ConnectionDifference(from: cluster, to: after, topology: topology)
    #expect(
      removed.text()
        == "- shop/frontend[Deployment] => shop/checkout[Deployment] : TCP 8080\n")
    #expect(removed.changes.map(\.severity) == [.narrower])
    for index in after.policies.indices
    where after.policies[index].name == "checkout-to-acquirer"
      && after.policies[index].namespace == "shop"
    {
      after.policies[index].egress[0].peers = []
      after.policies[index].egress[0].ports = []
    }
    let wider = ConnectionDifference(from: cluster, to: after, topology: topology)
    #expect(wider.hasRaw)
    #expect(wider.markdown().hasPrefix("**Raw data can leave by a new connection.**\n"))
    let outside = wider.changes.filter { $0.destination.hasSuffix("[External]") }
    #expect(outside.map(\.kind).contains("changed") && outside.map(\.kind).contains("added"))
    #expect(wider.graph.edges.contains { $0.kind == .raw })
  }

  @Test("edges of the same kind between the same ends keep all their ports")
  func joined() {
    var graph = ConnectionGraph()
    let ends = ["a", "b"].map { graph.node($0, "", "n") }
    for text in ["TCP 8080", "TCP 80", "TCP 8080", "TCP 443"] {
      graph.add(ends[0], ends[1], .raw, text)
    }
    #expect(graph.edges.map(\.connections) == ["TCP 8080; TCP 80; TCP 443"])
  }

  @Test("kinds that one drawing can hold differ in their colour, or at least in their line")
  func kinds() {
    for group in [
      [ConnectionGraph.EdgeKind.masked, .tokenized, .raw, .plain, .unknown, .denied],
      [.raw, .added, .removed, .changed],
    ] {
      #expect(Set(group.map(\.color)).count == group.count)
      #expect(Set(group.map { "\($0.dashes) \($0.width)" }).count == group.count)
    }
  }

  @Test("a workload that loses its labels still holds what it held")
  func lostIdentity() throws {
    let (cluster, topology) = try Self.shop()
    var after = cluster
    for index in after.workloads.indices where after.workloads[index].name == "checkout" {
      after.workloads[index].pods[0].labels = ["app": "renamed"]
    }
    after.policies +=
      read(
        Made.policy("shop", "{matchLabels: {app: renamed}}", "egress: [{}]")
      ).cluster.policies
    let difference = ConnectionDifference(from: cluster, to: after, topology: topology)
    let raw = difference.changes.filter { $0.severity == .raw }
    #expect(
      raw.contains {
        $0.destination.hasSuffix("[External]") && $0.source == "shop/checkout[Deployment]"
      })
  }

  @Test("what only opens to pods that may come is a difference, too")
  func standIns() throws {
    let (cluster, topology) = try Self.shop()
    var open = cluster
    open.policies.removeAll { $0.namespace == "shop" && $0.name == "default-deny" }
    let lost = ConnectionDifference(from: cluster, to: open, topology: topology)
    #expect(
      lost.changes.contains { $0.destination == "shop/(any-pod)[AnyPod]" && $0.severity == .wider })
    var vault = cluster
    vault.policies +=
      read(
        Made.policy(
          "vault", "{}", "ingress: [{from: [{namespaceSelector: {matchLabels: {team: new}}}]}]")
      ).cluster.policies
    let team = ConnectionDifference(from: cluster, to: vault, topology: topology)
    #expect(
      team.changes.contains {
        $0.source == "(any-namespace-with-team=new)/(any-pod)[AnyPod]"
          && $0.destination == "vault/token-vault[Deployment]"
      })
  }

  @Test("what becomes undefined is neither removed nor added")
  func undefinedDifference() {
    let pods = ["a", "b"].map { Made.pod("s", $0) }.joined(separator: "---\n")
    let sides = ["ingress: [{}]", "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]"].map {
      cluster(pods + "---\n" + Made.policy("s", "{matchLabels: {app: b}}", $0))
    }
    func kinds(_ old: Cluster, _ new: Cluster) -> [String] {
      ConnectionDifference(from: old, to: new, topology: nil).changes
        .filter { $0.source == "s/a[Pod]" && $0.destination == "s/b[Pod]" }.map(\.kind)
    }
    #expect(kinds(sides[0], sides[1]) == ["changed"])
    #expect(kinds(sides[1], sides[0]) == ["changed"])
  }

  @Test("the page opens in Chromium, draws its graph, and its search works")
  func chromium() throws {
    guard let chromium = TestPaths.program("chromium") else {
      #expect(!TestPaths.isContinuousIntegration, "install chromium")
      return
    }
    let (cluster, topology) = try Self.shop()
    let html = ConnectionGraph.of(cluster, topology: topology).html(title: "shop")
    // The page types into its own search field, and says what is left.
    let probe = """
      <script>
      const f=document.getElementById('search');f.value='vault raw';
      f.dispatchEvent(new Event('input'));
      const left=[...document.querySelectorAll('tr[data-edge]:not(.hidden)')].length;
      const boxes=[...document.querySelectorAll('.label,.group text')].map(e=>e.getBoundingClientRect());
      let overlaps=0;
      boxes.forEach((a,i)=>boxes.slice(0,i).forEach(b=>{
        if(a.left<b.right-1&&b.left<a.right-1&&a.top<b.bottom-2&&b.top<a.bottom-2)overlaps++}));
      const inside=[...document.querySelectorAll('.node')].every(n=>{
        const r=n.querySelector('rect').getBoundingClientRect();
        return [...n.querySelectorAll('text')].every(t=>t.getBoundingClientRect().right<=r.right)});
      document.title='left '+left+' overlaps '+overlaps+' inside '+inside;
      </script></body>
      """
    let folder = try TemporaryFolder()
    let page = try folder.write(html.replacing("</body>", with: probe), to: "page.html")
    let result = try CommandRunner.run(
      chromium,
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path("profile"))",
        "--window-size=1600,1200", "--dump-dom", "file://\(page)",
      ], secondsMax: 120)
    #expect(result.outputText.contains("<title>left 2 overlaps 0 inside true</title>"))
    #expect(result.outputText.contains("2 of "))
  }
}
