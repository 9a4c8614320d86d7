import NetworkPolicies
import Testing

@Suite("Questions about one connection")
struct QueryTests {
  private let shop = cluster(
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: api, namespace: n, labels: {app: api}}
    spec: {containers: [{name: c, image: i, ports: [{name: web, containerPort: 8080}]}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: api, namespace: n}
    spec: {selector: {app: api}, ports: [{port: 80, targetPort: web}]}
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: p, namespace: n}
    spec:
      podSelector: {}
      policyTypes: [Ingress]
      ingress:
      - from: [{namespaceSelector: {}}]
        ports: [{protocol: TCP, port: 8080}]
    """)

  private func allowed(_ from: String, _ to: String, _ port: UInt16) throws -> ConnectionSet {
    let set = ConnectionSet(.tcp, IntervalSet(port...port))
    let target = try QueryEnd.parse(to, in: shop, port: set)
    let source = try QueryEnd.parse(from, in: shop)
    return shop.explain(from: source[0], to: target[0], target[0].question).allowed
  }

  @Test("a port of a Service is that of its pods, a port of a workload is its own")
  func services() throws {
    #expect(try allowed("m/{app=x}", "n/api[Service]", 80).description == "TCP 8080")
    #expect(try allowed("m/{app=x}", "n/api", 80).isEmpty)
    #expect(try allowed("m/{app=x}", "n/api[Pod]", 8080).description == "TCP 8080")
    #expect(try allowed("192.0.2.1", "n/api", 8080).isEmpty)
  }

  @Test("a range of one address is that address")
  func oneAddress() throws {
    #expect(try QueryEnd.parse("10.1.2.3/32", in: shop).count == 1)
    #expect(try QueryEnd.parse("fd00::1/128", in: shop).count == 1)
  }

  @Test("a named port of a Service is at each of its pods that pod's own, and not another's")
  func namedPorts() throws {
    func pod(_ name: String, _ port: Int, _ app: String = "web") -> String {
      "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name), namespace: n, labels: {app: \(app)}}\n"
        + "spec: {containers: [{name: c, image: i, ports: [{name: web, containerPort: \(port)}]}]}\n"
    }
    let service =
      "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: n}\n"
      + "spec: {selector: {app: web}, ports: [{port: 80, targetPort: web}]}\n"
    let both = cluster([pod("a", 8080), pod("b", 9090), service].joined(separator: "---\n"))
    let ends = try QueryEnd.parse("n/s", in: both, port: ConnectionSet(.tcp, IntervalSet(80...80)))
    #expect(ends.map { "\($0.name) \($0.question)" } == ["n/a[Pod] TCP 8080", "n/b[Pod] TCP 9090"])
  }

  @Test("pods on the host network are read as it is asked: as pods, as nodes, or both")
  func hostNetwork() throws {
    let shop = cluster(
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: a, namespace: n, labels: {app: a}}
      spec: {hostNetwork: true, containers: [{name: c, image: i}]}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: p, namespace: n}
      spec: {podSelector: {}, policyTypes: [Ingress]}
      """)
    let source = try QueryEnd.parse("192.0.2.1", in: shop)[0]
    let target = try QueryEnd.parse("n/a", in: shop)[0]
    var modes = EvaluationModes()
    #expect(shop.explain(from: source, to: target, .all, modes: modes).allowed.isEmpty)
    modes.hostNetwork = .node
    #expect(shop.explain(from: source, to: target, .all, modes: modes).allowed.isAll)
    modes.hostNetwork = .undefined
    let both = shop.explain(from: source, to: target, .all, modes: modes)
    #expect(both.notes.contains { $0.hasSuffix("as its node: allowed All Connections") }, "\(both)")
  }

  @Test("a port that a Service does not have is told of, and a Service without pods, too")
  func missingPort() throws {
    func problem(_ port: UInt16, _ cluster: Cluster) -> String? {
      do throws(QueryEnd.Problem) {
        _ = try QueryEnd.parse(
          "n/api[Service]", in: cluster, port: ConnectionSet(.tcp, IntervalSet(port...port)))
        return nil
      } catch {
        return error.description
      }
    }
    #expect(problem(80, shop) == nil)
    #expect(problem(81, shop) == "the Service n/api has no port TCP 81; it has TCP 80")
    var empty = shop
    empty.workloads = []
    #expect(problem(80, empty) == "the Service n/api selects no pod of these manifests")
  }

  @Test(
    "what names no end is refused",
    arguments: [
      ("api", "'api' names no end; write ns/name, ns/{app=web} or an address"),
      ("n/zz", "there is no workload and no Service 'n/zz'"),
      ("n/{app}", "'app' is no label; write key=value"),
      (
        "10.0.0.0/8",
        "'10.0.0.0/8' is a range; ask about one address of it, or list all ranges with"
          + " 'maskline k8s connections'"
      ),
    ])
  func refused(text: String, problem: String) {
    #expect {
      try QueryEnd.parse(text, in: shop)
    } throws: { "\($0)" == problem }
  }
}
