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
