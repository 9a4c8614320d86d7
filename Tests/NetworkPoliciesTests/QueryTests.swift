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
    var set = ConnectionSet(.tcp, IntervalSet(port...port))
    let target = try QueryEnd.parse(to, in: shop, port: &set)
    var unused = ConnectionSet()
    let source = try QueryEnd.parse(from, in: shop, port: &unused)
    return shop.explain(from: source[0], to: target[0], set).allowed
  }

  @Test("a port of a Service is that of its pods, a port of a workload is its own")
  func services() throws {
    #expect(try allowed("m/{app=x}", "n/api[Service]", 80).description == "TCP 8080")
    #expect(try allowed("m/{app=x}", "n/api", 80).isEmpty)
    #expect(try allowed("m/{app=x}", "n/api[Pod]", 8080).description == "TCP 8080")
    #expect(try allowed("192.0.2.1", "n/api", 8080).isEmpty)
  }

  @Test(
    "what names no end is refused",
    arguments: [
      ("api", "'api' names no end; write ns/name, ns/{app=web} or an address"),
      ("n/zz", "there is no workload and no Service 'n/zz'"),
      ("n/{app}", "'app' is no label; write key=value"),
    ])
  func refused(text: String, problem: String) {
    var set = ConnectionSet.all
    #expect {
      try QueryEnd.parse(text, in: shop, port: &set)
    } throws: { "\($0)" == problem }
  }
}
