internal import ArgumentParser
internal import NetworkPolicies

struct InjectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inject",
    abstract: "Adds the masking sidecar to workloads, in the native form.",
    discussion: """
      The sidecar is an init container with restartPolicy Always: it starts before the program and
      stops after it. Its rules are a mounted folder. The rest of the file stays as it is. Examples:

        maskline k8s inject app.yaml --image registry.example/maskline:1.0 \\
          --upstream collector.logging:5170 --rules maskline-rules > app-masked.yaml
      """)

  @Argument(help: ArgumentHelp("A file of manifests, or -.", valueName: "file"))
  var path: String

  @Option(help: "The sidecar's image.")
  var image: String

  @Option(help: ArgumentHelp("Where masked records go.", valueName: "address"))
  var upstream: String

  @Option(help: ArgumentHelp("Where the program sends to.", valueName: "address"))
  var listen = "127.0.0.1:5170"

  @Option(help: ArgumentHelp("The ConfigMap that holds the mask files.", valueName: "name"))
  var rules: String

  @Option(help: ArgumentHelp("The Secret that holds the keys.", valueName: "name"))
  var keys: String?

  @Option(
    help: ArgumentHelp("The sidecar's user; no other container may run as it.", valueName: "uid"))
  var user = 65532

  @Option(help: ArgumentHelp("Only workloads whose pods have this label.", valueName: "key=value"))
  var label: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"))
  var out = "-"

  func validate() throws {
    guard user > 0 else {
      throw ValidationError("--user: the sidecar must not run as root; give a UID from 1 up")
    }
  }

  func run() throws {
    var settings = SidecarInjector.Settings(image: image, upstream: upstream, rules: rules)
    settings.listen = listen
    settings.keys = keys
    settings.userID = user
    for text in label {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw ExitStatus.fail("--label: write key=value", ExitStatus.usage)
      }
      settings.labels[parts[0]] = parts[1]
    }
    let files = try ManifestFiles.read(path)
    guard files.count == 1, let file = files.first else {
      throw ExitStatus.fail("give one file; a folder is done file by file", ExitStatus.usage)
    }
    let result = SidecarInjector(settings).inject(into: file.bytes, file: file.name)
    guard result.problems.isEmpty else { throw ExitStatus.fail(result.problems) }
    try ManifestFiles.write(result.text, to: out)
    for name in result.injected { Console.error("\(name): sidecar added") }
    for name in result.skipped { Console.error("\(name): left alone") }
    if result.injected.isEmpty { Console.error("maskline: no workload got a sidecar") }
  }
}
