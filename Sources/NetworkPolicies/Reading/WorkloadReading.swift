internal import Rules
internal import YAML

/// What every object says about itself.
struct ObjectMeta {
  var name: String
  var namespace: String?
  var labels: Labels
  var annotations: [String: String]
  /// The kind and the name of the controller that owns the object.
  var owner: (kind: String, name: String)?
  var location: SourceLocation
}

extension ManifestDecoder {
  static let workloadKinds = [
    "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job",
    "CronJob",
  ]

  mutating func meta(_ object: ManifestFields, _ kind: String) -> ObjectMeta? {
    guard let node = object["metadata"],
      let fields = fields(node, "metadata", known: KnownFields.metadata)
    else {
      reject(object.node, "the \(kind) has no 'metadata'")
      return nil
    }
    let generated = { (text: String) in Names.isName(text + "x") }
    guard
      let name = name(fields["name"], "name")
        ?? self.name(fields["generateName"], "generateName", isValid: generated)
    else {
      reject(node, "the \(kind) has no name")
      return nil
    }
    var owner: (kind: String, name: String)?
    for item in list(fields["ownerReferences"], "ownerReferences") ?? [] {
      guard let reference = self.fields(item, "an owner", known: KnownFields.owner),
        let name = self.name(reference["name"], "name")
      else { continue }
      let isController = boolean(reference["controller"], "controller") ?? false
      let ownerKind = self.name(reference["kind"], "kind", isValid: Names.isKind) ?? kind
      // A node owns the pods that it starts from files of its own: they stand for themselves.
      guard ownerKind != "Node" else { continue }
      if owner == nil || isController { owner = (ownerKind, name) }
    }
    let namespace = fields["namespace"].flatMap {
      self.name($0, "namespace") { $0.isEmpty || Names.isNamespace($0) }
    }
    return ObjectMeta(
      name: name, namespace: namespace == "" ? nil : namespace,
      labels: labels(fields["labels"]),
      annotations: texts(fields["annotations"], "annotations"), owner: owner,
      location: location(object.node))
  }

  mutating func workload(_ object: ManifestFields, _ kind: String, _ meta: ObjectMeta) -> Workload?
  {
    var workload = Workload(
      namespace: meta.namespace ?? "default", name: meta.name, kind: kind, location: meta.location,
      namesNamespace: meta.namespace != nil, objectLabels: meta.labels, pods: [])
    if kind == "Pod" {
      if let owner = meta.owner { (workload.kind, workload.name) = owner }
      guard var pod = podSpec(object["spec"], meta.annotations) else { return nil }
      pod.labels = meta.labels
      pod.addresses = addresses(object["status"])
      workload.pods = [pod]
      return workload
    }
    guard var spec = object["spec"] else {
      reject(object.node, "the \(kind) has no 'spec'")
      return nil
    }
    if kind == "CronJob" {
      guard let template = child(spec, "jobTemplate"), let inner = child(template, "spec") else {
        reject(spec, "the CronJob has no jobTemplate with a spec")
        return nil
      }
      spec = inner
    }
    guard let template = child(spec, "template"),
      let fields = fields(template, "template", known: ["metadata", "spec"])
    else {
      reject(spec, "the \(kind) has no pod template")
      return nil
    }
    let inner = fields["metadata"].flatMap {
      self.fields($0, "the template's metadata", known: KnownFields.metadata)
    }
    guard
      var pod = podSpec(fields["spec"], texts(inner?["annotations"], "annotations"))
    else {
      reject(template, "the pod template has no spec")
      return nil
    }
    pod.labels = labels(inner?["labels"])
    if kind == "Job" {
      // The controller adds them, and policies may select by them.
      for key in ["job-name", "batch.kubernetes.io/job-name"] where pod.labels[key] == nil {
        pod.labels[key] = meta.name
      }
    }
    // What is left of a former revision makes no pods any more.
    if kind == "ReplicaSet", meta.owner != nil, let count = child(spec, "replicas"),
      case .scalar(let scalar) = count.content, scalar.text == "0"
    {
      return workload
    }
    workload.pods = [pod]
    return workload
  }

  private func child(_ node: YAMLNode, _ name: String) -> YAMLNode? {
    guard case .mapping(let pairs) = node.content else { return nil }
    return pairs.first { $0.key.text == name }?.value
  }

  private func addresses(_ status: YAMLNode?) -> [IPAddress] {
    guard let status else { return [] }
    var found: [IPAddress] = []
    if let node = child(status, "podIP"), case .scalar(let scalar) = node.content {
      found += IPAddress(scalar.text).map { [$0] } ?? []
    }
    if let list = child(status, "podIPs"), case .sequence(let items) = list.content {
      for item in items {
        guard let node = child(item, "ip"), case .scalar(let scalar) = node.content,
          let address = IPAddress(scalar.text), !found.contains(address)
        else { continue }
        found.append(address)
      }
    }
    return found
  }

  private mutating func podSpec(_ node: YAMLNode?, _ annotations: [String: String]) -> PodTemplate?
  {
    guard let node, let fields = fields(node, "the pod's spec", known: KnownFields.podSpec) else {
      return nil
    }
    var pod = PodTemplate(
      labels: [:], ports: [],
      usesHostNetwork: boolean(fields["hostNetwork"], "hostNetwork") ?? false, addresses: [],
      details: PodDetails(annotations: annotations, location: location(node)))
    pod.details.sharesProcessNamespace =
      boolean(fields["shareProcessNamespace"], "shareProcessNamespace") ?? false
    pod.details.usesHostProcesses = boolean(fields["hostPID"], "hostPID") ?? false
    pod.details.usesHostMemory = boolean(fields["hostIPC"], "hostIPC") ?? false
    pod.details.runAsUser = runAsUser(fields["securityContext"])
    for item in list(fields["volumes"], "volumes") ?? [] {
      guard let volume = child(item, "hostPath"), let path = child(volume, "path"),
        case .scalar(let text) = path.content, let name = child(item, "name"),
        case .scalar(let name) = name.content
      else { continue }
      pod.details.hostPaths[name.text] = text.text
      if let type = child(volume, "type"), case .scalar(let type) = type.content,
        type.text == "Socket"
      {
        pod.details.hostSockets.insert(name.text)
      }
    }
    let lists: [(String, PodDetails.Container.Role)] = [
      ("containers", .regular), ("initContainers", .initialization),
      ("ephemeralContainers", .ephemeral),
    ]
    for (key, role) in lists {
      for item in list(fields[key], key) ?? [] { container(item, role, &pod) }
    }
    return pod
  }

  private mutating func container(
    _ node: YAMLNode, _ role: PodDetails.Container.Role, _ pod: inout PodTemplate
  ) {
    guard let fields = fields(node, "a container", known: KnownFields.container) else { return }
    var container = PodDetails.Container(
      name: text(fields["name"], "name") ?? "", role: role,
      image: text(fields["image"], "image") ?? "",
      arguments: ((list(fields["command"], "command") ?? []) + (list(fields["args"], "args") ?? []))
        .compactMap { node in
          guard case .scalar(let scalar) = node.content else { return nil }
          return scalar.text
        },
      command: list(fields["command"], "command")?.first.flatMap { text($0, "command") },
      location: location(node), runAsUser: runAsUser(fields["securityContext"]),
      isPrivileged: false, addedCapabilities: [], mounts: [])
    if role == .initialization, text(fields["restartPolicy"], "restartPolicy") == "Always" {
      container.role = .sidecar
    }
    if let context = fields["securityContext"] {
      container.isPrivileged = boolean(child(context, "privileged"), "privileged") ?? false
      container.seesKernelSettings = text(child(context, "procMount"), "procMount") == "Unmasked"
      if let added = child(context, "capabilities").flatMap({ child($0, "add") }) {
        container.addedCapabilities = (list(added, "add") ?? []).compactMap { text($0, "add") }
      }
    }
    for mount in list(fields["volumeMounts"], "volumeMounts") ?? [] {
      if let name = child(mount, "name"), case .scalar(let scalar) = name.content {
        container.mounts.append(scalar.text)
      }
    }
    for item in list(fields["ports"], "ports") ?? [] {
      guard let port = self.fields(item, "a container port", known: KnownFields.containerPort),
        let number = self.port(port["containerPort"], "containerPort")
      else { continue }
      // Ports of init containers that end before the others begin cannot be reached by name.
      guard container.role != .initialization else { continue }
      pod.ports.append(
        ContainerPort(
          name: port["name"].flatMap { Self.isNull($0) ? nil : portName($0) }, number: number,
          transport: transport(port["protocol"], "protocol") ?? .tcp))
    }
    for item in list(fields["env"], "env") ?? [] {
      if let value = child(item, "value"), case .scalar(let scalar) = value.content {
        pod.details.words.append(scalar.text)
      }
    }
    pod.details.words += container.arguments
    pod.details.containers.append(container)
  }

  private mutating func runAsUser(_ context: YAMLNode?) -> Int? {
    integer(context.flatMap { child($0, "runAsUser") }, "runAsUser", 0...Int(Int32.max))
  }

  mutating func service(_ object: ManifestFields, _ meta: ObjectMeta) -> Service? {
    guard let node = object["spec"], case .mapping = node.content else { return nil }
    let selector = labels(child(node, "selector"), "selector")
    var ports: [Service.Port] = []
    for item in list(child(node, "ports"), "ports") ?? [] {
      guard let fields = fields(item, "a Service port", known: KnownFields.servicePort),
        let number = port(fields["port"], "'port'")
      else { continue }
      var target = Service.Port.Target.number(number)
      if let node = fields["targetPort"], !Self.isNull(node),
        case .scalar(let scalar) = node.content
      {
        // The server takes a quoted number for a name, and refuses it: it has no letter.
        if scalar.isPlain, Int(scalar.text) != nil {
          guard let number = self.port(node, "'targetPort'") else { continue }
          target = .number(number)
        } else {
          guard let name = portName(node) else { continue }
          target = .named(name)
        }
      }
      ports.append(
        Service.Port(
          name: text(fields["name"], "name"), number: number,
          transport: transport(fields["protocol"], "protocol") ?? .tcp, target: target))
    }
    return Service(
      namespace: meta.namespace ?? "default", name: meta.name, location: meta.location,
      selector: selector.isEmpty ? nil : LabelSelector(matching: selector), ports: ports)
  }
}
