import Foundation
import TestSupport
import Testing

@Suite("maskline k8s")
struct KubernetesCommandTests {
  private static let examples = TestPaths.package.appendingPathComponent("examples/kubernetes").path

  private func run(_ arguments: [String], input: String = "") throws -> CommandResult {
    try CommandRunner.maskline(["k8s"] + arguments, input: Array(input.utf8))
  }

  private let pods = """
    apiVersion: v1
    kind: Pod
    metadata: {name: a, namespace: n, labels: {app: a}}
    spec: {containers: [{name: c, image: i}]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: b, namespace: n, labels: {app: b}}
    spec: {containers: [{name: c, image: i, ports: [{name: web, containerPort: 8080}]}]}
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: p, namespace: n}
    spec:
      podSelector: {}
      policyTypes: [Ingress, Egress]
      egress:
      - to: [{podSelector: {matchLabels: {app: b}}}]
        ports: [{port: web}, {protocol: UDP, port: 53}]
      ingress:
      - from: [{podSelector: {matchLabels: {app: a}}}]

    """

  @Test(
    "connections are listed as text, CSV, JSON and Markdown",
    arguments: [
      ("text", "n/a[Pod] => n/b[Pod] : TCP 8080,UDP 53\n"),
      ("csv", "src,dst,conn\nn/a[Pod],n/b[Pod],\"TCP 8080,UDP 53\"\n"),
      (
        "json",
        "{\"connections\":[\n{\"src\":\"n/a[Pod]\",\"dst\":\"n/b[Pod]\","
          + "\"conn\":\"TCP 8080,UDP 53\"}\n],\"undefined\":[]}\n"
      ),
      (
        "markdown",
        "| src | dst | conn |\n|-----|-----|------|\n| n/a[Pod] | n/b[Pod] | TCP 8080,UDP 53 |\n"
      ),
    ])
  func forms(form: String, expected: String) throws {
    let result = try run(["connections", "-", "--output", form], input: pods)
    #expect(result.exitCode == 0, "\(result.errorText)")
    let text = form == "json" ? expected.replacing("[]", with: "[\n]") : expected
    #expect(result.outputText == text)
  }

  @Test("a folder is read with its subfolders, YAML and JSON alike")
  func folders() throws {
    let folder = try TemporaryFolder()
    try folder.write(pods, to: "one/two/pods.yml")
    try folder.write(
      #"{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod","#
        + "\n\t" + #""metadata":{"name":"c","namespace":"m"},"spec":{"containers":[]}}]}"#,
      to: "list.json")
    let result = try run(["connections", folder.url.path])
    #expect(result.exitCode == 0, "\(result.errorText)")
    #expect(result.outputText.contains("m/c[Pod] => 0.0.0.0-255.255.255.255[External]"))
    #expect(result.outputText.contains("n/a[Pod] => n/b[Pod] : TCP 8080,UDP 53\n"))
  }

  @Test("a pipe among the manifests is refused, not waited for")
  func pipe() throws {
    let folder = try TemporaryFolder()
    try folder.write(pods, to: "pods.yaml")
    let made = unsafe mkfifo(folder.path("pipe.yaml"), 0o600)
    try #require(made == 0)
    let result = try run(["connections", folder.url.path])
    #expect(result.exitCode == 1)
    #expect(result.errorText.contains("pipe.yaml"), "\(result.errorText)")
  }

  @Test("a misspelt field ends with 78 and its place; --lenient only warns")
  func misspelt() throws {
    let text = pods.replacing("podSelector: {}", with: "podselector: {}")
    let result = try run(["connections", "-"], input: text)
    #expect(result.exitCode == 78)
    #expect(
      result.errorText.contains(
        "stdin:15:3: error: unknown field 'podselector' in the NetworkPolicy's spec; did you mean"
          + " 'podSelector'? [W3]"))
    #expect(result.outputText.isEmpty)
    #expect(try run(["connections", "-", "--lenient"], input: text).exitCode == 0)
  }

  @Test(
    "nothing at all is no clean result", arguments: [[], ["---\n"], ["# nothing\n"], ["a: 1\n"]])
  func nothing(texts: [String]) throws {
    let topology = "\(Self.examples)/topology.yaml"
    for command in [
      ["connections", "-"], ["verify", "-"], ["verify", "-", "--topology", topology],
    ] {
      let result = try run(command, input: texts.joined())
      #expect(result.exitCode == 78)
      #expect(result.outputText.isEmpty)
      #expect(result.errorText.contains("maskline: standard input holds no Kubernetes object"))
    }
  }

  @Test("modes of connections are honoured with a topology, and refused without one")
  func modes() throws {
    let refused = try run(["verify", "-", "--host-network", "pod"], input: pods)
    #expect(refused.exitCode == 64)
    #expect(refused.errorText.contains("--host-network says how connections are judged"))
    let folder = try TemporaryFolder()
    let topology = try folder.write(
      """
      version: 1
      workloads:
        a: { namespace: n, labels: { app: a }, owner: o }
        b: { namespace: n, labels: { app: b }, owner: o }
      flows: []
      """, to: "topology.yaml")
    let made = try run(["policies", "--config", topology])
    let hosts =
      "---\n"
      + pods.components(separatedBy: "---\n")[0].replacing(
        "spec: {", with: "spec: {hostNetwork: true, ")
    func rules(_ arguments: [String]) throws -> Set<String> {
      let result = try run(
        ["verify", "-", "--topology", topology, "--output", "json"] + arguments,
        input: made.outputText + hosts)
      let document = try decode(result.outputText) as? [String: Any]
      let findings = document?["findings"] as? [[String: Any]] ?? []
      return Set(findings.compactMap { $0["rule"] as? String })
    }
    #expect(try rules([]).contains("undeclared-entry"))
    #expect(try !rules(["--host-network", "pod"]).contains("undeclared-entry"))
    #expect(try rules(["--icmp", "undefined"]).contains("icmp-undefined"))
    #expect(try rules(["--sctp", "undefined"]).contains("sctp-undefined"))
  }

  @Test(
    "a manifest that cannot be read is a finding of verify, a topology that cannot ends with 78")
  func unreadable() throws {
    let text = pods.replacing("podSelector: {}", with: "podselector: {}")
    let result = try run(["verify", "-"], input: text)
    #expect(result.exitCode == 2)
    #expect(result.outputText.contains("stdin:15:3: error: unknown field 'podselector'"))
    #expect(result.errorText.contains("nothing else was judged"))
    let folder = try TemporaryFolder()
    let topology = try folder.write("version: 2\n", to: "topology.yaml")
    #expect(try run(["verify", "-", "--topology", topology], input: pods).exitCode == 78)
  }

  @Test("the help of verify names every finding that it has")
  func findingNames() throws {
    let help = try run(["verify", "--help"]).outputText
    let folder = TestPaths.package.appendingPathComponent("Sources/NetworkPolicies")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var names: Set<String> = []
    for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(
        of: /(?:report\(\s*|return \(\s*|\? \(|: \(|\[\s*\()"([a-z]+(?:-[a-z]+)+)",/)
      {
        names.insert(String(match.output.1))
      }
    }
    #expect(names.count >= 25, "\(names.sorted())")
    for name in names { #expect(help.contains(name), "\(name)") }
  }

  @Test("an explanation names the rule of each half with file and line")
  func explain() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(pods, to: "m.yaml")
    let allowed = try run(["explain", path, "--from", "n/a", "--to", "n/b", "--port", "8080"])
    #expect(
      allowed.outputText == """
        n/a[Pod] => n/b[Pod] : allowed TCP 8080
          egress of n/a[Pod]: allowed TCP 8080
            \(path):18:5: policy n/p, egress[0] allows TCP 8080
          ingress of n/b[Pod]: allowed TCP 8080
            \(path):21:5: policy n/p, ingress[0] allows TCP 8080

        """)
    let future = try run(["explain", path, "--from", "x/{app=a}", "--to", "n/b"])
    #expect(future.outputText.contains("x/{app=a} => n/b[Pod] : denied\n"))
    #expect(try run(["explain", path, "--from", "n/zz", "--to", "n/b"]).exitCode == 64)
  }

  @Test("verify ends with 2 and the path when something is open, and with 0 for the example shop")
  func verify() throws {
    let folder = try TemporaryFolder()
    let manager = FileManager.default
    for name in ["manifests", "policies"] {
      try manager.copyItem(atPath: "\(Self.examples)/\(name)", toPath: folder.path(name))
    }
    let topology = "\(Self.examples)/topology.yaml"
    let clean = try run(["verify", folder.url.path, "--topology", topology])
    #expect(clean.exitCode == 0, "\(clean.allText)")
    #expect(clean.outputText.isEmpty)

    try folder.write(
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: debug, namespace: shop}
      spec:
        podSelector: {matchLabels: {app: checkout}}
        policyTypes: [Egress]
        egress:
        - to: [{ipBlock: {cidr: 198.51.100.0/24}}]
          ports: [{protocol: TCP, port: 9000}]
      """, to: "policies/debug.yaml")
    let open = try run(["verify", folder.url.path, "--topology", topology])
    #expect(open.exitCode == 2)
    #expect(
      open.outputText.contains(
        "debug.yaml:8:5: error: raw data can leave the cluster past every mask"))
    #expect(
      open.outputText.contains(
        "path: shop/checkout[Deployment] -> 198.51.100.0-198.51.100.255[External] : TCP 9000"))

    let json = try run(["verify", folder.url.path, "--topology", topology, "--output", "json"])
    #expect((try decode(json.outputText) as? [String: Any])?["findings"] is [Any])
  }

  @Test("the copied policies are warned of by name")
  func copied() throws {
    let result = try run(["verify", "\(Self.examples)/copied"])
    #expect(result.exitCode == 2)
    for (file, rule) in [
      ("split-rule.yaml", "W1"), ("split-peer.yaml", "W2"), ("deny-egress.yaml", "W11"),
      ("deny-egress.yaml", "W14"),
    ] {
      let found = result.outputText.split(separator: "\n").contains {
        $0.contains("/\(file):") && $0.hasSuffix("[\(rule)]")
      }
      #expect(found, "\(file) \(rule)")
    }
  }

  @Test("a draft names workloads and the flows that their variables speak of")
  func draft() throws {
    let text = """
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: n, labels: {app: web}}
      spec: {containers: [{name: c, image: i, env: [{name: U, value: 'http://api.n.svc:80/x'}]}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: api, namespace: n, labels: {app: api}}
      spec: {containers: [{name: c, image: i, ports: [{name: web, containerPort: 8080}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: api, namespace: n}
      spec: {selector: {app: api}, ports: [{port: 80, targetPort: web}]}
      """
    let draft = try run(["policies", "--draft", "-"], input: text)
    #expect(draft.exitCode == 0, "\(draft.errorText)")
    #expect(
      draft.outputText.contains("{ from: web, to: api, ports: [8080], reason: \"it names api\" }"))
    let folder = try TemporaryFolder()
    let path = try folder.write(draft.output, to: "topology.yaml")
    #expect(try run(["policies", "--config", path]).exitCode == 0)
  }

  @Test("the five commands of the example's page run as they are written")
  func fiveCommands() throws {
    let folder = try TemporaryFolder()
    let manager = FileManager.default
    try manager.copyItem(atPath: Self.examples, toPath: folder.path("kubernetes"))
    let page = try String(contentsOfFile: "\(Self.examples)/README.md", encoding: .utf8)
    let section = try #require(page.components(separatedBy: "in five commands").last)
    let commands = section.components(separatedBy: "```")[1].split(separator: "\n").dropFirst()
    #expect(commands.count == 5)
    let binary = try #require(TestPaths.binary)
    for command in commands {
      let line = command.replacing("maskline ", with: "\(binary.path) ", maxReplacements: 1)
      let child = try CommandRunner.run(
        "/bin/sh", ["-c", "cd '\(folder.path("kubernetes"))' && \(line)"], secondsMax: 120)
      #expect(child.exitCode == 0, "\(command): \(child.allText)")
    }
    let html = try String(contentsOfFile: folder.path("kubernetes/graph.html"), encoding: .utf8)
    #expect(html.contains("checkout"))
  }

  @Test("a graph takes its form from the name of the file, and a difference exits 2 for raw data")
  func graphAndDiff() throws {
    let folder = try TemporaryFolder()
    let before = try folder.write(pods, to: "before.yaml")
    let after = try folder.write(
      pods.replacing(
        "ports: [{port: web}, {protocol: UDP, port: 53}]", with: "ports: [{port: web}]"),
      to: "after.yaml")
    for name in ["svg", "html", "dot", "mermaid"] {
      let result = try run(["graph", before, "-o", folder.path("graph.\(name)")])
      #expect(result.exitCode == 0, "\(result.errorText)")
      #expect(try Data(contentsOf: folder.url.appendingPathComponent("graph.\(name)")).count > 100)
    }
    #expect(try run(["graph", before, "-o", folder.path("graph.png")]).exitCode == 64)
    let difference = try run(["diff", before, after])
    #expect(difference.exitCode == 0)
    #expect(
      difference.outputText == "~ n/a[Pod] => n/b[Pod] : TCP 8080,UDP 53 -> TCP 8080\n")
    let topology = try folder.write(
      """
      version: 1
      workloads:
        a: { namespace: n, labels: { app: a }, role: sensitive, owner: o }
        b: { namespace: n, labels: { app: b }, owner: o }
      flows:
        - { from: a, to: b, ports: [8080], carries: plain, reason: r }
      """, to: "topology.yaml")
    let raw = try run(["diff", after, before, "--topology", topology, "--output", "markdown"])
    #expect(raw.exitCode == 2)
    #expect(raw.outputText.hasPrefix("**Raw data can leave by a new connection.**"))
  }

  @Test("hidden files are read as kubectl reads them, and hidden folders are named")
  func hiddenFiles() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(pods, to: "pods.yaml")
    let open = pods.split(separator: "---\n").last.map(String.init) ?? ""
    _ = try folder.write(
      open.replacing("name: p,", with: "name: q,")
        .replacing("ports: [{port: web}, {protocol: UDP, port: 53}]", with: "ports: [{port: 22}]"),
      to: ".more.yaml")
    try FileManager.default.createDirectory(
      atPath: folder.path(".git"), withIntermediateDirectories: true)
    let result = try run(["connections", folder.url.path])
    #expect(result.outputText == "n/a[Pod] => n/b[Pod] : TCP 22,8080,UDP 53\n")
    #expect(
      result.errorText.contains("note: the hidden folder \(folder.path(".git")) is passed over"))
  }

  @Test("generated policies are written over generated ones only")
  func overwriting() throws {
    let folder = try TemporaryFolder()
    let topology = "\(Self.examples)/topology.yaml"
    let out = folder.path("out")
    for _ in 0..<2 {
      #expect(try run(["policies", "--config", topology, "--out", out]).exitCode == 0)
    }
    _ = try folder.write(pods, to: "out/shop.yaml")
    let result = try run(["policies", "--config", topology, "--out", out])
    #expect(result.exitCode == 64)
    #expect(result.errorText.contains("out/shop.yaml holds more than generated policies"))
    #expect(try String(contentsOfFile: folder.path("out/shop.yaml"), encoding: .utf8) == pods)
  }

  @Test("a sidecar does not run as root")
  func injectRoot() throws {
    let result = try run([
      "inject", "-", "--image", "i", "--upstream", "u:1", "--rules", "r", "--user", "0",
    ])
    #expect(result.exitCode == 64)
  }

  @Test("pods on the host network are listed as pods with a note, or as it is chosen")
  func hostNetworkListing() throws {
    let text = pods.replacing(
      "spec: {containers: [{name: c, image: i}]}", with: "spec: {hostNetwork: true, containers: []}"
    )
    func connections(_ mode: String...) throws -> CommandResult {
      try run(["connections", "-"] + mode, input: text)
    }
    let line = "n/a[Pod] => n/b[Pod] : TCP 8080"
    let listed = try connections()
    #expect(listed.outputText.hasPrefix(line))
    #expect(listed.errorText.hasPrefix("note: n/a[Pod] is on the host network and shown as a pod"))
    let asPod = try connections("--host-network", "pod")
    #expect(asPod.outputText == listed.outputText && asPod.errorText.isEmpty)
    let undefined = try connections("--host-network", "undefined")
    #expect(!undefined.outputText.hasPrefix(line) && undefined.outputText.contains("Undefined"))
  }

  @Test("a difference exits 2 when a sensitive pod goes to the host network")
  func diffHostNetwork() throws {
    let folder = try TemporaryFolder()
    let manifests = "\(Self.examples)/gateway/manifests.yaml"
    let topology = "\(Self.examples)/gateway/topology.yaml"
    let text = try String(contentsOfFile: manifests, encoding: .utf8)
    let policies = try run(["policies", "--config", topology]).outputText
    let before = try folder.write(text + "---\n" + policies, to: "before.yaml")
    let onHost = text.replacing(
      "    spec:\n      containers:\n      - name: checkout",
      with: "    spec:\n      hostNetwork: true\n      containers:\n      - name: checkout")
    let after = try folder.write(onHost + "---\n" + policies, to: "after.yaml")
    let result = try run(["diff", before, after, "--topology", topology])
    #expect(result.exitCode == 2)
    #expect(result.outputText.contains("shop/checkout[Deployment] => "))
    #expect(try run(["diff", before, before, "--topology", topology]).exitCode == 0)
  }

  @Test("the example for pull requests shows what changed and fails all the same")
  func pullRequests() throws {
    let text = try String(contentsOfFile: "\(Self.examples)/ci.yaml", encoding: .utf8)
    let block = try #require(
      text.components(separatedBy: "- name: Compare with the base branch").last?
        .components(separatedBy: "run: |\n").last)
    let script = block.replacing("${{ github.base_ref }}", with: "main")
    let folder = try TemporaryFolder()
    // Stand-ins: the one says that raw data appears, the other makes no folder.
    try folder.write("#!/bin/sh\necho '| raw |'\nexit 2\n", to: "bin/maskline")
    try folder.write("#!/bin/sh\nexit 0\n", to: "bin/git")
    try folder.write(script, to: "step.sh")
    let result = try CommandRunner.run(
      "/bin/bash",
      [
        "-c",
        "chmod +x bin/*; export PATH=$PWD/bin:$PATH GITHUB_STEP_SUMMARY=$PWD/summary;"
          + " bash -e step.sh; echo \"exit $?\"; cat summary",
      ], folder: folder.url.path)
    #expect(result.outputText == "exit 2\n| raw |\n", "\(result.allText)")
  }

  @Test("kubernetes-validate accepts every example, every generated policy and every sidecar")
  func validated() throws {
    let local = TestPaths.package.appendingPathComponent(".build-python/bin/kubernetes-validate")
      .path
    let found =
      FileManager.default.isExecutableFile(atPath: local)
      ? local : TestPaths.program("kubernetes-validate")
    guard let validate = found else {
      #expect(!TestPaths.isContinuousIntegration, "run Tests/install.sh tests")
      return
    }
    let folder = try TemporaryFolder()
    var files: [String] = []
    for name in ["manifests", "policies", "copied", "gateway"] {
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(Self.examples)/\(name)")
      files += names.filter { $0 != "topology.yaml" }.map { "\(Self.examples)/\(name)/\($0)" }
    }
    for topology in ["topology.yaml", "gateway/topology.yaml"] {
      let made = try run(["policies", "--config", "\(Self.examples)/\(topology)"])
      files.append(try folder.write(made.output, to: "made-\(files.count).yaml"))
    }
    for keys in [[], ["--keys", "maskline-keys"]] {
      let injected = try run(
        [
          "inject", "\(Self.examples)/gateway/manifests.yaml", "--image", "maskline:1",
          "--upstream",
          "collector:5170", "--rules", "rules", "--label", "app=checkout",
        ] + keys)
      // The gateway's example is in flow style in part: those pods are refused, not mangled.
      #expect(injected.exitCode == 0, "\(injected.errorText)")
      files.append(try folder.write(injected.output, to: "injected-\(files.count).yaml"))
    }
    let result = try CommandRunner.run(
      validate, ["--strict", "--quiet", "--no-warn"] + files, secondsMax: 300)
    #expect(result.exitCode == 0, "\(result.allText)")
  }
}
