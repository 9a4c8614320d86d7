/// Pods that no policy can tell apart.
struct PodClass {
  var namespace: String
  var labels: Labels
  var usesHostNetwork: Bool
  var addresses: [IPAddress]
}

/// What policies can tell apart: classes of pods, then ranges of external addresses, first as
/// sources, then as destinations.
///
/// A range never crosses the border of an `ipBlock` of its direction, so that a block holds all of it
/// or nothing.
struct Parties {
  private(set) var classes: [PodClass] = []
  private(set) var ranges: [AddressRange] = []
  private(set) var sourceRangeCount = 0
  /// The places in `ranges` of those of one direction and family.
  private var parts: [Range<Int>] = []
  /// The classes of each workload's pods.
  private(set) var classesOfWorkload: [[Int]] = []
  /// The class of each pod of each workload.
  private(set) var classesOfPods: [[Int]] = []
  /// The lists of container ports that the classes have, first that of no ports, and which each has.
  private(set) var portLists: [[ContainerPort]] = [[]]
  private var portListOfClass: [Int] = []
  private var classesOfNamespace: [String: [Int]] = [:]
  let usesBlocks: Bool

  var count: Int { classes.count + ranges.count }

  /// The namespaces that the classes lie in.
  var namespaces: [String] { classesOfNamespace.keys.sorted() }

  func classes(of namespace: String) -> [Int] { classesOfNamespace[namespace] ?? [] }

  /// The number of a party's list of container ports.
  func portList(of party: Int) -> Int { party < classes.count ? portListOfClass[party] : 0 }

  /// The external ranges that lie in addresses.
  func external(in addresses: AddressSet) -> [Int] {
    var found: [Int] = []
    for block in addresses.ranges {
      // Ranges of one direction and family follow each other from the lowest up.
      for part in parts where ranges[part.lowerBound].family == block.family {
        var (low, high) = (part.lowerBound, part.upperBound)
        while low < high {
          let middle = (low + high) / 2
          if ranges[middle].bounds.lowerBound < block.bounds.lowerBound {
            low = middle + 1
          } else {
            high = middle
          }
        }
        while low < part.upperBound, ranges[low].bounds.upperBound <= block.bounds.upperBound {
          found.append(classes.count + low)
          low += 1
        }
      }
    }
    return found
  }

  init(
    _ cluster: Cluster, families: Set<IPAddress.Family>, splittingAsIn other: Cluster?,
    boundaries: [Direction: [AddressSet]]
  ) {
    let terms = SelectorTerms(cluster)
    let otherTerms = other.map(SelectorTerms.init)
    usesBlocks = !terms.blocks.isEmpty
    var numbers: [ClassKey: Int] = [:]
    var portNumbers: [[ContainerPort]: Int] = [[]: 0]
    for workload in cluster.workloads {
      var own: [Int] = []
      var ofPods: [Int] = []
      for pod in workload.pods {
        let key = terms.key(pod, in: workload.namespace)
        let number = numbers[key] ?? classes.count
        if number == classes.count {
          numbers[key] = number
          classesOfNamespace[workload.namespace, default: []].append(number)
          let list = portNumbers[key.ports] ?? portLists.count
          if list == portLists.count {
            portNumbers[key.ports] = list
            portLists.append(key.ports)
          }
          portListOfClass.append(list)
          classes.append(
            PodClass(
              namespace: workload.namespace, labels: key.labels,
              usesHostNetwork: pod.usesHostNetwork, addresses: pod.addresses))
        }
        if ofPods.isEmpty || !own.contains(number) { own.append(number) }
        ofPods.append(number)
      }
      classesOfPods.append(ofPods)
      classesOfWorkload.append(own)
    }
    var shown = families.isEmpty ? Self.families(cluster, terms) : families
    if families.isEmpty, let other, let otherTerms {
      shown.formUnion(Self.families(other, otherTerms))
    }
    if families.isEmpty, boundaries.values.joined().contains(where: { !$0.v6.isEmpty }) {
      shown.insert(.v6)
    }
    for direction in Direction.allCases {
      for family in IPAddress.Family.allCases where shown.contains(family) {
        let blocks =
          (terms.blocks[direction] ?? []) + (otherTerms?.blocks[direction] ?? [])
          + (boundaries[direction] ?? [])
        let start = ranges.count
        ranges += Self.ranges(family, blocks)
        parts.append(start..<ranges.count)
      }
      if direction == .ingress { sourceRangeCount = ranges.count }
    }
  }

  var sourceRanges: ArraySlice<AddressRange> { ranges[..<sourceRangeCount] }
  var destinationRanges: ArraySlice<AddressRange> { ranges[sourceRangeCount...] }

  fileprivate static func families(_ cluster: Cluster, _ terms: SelectorTerms)
    -> Set<IPAddress.Family>
  {
    let usesV6 =
      terms.blocks.values.contains { $0.contains { !$0.v6.isEmpty } }
      || cluster.workloads.contains { workload in
        workload.pods.contains { $0.addresses.contains { $0.family == .v6 } }
      }
    return usesV6 ? [.v4, .v6] : [.v4]
  }

  /// The largest ranges that lie in the same blocks.
  private static func ranges(_ family: IPAddress.Family, _ blocks: [AddressSet]) -> [AddressRange] {
    var starts: Set<UInt128> = [0]
    for range in blocks.flatMap(\.ranges) where range.family == family {
      starts.insert(range.bounds.lowerBound)
      if range.bounds.upperBound < family.highest { starts.insert(range.bounds.upperBound + 1) }
    }
    let sorted = starts.sorted()
    return sorted.enumerated().map { index, start in
      let end = index + 1 < sorted.count ? sorted[index + 1] - 1 : family.highest
      return AddressRange(family, start...end)
    }
  }
}

extension Cluster {
  /// The families of addresses that policies and pods speak of: IPv4, and IPv6 where it is used.
  var families: Set<IPAddress.Family> { Parties.families(self, SelectorTerms(self)) }
}

private struct ClassKey: Hashable {
  var namespace: String
  var labels: Labels
  var ports: [ContainerPort]
  var usesHostNetwork: Bool
  /// For each block whether it holds the pod's addresses.
  var blocks: [Bool]
  var hasAddress: Bool
}

/// What the selectors of all policies ask for: what they do not ask for makes no difference.
private struct SelectorTerms {
  private var values: [String: Set<String>] = [:]
  private var portNames: Set<String> = []
  private(set) var blocks: [Direction: [AddressSet]] = [:]
  private var podBlocks: [AddressSet] = []

  init(_ cluster: Cluster) {
    var found: [Direction: Set<AddressSet>] = [:]
    for direction in Direction.allCases {
      for policy in cluster.policies {
        add(policy.podSelector)
        for rule in policy.rules(direction) {
          for peer in rule.peers {
            if case .pods(_, let pods?) = peer.kind { add(pods) }
            if let addresses = peer.addresses { found[direction, default: []].insert(addresses) }
          }
          for case .named(let name) in rule.ports.map(\.kind) { portNames.insert(name) }
        }
      }
      for policy in cluster.clusterPolicies {
        add(policy.pods)
        for rule in policy.rules(direction) {
          for peer in rule.peers {
            if case .pods(_, let pods) = peer { add(pods) }
            if case .networks(let ranges) = peer {
              found[direction, default: []].insert(AddressSet(ranges))
            }
          }
          for case .named(let name) in rule.ports ?? [] { portNames.insert(name) }
        }
      }
    }
    blocks = found.mapValues(Array.init)
    podBlocks = Array(found.values.reduce(into: Set()) { $0.formUnion($1) })
  }

  private mutating func add(_ selector: LabelSelector) {
    for requirement in selector.requirements {
      values[requirement.key, default: []].formUnion(requirement.values)
    }
  }

  func key(_ pod: PodTemplate, in namespace: String) -> ClassKey {
    var labels: Labels = [:]
    for (key, value) in pod.labels {
      guard let known = values[key] else { continue }
      // A character that no label value can hold stands for all values that no selector names.
      labels[key] = known.contains(value) ? value : "*"
    }
    return ClassKey(
      namespace: namespace, labels: labels,
      ports: pod.ports.filter { $0.name.map(portNames.contains) ?? false },
      usesHostNetwork: pod.usesHostNetwork,
      blocks: pod.addresses.isEmpty
        ? [] : podBlocks.map { block in pod.addresses.contains(where: block.contains) },
      hasAddress: !pod.addresses.isEmpty)
  }
}
