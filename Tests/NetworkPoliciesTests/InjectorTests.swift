import NetworkPolicies
import Rules
import Testing

@Suite("Sidecars put into workloads")
struct InjectorTests {
  private let settings = SidecarInjector.Settings(
    image: "registry.example/maskline:1", upstream: "collector.logging:5170", rules: "rules")

  private func inject(_ text: String, _ settings: SidecarInjector.Settings? = nil)
    -> SidecarInjector.Result
  {
    SidecarInjector(settings ?? self.settings).inject(into: Array(text.utf8), file: "m.yaml")
  }

  private let deployment = """
    # the shop
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: shop, namespace: shop}
    spec:
      template:
        metadata:
          labels: {app: shop}
        spec:
          # the program
          containers:
            - name: shop
              image: shop:1   # pinned
              securityContext: {runAsUser: 10001}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: shop, namespace: shop}
    spec: {ports: [{port: 80}]}

    """

  @Test("the sidecar is a native one with its rules mounted, and the pod lint has nothing to say")
  func native() throws {
    let result = inject(deployment)
    #expect(result.problems == [])
    #expect(result.injected == ["Deployment shop"])
    let injected = cluster(result.text)
    #expect(PodLint.findings(in: injected) == [])
    let containers = try #require(injected.workloads.first?.pods.first?.details.containers)
    let sidecar = try #require(containers.first { $0.name == "maskline" })
    #expect(sidecar.role == .sidecar)
    #expect(sidecar.runAsUser == 65532)
    #expect(sidecar.mounts == ["maskline-rules"])
  }

  @Test("every line of the file stays, comments too, and a second time changes nothing")
  func preserved() {
    let once = inject(deployment)
    var rest = once.text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    for line in deployment.split(separator: "\n", omittingEmptySubsequences: false) {
      let index = rest.firstIndex(of: line)
      #expect(index != nil, "\(line) is gone")
      if let index { rest = rest[(index + 1)...] }
    }
    let twice = inject(once.text)
    #expect(twice.text == once.text)
    #expect(twice.skipped == ["Deployment shop: has a container 'maskline'"])
  }

  @Test("init containers and volumes that are there stay, after the sidecar")
  func existing() throws {
    let text = deployment.replacing(
      "      # the program\n",
      with: """
              initContainers:
              - name: migrate
                image: migrate:1
              volumes:
                - name: data
                  emptyDir: {}

        """)
    let result = inject(text)
    #expect(result.problems == [])
    let containers = try #require(
      cluster(result.text).workloads.first?.pods.first?.details.containers)
    #expect(containers.map(\.name) == ["shop", "maskline", "migrate"])
    #expect(result.text.contains("- name: data\n"))
  }

  @Test("a flow-style pod is refused with its place, and the file is left as it is")
  func refused() {
    let text = "kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec: {containers: []}\n"
    let result = inject(text)
    #expect(
      result.problems.map(\.description) == [
        "m.yaml:4:8: Pod p: write the pod's spec in block style, one key a line"
      ])
    #expect(result.text == text)
  }

  @Test("keys are mounted for the sidecar's group only")
  func keys() {
    var settings = settings
    settings.keys = "maskline-keys"
    let text = inject(deployment, settings).text
    #expect(text.contains("fsGroup: 65532"))
    #expect(text.contains("secretName: maskline-keys"))
    #expect(text.contains("defaultMode: 0440"))
  }

  @Test("only workloads with the wanted label get a sidecar")
  func labels() {
    var settings = settings
    settings.labels = ["mask": "yes"]
    #expect(inject(deployment, settings).injected == [])
    let wanted = deployment.replacing("{app: shop}", with: "{app: shop, mask: \"yes\"}")
    #expect(inject(wanted, settings).injected == ["Deployment shop"])
  }
}

@Suite("Files that a sidecar does not fit into, or only just")
struct InjectorFormTests {
  private func inject(_ text: String, _ change: (inout SidecarInjector.Settings) -> Void = { _ in })
    -> SidecarInjector.Result
  {
    var settings = SidecarInjector.Settings(image: "maskline:1", upstream: "c:5170", rules: "r")
    change(&settings)
    return SidecarInjector(settings).inject(into: Array(text.utf8), file: "m.yaml")
  }

  private static let pod = """
    apiVersion: v1
    kind: Pod
    metadata: {name: p, namespace: x}
    spec:
      initContainers:
      - name: first
        image: i
      containers:
      - name: c
        image: i

    """

  @Test("lines that end with CR LF, all or some of them, stay so and are counted as they are")
  func lineEndings() throws {
    let plain = inject(Self.pod)
    for text in [
      Self.pod.replacing("\n", with: "\r\n"), "# one\r\n" + Self.pod,
      Self.pod.replacing("spec:\n", with: "spec:\r\n"),
    ] {
      let result = inject(text)
      #expect(result.problems == [])
      let pods = cluster(result.text).workloads.flatMap(\.pods)
      let names = pods.flatMap(\.details.containers).map { "\($0.name) \($0.role)" }
      #expect(names == ["c regular", "maskline sidecar", "first initialization"])
      #expect(
        result.text.unicodeScalars.filter { $0 != "\r" }.count
          == plain.text.unicodeScalars.count + (text.hasPrefix("#") ? 6 : 0))
    }
  }

  @Test("an item whose dash has a line of its own is refused, and nothing is changed")
  func loneDash() {
    let text = Self.pod.replacing(
      "  - name: first\n    image: i", with: "  -\n    name: first\n    image: i")
    let result = inject(text)
    #expect(result.problems.count == 1 && result.text == text)
  }

  @Test(
    "a volume of the sidecar's name is refused", arguments: ["maskline-rules", "maskline-keys"])
  func volume(name: String) {
    let text = Self.pod + "  volumes:\n  - name: \(name)\n    emptyDir: {}\n"
    #expect(
      inject(text).problems.map(\.text) == [
        "Pod p: it has a volume '\(name)' already; rename that"
      ])
  }

  @Test("what is set is read as that text, whatever YAML would take it for")
  func settings() throws {
    let result = inject(Self.pod) { settings in
      settings.listen = "[::1]:5170"
      settings.upstream = "[fd00::1]:5170"
      settings.image = "123"
      settings.rules = "1e3"
      settings.keys = "true"
    }
    #expect(result.problems == [])
    let sidecar = try #require(
      cluster(result.text).workloads.first?.pods.first?.details.containers.first {
        $0.name == "maskline"
      })
    #expect(sidecar.image == "123")
    #expect(
      sidecar.arguments.contains("[::1]:5170") && sidecar.arguments.contains("[fd00::1]:5170"))
    #expect(result.text.contains("name: \"1e3\"") && result.text.contains("secretName: \"true\""))
  }
}

@Suite("Ways around the sidecar in a pod")
struct PodLintTests {
  private static let clean = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: p
      namespace: n
      annotations: {note: x}
    spec:
      initContainers:
      - name: mask
        image: registry.example/maskline:1@sha256:00
        restartPolicy: Always
        args: [proxy, --config, /etc/maskline.yaml]
        securityContext: {runAsUser: 65532}
      containers:
      - name: c
        image: i
        securityContext: {runAsUser: 10001}

    """

  private func rules(_ text: String) -> [String] {
    PodLint.findings(in: read(text).cluster).map(\.rule)
  }

  @Test("a pod without a way around is not reported")
  func cleanPod() { #expect(rules(Self.clean) == []) }

  @Test(
    "each way around is found",
    arguments: [
      ("runAsUser: 10001", "runAsUser: 65532", "same-uid"),
      ("runAsUser: 10001", "runAsUser: 0", "same-uid"),
      (
        "runAsUser: 10001", "runAsUser: 10001, capabilities: {add: [NET_ADMIN]}",
        "network-capability"
      ),
      (
        "runAsUser: 10001", "runAsUser: 10001, capabilities: {add: [NET_RAW]}", "network-capability"
      ),
      ("runAsUser: 10001", "runAsUser: 10001, privileged: true", "network-capability"),
      (
        "runAsUser: 10001", "runAsUser: 10001, capabilities: {add: [CAP_SETUID]}",
        "network-capability"
      ),
      ("spec:\n", "spec:\n  hostPID: true\n", "host-processes"),
      ("spec:\n", "spec:\n  hostIPC: true\n", "host-memory"),
      ("runAsUser: 10001", "runAsUser: 10001, procMount: Unmasked", "kernel-settings"),
      (
        "runAsUser: 10001", "runAsUser: 10001, capabilities: {add: [SYS_RAWIO]}",
        "network-capability"
      ),
      ("runAsUser: 10001", "runAsUser: 10001, capabilities: {add: [MKNOD]}", "network-capability"),
      (
        "runAsUser: 10001", "runAsUser: 10001, capabilities: {add: [DAC_READ_SEARCH]}",
        "network-capability"
      ),
      ("spec:\n", "spec:\n  shareProcessNamespace: true\n", "shared-processes"),
      ("spec:\n", "spec:\n  hostNetwork: true\n", "host-network"),
      (
        "spec:\n", "spec:\n  ephemeralContainers: [{name: debug, image: i}]\n",
        "ephemeral-container"
      ),
      ("{note: x}", "{config.linkerd.io/skip-outbound-ports: \"5432\"}", "excluded-ports"),
      ("{note: x}", "{traffic.sidecar.istio.io/excludeOutboundPorts: \"5432\"}", "excluded-ports"),
      ("{note: x}", "{k8s.v1.cni.cncf.io/networks: macvlan}", "second-network"),
      ("{note: x}", "{v1.multus-cni.io/default-network: kube-system/other}", "second-network"),
      ("args: [proxy, --config, /etc/maskline.yaml]", "args: [proxy]", "sidecar-without-rules"),
      (
        "    image: i\n", "    image: i\n    volumeMounts: [{name: s, mountPath: /s}]\n",
        "host-socket"
      ),
    ])
  func found(old: String, new: String, rule: String) {
    let volumes = "  volumes: [{name: s, hostPath: {path: /run/containerd.sock}}]\n"
    #expect(rules(Self.clean.replacing(old, with: new) + volumes) == [rule])
  }

  @Test(
    "a folder of the host is a way out where sockets lie in it, above it or below it",
    arguments: [
      ("/", true), ("/var", true), ("/var/", true), ("/var/run", true), ("/run/x", true),
      ("/proc", true), ("/var/lib", true), ("/srv/../var/./run", true), ("/opt/a.sock", true),
      ("/var/log", false), ("/data", false), ("/runner", false),
    ])
  func hostPaths(path: String, isFound: Bool) {
    let mount = Self.clean.replacing(
      "    image: i\n", with: "    image: i\n    volumeMounts: [{name: s, mountPath: /s}]\n")
    let volumes = "  volumes: [{name: s, hostPath: {path: \(path)}}]\n"
    #expect(rules(mount + volumes) == (isFound ? ["host-socket"] : []))
  }

  @Test(
    "a folder of the host that rules the node is found, above it or below it, and a socket by its type",
    arguments: [
      ("/dev", "", "host-files"), ("/dev/mem", "", "host-files"), ("/sys/fs/bpf", "", "host-files"),
      ("/etc", "", "host-files"), ("/etc/kubernetes/manifests", "", "host-files"),
      ("/opt/cni/bin", "", "host-files"), ("/etc/cni/net.d", "", "host-files"),
      ("/var/lib/containerd", "", "host-files"), ("/opt/agent/api", "Socket", "host-socket"),
      ("/opt/agent", "Directory", ""), ("/etc/ssl/certs", "", ""), ("/srv/data", "", ""),
    ])
  func rulingPaths(path: String, type: String, rule: String) {
    let mount = Self.clean.replacing(
      "    image: i\n", with: "    image: i\n    volumeMounts: [{name: s, mountPath: /s}]\n")
    let kind = type.isEmpty ? "" : ", type: \(type)"
    let volumes = "  volumes: [{name: s, hostPath: {path: \(path)\(kind)}}]\n"
    #expect(rules(mount + volumes) == (rule.isEmpty ? [] : [rule]))
  }

  @Test("powers over files count where the sidecar has the volume, too")
  func filePowers() {
    func pod(_ power: String, sharing: Bool) -> String {
      Self.clean.replacing(
        "runAsUser: 10001}", with: "runAsUser: 10001, capabilities: {add: [\(power)]}}"
      ).replacing(
        "    image: i\n", with: "    image: i\n    volumeMounts: [{name: s, mountPath: /s}]\n"
      )
      .replacing(
        "    restartPolicy: Always\n",
        with:
          "    restartPolicy: Always\n    volumeMounts: [{name: \(sharing ? "s" : "t"), mountPath: /s}]\n"
      )
    }
    #expect(rules(pod("DAC_OVERRIDE", sharing: true)) == ["file-capability"])
    #expect(rules(pod("DAC_OVERRIDE", sharing: false)) == [])
    // It opens low ports, and nothing of the sidecar's.
    #expect(rules(pod("NET_BIND_SERVICE", sharing: true)) == [])
  }

  @Test("the sidecar that masks is the one that others are held against, wherever it stands")
  func otherMaskline() {
    let check =
      "  initContainers:\n  - {name: check, image: maskline, args: [check, /m],"
      + " securityContext: {runAsUser: 1}}\n"
    let same = Self.clean.replacing("  initContainers:\n", with: check)
    #expect(rules(same) == [])
    #expect(rules(same.replacing("10001", with: "65532")) == ["same-uid"])
  }

  @Test("a container of the sidecar's image that does not mask is one like others")
  func idleImage() {
    let idle =
      "  - {name: shell, image: tools/maskline, command: [sleep], securityContext:"
      + " {runAsUser: 65532, privileged: true}}\n"
    #expect(rules(Self.clean + idle) == ["same-uid", "network-capability"])
    let second = idle.replacing("command: [sleep]", with: "args: [proxy, --masks, /m]")
      .replacing(", privileged: true", with: "")
    #expect(rules(Self.clean + second) == [])
  }

  @Test(
    "an image is known by its name from any registry, or by as much as is said of it",
    arguments: [
      ("maskline", "maskline", true), ("maskline:1", "maskline", true),
      ("r.example:5000/x/maskline:1@sha256:00", "maskline", true),
      ("localhost:5000/maskline", "maskline", true), ("maskline:5000/other", "maskline", false),
      ("r.example/not-maskline", "maskline", false), ("maskline/other:1", "maskline", false),
      ("r.example/team/maskline:1", "r.example/team/maskline", true),
      ("r.example/team/maskline:1", "team/maskline", true),
      ("evil.example/maskline:1", "r.example/maskline", false),
      ("r.example:5000/maskline:2", "r.example:5000/maskline:1", false),
      ("maskline:1@sha256:00", "maskline@sha256:00", true),
      ("maskline:1@sha256:01", "maskline@sha256:00", false),
    ])
  func images(reference: String, name: String, isSame: Bool) {
    let text = Self.clean.replacing("registry.example/maskline:1@sha256:00", with: reference)
    let found = PodLint.findings(
      in: read(text.replacing("runAsUser: 65532", with: "runAsUser: 10001")).cluster,
      images: [name])
    #expect(found.isEmpty != isSame, "\(found)")
  }

  @Test("where a redirection goes by UID, each container must say which it has")
  func unknownUser() {
    let redirected = Self.clean.replacing(
      "{note: x}", with: "{maskline.dev/egress: redirect-by-uid}")
    #expect(rules(redirected) == [])
    let open = redirected.replacing("    securityContext: {runAsUser: 10001}\n", with: "")
    #expect(rules(open) == ["uid-unknown"])
    // The pod's own user is as good.
    let same = open.replacing("spec:\n", with: "spec:\n  securityContext: {runAsUser: 10001}\n")
    #expect(rules(same) == [])
    #expect(rules(open.replacing("redirect-by-uid", with: "client-certificate")) == [])
  }

  @Test("replicas that differ in what the lint looks at are looked at one by one")
  func shapes() {
    func pod(_ name: String, _ more: String) -> String {
      Self.clean.replacing("  name: p\n", with: "  name: \(name)\n").replacing(
        "spec:\n",
        with: "  ownerReferences: [{kind: ReplicaSet, name: r, controller: true}]\nspec:\n\(more)")
    }
    let both = pod("a", "") + "---\n" + pod("b", "  shareProcessNamespace: true\n")
    #expect(rules(both) == ["shared-processes"])
  }

  @Test("a sidecar that is an ordinary container is reported")
  func ordinary() {
    let text = Self.clean.replacing("  initContainers:\n", with: "  containers:\n")
      .replacing("    restartPolicy: Always\n", with: "")
      .replacing("  containers:\n  - name: c", with: "  - name: c")
    #expect(rules(text) == ["sidecar-not-native"])
  }
}
