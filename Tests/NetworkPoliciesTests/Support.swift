import Foundation
import NetworkPolicies
import TestSupport
import Testing

/// Folders of manifests that tests read.
enum Fixtures {
  static let own: URL = TestPaths.package.appendingPathComponent("Tests/Fixtures/netpol")

  /// The folder of all cases where the test data is, else that of the smaller ones that the project
  /// carries.
  static let folder: URL = TestPaths.data("netpol") ?? own

  /// The names of the folders in `name`.
  static func cases(_ name: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent(name).path)
    return (names ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }

  /// The manifests of a folder.
  static func files(_ path: String) throws -> [ManifestReader.File] {
    let url = folder.appendingPathComponent(path)
    let names = try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
    return try names.filter {
      $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") || $0.hasSuffix(".json")
    }
    .map { name in
      let data = try Data(contentsOf: url.appendingPathComponent(name))
      return ManifestReader.File(name: name, bytes: Array(data))
    }
  }
}

/// The cluster of one manifest text; what is wrong with it fails the test.
func cluster(
  _ text: String, sourceLocation: Testing.SourceLocation = #_sourceLocation
) -> Cluster {
  let (cluster, findings) = read(text)
  #expect(findings == [], sourceLocation: sourceLocation)
  return cluster
}

/// The cluster of a manifest text, and what is wrong with it.
func read(_ text: String) -> (cluster: Cluster, findings: [PolicyFinding]) {
  ManifestReader().read([ManifestReader.File(name: "m.yaml", bytes: Array(text.utf8))])
}

/// The lines that a listing of a cluster writes.
func listing(_ cluster: Cluster, _ form: ListingForm = .csv, modes: EvaluationModes = .init())
  -> [String]
{
  var connectivity = Connectivity(cluster, modes: modes)
  var text = ""
  var listing = ConnectionListing(form) {
    text += String(decoding: $0, as: UTF8.self)
    return true
  }
  _ = listing.list(&connectivity)
  return text.split(separator: "\n").map(String.init)
}

/// Manifests of made-up clusters, and what verify says of them.
enum Made {
  /// A pod whose label `app` is its name.
  static func pod(
    _ namespace: String, _ name: String, _ spec: String = "{containers: [{name: c, image: i}]}"
  )
    -> String
  {
    "apiVersion: v1\nkind: Pod\n"
      + "metadata: {name: \(name), namespace: \(namespace), labels: {app: \(name)}}\n"
      + "spec:\n  \(spec)\n"
  }

  /// A policy named `more` with the rules of one direction.
  static func policy(_ namespace: String, _ subject: String, _ rules: String) -> String {
    let types = rules.hasPrefix("egress") ? "Egress" : "Ingress"
    let lines = rules.split(separator: "\n").map { "  \($0)\n" }.joined()
    return """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: more, namespace: \(namespace)}
      spec:
        podSelector: \(subject)
        policyTypes: [\(types)]
      \(lines)
      """
  }

  /// The policies that a topology makes, but for one name, and further manifests.
  static func cluster(
    of topology: Topology, without name: String? = nil, _ more: [String] = [],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) -> Cluster {
    let policies = PolicyGenerator.policies(of: topology).filter { $0.name != name }.map(\.yaml)
    let manifests = (policies + more).filter { !$0.isEmpty }.joined(separator: "\n---\n")
    return NetworkPoliciesTests.cluster(manifests, sourceLocation: sourceLocation)
  }

  /// What is found in them, without the lints.
  static func findings(
    _ topology: Topology, without name: String? = nil, _ more: [String] = [],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) -> [PolicyFinding] {
    var options = Verifier.Options()
    options.runsLints = false
    return Verifier.findings(
      cluster(of: topology, without: name, more, sourceLocation: sourceLocation),
      against: topology, options: options)
  }
}
