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
    guard let kind = text("kind") ?? listKind else {
      decoder.report(
        .note, "W3", decoder.location(node), "no Kubernetes object: it has no 'kind'; passed over")
      return
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
    read(kind, text("apiVersion") ?? "", node, &decoder, &assembly)
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
    guard isPolicy || isWorkload || kind == "Namespace" || kind == "Service" else {
      if let near = nearest(to: kind, among: Self.kinds), !Self.otherKinds.contains(kind) {
        decoder.report(
          .error, "W3", decoder.location(node),
          "unknown kind \(shown(kind)); did you mean '\(near)'?")
      }
      return
    }
    // The server takes a workload with an unknown field; what it says of the network still stands.
    decoder.unknownFields = isPolicy && !toleratesUnknownFields ? .error : .warning
    guard let object = decoder.fields(node, "the \(kind)", known: KnownFields.object),
      let meta = decoder.meta(object, kind)
    else { return }
    switch kind {
    case "NetworkPolicy":
      if !["networking.k8s.io/v1", ""].contains(apiVersion) {
        decoder.reject(
          object["apiVersion"] ?? node, "unknown apiVersion; write networking.k8s.io/v1")
      }
      if let policy = decoder.networkPolicy(object, meta) {
        assembly.cluster.policies.append(policy)
      }
    case "Namespace":
      assembly.cluster.namespaces[meta.name] = Namespace(
        name: meta.name, labels: meta.labels, location: meta.location)
    case "Service":
      if let service = decoder.service(object, meta) { assembly.cluster.services.append(service) }
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
    let isCalico = apiVersion.contains("projectcalico.org")
    let foreign = [
      "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "GlobalNetworkPolicy",
      "StagedNetworkPolicy", "StagedGlobalNetworkPolicy", "MultiNetworkPolicy",
      "AntreaNetworkPolicy", "AuthorizationPolicy", "EgressFirewall", "EgressNetworkPolicy",
      "UserDefinedNetwork",
    ]
    return foreign.contains(kind) || isCalico && kind == "NetworkPolicy" ? kind : nil
  }

  private static let kinds =
    ManifestDecoder.workloadKinds + ManifestDecoder.clusterPolicyKinds
    + ["NetworkPolicy", "Namespace", "Service"]

  /// Kinds whose names come near to one of ours.
  private static let otherKinds: Set<String> = ["Node", "Role", "PodList", "ServiceAccount"]
}
