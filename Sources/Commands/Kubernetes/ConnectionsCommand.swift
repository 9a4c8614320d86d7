internal import ArgumentParser
internal import NetworkPolicies

struct ConnectionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connections",
    abstract: "Lists every connection that the policies allow.",
    discussion: """
      One line for each pair: ns/name[Kind] => ns/name[Kind] : TCP 8080. A pair that is not listed is
      denied. What network plugins treat differently is undefined and listed apart. ICMP is not
      covered by NetworkPolicy, nor are the containers of one pod told apart. Examples:

        maskline k8s connections manifests/
        maskline k8s connections manifests/ --output csv
        maskline k8s connections manifests/ --exposure
      """)

  @Argument(help: ArgumentHelp("Folder or file of manifests, or -.", valueName: "dir"))
  var path: String

  @Option(help: "text, csv, json or markdown.")
  var output = ListingForm.text

  @Flag(help: "Add pods that do not exist yet: one for each selector that a policy names.")
  var exposure = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A file to write instead of standard output.", valueName: "file"))
  var out = "-"

  @OptionGroup var options: ManifestOptions

  func run() throws {
    var (cluster, _) = try options.load(path)
    if exposure { cluster.addRepresentatives(namespaces: Set(cluster.namespaces.keys)) }
    var connectivity = Connectivity(cluster, modes: try options.modes())
    let counts: (allowed: Int, undefined: Int)
    if out == "-" {
      // A reader that has gone ends the listing quietly, as everywhere.
      var hasReader = true
      var listing = ConnectionListing(output) {
        hasReader = Console.write($0)
        return hasReader
      }
      counts = listing.list(&connectivity)
      if !hasReader { throw ExitStatus.ioFailure }
    } else {
      counts = try ManifestFiles.write(to: out) { write in
        var listing = ConnectionListing(output, write: write)
        return listing.list(&connectivity)
      }
    }
    if output == .csv, counts.undefined > 0 {
      Console.error(
        "\(counts.undefined) pairs are undefined in part (network plugins differ) and not in this"
          + " list; --output json shows them, --ipblock-on-pods chooses")
    }
    if cluster.workloads.isEmpty {
      Console.error("note: the manifests hold no pod: there is nothing to connect")
    }
    options.noteHostNetwork(cluster)
    if let note = cluster.passedOverNote { Console.error(note) }
    for policy in cluster.foreignPolicies {
      Console.error(
        "\(policy.location): note: a \(policy.kind) is not evaluated; no result is final [W20]")
    }
    if !cluster.clusterPolicies.isEmpty {
      Console.error(
        "note: cluster-wide policies are an alpha API; results that hang on them are not final [W20]"
      )
    }
  }
}

struct ExplainConnectionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Tells which policy and rule allows or denies a connection, with file and line.",
    discussion: """
      An end is ns/name (a workload), ns/name[Service] (its pods, at what its port becomes there),
      ns/{app=web,tier=x} (a pod that does not exist yet), or an address. Examples:

        maskline k8s explain manifests/ --from shop/frontend --to shop/checkout --port 8080
        maskline k8s explain manifests/ --from 'shop/{app=new}' --to vault/vault --port 'TCP 8443'
        maskline k8s explain manifests/ --from shop/checkout --to 169.254.169.254 --port 80
      """)

  @Argument(help: ArgumentHelp("Folder or file of manifests, or -.", valueName: "dir"))
  var path: String

  @Option(help: ArgumentHelp("Where the connection comes from.", valueName: "end"))
  var from: String

  @Option(help: ArgumentHelp("Where it goes.", valueName: "end"))
  var to: String

  @Option(help: "80, 8000-8080 or UDP 53; default: every port.")
  var port: String?

  @OptionGroup var options: ManifestOptions

  func run() throws {
    let (cluster, _) = try options.load(path, showsWarnings: false)
    let question = try Self.question(port)
    let modes = try options.modes()
    do throws(QueryEnd.Problem) {
      let sources = try QueryEnd.parse(from, in: cluster)
      let destinations = try QueryEnd.parse(to, in: cluster, port: question)
      for source in sources {
        for destination in destinations {
          let explanation = cluster.explain(
            from: source, to: destination, destination.question, modes: modes)
          Console.write(Array(explanation.text.utf8))
        }
      }
    } catch {
      throw ExitStatus.fail("\(error)", ExitStatus.usage)
    }
  }

  private static func question(_ text: String?) throws -> ConnectionSet {
    guard let text else { return .all }
    guard let match = text.wholeMatch(of: /(?:(TCP|UDP|SCTP) )?([0-9]+)(?:-([0-9]+))?/),
      let first = UInt16(match.output.2), let last = UInt16(match.output.3 ?? match.output.2),
      first > 0, first <= last
    else {
      throw ExitStatus.fail("--port: write 80, 8000-8080 or 'UDP 53'", ExitStatus.usage)
    }
    let transport = match.output.1.flatMap { TransportProtocol(rawValue: String($0)) } ?? .tcp
    return ConnectionSet(transport, IntervalSet(first...last))
  }
}
