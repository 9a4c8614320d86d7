import Foundation
import NetworkPolicies
import TestSupport
import Testing

@Suite("Set algebra against single packets")
struct OracleTests {
  /// `MASKLINE_RANDOM_CASES` sets how many clusters are tried; the default is for everyday runs.
  private static let count =
    ProcessInfo.processInfo.environment["MASKLINE_RANDOM_CASES"].flatMap(Int.init) ?? 1500

  @Test("T59 a naive evaluator of packets agrees on random clusters and policies")
  func packets() throws {
    var generator = NaiveGenerator(random: SeededRandom(for: "packets"))
    for number in 0..<Self.count {
      let cluster = generator.cluster()
      let packets = generator.packets(cluster)
      guard let failure = Self.failure(cluster, packets) else { continue }
      let smallest = Self.shrink(cluster, packets)
      let text = Self.failure(smallest, packets) ?? failure
      Issue.record("cluster \(number): \(text)\n\(smallest.manifests)")
      return
    }
  }

  /// The first packet that both ways see differently, as text.
  private static func failure(_ naive: NaiveCluster, _ packets: [NaivePacket]) -> String? {
    let (cluster, findings) = read(naive.manifests)
    if let error = findings.first(where: { $0.severity == .error }) { return "\(error)" }
    for mode in EvaluationModes.BlocksOnPods.allCases {
      var modes = EvaluationModes()
      modes.blocksOnPods = mode
      modes.families = [.v4, .v6]
      var connectivity = Connectivity(cluster, modes: modes)
      let connections = connectivity.all()
      let numbers = Dictionary(
        uniqueKeysWithValues: cluster.workloads.enumerated().map { ($1.name, $0) })
      for packet in packets {
        guard let text = disagreement(naive, packet, mode, numbers, connections) else { continue }
        return "\(text) (ipBlock on pods: \(mode))"
      }
    }
    return nil
  }

  private static func disagreement(
    _ naive: NaiveCluster, _ packet: NaivePacket, _ mode: EvaluationModes.BlocksOnPods,
    _ numbers: [String: Int], _ connections: [Connection]
  ) -> String? {
    if case (.outside, .outside) = (packet.source, packet.destination) { return nil }
    if case (.pod(let a), .pod(let b)) = (packet.source, packet.destination), a == b { return nil }
    func isAt(_ endpoint: Endpoint, _ end: NaivePacket.End) -> Bool? {
      switch (endpoint, end) {
      case (.workload(let number), .pod(let pod)):
        guard naive.pods.indices.contains(pod) else { return nil }
        return numbers[naive.pods[pod].name] == number
      case (.external(let range), .outside(let address)):
        return IPAddress(address.text).map(range.contains)
      default: return false
      }
    }
    guard isPresent(naive, packet.source), isPresent(naive, packet.destination) else { return nil }
    var allowed = false
    var possible = false
    for connection in connections
    where isAt(connection.source, packet.source) == true
      && isAt(connection.destination, packet.destination) == true
    {
      guard let transport = TransportProtocol(rawValue: packet.transport) else { continue }
      let port = UInt16(packet.port)
      if connection.allowed.contains(transport, port) { allowed = true }
      if connection.undefined.contains(transport, port) { possible = true }
    }
    let ignoring = naive.allows(packet, blocksMatchPods: false)
    let matching = naive.allows(packet, blocksMatchPods: true)
    let isRight =
      switch mode {
      case .ignore: allowed == ignoring && !possible
      case .match: allowed == matching && !possible
      case .undefined: allowed == ignoring && possible == (matching && !ignoring)
      }
    guard !isRight else { return nil }
    return "\(packet): allowed \(allowed), undefined \(possible);"
      + " packet by packet \(ignoring), with blocks on pods \(matching)"
  }

  private static func isPresent(_ naive: NaiveCluster, _ end: NaivePacket.End) -> Bool {
    guard case .pod(let number) = end else { return true }
    return naive.pods.indices.contains(number)
  }

  /// Leaves out whatever the disagreement does not need. Pods stay: packets name them by number.
  private static func shrink(_ cluster: NaiveCluster, _ packets: [NaivePacket]) -> NaiveCluster {
    var smallest = cluster
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for smaller in steps(smallest) where failure(smaller, packets) != nil {
        smallest = smaller
        isSmaller = true
        break
      }
    }
    return smallest
  }

  private static func steps(_ cluster: NaiveCluster) -> [NaiveCluster] {
    var steps: [NaiveCluster] = []
    for index in cluster.policies.indices {
      var step = cluster
      step.policies.remove(at: index)
      steps.append(step)
      for rule in (cluster.policies[index].ingress ?? []).indices {
        var step = cluster
        step.policies[index].ingress?.remove(at: rule)
        steps.append(step)
      }
      for rule in (cluster.policies[index].egress ?? []).indices {
        var step = cluster
        step.policies[index].egress?.remove(at: rule)
        steps.append(step)
      }
    }
    for index in cluster.adminPolicies.indices {
      var step = cluster
      step.adminPolicies.remove(at: index)
      steps.append(step)
    }
    return steps
  }
}
