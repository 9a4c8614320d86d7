internal import ArgumentParser
internal import NetworkPolicies

struct PoliciesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policies",
    abstract: "Generates network policies from a topology.",
    discussion: """
      Default deny both ways in every namespace of the topology, DNS, and exactly the declared flows.
      Each policy says why it is there, who owns it and which PCI DSS requirement it serves. A
      NetworkPolicy cannot tell the containers of one pod apart: a program beside a sidecar can reach
      what the sidecar reaches, unless the upstream takes only the sidecar's certificate, traffic is
      redirected by UID, or the mask is a gateway pod. Examples:

        maskline k8s policies --draft manifests/ > topology.yaml    then read and mend it
        maskline k8s policies --config topology.yaml > policies.yaml
        maskline k8s policies --config topology.yaml --out policies/
        maskline k8s policies --config topology.yaml --review markdown
      """)

  enum Review: String, ExpressibleByArgument, CaseIterable {
    case markdown
    case html
  }

  @Option(help: ArgumentHelp("The topology.", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp("Print a first topology for these manifests instead.", valueName: "dir"))
  var draft: String?

  @Option(
    help: ArgumentHelp("A folder to write to, one file for each namespace.", valueName: "folder"))
  var out: String?

  @Option(help: "Print a review sheet instead of policies: markdown or html.")
  var review: Review?

  @OptionGroup var options: ManifestOptions

  func validate() throws {
    if (config == nil) == (draft == nil) {
      throw ValidationError("give --config with a topology, or --draft with manifests")
    }
  }

  func run() throws {
    if let draft {
      let (cluster, _) = try options.load(draft)
      return try ManifestFiles.write(TopologyDraft.text(of: cluster), to: "-")
    }
    guard let config else { return }
    let topology = try ManifestFiles.topology(config)
    let policies = PolicyGenerator.policies(of: topology)
    switch review {
    case .markdown: return try ManifestFiles.write(ReviewSheet.markdown(policies), to: "-")
    case .html: return try ManifestFiles.write(ReviewSheet.html(policies), to: "-")
    case nil: break
    }
    guard let out else {
      return try ManifestFiles.write(policies.map(\.yaml).joined(separator: "---\n"), to: "-")
    }
    for namespace in topology.namespaces {
      try ManifestFiles.checkGenerated("\(out)/\(namespace).yaml")
    }
    try ManifestFiles.makeFolder(out)
    for namespace in topology.namespaces {
      let own = policies.filter { $0.namespace == namespace }.map(\.yaml)
      let path = "\(out)/\(namespace).yaml"
      try ManifestFiles.write(own.joined(separator: "---\n"), to: path)
      Console.line(path)
    }
    let sidecars = topology.workloads.filter { $0.mask == .sidecar }.map(\.name)
    if !sidecars.isEmpty {
      Console.error(
        "note: in the pods of \(sidecars.joined(separator: ", ")) the program shares the sidecar's"
          + " egress; close that gap by one of: the upstream takes only the sidecar's client"
          + " certificate, a redirection by UID, a gateway pod (mask: gateway)")
    }
  }
}
