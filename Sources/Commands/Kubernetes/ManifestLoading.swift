public import ArgumentParser
internal import Glibc
public import NetworkPolicies
internal import Rules

/// The options of all commands that read manifests.
struct ManifestOptions: ParsableArguments {
  @Flag(help: "Only warn of unknown fields in policies, as an API server without validation does.")
  var lenient = false

  @Option(
    help: "Whether an ipBlock matches addresses of pods: undefined (the default), match or ignore.")
  var ipblockOnPods: EvaluationModes.BlocksOnPods?

  @Option(
    help: """
      How policies see pods on the host network: pod, node or undefined; default: undefined where a \
      topology is judged, else pod.
      """)
  var hostNetwork: EvaluationModes.HostNetwork?

  @Option(
    help: """
      SCTP where policies hold a pod: policy (the default; as they hold TCP) or undefined (some \
      plugins do not know it).
      """)
  var sctp: EvaluationModes.SCTP?

  @Option(
    help: """
      ICMP, which no policy can name: unlisted (the default), or undefined wherever a policy holds \
      a pod.
      """)
  var icmp: EvaluationModes.ICMP?

  @Option(
    help: "A pod to itself through a Service: undefined (the default), allow or policy.")
  var serviceLoopback: EvaluationModes.ServiceLoopback?

  @Option(
    help: """
      What domain names and nodes of cluster-wide policies are: undefined (the default), match (any \
      address outside) or ignore (none).
      """)
  var unresolvedPeers: EvaluationModes.UnresolvedPeers?

  @Option(help: ArgumentHelp("A range of pod addresses, such as 10.244.0.0/16.", valueName: "cidr"))
  var podCidr: [String] = []

  @Option(help: "Families of external addresses: ipv4, ipv6, or both; default: what is used.")
  var families: AddressFamilies?

  /// How the cases are read that are left to the network plugin; what is not said is as in `defaults`.
  ///
  /// Listings show pods on the host network as pods, as other analysers do; a judgement takes what any
  /// reading lets pass.
  func modes(isJudgement: Bool = false) throws -> EvaluationModes {
    var modes = EvaluationModes()
    modes.hostNetwork = hostNetwork ?? (isJudgement ? .undefined : .pod)
    modes.blocksOnPods = ipblockOnPods ?? modes.blocksOnPods
    modes.sctp = sctp ?? modes.sctp
    modes.icmp = icmp ?? modes.icmp
    modes.serviceLoopback = serviceLoopback ?? modes.serviceLoopback
    modes.unresolvedPeers = unresolvedPeers ?? modes.unresolvedPeers
    modes.families = families?.set ?? modes.families
    modes.podAddresses = AddressSet(try podRanges())
    return modes
  }

  /// Says that pods on the host network were taken as pods, unless that was asked for.
  func noteHostNetwork(_ cluster: Cluster) {
    let pods = cluster.workloads.filter { $0.pods.contains(where: \.usesHostNetwork) }
    guard hostNetwork == nil, let first = pods.first else { return }
    Console.error(
      "note: \(first.displayName)\(pods.count > 1 ? " and others are" : " is") on the host network and"
        + " shown as a pod like others; plugins differ: --host-network undefined shows how")
  }

  func podRanges() throws -> [AddressRange] {
    try podCidr.map { text in
      guard let range = AddressRange(cidr: text) else {
        throw ExitStatus.fail("--pod-cidr: '\(text)' is no address range", ExitStatus.usage)
      }
      return range
    }
  }

  /// The options that only bear on connections, as far as they are given.
  var connectionOptions: [String] {
    let given = [
      ("--ipblock-on-pods", ipblockOnPods != nil), ("--host-network", hostNetwork != nil),
      ("--sctp", sctp != nil), ("--icmp", icmp != nil),
      ("--service-loopback", serviceLoopback != nil),
      ("--unresolved-peers", unresolvedPeers != nil),
    ]
    return given.filter(\.1).map(\.0)
  }

  /// Reads manifests, and all that is wrong with them. Nothing at all ends with 78: it is likely to be
  /// a mistake, and would look safe.
  func read(_ path: String) throws -> (cluster: Cluster, findings: [PolicyFinding]) {
    var reader = ManifestReader()
    reader.toleratesUnknownFields = lenient
    let (cluster, findings) = reader.read(try ManifestFiles.read(path))
    guard !cluster.isEmpty || findings.contains(where: { $0.severity == .error }) else {
      for finding in findings { Console.error(finding.description) }
      let name = path == "-" ? "standard input" : path
      throw ExitStatus.fail("\(name) holds no Kubernetes object", ExitStatus.badConfiguration)
    }
    return (cluster, findings)
  }

  /// Reads manifests. Errors end with 78; warnings and notes go to standard error, unless the caller
  /// lists them itself.
  func load(_ path: String, showsWarnings: Bool = true) throws -> (
    cluster: Cluster, findings: [PolicyFinding]
  ) {
    let (cluster, findings) = try read(path)
    let errors = findings.filter { $0.severity == .error }
    guard errors.isEmpty else {
      for error in errors { Console.error(error.description) }
      Console.error("maskline: \(errors.count) error\(errors.count == 1 ? "" : "s") in \(path)")
      throw ExitStatus.badConfiguration
    }
    if showsWarnings { for finding in findings { Console.error(finding.description) } }
    return (cluster, findings)
  }
}

enum AddressFamilies: String, ExpressibleByArgument, CaseIterable {
  case ipv4
  case ipv6
  case both

  var set: Set<IPAddress.Family> {
    switch self {
    case .ipv4: [.v4]
    case .ipv6: [.v6]
    case .both: [.v4, .v6]
    }
  }
}

extension EvaluationModes.BlocksOnPods: ExpressibleByArgument {}
extension EvaluationModes.HostNetwork: ExpressibleByArgument {}
extension EvaluationModes.SCTP: ExpressibleByArgument {}
extension EvaluationModes.ICMP: ExpressibleByArgument {}
extension EvaluationModes.ServiceLoopback: ExpressibleByArgument {}
extension EvaluationModes.UnresolvedPeers: ExpressibleByArgument {}
extension ListingForm: ExpressibleByArgument {}

/// Finding and reading files of manifests.
enum ManifestFiles {
  /// The largest file of manifests.
  static let fileBytesMax = 64 << 20
  /// How deep folders are followed: links may go round.
  static let folderDepthMax = 16

  /// The manifests of a folder with its subfolders, of a file, or of standard input. Hidden files are
  /// read, as kubectl does; hidden folders are not, which is said.
  static func read(_ path: String) throws -> [ManifestReader.File] {
    do throws(FileError) {
      if path == "-" {
        let bytes = try FileAccess.read("/dev/stdin", limit: fileBytesMax)
        let isJSON = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
        return [ManifestReader.File(name: isJSON ? "stdin.json" : "stdin", bytes: bytes)]
      }
      let names = FileAccess.isFolder(path) ? try names(in: path, depth: 0) : [path]
      guard !names.isEmpty else {
        throw FileError(path: path, problem: "the folder holds no .yaml, .yml or .json file")
      }
      var files: [ManifestReader.File] = []
      for name in names {
        files.append(
          ManifestReader.File(name: name, bytes: try FileAccess.read(name, limit: fileBytesMax)))
      }
      return files
    } catch {
      throw ExitStatus.fail("\(error)", ExitStatus.ioFailure)
    }
  }

  private static func names(in folder: String, depth: Int) throws(FileError) -> [String] {
    guard depth < folderDepthMax else {
      throw FileError(path: folder, problem: "lies deeper than \(folderDepthMax) folders")
    }
    // Each pointer that opendir and readdir give is used before closedir, and copied from.
    guard let handle = unsafe opendir(folder) else {
      throw FileError(path: folder, problem: "cannot be listed")
    }
    var entries: [String] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { pointer in
        unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
      }
      if name != ".", name != ".." { entries.append(name) }
    }
    unsafe closedir(handle)
    var names: [String] = []
    for entry in entries.sorted() {
      let path = folder.hasSuffix("/") ? folder + entry : folder + "/" + entry
      if FileAccess.isFolder(path), entry.hasPrefix(".") {
        Console.error("note: the hidden folder \(path) is passed over")
      } else if FileAccess.isFolder(path) {
        names += try self.names(in: path, depth: depth + 1)
      } else if [".yaml", ".yml", ".json"].contains(where: entry.hasSuffix) {
        // A pipe without a writer would never end.
        guard FileAccess.isRegular(path) else {
          throw FileError(path: path, problem: "is no regular file, or cannot be read")
        }
        names.append(path)
      }
    }
    return names
  }

  /// A topology; what is wrong with it ends the program with 78.
  static func topology(_ path: String) throws -> Topology {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileAccess.read(path)
    } catch {
      throw ExitStatus.fail("\(error)", ExitStatus.ioFailure)
    }
    let (topology, problems) = Topology.parse(bytes, file: path)
    guard let topology, problems.isEmpty else { throw ExitStatus.fail(problems) }
    return topology
  }

  /// Writes a file, or standard output for `-`; never half of it.
  static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Writes a file, or standard output for `-`; never half of it.
  static func write(_ bytes: [UInt8], to path: String) throws {
    if path == "-" {
      guard Console.write(bytes) else { throw ExitStatus.ioFailure }
      return
    }
    try write(to: path) { write in _ = write(bytes) }
  }

  /// Writes a file piece by piece under a name of its own until it is whole; `body` is given what
  /// writes a piece, and returns false when that fails.
  static func write<Result>(to path: String, _ body: (@escaping ([UInt8]) -> Bool) -> Result) throws
    -> Result
  {
    let part = path + ".part"
    let descriptor = unsafe open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    var failure: Int32? = descriptor < 0 ? errno : nil
    let result = body { bytes in
      if failure == nil, !Console.write(bytes, to: descriptor) { failure = errno }
      return failure == nil
    }
    if descriptor >= 0, close(descriptor) != 0, failure == nil { failure = errno }
    if failure == nil, unsafe rename(part, path) != 0 { failure = errno }
    if let failure {
      _ = unsafe unlink(part)
      let reason = unsafe String(cString: strerror(failure))
      throw ExitStatus.fail("\(path): cannot be written: \(reason)", ExitStatus.ioFailure)
    }
    return result
  }

  /// Refuses to write over a file that holds anything but generated policies.
  static func checkGenerated(_ path: String) throws {
    guard FileAccess.isRegular(path) else { return }
    let (cluster, findings) = ManifestReader().read(try read(path))
    let isGenerated = cluster.policies.allSatisfy { $0.annotations["maskline.dev/reason"] != nil }
    guard isGenerated, cluster.holdsPoliciesOnly, findings.isEmpty else {
      throw ExitStatus.fail(
        "\(path) holds more than generated policies, and would be lost; give another folder",
        ExitStatus.usage)
    }
  }

  /// Makes a folder unless it is there.
  static func makeFolder(_ path: String) throws {
    guard unsafe mkdir(path, 0o755) != 0, errno != EEXIST else { return }
    let reason = unsafe String(cString: strerror(errno))
    throw ExitStatus.fail("\(path): the folder cannot be made: \(reason)", ExitStatus.ioFailure)
  }
}
