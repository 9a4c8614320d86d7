import NetworkPolicies
import Rules
import Testing

@Suite("Warnings about policies")
struct LintTests {
  private func findings(_ text: String) -> [PolicyFinding] {
    let (cluster, readings) = read(text)
    var context = PolicyLint.Context()
    context.clusterRanges = ["10.9.0.0/16", "10.96.0.0/12"].compactMap { AddressRange(cidr: $0) }
    return readings + PolicyLint.findings(in: cluster, context: context)
  }

  @Test("T60 each bad manifest is warned of, and its fixed twin is not", arguments: LintCase.all)
  func twins(lintCase: LintCase) throws {
    let bad = findings(lintCase.bad)
    let finding = try #require(
      bad.first { $0.rule == lintCase.rule }, "\(bad)\n\(lintCase.bad)")
    #expect(finding.location.line > 1)
    // An error of reading names what to write instead; a warning gives both readings and YAML.
    if finding.severity == .warning {
      #expect(finding.readings.count == 2 && finding.fix != nil, "\(finding)")
    }
    #expect(findings(lintCase.fixed).map(\.description) == [], "\(lintCase.fixed)")
  }

  @Test("every warning has its case")
  func everyWarning() {
    #expect(LintCase.all.map(\.rule) == (1...20).map { "W\($0)" })
  }

  @Test("the corrections of W1 and W2 are policies that say what was meant")
  func corrections() throws {
    for rule in ["W1", "W2"] {
      let lintCase = try #require(LintCase.all.first { $0.rule == rule })
      let finding = try #require(findings(lintCase.bad).first { $0.rule == rule })
      let lines = try #require(finding.fix).split(separator: "\n").map { "  \($0)" }
      let text =
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        + "metadata: {name: p, namespace: shop}\nspec:\n  podSelector: {}\n"
        + "  policyTypes: [Ingress]\n" + lines.joined(separator: "\n") + "\n"
      let policy = try #require(cluster(text).policies.first)
      #expect(policy.ingress.count == 1)
      #expect(policy.ingress[0].peers.count == 1)
      #expect(policy.ingress[0].ports.map(\.description) == ["TCP 8080"])
    }
  }

  @Test("the split rule is told with both readings and the joined form")
  func splitRule() throws {
    let lintCase = try #require(LintCase.all.first { $0.rule == "W1" })
    let finding = try #require(findings(lintCase.bad).first { $0.rule == "W1" })
    #expect(
      finding.description == """
        m.yaml:24:5: warning: 'from' and 'ports' stand in two list items: each is a rule of its own [W1]
          as written: these peers at every port (line 22), and everyone, also from outside, at TCP \
        8080 (line 24)
          as it may be meant: these peers at TCP 8080 only
          fix:
            ingress:
            - from:
              - podSelector:
                  matchLabels:
                    app: web
              ports:
              - {protocol: TCP, port: 8080}
        """)
  }

  @Test(
    "strict decoding names the place of a misspelt or misplaced field, and the remedy",
    arguments: [
      (
        "policytypes: [Ingress]", "6:3",
        "unknown field 'policytypes' in the NetworkPolicy's spec; did you mean 'policyTypes'?"
      ),
      (
        "ingress: [{form: []}]", "6:14",
        "unknown field 'form' in an item of 'ingress'; did you mean 'from'?"
      ),
      (
        "ingress: [{from: [{podSelector: {}, ports: []}]}]", "6:39",
        "unknown field 'ports' in a peer; it belongs beside 'from' or 'to', in the same list item"
      ),
      (
        "ingress: [{ports: [{port: 80, podSelector: {}}]}]", "6:33",
        "unknown field 'podSelector' in an item of 'ports'; it belongs in 'spec' or in a peer of 'from' or 'to'"
      ),
      ("ingress: [{from: [{}]}]", "6:21", "a peer needs podSelector, namespaceSelector or ipBlock"),
      (
        "ingress: [{ports: [{port: 010}]}]", "6:29",
        "'port' must be written as 10, without zeros or a sign before it"
      ),
      (
        "ingress: [{from: [{ipBlock: {cidr: '::ffff:10.0.0.0/104'}}]}]", "6:38",
        "cidr '::ffff:10.0.0.0/104' is IPv4 written as IPv6; write it as IPv4"
      ),
      ("ingress: [{ports: [{port: 70000}]}]", "6:29", "'port' must be from 1 to 65535, not 70000"),
      (
        "ingress: [{ports: [{port: \"80\"}]}]", "6:29",
        "'80' is no port name; write the number without quotes"
      ),
      (
        "ingress: [{ports: [{protocol: tcp}]}]", "6:33",
        "unknown protocol 'tcp'; use TCP, UDP or SCTP"
      ),
      (
        "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0}}]}]", "6:38",
        "cidr '10.0.0.0' is no address range; write one such as 10.0.0.0/8"
      ),
      ("policyTypes: [Ingres]", "6:17", "unknown policy type 'Ingres'; did you mean 'Ingress'?"),
      (
        "podSelector: {matchLabels: {a: true}}", "6:34",
        "matchLabels.a is no text for YAML; write it in quotes: \"true\""
      ),
      (
        "podSelector: {matchExpressions: [{key: a, operator: In}]}", "6:36",
        "operator In needs 'values'"
      ),
      (
        "podSelector: {app: web}", "6:17",
        "unknown field 'app' in podSelector; the fields are matchLabels and matchExpressions"
      ),
    ])
  func strictDecoding(line: String, place: String, text: String) {
    let manifest =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: n}\n"
      + "# the line that is wrong\nspec:\n  \(line)\n"
    let found = read(manifest).findings.map(\.description)
    #expect(found.contains("m.yaml:\(place): error: \(text) [W3]"), "\(found)")
  }

  private static let shared = LintCase.all.first { $0.rule == "W19" }?.fixed ?? ""

  @Test(
    "only a way that is known, and that the pod can have, stops the warning of a shared egress",
    arguments: [
      ("client-certificate", nil),
      ("none", ": unknown value 'none' of maskline.dev/egress; use"),
      ("client-certifcate", "; did you mean 'client-certificate'?"),
      ("\"\"", ": unknown value '' of maskline.dev/egress"),
      ("redirect-by-uid", ": no init container with NET_ADMIN sets up the redirection"),
    ])
  func sharedEgress(value: String, text: String?) throws {
    let manifest = Self.shared.replacing("client-certificate", with: value)
    let found = findings(manifest).filter { $0.rule == "W19" }
    #expect(found.count == (text == nil ? 0 : 1))
    if let text { #expect(found.first?.text.contains(text) == true, "\(found)") }
    let redirecting = manifest.replacing(
      "initContainers: [",
      with: "initContainers: [{name: r, image: i, securityContext: {capabilities: "
        + "{add: [NET_ADMIN]}}}, ")
    if value == "redirect-by-uid" {
      #expect(!findings(redirecting).contains { $0.rule == "W19" })
      // A container with the power that does nothing with it redirects nothing.
      let idle = redirecting.replacing(
        "{name: r, image: i,", with: "{name: r, image: i, command: [\"true\"],")
      #expect(findings(idle).contains { $0.rule == "W19" })
    }
  }

  @Test("a flow that one end denies is told of, of whichever pod of the policy")
  func laterSubject() {
    let far = "{namespaceSelector: {}, podSelector: {matchLabels: {app: c}}}"
    func rules(_ sources: String) -> [String] {
      let list = "{matchExpressions: [{key: app, operator: In, values: [\(sources)]}]}"
      let manifests = [
        Made.pod("n", "a"), Made.pod("n", "b"), Made.pod("m", "c"),
        Made.policy(
          "n", "{matchExpressions: [{key: app, operator: In, values: [a, b]}]}",
          "egress: [{to: [\(far)], ports: [{port: 80}]}]"),
        Made.policy(
          "m", "{matchLabels: {app: c}}",
          "ingress: [{from: [{namespaceSelector: {}, podSelector: \(list)}], ports: [{port: 80}]}]"),
      ]
      return findings(manifests.joined(separator: "\n---\n")).map(\.rule).filter { $0 == "W12" }
    }
    #expect(rules("a, b") == [])
    #expect(rules("a") == ["W12"])
  }

  @Test(
    "selectors are not held against pods where there are none, and are where a topology has them")
  func expectedPods() throws {
    func policy(_ app: String) -> String {
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: p, namespace: x}
      spec:
        podSelector: {matchLabels: {app: \(app)}}
        policyTypes: [Ingress]
        ingress:
        - from: [{podSelector: {matchLabels: {app: \(app)}}}]
          ports: [{protocol: TCP, port: 80}]
      """
    }
    let alone = PolicyLint.findings(in: cluster(policy("a")))
    #expect(alone.map(\.rule) == ["W6"] && alone.map(\.severity) == [.note])
    var context = PolicyLint.Context()
    context.expectedPods = [("x", ["app": "a"])]
    #expect(PolicyLint.findings(in: cluster(policy("a")), context: context) == [])
    let misspelt = PolicyLint.findings(in: cluster(policy("b")), context: context)
    #expect(misspelt.map(\.rule) == ["W6", "W6"])
    #expect(misspelt.map(\.severity) == [.warning, .warning])
  }

  @Test(
    "a document without a known kind is told of with its place, and never taken for nothing",
    arguments: [
      ("apiVersion: v1\nKind: Pod", "2:1: error: unknown field 'Kind'; did you mean 'kind'?"),
      ("apiVersion: v1\nknd: Pod", "2:1: error: unknown field 'knd'; did you mean 'kind'?"),
      ("apiVersion: v1\nmetadata: {name: p}", "1:1: error: the object has no 'kind'"),
      ("apiVersion: v1\nkind: [Pod]", "2:1: error: 'kind' must be one text"),
      ("a: 1", "1:1: warning: no Kubernetes object: it has no 'kind'; passed over"),
      (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolcy",
        "2:7: error: unknown kind 'NetworkPolcy'; did you mean 'NetworkPolicy'?"
      ),
      (
        "apiVersion: networking.k8s.io/v1beta1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {}",
        "1:13: error: unknown apiVersion 'networking.k8s.io/v1beta1' of a NetworkPolicy; write"
          + " networking.k8s.io/v1"
      ),
      (
        "kind: NetworkPolicy\nmetadata: {name: p}\nspec: {}",
        "1:1: error: the NetworkPolicy has no 'apiVersion'; write networking.k8s.io/v1"
      ),
      (
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, Kind: Pod}",
        "4:20: error: unknown field 'Kind'; did you mean 'kind'?"
      ),
    ])
  func kinds(text: String, finding: String) {
    #expect(read(text).findings.map(\.description) == ["m.yaml:\(finding) [W3]"])
  }

  @Test("kinds of other groups are counted and passed over, whatever their names are like")
  func otherGroups() {
    let texts = [
      "apiVersion: stable.example.com/v1\nkind: CronTab\nmetadata: {name: x}\nspec: {a: 1}\n",
      "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: x}\nspec: {a: 1}\n",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
    ]
    let all = cluster(texts.joined(separator: "---\n"))
    #expect(all.passedOver == ["CronTab": 1, "Service": 1, "ConfigMap": 1])
    #expect(
      all.passedOverNote == "note: passed over, whatever pods they make: CronTab (1), Service (1)")
    #expect(!all.isEmpty && cluster("").isEmpty)
  }

  @Test(
    "policies of network plugins are told of, whatever of ours they are called after",
    arguments: [
      ("crd.antrea.io/v1beta1", "NetworkPolicy"), ("crd.antrea.io/v1beta1", "ClusterNetworkPolicy"),
      ("networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy"),
      ("networking.k8s.aws/v1alpha1", "PolicyEndpoint"),
      ("projectcalico.org/v3", "NetworkPolicy"), ("crd.projectcalico.org/v1", "NetworkPolicy"),
      ("projectcalico.org/v3", "GlobalNetworkPolicy"), ("cilium.io/v2", "CiliumNetworkPolicy"),
      ("cilium.io/v2", "CiliumLocalRedirectPolicy"),
      ("cilium.io/v2", "CiliumEgressGatewayPolicy"),
      ("k8s.ovn.org/v1", "AdminPolicyBasedExternalRoute"), ("k8s.ovn.org/v1", "EgressFirewall"),
      ("k8s.cni.cncf.io/v1beta1", "MultiNetworkPolicy"), ("example.com/v1", "NetworkPolicy"),
    ])
  func plugins(apiVersion: String, kind: String) throws {
    let text = "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: x}\nspec: {a: 1}\n"
    let found = findings(text)
    #expect(found.map(\.rule) == ["W20"], "\(found)")
    #expect(found.first?.text.contains("\(kind) (\(apiVersion))") ?? false)
  }

  @Test("what the pod's user is, is read or refused, and a policy without its spec is no policy")
  func refused() {
    let pod =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
      + "spec: {securityContext: {runAsUser: '0'}, containers: []}\n"
    #expect(
      read(pod).findings.map(\.description) == [
        "m.yaml:4:37: error: runAsUser must be a whole number without quotes [W3]"
      ])
    let policy =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: null\n"
    #expect(
      read(policy).findings.map(\.description) == [
        "m.yaml:1:1: error: the NetworkPolicy has no 'spec' [W3]"
      ])
  }

  @Test(
    "a port that YAML takes for a number or a boolean is no name, wherever it stands",
    arguments: ["0x50", "0b1010", "0o120", "1e3", "1_000", "yes", "true", "on", "8080.0", "'80'"])
  func portNames(port: String) {
    let policy =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n"
      + "  podSelector: {}\n  ingress:\n  - ports: [{port: \(port)}]\n"
    let service =
      "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
      + "spec: {selector: {a: b}, ports: [{port: 80, targetPort: \(port)}]}\n"
    let pod =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
      + "  - {name: c, image: i, ports: [{containerPort: 80, name: \(port)}]}\n"
    for (text, place) in [(policy, "7:20"), (service, "4:57"), (pod, "6:59")] {
      let found = read(text).findings.map(\.description)
      #expect(found.count == 1 && found[0].hasPrefix("m.yaml:\(place): error: "), "\(found)")
    }
    // In quotes it is a name, if it is one.
    let quoted = read(
      policy.replacing("port: \(port)}", with: "port: 'x-\(port.filter(\.isLetter))1'}"))
    #expect(quoted.findings == [])
  }

  @Test("a wrong key or value of a label has the place of that key or value")
  func labelPlaces() {
    let text = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: p}
      spec:
        podSelector:
          matchLabels:
            good: fine
            bad key: fine
            app: bad value
          matchExpressions:
          - key: bad key
            operator: In
            values:
            - fine
            - bad value
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: p
        labels:
          app: fine
          tier: bad value
      spec: {containers: []}
      """
    let places = read(text).findings.map { finding in
      "\(finding.location.line):\(finding.location.column) \(finding.severity.rawValue)"
    }
    #expect(places == ["8:7 error", "9:12 error", "11:12 error", "15:9 error", "23:11 warning"])
  }

  @Test(
    "ranges that are everything together are as much everything as one",
    arguments: [
      ("{cidr: 0.0.0.0/1}", "{cidr: 128.0.0.0/1}", true),
      ("{cidr: 0.0.0.0/1, except: [10.0.0.0/8]}", "{cidr: 128.0.0.0/1}", true),
      (
        "{cidr: 0.0.0.0/1, except: [10.0.0.0/8]}",
        "{cidr: 128.0.0.0/1, except: [169.254.169.254/32]}", false
      ),
      ("{cidr: 0.0.0.0/1}", "{cidr: 128.0.0.0/2}", false),
      ("{cidr: '::/1'}", "{cidr: '8000::/1'}", false),
    ])
  func halves(first: String, second: String, isFound: Bool) {
    let text = """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: p, namespace: n}
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
        - to: [{ipBlock: \(first)}]
          ports: [{port: 443}]
        - to: [{ipBlock: \(second)}]
          ports: [{port: 443}]
      """
    let found = findings(text).filter { $0.rule == "W14" }
    #expect(found.count == (isFound ? 1 : 0), "\(found)")
    if isFound { #expect(found[0].text.contains("are 0.0.0.0/0 together")) }
  }

  @Test("objects of a JSON file may follow each other, each with its place")
  func concatenated() {
    let pods = ["a", "b x"].map { name in
      "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"\(name)\"},"
        + " \"spec\": {}}"
    }
    func read(_ text: String) -> (cluster: Cluster, findings: [PolicyFinding]) {
      ManifestReader().read([ManifestReader.File(name: "m.json", bytes: Array(text.utf8))])
    }
    let both = read(pods.joined(separator: "\n"))
    #expect(both.cluster.workloads.map(\.name) == ["a", "b x"])
    #expect(both.findings.map { "\($0.location)" } == ["m.json:2:58"])
    #expect(read(pods[0] + "\n]").findings.map { "\($0.location)" } == ["m.json:2:1"])
  }

  @Test("a name that would forge a line of a listing is refused")
  func names() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: \"x => y\", namespace: n}\nspec: {}\n"
    #expect(
      read(text).findings.map(\.description) == [
        "m.yaml:3:18: error: name 'x => y' may hold only a to z, 0 to 9, '-' and '.' between them"
          + " [W3]"
      ])
    #expect(read(text.replacing("x => y", with: "x_y")).findings.map(\.severity) == [.warning])
  }

  @Test("a duplicate field is refused")
  func duplicateField() {
    let text =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n"
      + "  podSelector: {}\n  ingress: []\n  ingress: [{}]\n"
    #expect(
      read(text).findings.map(\.description) == [
        "m.yaml:7:3: error: duplicate key 'ingress'; it is already set in line 6 [W3]"
      ])
  }
}
