internal import Rules
internal import YAML

/// Reads the manifests of a folder into a cluster.
public struct ManifestReader: Sendable {
  /// The bytes of a file and its name.
  public struct File: Sendable {
    public var name: String
    public var bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// Whether unknown fields of policies only warn: the API server drops them unless it is asked to
  /// validate.
  public var toleratesUnknownFields = false

  public init() {}

  /// What was read, and all that is wrong with it, file by file.
  public func read(_ files: [File]) -> (cluster: Cluster, findings: [PolicyFinding]) {
    var assembly = ClusterAssembly()
    for file in files {
      let isJSON = file.name.hasSuffix(".json")
      let stream =
        isJSON
        ? YAMLStream.parseJSON(file.bytes, as: .manifests)
        : YAMLStream.parse(file.bytes, as: .manifests)
      for error in stream.errors {
        assembly.findings.append(
          PolicyFinding(
            rule: "W3", severity: .error,
            location: SourceLocation(file: file.name, line: error.line, column: error.column),
            text: error.text))
      }
      for document in stream.documents { read(document, file.name, &assembly) }
    }
    return assembly.finish()
  }

  private func read(_ document: YAMLNode, _ file: String, _ assembly: inout ClusterAssembly) {
    guard !ManifestDecoder.isNull(document) else { return }
    var decoder = ManifestDecoder(file: file)
    defer { assembly.findings += decoder.findings }
    guard case .mapping(let pairs) = document.content else {
      decoder.reject(document, "a manifest must be a mapping with apiVersion and kind")
      return
    }
    read(pairs, document, listKind: nil, &decoder, &assembly)
  }

  private func read(
    _ pairs: [YAMLPair], _ node: YAMLNode, listKind: String?, _ decoder: inout ManifestDecoder,
    _ assembly: inout ClusterAssembly
  ) {
    func value(_ key: String) -> YAMLNode? { pairs.first { $0.key.text == key }?.value }
    func text(_ key: String) -> String? {
      guard case .scalar(let scalar) = value(key)?.content else { return nil }
      return scalar.text
    }
    guard let kind = text("kind") ?? listKind, !kind.isEmpty else {
      return decoder.reportKindless(pairs, node)
    }
    if kind.hasSuffix("List"), let items = value("items") {
      let itemKind = kind == "List" ? nil : String(kind.dropLast(4))
      for item in decoder.list(items, "items") ?? [] {
        guard case .mapping(let pairs) = item.content else {
          decoder.reject(item, "an item of a list must be an object")
          continue
        }
        read(pairs, item, listKind: itemKind, &decoder, &assembly)
      }
      return
    }
    let version = text("apiVersion") ?? (listKind == nil ? "" : Self.versions[kind]?.first ?? "")
    if kind.hasSuffix("List"), kind == "List" || Self.kinds.contains(String(kind.dropLast(4))) {
      decoder.reject(node, "the \(kind) has no 'items'")
    }
    read(kind, version, node, &decoder, &assembly)
  }

  private func read(
    _ kind: String, _ apiVersion: String, _ node: YAMLNode, _ decoder: inout ManifestDecoder,
    _ assembly: inout ClusterAssembly
  ) {
    if let foreign = Self.foreignKind(kind, apiVersion) {
      assembly.cluster.foreignPolicies.append(
        ForeignPolicy(
          kind: foreign, apiVersion: apiVersion, name: "", location: decoder.location(node)))
      return
    }
    let isPolicy = kind == "NetworkPolicy" || ManifestDecoder.clusterPolicyKinds.contains(kind)
    let isWorkload = ManifestDecoder.workloadKinds.contains(kind)
    let isKnown = isPolicy || isWorkload || kind == "Namespace" || kind == "Service"
    // Others have kinds of the same name in groups of their own.
    guard isKnown, !Self.isOfAnotherGroup(kind, apiVersion) else {
      assembly.cluster.passedOver[kind, default: 0] += 1
      if !isKnown, !Self.isOfAnotherGroup(kind, apiVersion), !Self.otherKinds.contains(kind),
        let near = nearest(to: kind, among: Self.kinds)
      {
        decoder.report(
          .error, "W3", decoder.place(of: "kind", in: node),
          "unknown kind \(shown(kind)); did you mean '\(near)'?")
      }
      return
    }
    if let versions = Self.versions[kind], !versions.contains(apiVersion) {
      decoder.report(
        isPolicy ? .error : .warning, "W3", decoder.place(of: "apiVersion", in: node),
        (apiVersion.isEmpty
          ? "the \(kind) has no 'apiVersion'"
          : "unknown apiVersion \(shown(apiVersion)) of a \(kind)")
          + "; write \(versions[0])")
    }
    // The server takes a workload with an unknown field; what it says of the network still stands.
    decoder.unknownFields = isPolicy && !toleratesUnknownFields ? .error : .warning
    guard let object = decoder.fields(node, "the \(kind)", known: KnownFields.object),
      let meta = decoder.meta(object, kind)
    else { return }
    switch kind {
    case "NetworkPolicy":
      if let policy = decoder.networkPolicy(object, meta) {
        assembly.cluster.policies.append(policy)
      }
    case "Namespace":
      assembly.add(Namespace(name: meta.name, labels: meta.labels, location: meta.location))
    case "Service":
      if let service = decoder.service(object, meta) { assembly.add(service) }
    case _ where isPolicy:
      if let policy = decoder.clusterPolicy(object, kind, meta) {
        assembly.cluster.clusterPolicies.append(policy)
      }
    default:
      if let workload = decoder.workload(object, kind, meta) {
        assembly.add(workload, kind: kind, owner: meta.owner)
      }
    }
  }

  /// The kind, if it is a policy of a network plugin or mesh that is not evaluated here.
  private static func foreignKind(_ kind: String, _ apiVersion: String) -> String? {
    let foreign = [
      "AuthorizationPolicy", "EgressFirewall", "EgressIP", "EgressQoS", "EgressGateway",
      "UserDefinedNetwork", "ClusterUserDefinedNetwork", "NetworkAttachmentDefinition",
      "PolicyEndpoint", "ClusterPolicyEndpoint", "TrafficControl",
    ]
    let group = apiVersion.split(separator: "/").dropLast().joined()
    let plugins = [
      "antrea.io", "projectcalico.org", "cilium.io", "networking.k8s.aws", "k8s.ovn.org",
    ]
    let isPlugins = plugins.contains { group == $0 || group.hasSuffix("." + $0) }
    let isPolicy = kind.contains("NetworkPolicy") || isPlugins && kind.contains("Polic")
    let isOurs = kinds.contains(kind) && !isOfAnotherGroup(kind, apiVersion)
    return foreign.contains(kind) || isPolicy && !isOurs ? kind : nil
  }

  /// The versions of the API that each kind has, or had; the first is the one to write.
  private static let versions: [String: [String]] = {
    let apps = ["apps/v1", "apps/v1beta2", "apps/v1beta1", "extensions/v1beta1"]
    let admin = ["policy.networking.k8s.io/v1alpha1"]
    return [
      "Pod": ["v1"], "Namespace": ["v1"], "Service": ["v1"], "ReplicationController": ["v1"],
      "Deployment": apps, "StatefulSet": apps, "DaemonSet": apps, "ReplicaSet": apps,
      "Job": ["batch/v1"], "CronJob": ["batch/v1", "batch/v1beta1"],
      "NetworkPolicy": ["networking.k8s.io/v1"], "AdminNetworkPolicy": admin,
      "BaselineAdminNetworkPolicy": admin,
      "ClusterNetworkPolicy": ["policy.networking.k8s.io/v1alpha2"],
    ]
  }()

  /// Whether the version names a group with a domain that is none of Kubernetes' own, as Knative's
  /// Service does.
  private static func isOfAnotherGroup(_ kind: String, _ apiVersion: String) -> Bool {
    guard let slash = apiVersion.lastIndex(of: "/") else { return false }
    let group = apiVersion[..<slash]
    let own = (versions[kind] ?? []).map { $0.split(separator: "/").dropLast().joined() }
    return group.contains(".") && !group.hasSuffix("k8s.io") && !own.contains(String(group))
  }

  private static let kinds =
    ManifestDecoder.workloadKinds + ManifestDecoder.clusterPolicyKinds
    + ["NetworkPolicy", "Namespace", "Service"]

  /// Kinds whose names come near to one of ours.
  private static let otherKinds: Set<String> = ["Node", "Role", "PodList", "ServiceAccount"]
}
