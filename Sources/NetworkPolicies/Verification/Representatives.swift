public import Rules

extension Workload {
  /// Pods that no manifest holds: of the topology, or such as may come.
  static func standIn(
    _ namespace: String, _ name: String, _ origin: Origin, labels: Labels,
    at location: SourceLocation
  ) -> Workload {
    Workload(
      namespace: namespace, name: name,
      kind: origin == .topology ? "Topology" : Cluster.representativeKind, location: location,
      namesNamespace: true, objectLabels: labels,
      pods: [
        PodTemplate(
          labels: labels, ports: [], usesHostNetwork: false, addresses: [], details: PodDetails())
      ], origin: origin)
  }

  var isStandIn: Bool { origin != .manifest }
}

extension Cluster {
  /// The kind of pods that stand for all that may come with some labels.
  public static let representativeKind: String = "AnyPod"

  /// The number of a named port at pods that no manifest shows: there it may be any.
  static let unknownPort: UInt16 = 65535

  /// Gives the pods that no manifest shows every named port that a policy speaks of: what they call
  /// so is open, whatever its number.
  mutating func nameUnknownPorts() {
    var ports: Set<ContainerPort> = []
    func add(_ name: String, _ transport: TransportProtocol) {
      ports.insert(ContainerPort(name: name, number: Self.unknownPort, transport: transport))
    }
    for port in policies.flatMap({ $0.ingress + $0.egress }).flatMap(\.ports) {
      if case .named(let name) = port.kind { add(name, port.transport) }
    }
    for port in clusterPolicies.flatMap({ $0.ingress + $0.egress }).flatMap({ $0.ports ?? [] }) {
      if case .named(let name) = port { add(name, .tcp) }
    }
    let sorted = ports.sorted {
      ($0.name ?? "", $0.transport.rawValue) < ($1.name ?? "", $1.transport.rawValue)
    }
    for number in workloads.indices where workloads[number].isStandIn {
      workloads[number].pods[0].ports = sorted
    }
  }

  /// Adds pods that do not exist yet: one without labels in each namespace and in a namespace of its
  /// own, and one for each value that a policy names in its subject or in a peer. Where it
  /// says more of `expected` pods than their own labels, those come with both. With `groupsEqual` one stands
  /// for all that no selector tells apart. `isKnown` tells those that are there already. The result are the
  /// places of selectors that are too wide for it.
  @discardableResult
  public mutating func addRepresentatives(
    namespaces: Set<String>,
    at place: SourceLocation = SourceLocation(file: "", line: 1, column: 1),
    expected: [(namespace: String, labels: Labels)] = [], groupsEqual: Bool = false,
    isKnown: (String, Labels) -> Bool = { _, _ in false }
  ) -> [SourceLocation] {
    var list = Representatives(
      cluster: self,
      expected: Dictionary(grouping: expected, by: \.namespace).mapValues { pods in
        pods.map(\.labels)
      })
    list.add(Representatives.otherNamespace, [:], place)
    for namespace in namespaces {
      list.add(namespace, [:], self.namespaces[namespace]?.location ?? place)
    }
    for policy in policies {
      list.add(policy.podSelector, in: policy.namespace, policy.podSelectorLocation)
      for peer in policy.ingress.flatMap(\.peers) + policy.egress.flatMap(\.peers) {
        guard case .pods(let namespaces, let pods) = peer.kind else { continue }
        if let namespaces {
          list.add(pods ?? .everything, in: namespaces, peer.location)
        } else {
          list.add(pods ?? .everything, in: policy.namespace, peer.location)
        }
      }
    }
    list.addMeetings()
    for policy in clusterPolicies {
      list.add(policy.pods, in: policy.namespaces, policy.location)
      for rule in policy.ingress + policy.egress {
        for case .pods(let namespaces, let pods) in rule.peers {
          list.add(pods, in: namespaces, rule.location)
        }
      }
    }
    for (name, labels) in list.invented {
      self.namespaces[name] = Namespace(name: name, labels: labels, location: nil)
    }
    let present = Set(
      workloads.flatMap { workload in
        workload.pods.map {
          Representatives.Item(namespace: workload.namespace, labels: $0.labels)
        }
      })
    let missing = list.sorted.filter { item, _ in
      !isKnown(item.namespace, item.labels) && !present.contains(item)
    }
    let kept = groupsEqual ? list.grouped(missing) : missing
    if kept.count > Representatives.countMax, let location = kept.last?.1 {
      list.refuse(location)
    }
    for (item, location) in kept.prefix(Representatives.countMax) {
      workloads.append(
        Workload.standIn(
          item.namespace, item.name, .representative, labels: item.labels, at: location))
    }
    return list.tooWide
  }
}

/// The pods that may come, as far as policies can tell them apart.
private struct Representatives {
  struct Item: Hashable {
    var namespace: String
    var labels: Labels

    var name: String {
      if labels.isEmpty { return "(any-pod)" }
      let text = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return "(any-pod-with-\(text.joined(separator: "-")))"
    }
  }

  static let otherNamespace = "(any-other-namespace)"

  /// How many pods may stand for all that may come: what is more could not be judged in time.
  static let countMax = 2048
  /// How many are looked at to find them.
  static let candidatesMax = 16_384

  let cluster: Cluster
  /// Labels of pods that are to be there, by namespace: one of them may meet a selector of others.
  let expected: [String: [Labels]]
  /// Namespaces that no manifest shows, with their labels.
  var invented: [String: Labels] = [:]
  var tooWide: [SourceLocation] = []
  /// Each with the place that first names it.
  private var places: [Item: SourceLocation] = [:]

  init(cluster: Cluster, expected: [String: [Labels]]) {
    self.cluster = cluster
    self.expected = expected
  }

  var sorted: [(Item, SourceLocation)] {
    places.sorted { ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name) }
      .map { ($0.key, $0.value) }
  }

  /// The first of all pods of a namespace that meet the same selectors: no policy can tell the others
  /// from it, and no workload of the topology is one of them and not the other.
  func grouped(_ items: [(Item, SourceLocation)]) -> [(Item, SourceLocation)] {
    var selectors: Set<LabelSelector> = []
    for policy in cluster.policies {
      selectors.insert(policy.podSelector)
      for case .pods(_, let pods?) in (policy.ingress + policy.egress).flatMap(\.peers).map(\.kind)
      {
        selectors.insert(pods)
      }
    }
    for policy in cluster.clusterPolicies {
      selectors.insert(policy.pods)
      for case .pods(_, let pods) in (policy.ingress + policy.egress).flatMap(\.peers) {
        selectors.insert(pods)
      }
    }
    let all = Array(selectors)
    let own = expected.mapValues { $0.map(LabelSelector.init(matching:)) }
    var seen: Set<[String]> = []
    return items.filter { item, _ in
      var met: [UInt8] = all.map { $0.matches(item.labels) ? 0x31 : 0x30 }
      met += (own[item.namespace] ?? []).map { $0.matches(item.labels) ? 0x31 : 0x30 }
      return seen.insert([item.namespace, String(decoding: met, as: UTF8.self)]).inserted
    }
  }

  mutating func add(_ namespace: String, _ labels: Labels, _ location: SourceLocation) {
    let item = Item(namespace: namespace, labels: labels)
    guard places[item] == nil else { return }
    guard places.count < Self.candidatesMax else { return refuse(location) }
    places[item] = location
  }

  /// Says once that a selector is too wide.
  mutating func refuse(_ location: SourceLocation) {
    if tooWide.last != location { tooWide.append(location) }
  }

  mutating func add(_ pods: LabelSelector, in namespace: String, _ location: SourceLocation) {
    guard let choices = pods.representatives else { return refuse(location) }
    for labels in choices {
      add(namespace, labels, location)
      for own in expected[namespace] ?? [] where own.allSatisfy({ labels[$0] ?? $1 == $1 }) {
        let both = labels.merging(own) { $1 }
        if pods.matches(both) { add(namespace, both, location) }
      }
    }
  }

  /// Adds pods that one policy lets out and another lets in, by labels that differ: each end asks for
  /// its own, and one pod may have both.
  mutating func addMeetings() {
    for direction in Direction.allCases {
      let far: Direction = direction == .ingress ? .egress : .ingress
      // What policies of a namespace select, and what peers of others there are let through.
      var subjects: [String: Set<LabelSelector>] = [:]
      for policy in cluster.policies where !policy.rules(direction).isEmpty {
        if !policy.podSelector.isEverything {
          subjects[policy.namespace, default: []].insert(policy.podSelector)
        }
      }
      var peers: [LabelSelector: (namespaces: LabelSelector?, own: String, place: SourceLocation)] =
        [:]
      var all: [(pods: LabelSelector, namespaces: LabelSelector?, own: String, SourceLocation)] = []
      for policy in cluster.policies {
        for peer in policy.rules(far).flatMap(\.peers) {
          guard case .pods(let namespaces, let pods?) = peer.kind, !pods.isEverything else {
            continue
          }
          if let known = peers[pods], known.namespaces == namespaces,
            namespaces != nil || known.own == policy.namespace
          {
            continue
          }
          peers[pods] = (namespaces, policy.namespace, peer.location)
          all.append((pods, namespaces, policy.namespace, peer.location))
        }
      }
      for (pods, namespaces, own, location) in all {
        for (name, selectors) in subjects.sorted(by: { $0.key < $1.key })
        where namespaces?.matches(cluster.namespaceLabels(name)) ?? (name == own) {
          for selector in selectors where selector != pods {
            let both = LabelSelector(pods.requirements + selector.requirements)
            if pods.isCompatible(with: selector) { add(both, in: name, location) }
          }
        }
      }
    }
  }

  mutating func add(_ pods: LabelSelector, in namespaces: LabelSelector, _ location: SourceLocation)
  {
    // Each namespace meets each pod: it is the product that must stay small.
    guard let choices = namespaces.representatives, let podChoices = pods.representatives,
      choices.count * podChoices.count <= LabelSelector.representativesMax
    else { return refuse(location) }
    for name in cluster.namespaces.keys where namespaces.matches(cluster.namespaceLabels(name)) {
      add(pods, in: name, location)
    }
    for choice in choices {
      var labels = choice
      let named = labels.removeValue(forKey: "kubernetes.io/metadata.name")
      // Of a namespace that is there its own labels decide.
      if let named, cluster.namespaces[named] != nil { continue }
      let text = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      let name =
        named
        ?? (text.isEmpty
          ? Self.otherNamespace : "(any-namespace-with-\(text.joined(separator: "-")))")
      // One namespace cannot have two values of a label: what asks for both is not judged in half.
      for (key, value) in labels where invented[name]?[key] ?? value != value {
        refuse(location)
      }
      invented[name, default: [:]].merge(labels) { old, _ in old }
      add(pods, in: name, location)
    }
  }
}
