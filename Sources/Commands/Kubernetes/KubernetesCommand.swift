internal import ArgumentParser

struct KubernetesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "k8s",
    abstract:
      "Network policies that prove where masked traffic can go, and the sidecar's manifests.",
    discussion: """
      DIR is a folder of manifests (YAML or JSON, with its subfolders), a file, or - for standard
      input. Results come from the manifests alone: nothing is asked of a cluster. Examples:

        maskline k8s connections manifests/
        maskline k8s policies --config topology.yaml --out policies/
        maskline k8s verify manifests/ --topology topology.yaml
        kubectl get all,networkpolicies,namespaces -A -o yaml | maskline k8s connections -
      """,
    subcommands: [
      ConnectionsCommand.self, ExplainConnectionCommand.self, PoliciesCommand.self,
      VerifyCommand.self, GraphCommand.self, DiffCommand.self, InjectCommand.self,
    ])
}

extension ExitStatus {
  /// A finding of `k8s verify`, or raw data that leaves by a new connection.
  static let finding = ExitCode(2)
}
