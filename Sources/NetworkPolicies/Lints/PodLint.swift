internal import Rules

/// Ways around the sidecar that a pod's own specification opens. A NetworkPolicy cannot tell the
/// containers of a pod apart, so that these are all that stands between program and upstream.
public struct PodLint {
  /// What is wrong with the pods that hold a sidecar of one of `images`, or else raw data.
  public static func findings(
    in cluster: Cluster, images: [String] = ["maskline"],
    holdsRaw: (Workload) -> Bool = { _ in false }
  ) -> [PolicyFinding] {
    var findings: [PolicyFinding] = []
    for workload in cluster.workloads {
      for pod in workload.pods {
        let sidecars = pod.details.containers.filter { container in
          images.contains { isImage(container.image, $0) }
        }
        guard !sidecars.isEmpty || holdsRaw(workload) else { continue }
        var lint = PodLint(
          workload: workload, pod: pod,
          sidecar: sidecars.first { isMask($0) && $0.role == .sidecar }
            ?? sidecars.first(where: isMask) ?? sidecars.first(where: isRunning)
            ?? sidecars.first, images: images)
        lint.check()
        findings += lint.findings
      }
    }
    return findings
  }

  /// Whether an image reference is the image `name`: what `name` leaves open, from the left whole
  /// parts of the path, from the right the tag and the digest, may be anything.
  static func isImage(_ reference: String, _ name: String) -> Bool {
    let (own, wanted) = (ImageName(reference), ImageName(name))
    guard !wanted.path.isEmpty else { return false }
    return (own.path == wanted.path || own.path.hasSuffix("/" + wanted.path))
      && (wanted.tag == nil || own.tag == wanted.tag)
      && (wanted.digest == nil || own.digest == wanted.digest)
  }

  /// `[registry[:port]/]path[:tag][@digest]`.
  private struct ImageName {
    var path: String
    var tag: String?
    var digest: String?

    init(_ text: String) {
      let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      digest = parts.count > 1 ? String(parts[1]) : nil
      let rest = parts[0]
      // A colon before the last slash is that of the registry's port.
      let last = rest.lastIndex(of: "/") ?? rest.startIndex
      guard let colon = rest[last...].lastIndex(of: ":") else {
        path = String(rest)
        return
      }
      path = String(rest[..<colon])
      tag = String(rest[rest.index(after: colon)...])
    }
  }

  /// Why a pod's records pass no sidecar of `images`; nil when there is one that masks.
  static func maskGap(in pod: PodTemplate, images: [String]) -> (
    location: SourceLocation, text: String, fix: String
  )? {
    let sidecars = pod.details.containers.filter { container in
      images.contains { isImage(container.image, $0) }
    }
    guard let first = sidecars.first else {
      return (
        pod.details.location,
        "no container has the image \(images.joined(separator: " or "))",
        "# maskline k8s inject puts it in:\ninitContainers:\n- name: maskline\n  image: maskline\n"
          + "  restartPolicy: Always\n  args: [proxy, --config, /etc/maskline/maskline.yaml]"
      )
    }
    let running = sidecars.filter(isRunning)
    guard let sidecar = running.first else {
      return (
        first.location,
        "the container '\(first.name)' ends before the program starts or is no part"
          + " of the pod's template",
        "initContainers:\n- name: \(first.name)\n  restartPolicy: Always"
      )
    }
    guard !running.contains(where: isMask) else { return nil }
    return (
      sidecar.location,
      "the container '\(sidecar.name)' does not run the proxy so that it masks what the program"
        + " sends: '\(sidecar.arguments.joined(separator: " "))'",
      "args: [proxy, --config, /etc/maskline/maskline.yaml]   # and no 'command'"
    )
  }

  /// Whether a container, which has an image of Maskline, runs a command that goes on masking what is
  /// sent through it.
  static func isMask(_ container: PodDetails.Container) -> Bool {
    guard isRunning(container) else { return false }
    var words = container.arguments[...]
    if let command = container.command {
      guard command.split(separator: "/").last == "maskline" else { return false }
      words = words.dropFirst()
    }
    guard words.popFirst() == "proxy",
      !words.contains(where: { ["-h", "--help", "--version"].contains($0) })
    else { return false }
    // The last one counts.
    var direction = "outbound"
    for (word, next) in zip(words, words.dropFirst() + [""]) {
      if word == "--mask" { direction = next }
      if word.hasPrefix("--mask=") { direction = String(word.dropFirst(7)) }
    }
    return direction == "outbound" || direction == "both"
  }

  /// Whether a container runs beside the program.
  private static func isRunning(_ container: PodDetails.Container) -> Bool {
    container.role == .sidecar || container.role == .regular
  }

  private let workload: Workload
  private let pod: PodTemplate
  /// Nil where the mask is in a pod of its own, or there is none.
  private let sidecar: PodDetails.Container?
  private let images: [String]
  private var findings: [PolicyFinding] = []

  private init(
    workload: Workload, pod: PodTemplate, sidecar: PodDetails.Container?, images: [String]
  ) {
    self.workload = workload
    self.pod = pod
    self.sidecar = sidecar
    self.images = images
  }

  private mutating func report(
    _ rule: String, _ location: SourceLocation, _ text: String, fix: String,
    severity: PolicyFinding.Severity = .error
  ) {
    findings.append(
      PolicyFinding(
        rule: rule, severity: severity, location: location,
        text: "\(workload.displayName): \(text)", fix: fix, path: []))
  }

  private mutating func check() {
    // A container of the sidecar's image may be anything, unless it masks, too.
    let others = pod.details.containers.filter { container in
      container.role != .ephemeral && container.location != sidecar?.location
        && !(Self.isMask(container) && images.contains { Self.isImage(container.image, $0) })
    }
    for container in others {
      if let sidecar {
        checkUser(container, beside: sidecar)
        checkFiles(container, beside: sidecar)
      }
      checkContainer(container)
    }
    if let sidecar { check(sidecar, hasOthers: !others.isEmpty) }
    checkPod()
  }

  private mutating func check(_ sidecar: PodDetails.Container, hasOthers: Bool) {
    if sidecar.role == .regular, hasOthers {
      report(
        "sidecar-not-native", sidecar.location,
        "the sidecar '\(sidecar.name)' is an ordinary container: it may end before the program does,"
          + " and the last records are lost",
        fix: "initContainers:\n- name: \(sidecar.name)\n  restartPolicy: Always")
    }
    if !sidecar.arguments.contains(where: { argument in
      ["--masks", "--config"].contains { argument == $0 || argument.hasPrefix($0 + "=") }
    }) {
      report(
        "sidecar-without-rules", sidecar.location,
        "the sidecar '\(sidecar.name)' names no rules: the built-in packs apply, whatever they are",
        fix: "args: [proxy, --config, /etc/maskline/maskline.yaml]", severity: .warning)
    }
    if pod.details.sharesProcessNamespace {
      report(
        "shared-processes", pod.details.location,
        "the program sees the sidecar's processes (shareProcessNamespace): as its user, or with"
          + " SYS_PTRACE, it reads its keys and takes over its connections",
        fix: "shareProcessNamespace: false")
    }
    for key in pod.details.annotations.keys.filter(PodDetails.isExcluding).sorted() {
      report(
        "excluded-ports", pod.details.location,
        "the annotation \(key) takes ports or addresses out of the redirection: '"
          + "\(pod.details.annotations[key] ?? "")'", fix: "# remove the annotation \(key)")
    }
  }

  /// What leads past every NetworkPolicy, with a sidecar or without.
  private mutating func checkPod() {
    if pod.usesHostNetwork {
      report(
        "host-network", pod.details.location,
        "the pod uses the host network: no NetworkPolicy holds it", fix: "hostNetwork: false")
    }
    if pod.details.usesHostProcesses {
      report(
        "host-processes", pod.details.location,
        "the pod sees the processes of its host (hostPID): with their rights it can use their network",
        fix: "hostPID: false")
    }
    if pod.details.usesHostMemory {
      report(
        "host-memory", pod.details.location,
        "the pod shares memory with the processes of its host (hostIPC): no NetworkPolicy holds what"
          + " passes there", fix: "hostIPC: false")
    }
    for key in pod.details.annotations.keys.filter(PodDetails.isAttaching).sorted() {
      let value = pod.details.annotations[key] ?? ""
      guard !value.isEmpty, value != "[]" else { continue }
      report(
        "second-network", pod.details.location,
        "the annotation \(key) joins the pod to another network (\(shown(value))): no"
          + " NetworkPolicy holds what passes there", fix: "# remove the annotation \(key)")
    }
    for container in pod.details.containers where container.role == .ephemeral {
      report(
        "ephemeral-container", container.location,
        "the ephemeral container '\(container.name)' shares the pod's network",
        fix: "# restart the pod without it; forbid pods/ephemeralcontainers by RBAC")
    }
  }

  /// Capabilities that change the pod's network, make a container the sidecar's equal, or reach the
  /// host's memory, devices and files, and by them its network.
  private static let powers: Set<String> = [
    "ALL", "NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "BPF", "PERFMON",
    "SETUID", "SETGID", "SYS_RAWIO", "MKNOD", "DAC_READ_SEARCH",
  ]

  /// Capabilities that reach the files of another user where both mount a volume.
  private static let filePowers: Set<String> = ["DAC_OVERRIDE", "CHOWN", "FOWNER"]

  private static func capability(_ name: String) -> String {
    let name = name.uppercased()
    return name.hasPrefix("CAP_") ? String(name.dropFirst(4)) : name
  }

  /// Whether a container may redirect the pod's traffic.
  static func hasNetworkPower(_ container: PodDetails.Container) -> Bool {
    container.addedCapabilities.contains { ["NET_ADMIN", "ALL"].contains(capability($0)) }
  }

  /// Whether what a container runs may be a redirection, as far as the manifest tells.
  static func mayRedirect(_ container: PodDetails.Container) -> Bool {
    container.arguments.isEmpty
      || container.arguments.contains { argument in
        ["iptables", "ip6tables", "nft", "redirect", ".sh", "tproxy"].contains(
          where: argument.contains)
      }
  }

  /// Folders of the host where the sockets of its services lie, or ways to them.
  private static let socketFolders = ["/run", "/var/run", "/proc", "/var/lib/kubelet"]

  /// Folders of the host that rule its network, or all its containers: devices and memory, the kernel's
  /// settings, what the node starts as root, and the files of other containers.
  private static let rulingFolders = [
    "/dev", "/sys", "/etc/kubernetes", "/etc/cni", "/opt/cni", "/var/lib/cni", "/etc/systemd",
    "/etc/containerd", "/var/lib/containerd", "/etc/crio", "/var/lib/containers", "/etc/docker",
    "/var/lib/docker", "/etc/ssh", "/root",
  ]

  /// What a path of the host gives away, if it is or holds a socket, or lies where they are, or does so
  /// with what rules the node.
  private static func danger(of path: String) -> (rule: String, text: String)? {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    let path = "/" + parts.joined(separator: "/")
    func meets(_ folder: String) -> Bool {
      path == folder || path.hasPrefix(folder + "/") || folder.hasPrefix(path + "/")
    }
    if path.hasSuffix(".sock") || path.hasSuffix(".socket") || path == "/"
      || socketFolders.contains(where: meets)
    {
      return ("host-socket", "a socket there is a way out")
    }
    return rulingFolders.contains(where: meets)
      ? ("host-files", "what lies there rules the node, its network and its containers") : nil
  }

  /// Powers over files that the sidecar has in a volume, too: its keys, its rules, its socket.
  private mutating func checkFiles(
    _ container: PodDetails.Container, beside sidecar: PodDetails.Container
  ) {
    let powers = container.addedCapabilities.filter {
      Self.filePowers.contains(Self.capability($0))
    }
    guard !powers.isEmpty, container.role != .initialization,
      let volume = container.mounts.first(where: sidecar.mounts.contains)
    else { return }
    report(
      "file-capability", container.location,
      "the container '\(container.name)' has \(powers.joined(separator: ", ")), and mounts the volume"
        + " '\(volume)' as the sidecar does: it reads and changes what the sidecar has there",
      fix: "securityContext: {capabilities: {drop: [ALL]}}")
  }

  private mutating func checkUser(
    _ container: PodDetails.Container, beside sidecar: PodDetails.Container
  ) {
    let user = container.runAsUser ?? pod.details.runAsUser
    let own = sidecar.runAsUser ?? pod.details.runAsUser
    if container.role != .initialization, user == nil, own != nil,
      pod.details.annotations[PolicyLint.egressKey] == "redirect-by-uid"
    {
      report(
        "uid-unknown", container.location,
        "the container '\(container.name)' has no runAsUser: the UID of its image may be the"
          + " sidecar's, which the redirection lets pass",
        fix: "securityContext: {runAsUser: 10001, runAsNonRoot: true}", severity: .warning)
    }
    if container.role != .initialization, user == own || user == 0 {
      let which = user.map { "UID \($0)" } ?? "the UID of its image"
      report(
        "same-uid", container.location,
        user == own
          ? "the container '\(container.name)' runs as the sidecar does (\(which)): a redirection by"
            + " UID lets it pass"
          : "the container '\(container.name)' runs as root: it can become the sidecar's user",
        fix:
          "securityContext: {runAsUser: 10001, runAsNonRoot: true}   # another than the sidecar's")
    }
  }

  private mutating func checkContainer(_ container: PodDetails.Container) {
    let powers = container.addedCapabilities.filter { Self.powers.contains(Self.capability($0)) }
    if container.isPrivileged || !powers.isEmpty, container.role != .initialization {
      report(
        "network-capability", container.location,
        "the container '\(container.name)' has "
          + (container.isPrivileged ? "all privileges" : powers.joined(separator: ", "))
          + (sidecar == nil
            ? ": it can reach the network of the host, which no NetworkPolicy holds"
            : ": it can undo the redirection, or become the sidecar"),
        fix: "securityContext: {privileged: false, capabilities: {drop: [ALL]}}")
    }
    if container.seesKernelSettings {
      report(
        "kernel-settings", container.location,
        "the container '\(container.name)' sees all of /proc (procMount: Unmasked): settings of the"
          + " kernel and of its network are open to it",
        fix: "securityContext: {procMount: Default}")
    }
    for name in container.mounts {
      guard let path = pod.details.hostPaths[name] else { continue }
      let socket = ("host-socket", "it is a socket, and a way out")
      guard
        let (rule, text) = pod.details.hostSockets.contains(name) ? socket : Self.danger(of: path)
      else { continue }
      report(
        rule, container.location,
        "the container '\(container.name)' mounts \(path) of the host: \(text)",
        fix: "# remove the hostPath volume '\(name)'")
    }
  }
}
