import Foundation
import NetworkPolicies
import TestSupport
import Testing

@Suite("Published cases")
struct PublishedCasesTests {
  @Test("T59 connections are those of np-guard", arguments: Fixtures.cases("connections"))
  func connections(name: String) throws {
    let (cluster, findings) = ManifestReader().read(
      try Fixtures.files("connections/\(name)/manifests"))
    #expect(findings.filter { $0.severity == .error } == [])
    let url = Fixtures.folder.appendingPathComponent("connections/\(name)/expected.csv")
    let expected = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline)
      .map(String.init).filter { !$0.contains("{ingress-controller}") }
    let found = listing(cluster)
    let missing = Set(expected).subtracting(found).sorted()
    let surplus = Set(found).subtracting(expected).sorted()
    #expect(missing == [], "missing of \(expected.count)")
    #expect(surplus == [], "too many")
    #expect(found == expected, "the order differs")
  }

  private struct Question: Decodable {
    var src: String
    var dst: String
    var `protocol`: String
    var port: UInt16
    var allowed: Bool
  }

  @Test("T59 recipes do what their pages say", arguments: Fixtures.cases("recipes"))
  func recipes(name: String) throws {
    let files = try Fixtures.files("recipes/\(name)")
    let (cluster, findings) = ManifestReader().read(files.filter { $0.name != "queries.json" })
    #expect(findings.filter { $0.severity == .error } == [])
    let url = Fixtures.folder.appendingPathComponent("recipes/\(name)/queries.json")
    let questions = try JSONDecoder().decode([Question].self, from: Data(contentsOf: url))
    #expect(!questions.isEmpty)
    var connectivity = Connectivity(cluster)
    let all = connectivity.all()
    for question in questions {
      let transport = try #require(TransportProtocol(rawValue: question.protocol))
      let set = ConnectionSet(transport, IntervalSet(question.port...question.port))
      let source = try QueryEnd.parse(question.src, in: cluster)
      let destination = try QueryEnd.parse(question.dst, in: cluster, port: set)
      let explanation = cluster.explain(
        from: source[0], to: destination[0], destination[0].question)
      #expect(explanation.allowed.isEmpty == !question.allowed, "\(explanation.text)")
      let listed = all.contains { connection in
        connectivity.name(connection.source).hasPrefix(question.src + "[")
          && connectivity.name(connection.destination).hasPrefix(question.dst + "[")
          && connection.allowed.contains(transport, question.port)
      }
      if IPAddress(question.src) == nil, IPAddress(question.dst) == nil {
        #expect(listed == question.allowed, "\(question)")
      }
    }
  }

  @Test("no case is missing")
  func counts() {
    let isAll = Fixtures.folder != Fixtures.own
    #expect(Fixtures.cases("connections").count >= (isAll ? 23 : 7))
    #expect(Fixtures.cases("recipes").count >= 8)
  }
}
