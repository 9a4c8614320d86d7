import Rules
import TestSupport
import Testing

@testable import NetworkPolicies

@Suite("Listings of connections")
struct ListingTests {
  /// Pods that all reach each other, one of them with a second shape, at some named and some fixed ports.
  private func crowd(_ count: Int) -> Cluster {
    cluster(
      (0..<count).map { number in
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: pod-\(number), namespace: n\(number % 3), labels: {app: a\(number % 5)}}
        spec: {containers: [{name: c, image: i, ports: [{name: web, containerPort: \(80 + number % 7)}]}]}
        """
      }.joined(separator: "\n---\n") + """

        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: p, namespace: n1}
        spec:
          podSelector: {}
          policyTypes: [Ingress]
          ingress:
          - from: [{namespaceSelector: {}}]
            ports: [{port: web}, {port: 443}]
          - from: [{ipBlock: {cidr: 10.0.0.0/8}}]
        """)
  }

  @Test("a listing of several blocks holds each connection once, and only whole lines")
  func blocks() {
    let crowd = crowd(120)
    var connectivity = Connectivity(crowd)
    var expected = [""]
    var undefined = [""]
    connectivity.forEach { connection, source, destination in
      let beginning = "\(source) => \(destination) : "
      if !connection.allowed.isEmpty { expected.append(beginning + "\(connection.allowed)") }
      if !connection.undefined.isEmpty { undefined.append(beginning + "\(connection.undefined)") }
    }
    expected.removeFirst()
    undefined[0] = "Undefined (network plugins differ; not allowed for sure):"
    var sizes: [Int] = []
    var bytes: [UInt8] = []
    var listing = ConnectionListing(.text) { block in
      sizes.append(block.count)
      bytes += block
      return true
    }
    let counts = listing.list(&connectivity)
    #expect(sizes.count > 2)
    #expect(counts == (expected.count, undefined.count - 1))
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    #expect(lines == expected + undefined)
  }

  @Test("a listing that nobody reads any more ends", arguments: ListingForm.allCases)
  func noReader(form: ListingForm) {
    var connectivity = Connectivity(crowd(120))
    var count = 0
    var listing = ConnectionListing(form) { _ in
      count += 1
      return false
    }
    _ = listing.list(&connectivity)
    #expect(count == 1)
  }

  @Test("sets are united, met and subtracted by number as they are by value")
  func tableOfSets() {
    var random = SeededRandom(for: "table of sets")
    var table = ConnectionTable()
    let sets = (0..<60).map { _ in
      let low = UInt16.random(in: 1...40, using: &random)
      let ports = IntervalSet(low...UInt16.random(in: low...60, using: &random))
      let transport = TransportProtocol.allCases.randomElement(using: &random) ?? .tcp
      return ConnectionSet(transport, ports).union(ConnectionSet(.udp, IntervalSet(low...low)))
    }
    // Twice, as the second time what was kept answers.
    for _ in 0..<2 {
      for left in sets {
        for right in sets {
          let (one, other) = (table.id(left), table.id(right))
          let (union, meet) = (table.union(one, other), table.intersection(one, other))
          let rest = table.difference(one, other)
          #expect(table[union] == left.union(right))
          #expect(table[meet] == left.intersection(right))
          #expect(table[rest] == left.subtracting(right))
        }
      }
    }
  }

  @Test("a plain scalar is a number exactly where the patterns of YAML 1.1 and 1.2 have one")
  func numbers() {
    var random = SeededRandom(for: "numbers of YAML")
    let pattern =
      /[-+]?(?:0x[0-9a-fA-F_]+|0b[01_]+|0o?[0-7_]+|[0-9][0-9_]*|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))/
    let pieces = [
      "0", "1", "7", "9", "_", ".", "e", "E", "+", "-", "x", "b", "o", "0x", "0b", "0o", ".inf",
      ".NaN", "a", "/", ":",
    ]
    for _ in 0..<20_000 {
      let first = ["0", "1", "+", "-", ".", "9", "0x", "0b"].randomElement(using: &random) ?? "0"
      let text =
        first
        + (0..<Int.random(in: 0...5, using: &random)).map { _ in
          pieces.randomElement(using: &random) ?? ""
        }.joined()
      let isNumber = text.wholeMatch(of: pattern) != nil
      #expect(ManifestDecoder.isTyped(text) == isNumber, "\(text)")
    }
  }

  @Test(
    "a port has a name of at most 15 small letters, digits and single hyphens, one of them a letter",
    arguments: [
      ("web", true), ("a", true), ("a1-b2", true), ("8080x", true), ("abcdefghijklmno", true),
      ("", false), ("80", false), ("Web", false), ("-web", false), ("web-", false),
      ("we--b", false), ("abcdefghijklmnop", false), ("we_b", false), ("wéb", false),
    ])
  func portNames(name: String, isValid: Bool) {
    #expect(Names.isPortName(name) == isValid)
  }
}
