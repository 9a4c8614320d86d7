internal import ArgumentParser
internal import NetworkPolicies

/// How a graph is written.
enum GraphForm: String, ExpressibleByArgument, CaseIterable {
  case svg
  case html
  case dot
  case mermaid

  /// The form that a file's name asks for.
  init?(path: String) {
    switch path.split(separator: ".").last {
    case "svg": self = .svg
    case "html", "htm": self = .html
    case "dot", "gv": self = .dot
    case "mermaid", "mmd": self = .mermaid
    default: return nil
    }
  }

  func text(_ graph: ConnectionGraph, title: String) -> String {
    switch self {
    case .svg: graph.svg
    case .html: graph.html(title: title)
    case .dot: graph.dot
    case .mermaid: graph.mermaid
    }
  }
}

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draws the allowed connections by namespace, coloured by what they carry.",
    discussion: """
      The form follows the name of the file: .svg, .html (one file, searchable), .dot, .mermaid.
      Without a topology every edge is unknown. Examples:

        maskline k8s graph manifests/ --topology topology.yaml -o graph.html
        maskline k8s graph manifests/ --form dot | dot -Tpng > graph.png
      """)

  @Argument(help: ArgumentHelp("Folder or file of manifests, or -.", valueName: "dir"))
  var path: String

  @Option(help: ArgumentHelp("What the flows carry.", valueName: "file"))
  var topology: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"))
  var out = "-"

  @Option(help: "svg, html, dot or mermaid; default: by the name of the file.")
  var form: GraphForm?

  @OptionGroup var options: ManifestOptions

  func run() throws {
    guard let form = form ?? GraphForm(path: out) else {
      throw ExitStatus.fail(
        "give --form, or -o with a name that ends in .svg, .html, .dot or .mermaid",
        ExitStatus.usage)
    }
    let (cluster, _) = try options.load(path)
    let graph = ConnectionGraph.of(
      cluster, topology: try topology.map(ManifestFiles.topology), modes: try options.modes())
    options.noteHostNetwork(cluster)
    try ManifestFiles.write(form.text(graph, title: "Allowed connections"), to: out)
  }
}

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compares the connections of two folders of manifests.",
    discussion: """
      With a topology it tells raw edges from others; exit 2 when one appears, or when what was masked
      is raw now. Pods on the host network are undefined then, unless --host-network says otherwise, and pods that
      may come are compared, too.
      Examples:

        maskline k8s diff before/ after/ --topology topology.yaml --output markdown
        maskline k8s diff before/ after/ -o diff.svg
      """)

  enum Form: String, ExpressibleByArgument, CaseIterable {
    case text
    case markdown
    case json
  }

  @Argument(help: ArgumentHelp("The folder before.", valueName: "dir1"))
  var before: String

  @Argument(help: ArgumentHelp("The folder after.", valueName: "dir2"))
  var after: String

  @Option(help: ArgumentHelp("What the flows carry.", valueName: "file"))
  var topology: String?

  @Option(help: "text, markdown or json.")
  var output = Form.text

  @Option(
    name: .shortAndLong, help: ArgumentHelp("A file for the changes as a graph.", valueName: "file")
  )
  var out: String?

  @OptionGroup var options: ManifestOptions

  func run() throws {
    let old = try options.load(before, showsWarnings: false).cluster
    let new = try options.load(after, showsWarnings: false).cluster
    let difference = ConnectionDifference(
      from: old, to: new, topology: try topology.map(ManifestFiles.topology),
      modes: try options.modes(isJudgement: topology != nil))
    if let out {
      guard let form = GraphForm(path: out) else {
        throw ExitStatus.fail(
          "-o: the name must end in .svg, .html, .dot or .mermaid", ExitStatus.usage)
      }
      try ManifestFiles.write(form.text(difference.graph, title: "Changed connections"), to: out)
    }
    let text =
      switch output {
      case .text: difference.text()
      case .markdown: difference.markdown()
      case .json: difference.json()
      }
    try ManifestFiles.write(text, to: "-")
    if difference.hasRaw { throw ExitStatus.finding }
  }
}
