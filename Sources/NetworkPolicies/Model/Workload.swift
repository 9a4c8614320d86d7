public import Rules

public struct ContainerPort: Hashable, Sendable {
  public var name: String?
  public var number: UInt16
  public var transport: TransportProtocol
}

/// The pods of one shape that a workload makes.
public struct PodTemplate: Sendable {
  public var labels: Labels
  public var ports: [ContainerPort]
  public var usesHostNetwork: Bool
  /// The addresses that the manifest knows (`status.podIPs`).
  public var addresses: [IPAddress]
  /// What the lint of pods looks at.
  public var details: PodDetails
}

/// Something that makes pods, or a pod of its own.
public struct Workload: Sendable {
  /// Where it is from. The kind does not tell: it may be any text of a manifest.
  public enum Origin: Sendable, Hashable {
    case manifest
    /// The topology names it, and no manifest holds it.
    case topology
    /// It stands for all pods that may come with some labels.
    case representative
  }

  public var namespace: String
  public var name: String
  public var kind: String
  public var location: SourceLocation
  public var namesNamespace: Bool
  /// Labels of the object itself, which no policy looks at.
  public var objectLabels: Labels
  /// Pods of one owner may differ in their labels.
  public var pods: [PodTemplate]
  public var origin: Origin = Origin.manifest

  /// `namespace/name[Kind]`.
  public var displayName: String { "\(namespace)/\(name)[\(kind)]" }
  public var qualifiedName: String { "\(namespace)/\(name)" }
}

public struct Namespace: Sendable {
  public var name: String
  public var labels: Labels
  /// Nil where it is only known from what lies in it.
  public var location: SourceLocation?
}

public struct Service: Sendable {
  public struct Port: Sendable {
    public enum Target: Sendable, Hashable {
      case number(UInt16)
      case named(String)
    }

    public var name: String?
    public var number: UInt16
    public var transport: TransportProtocol
    public var target: Target
  }

  public var namespace: String
  public var name: String
  public var location: SourceLocation
  /// Nil where there is none: then the Service stands for no pods of its own.
  public var selector: LabelSelector?
  public var ports: [Port]
}

/// What a pod's containers may do, as far as it bears on the network.
public struct PodDetails: Sendable {
  public struct Container: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable {
      case regular
      case initialization
      /// An init container that goes on running (`restartPolicy: Always`).
      case sidecar
      case ephemeral
    }

    public var name: String
    public var role: Role
    public var image: String
    /// The command and the arguments.
    public var arguments: [String]
    /// The program, where the manifest names another than the image does.
    public var command: String?
    public var location: SourceLocation
    public var runAsUser: Int?
    public var isPrivileged: Bool
    /// Whether the kernel's settings in /proc are open to it (`procMount: Unmasked`).
    public var seesKernelSettings = false
    public var addedCapabilities: [String]
    public var mounts: [String]
  }

  /// Annotations that the lints look at.
  static func isLinted(_ annotation: String) -> Bool {
    annotation == "maskline.dev/egress" || isExcluding(annotation) || isAttaching(annotation)
  }

  /// Whether an annotation gives the pod another network interface than the cluster's.
  static func isAttaching(_ annotation: String) -> Bool {
    ["k8s.v1.cni.cncf.io/networks", "v1.multus-cni.io/default-network"].contains(annotation)
  }

  /// Whether an annotation takes ports or addresses out of a mesh's redirection.
  static func isExcluding(_ annotation: String) -> Bool {
    let key = annotation.lowercased()
    return key.hasSuffix("skip-outbound-ports") || key.contains("excludeoutbound")
      || key.contains("exclude-outbound")
  }

  public var containers: [Container] = []
  /// Values of environment variables and arguments, which may name what the pod talks to.
  public var words: [String] = []
  public var runAsUser: Int?
  public var annotations: [String: String] = [:]
  /// Volumes of the host, by name, with their paths.
  public var hostPaths: [String: String] = [:]
  /// Those of `hostPaths` that are said to be sockets.
  public var hostSockets: Set<String> = []
  public var sharesProcessNamespace = false
  public var usesHostProcesses = false
  public var usesHostMemory = false
  public var location: SourceLocation = SourceLocation(file: "", line: 1, column: 1)

  /// Whether the containers are the same, wherever they are written.
  func isLike(_ other: PodDetails) -> Bool {
    func placeless(_ details: PodDetails) -> [Container] {
      details.containers.map { container in
        var container = container
        container.location = SourceLocation(file: "", line: 1, column: 1)
        return container
      }
    }
    func linted(_ details: PodDetails) -> [String: String] {
      details.annotations.filter { Self.isLinted($0.key) }
    }
    return runAsUser == other.runAsUser && hostPaths == other.hostPaths
      && hostSockets == other.hostSockets && usesHostMemory == other.usesHostMemory
      && sharesProcessNamespace == other.sharesProcessNamespace
      && usesHostProcesses == other.usesHostProcesses && linted(self) == linted(other)
      && placeless(self) == placeless(other)
  }
}

/// An object that bears on the network and is not evaluated.
public struct ForeignPolicy: Sendable {
  public var kind: String
  public var apiVersion: String
  public var name: String
  public var location: SourceLocation
}

/// All that was read.
public struct Cluster: Sendable {
  public var namespaces: [String: Namespace] = [:]
  public var workloads: [Workload] = []
  public var services: [Service] = []
  public var policies: [NetworkPolicy] = []
  public var clusterPolicies: [ClusterPolicy] = []
  public var foreignPolicies: [ForeignPolicy] = []
  /// How many objects of each kind do not bear on the network, as far as is known.
  public var passedOver: [String: Int] = [:]

  public init() {}

  /// Whether the manifests held no object at all.
  public var isEmpty: Bool {
    namespaces.isEmpty && workloads.isEmpty && services.isEmpty && policies.isEmpty
      && clusterPolicies.isEmpty && foreignPolicies.isEmpty && passedOver.isEmpty
  }

  /// Whether nothing but network policies was read.
  public var holdsPoliciesOnly: Bool {
    workloads.isEmpty && services.isEmpty && clusterPolicies.isEmpty && foreignPolicies.isEmpty
      && passedOver.isEmpty && namespaces.allSatisfy { $0.value.location == nil }
  }

  /// The labels of a namespace, with the one that every namespace has.
  public func namespaceLabels(_ name: String) -> Labels {
    var labels = namespaces[name]?.labels ?? [:]
    labels["kubernetes.io/metadata.name"] = name
    return labels
  }
}
