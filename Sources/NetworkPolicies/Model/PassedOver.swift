extension Cluster {
  /// Kinds of Kubernetes itself that make no pods and say nothing of the network within a cluster.
  private static let inertKinds: Set<String> = [
    "APIService", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding", "ConfigMap",
    "ControllerRevision", "CSIDriver", "CSINode", "CustomResourceDefinition", "EndpointSlice",
    "Endpoints", "Event", "HorizontalPodAutoscaler", "Ingress", "IngressClass", "Lease",
    "LimitRange", "MutatingWebhookConfiguration", "Node", "PersistentVolume",
    "PersistentVolumeClaim", "PodDisruptionBudget", "PodTemplate", "PriorityClass",
    "ResourceQuota", "Role", "RoleBinding", "RuntimeClass", "Secret", "ServiceAccount",
    "StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration", "VolumeAttachment", "Kustomization",
  ]

  /// Says which objects were passed over that may make pods of their own; nil when there are none.
  public var passedOverNote: String? {
    let kinds = passedOver.filter { !Self.inertKinds.contains($0.key) }.sorted { $0.key < $1.key }
    guard !kinds.isEmpty else { return nil }
    let list = kinds.map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
    return "note: passed over, whatever pods they make: \(list)"
  }
}
