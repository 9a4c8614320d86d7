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
      something else (W1 to W20). Without --topology only those warnings are given. Exit 2 with a
      finding of the level of --fail-on or worse. Examples:

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
    var reader = ManifestReader()
    reader.toleratesUnknownFields = options.lenient
    let (cluster, readings) = reader.read(try ManifestFiles.read(path))
    var findings = readings
    // What could not be read is not judged: the rest would look safer than it is.
    if !readings.contains(where: { $0.severity == .error }) { findings += try judge(cluster) }
    switch output {
    case .text: for finding in findings { Console.line(finding.description) }
    case .json: try ManifestFiles.write(FindingListing.json(findings), to: "-")
    case .sarif:
      let version = Version.text.split(separator: " ").last.map(String.init) ?? ""
      try ManifestFiles.write(FindingListing.sarif(findings, version: version), to: "-")
    }
    let worst = PolicyFinding.Severity(rawValue: failOn.rawValue) ?? .warning
    let count = findings.count { $0.severity <= worst }
    let total = "\(findings.count) finding\(findings.count == 1 ? "" : "s")"
    Console.error(
      count == 0
        ? "maskline: \(total), none that fails (--fail-on \(failOn.rawValue)): verified"
        : "maskline: \(total), \(count) of level \(failOn.rawValue) or worse")
    if count > 0 { throw ExitStatus.finding }
  }

  private func judge(_ cluster: Cluster) throws -> [PolicyFinding] {
    guard let topology else {
      return PolicyLint.findings(in: cluster) + PodLint.findings(in: cluster)
    }
    var verification = Verifier.Options()
    verification.modes = try options.modes()
    return Verifier.findings(
      cluster, against: try ManifestFiles.topology(topology), options: verification)
  }
}
