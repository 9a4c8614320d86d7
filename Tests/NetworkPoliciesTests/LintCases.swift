/// A minimal bad manifest of each warning, and its fixed twin.
struct LintCase: CustomStringConvertible, Sendable {
  var rule: String
  var bad: String
  var fixed: String

  var description: String { rule }

  /// Two pods that may talk in every twin: what the policies below are about.
  private static let pods = """
    apiVersion: v1
    kind: Namespace
    metadata: {name: shop}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: api, namespace: shop, labels: {app: api}}
    spec: {containers: [{name: c, image: i, ports: [{name: web, containerPort: 8080}]}]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop, labels: {app: web}}
    spec: {containers: [{name: c, image: i, ports: [{name: web, containerPort: 80}]}]}
    ---

    """

  private static func policy(
    _ spec: String, name: String = "p", namespace: String? = "shop"
  ) -> String {
    let place = namespace.map { ", namespace: \($0)" } ?? ""
    return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
      + "metadata: {name: \(name)\(place)}\nspec:\n"
      + spec.split(separator: "\n").map { "  \($0)\n" }.joined()
  }

  private static let rest = """
    podSelector: {matchLabels: {app: web}}
    policyTypes: [Ingress]
    """

  private static let good = """
    podSelector: {matchLabels: {app: api}}
    policyTypes: [Ingress]
    ingress:
    - from:
      - podSelector: {matchLabels: {app: web}}
      ports:
      - {protocol: TCP, port: 8080}
    """

  /// A cluster with one policy for `api` and one that isolates `web`.
  private static func shop(_ spec: String) -> String {
    pods + policy(spec) + "---\n" + policy(rest, name: "web")
  }

  private static func ingress(_ rules: String) -> String {
    shop("podSelector: {matchLabels: {app: api}}\npolicyTypes: [Ingress]\ningress:\n" + rules)
  }

  private static func egress(_ rules: String) -> String {
    pods
      + policy(
        "podSelector: {matchLabels: {app: web}}\npolicyTypes: [Egress]\negress:\n" + dns + rules)
      + "---\n" + policy("podSelector: {}\npolicyTypes: [Egress]", name: "rest")
  }

  private static let dns = """
    - to:
      - namespaceSelector: {}
        podSelector: {matchLabels: {app: web}}
      ports:
      - {protocol: UDP, port: 53}
      - {protocol: TCP, port: 53}

    """

  static let all: [LintCase] = first + second

  private static let first = [
    LintCase(
      rule: "W1",
      bad: ingress(
        "- from:\n  - podSelector: {matchLabels: {app: web}}\n- ports:\n  - {protocol: TCP, port: 8080}"
      ),
      fixed: shop(good)),
    LintCase(
      rule: "W2",
      bad: ingress(
        "- from:\n  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}\n"
          + "  - podSelector: {matchLabels: {app: web}}\n  ports:\n  - {protocol: TCP, port: 8080}"),
      fixed: ingress(
        "- from:\n  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}\n"
          + "    podSelector: {matchLabels: {app: web}}\n  ports:\n  - {protocol: TCP, port: 8080}")
    ),
    LintCase(
      rule: "W3",
      bad: ingress(
        "- from:\n  - podSelector: {matchLabels: {app: web}}\n    ports:\n"
          + "    - {protocol: TCP, port: 8080}"),
      fixed: shop(good)),
    LintCase(
      rule: "W4", bad: ingress("- ports:\n  - {protocol: TCP, port: 8080}"), fixed: shop(good)),
    LintCase(
      rule: "W5",
      bad: shop(
        good + "\negress:\n- to:\n  - podSelector: {matchLabels: {app: web}}\n"
          + "  ports:\n  - {protocol: TCP, port: 80}"),
      fixed: shop(good)),
    LintCase(
      rule: "W6", bad: shop(good.replacing("{app: web}", with: "{app: wbe}")), fixed: shop(good)),
    LintCase(
      rule: "W7",
      bad: pods.replacing("shop", with: "default")
        + policy(good, namespace: nil) + "---\n"
        + policy(rest, name: "web", namespace: "default"),
      fixed: shop(good)),
    LintCase(
      rule: "W8", bad: pods + policy(good) + "---\n" + policy(rest),
      fixed: shop(good)),
    LintCase(
      rule: "W9",
      bad: ingress(
        "- from:\n  - podSelector: {matchLabels: {app: web}}\n  ports:\n"
          + "  - {protocol: TCP, port: http}"),
      fixed: ingress(
        "- from:\n  - podSelector: {matchLabels: {app: web}}\n  ports:\n"
          + "  - {protocol: TCP, port: web}")),
    LintCase(
      rule: "W10",
      bad: egress(
        "- to:\n  - podSelector: {matchLabels: {app: web}}\n  ports:\n  - {port: 53}"),
      fixed: egress("")),
  ]

  private static let second = [
    LintCase(
      rule: "W11",
      bad: egress(
        "- to:\n  - podSelector: {matchLabels: {app: api}}\n  ports:\n"
          + "  - {protocol: TCP, port: 8080}"
      ).replacing(dns.split(separator: "\n").map { "  \($0)\n" }.joined(), with: ""),
      fixed: egress(
        "- to:\n  - podSelector: {matchLabels: {app: api}}\n  ports:\n"
          + "  - {protocol: TCP, port: 8080}")),
    LintCase(
      rule: "W12",
      bad: shop(good) + "---\n"
        + policy("podSelector: {}\npolicyTypes: [Egress]", name: "deny"),
      fixed: shop(good) + "---\n"
        + policy("podSelector: {}\npolicyTypes: [Egress]", name: "deny") + "---\n"
        + policy(
          "podSelector: {matchLabels: {app: web}}\npolicyTypes: [Egress]\negress:\n" + dns
            + "- to:\n  - podSelector: {matchLabels: {app: api}}\n  ports:\n"
            + "  - {protocol: TCP, port: 8080}", name: "web-out")),
    LintCase(
      rule: "W13",
      bad: egress(
        "- to:\n  - ipBlock: {cidr: 10.9.0.0/16}\n  ports:\n  - {protocol: TCP, port: 443}"),
      fixed: egress(
        "- to:\n  - ipBlock: {cidr: 203.0.113.0/24}\n  ports:\n  - {protocol: TCP, port: 443}")),
    LintCase(
      rule: "W14",
      bad: egress(
        "- to:\n  - ipBlock: {cidr: 0.0.0.0/0}\n  ports:\n  - {protocol: TCP, port: 443}"),
      fixed: egress(
        "- to:\n  - ipBlock:\n      cidr: 0.0.0.0/0\n"
          + "      except: [10.9.0.0/16, 10.96.0.0/12, 169.254.169.254/32]\n"
          + "  ports:\n  - {protocol: TCP, port: 443}")),
    LintCase(
      rule: "W15",
      bad: egress(
        "- to:\n  - ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.7/32]}\n"
          + "  - ipBlock: {cidr: 203.0.113.7/32}\n  ports:\n  - {protocol: TCP, port: 443}"),
      fixed: egress(
        "- to:\n  - ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.7/32]}\n"
          + "  ports:\n  - {protocol: TCP, port: 443}")),
    LintCase(
      rule: "W16",
      bad: shop(good) + "---\n"
        + policy(
          "podSelector: {matchLabels: {app: api}}\npolicyTypes: [Ingress]\ningress:\n- {}",
          name: "open"),
      fixed: shop(good)),
    LintCase(
      rule: "W17",
      bad: shop(good).replacing(
        "labels: {app: web}}\nspec: {", with: "labels: {app: web}}\nspec: {hostNetwork: true, "),
      fixed: shop(good)),
    LintCase(
      rule: "W18", bad: pods + policy(good),
      fixed: shop(good)),
    LintCase(
      rule: "W19",
      bad: shop(good).replacing(
        "labels: {app: web}}\nspec: {",
        with: "labels: {app: web}}\n"
          + "spec: {initContainers: [{name: mask, image: registry.example/maskline:1, "
          + "restartPolicy: Always}], "),
      fixed: shop(good).replacing(
        "labels: {app: web}}\nspec: {",
        with: "labels: {app: web}, annotations: {maskline.dev/egress: client-certificate}}\n"
          + "spec: {initContainers: [{name: mask, image: registry.example/maskline:1, "
          + "restartPolicy: Always}], ")),
    LintCase(
      rule: "W20",
      bad: ingress(
        "- from:\n  - podSelector: {matchLabels: {app: web}}\n  ports:\n"
          + "  - {protocol: TCP, endPort: 8090}"),
      fixed: ingress(
        "- from:\n  - podSelector: {matchLabels: {app: web}}\n  ports:\n"
          + "  - {protocol: TCP, port: 8080, endPort: 8090}")),
  ]
}
