import NetworkPolicies
import Rules
import Testing

@Suite("Pods under their owners")
struct OwnerTests {
  private func workload(_ kind: String, _ name: String, owner: String? = nil) -> String {
    let owners = owner.map { owner in
      let parts = owner.split(separator: "/")
      return ", ownerReferences: [{kind: \(parts[0]), name: \(parts[1]), controller: true}]"
    }
    return """
      apiVersion: \(kind == "Job" ? "batch" : "apps")/v1
      kind: \(kind)
      metadata: {name: \(name), namespace: n\(owners ?? "")}
      spec:
        template:
          metadata: {labels: {from: \(name)}}
          spec: {containers: [{name: c, image: i}]}

      """
  }

  private func names(_ cluster: Cluster) -> [String] {
    cluster.workloads.map { workload in
      "\(workload.displayName) \(workload.pods.compactMap { $0.labels["from"] })"
    }
  }

  @Test("a chain of owners ends at its root with the pods of all, in whatever order")
  func chain() {
    let parts = [
      workload("ReplicaSet", "a", owner: "Deployment/b"),
      workload("Deployment", "b", owner: "StatefulSet/c"), workload("StatefulSet", "c"),
    ]
    #expect(
      names(cluster(parts.joined(separator: "---\n"))) == [#"n/c[StatefulSet] ["c", "a", "b"]"#])
    #expect(
      names(cluster(parts.reversed().joined(separator: "---\n"))) == [
        #"n/c[StatefulSet] ["c", "b", "a"]"#
      ])
  }

  @Test("owners that go round stay workloads of their own, and are told of")
  func cycle() {
    let (cluster, findings) = read(
      [
        workload("Job", "a", owner: "Job/b"), workload("Job", "b", owner: "Job/a"),
        workload("ReplicaSet", "c", owner: "Job/a"),
      ].joined(separator: "---\n"))
    #expect(
      names(cluster) == [#"n/a[Job] ["a"]"#, #"n/b[Job] ["b"]"#, #"n/c[ReplicaSet] ["c"]"#])
    #expect(findings.map(\.rule) == ["W3", "W3", "W3"])
    #expect(findings.map(\.severity) == [.warning, .warning, .warning])
    #expect(findings.map(\.location.line) == [1, 9, 17])
  }

  @Test("pods of a Job have the labels that its controller adds")
  func jobLabels() {
    let text = """
      apiVersion: batch/v1
      kind: Job
      metadata: {name: once, namespace: n}
      spec: {template: {metadata: {labels: {app: a}}, spec: {containers: []}}}
      ---
      \(Made.policy("n", "{matchLabels: {job-name: once}}", "egress: []"))
      """
    #expect(!listing(cluster(text), .text).contains { $0.hasPrefix("n/once[Job]") })
  }
}
