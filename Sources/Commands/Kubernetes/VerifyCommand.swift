internal import ArgumentParser
internal import NetworkPolicies
internal import Rules

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Fails when the policies allow what the topology does not, or say something odd.",
    discussion: """
      Every flow that the topology does not declare is a finding, with its path, the rule that opens
      it and a fix; so are ways around the sidecar in pods, and policies that are likely to mean
      something else (W1 to W20). Without --topology only those warnings are given.

      Of connections: raw-exit, undeclared-exit, metadata-exit, dns-exit, undeclared-entry,
      undeclared-flow, namespace-leak, environments-mixed, vault-exposed, vault-egress,
      database-exposed, missing-default-deny, flow-denied, dns-denied, selector-too-wide,
      sctp-undefined, icmp-undefined. Of the topology: raw-flow, unmasked-exit, unknown-workload,
      ambiguous-workload. Of pods: sidecar-missing, gateway-missing, mask-unchecked,
      sidecar-not-native, sidecar-without-rules, same-uid, uid-unknown, network-capability, file-capability,
      host-network, host-processes, host-memory, host-socket, host-files, kernel-settings,
      shared-processes, ephemeral-container, excluded-ports, second-network, gateway-shared.

      Exit 2 with a finding of the level of --fail-on or worse; a manifest that cannot be read is
      such a finding (W3), and nothing else is judged then. Exit 78 when the topology is wrong, or
      there is no Kubernetes object at all. Examples:

        maskline k8s verify manifests/ --topology topology.yaml
        maskline k8s verify manifests/ --topology topology.yaml --output sarif > verify.sarif
      """)

  enum Form: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case sarif
  }

  enum Level: String, ExpressibleByArgument, CaseIterable {
    case error
    case warning
    case note
  }

  @Argument(help: ArgumentHelp("Folder or file of manifests, or -.", valueName: "dir"))
  var path: String

  @Option(help: ArgumentHelp("What is meant to be allowed.", valueName: "file"))
  var topology: String?

  @Option(help: "text, json or sarif.")
  var output = Form.text

  @Option(help: "The mildest finding that fails: error, warning or note.")
  var failOn = Level.warning

  @OptionGroup var options: ManifestOptions

  func run() throws {
    let judge = try judgement()
    var (cluster, findings) = try options.read(path)
    // What could not be read is not judged: the rest would look safer than it is.
    let isReadable = !findings.contains { $0.severity == .error }
    if isReadable { findings += judge(cluster) }
    switch output {
    case .text: for finding in findings { Console.line(finding.description) }
    case .json: try ManifestFiles.write(FindingListing.json(findings), to: "-")
    case .sarif:
      let version = Version.text.split(separator: " ").last.map(String.init) ?? ""
      try ManifestFiles.write(FindingListing.sarif(findings, version: version), to: "-")
    }
    if !isReadable { Console.error("maskline: mend what cannot be read; nothing else was judged") }
    if let note = cluster.passedOverNote { Console.error(note) }
    let worst = PolicyFinding.Severity(rawValue: failOn.rawValue) ?? .warning
    let count = findings.count { $0.severity <= worst }
    let total = "\(findings.count) finding\(findings.count == 1 ? "" : "s")"
    Console.error(
      count == 0
        ? "maskline: \(total), none that fails (--fail-on \(failOn.rawValue)): verified"
        : "maskline: \(total), \(count) of level \(failOn.rawValue) or worse")
    if count > 0 { throw ExitStatus.finding }
  }

  /// What manifests are held against; what is wrong with it comes before what is wrong with them.
  private func judgement() throws -> (Cluster) -> [PolicyFinding] {
    guard let topology else {
      if let option = options.connectionOptions.first {
        throw ExitStatus.fail(
          "\(option) says how connections are judged, and without --topology none are: give both or"
            + " neither", ExitStatus.usage)
      }
      var context = PolicyLint.Context()
      context.clusterRanges = try options.podRanges()
      context.isDualStack = options.families == .both
      return { PolicyLint.findings(in: $0, context: context) + PodLint.findings(in: $0) }
    }
    var verification = Verifier.Options()
    verification.modes = try options.modes(isJudgement: true)
    let wanted = try ManifestFiles.topology(topology)
    return { Verifier.findings($0, against: wanted, options: verification) }
  }
}
