internal import ArgumentParser
internal import Crypto
internal import Masking
internal import Rules

/// The flags that choose mask files and keys, shared by most commands.
struct MaskOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Packs and mask files, separated by commas (default: pci,pii,ids,secrets).",
      discussion: "A bare word is a built-in pack; a name with a / or ending in .yaml is a file or"
        + " a folder of files."))
  var masks: String?

  @Option(help: ArgumentHelp("Folder of key files for `hash`.", valueName: "folder"))
  var keys: String?

  @Flag(
    help: ArgumentHelp(
      "Let published test card numbers through, in all rules of class pan (default: masked).",
      discussion:
        "Such as 4111 1111 1111 1111: numbers that card schemes and payment providers print"
        + " in their documents. Said at the start and counted at the end."))
  var allowTestNumbers = false

  @Option(help: ArgumentHelp("Configuration file; flags override it.", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "Encodings inside strings in which values are looked for, separated by commas, or none.",
      discussion: "Default: all, three deep.",
      valueName: "list"))
  var decode: EncodingList?
}

/// Encodings by their names, separated by commas, or `none`.
struct EncodingList: ExpressibleByArgument {
  let encodings: Encodings

  init(_ names: [EncodingName]) {
    encodings = names.reduce(into: []) { set, name in
      switch name {
      case .percent: set.insert(.percent)
      case .html: set.insert(.html)
      case .base64: set.insert(.base64)
      case .quotedPrintable: set.insert(.quotedPrintable)
      }
    }
  }

  static let allValueStrings = ["percent", "html", "base64", "quoted-printable", EncodingName.none]

  init?(argument: String) {
    if argument == EncodingName.none {
      self.init([])
      return
    }
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    // `explain` prints this name, config files take the other.
    let names: [EncodingName] = parts.compactMap {
      $0 == "quoted-printable" ? .quotedPrintable : EncodingName(rawValue: String($0))
    }
    guard names.count == parts.count else { return nil }
    self.init(names)
  }
}

/// The flags of the commands that forward a stream; they override the config file.
struct StreamFlags: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Forward raw U+0085, U+2028 and U+2029 in masked streams as escapes (default: as they came).",
      discussion: "For readers that take these characters for the end of a line."))
  var escapeLineSeparators: Bool?

  @Option(
    help: ArgumentHelp(
      "Of how many masked records in a hundred a second opinion is asked, 0 to 100 (default: 1).",
      discussion:
        "Code that shares nothing with the masking reads them once more; a record in which"
        + " it still reads a card number is withheld as leakPrevented.",
      valueName: "percent"))
  var secondOpinion: Percent?

  func apply(to options: inout StreamOptions) {
    if let secondOpinion { options.secondOpinionPercent = secondOpinion.value }
    if let escapeLineSeparators { options.escapesLineSeparators = escapeLineSeparators }
  }
}

/// A share of a hundred on the command line.
struct Percent: ExpressibleByArgument {
  var value: Int

  init?(argument: String) {
    guard let value = Int(argument), (0...100).contains(value) else { return nil }
    self.value = value
  }
}

/// Everything that is read before a command begins: all errors at once, exit 78.
struct LoadedConfiguration {
  var policy: MaskPolicy
  var rules: [RuleDeclaration]
  var stream: StreamOptions
  var declaration: ConfigDeclaration?
  /// The keys that the rules may name.
  var keys: HashKeys

  /// The same with one rule alone.
  func only(_ rule: String) throws -> LoadedConfiguration {
    var copy = self
    copy.rules = rules.filter { $0.qualifiedID == rule }
    do throws(Diagnostics) {
      copy.policy = try MaskPolicy.compile(copy.rules, keys: keys)
    } catch {
      throw ExitStatus.fail(error.diagnostics)
    }
    return copy
  }

  /// Reads the config file, the mask files and the keys that the flags name.
  static func load(_ options: MaskOptions) throws -> LoadedConfiguration {
    var diagnostics: [Diagnostic] = []
    let declaration = try options.config.map { try readConfig($0, &diagnostics) } ?? nil
    let files = try MaskFiles.read(
      masks: options.masks, config: declaration, problems: &diagnostics)
    var (rules, found) = MaskSet.read(files)
    if options.allowTestNumbers { TestNumbers.allow(in: &rules) }
    diagnostics += found
    if !found.isEmpty { diagnostics += MaskPolicy.problems(in: MaskSet.matchesInError(files)) }
    let keys = try loadKeys(options, declaration)
    let policy: MaskPolicy
    do throws(Diagnostics) {
      policy = try MaskPolicy.compile(rules, keys: keys)
    } catch {
      throw ExitStatus.fail(diagnostics + error.diagnostics)
    }
    guard diagnostics.isEmpty else { throw ExitStatus.fail(diagnostics) }
    var stream = streamOptions(declaration)
    if let decode = options.decode { stream.decodes = decode.encodings }
    return LoadedConfiguration(
      policy: policy, rules: rules, stream: stream, declaration: declaration, keys: keys)
  }

  private static func readConfig(
    _ path: String, _ diagnostics: inout [Diagnostic]
  ) throws -> ConfigDeclaration? {
    do throws(FileError) {
      let (declaration, found) = ConfigDeclaration.parse(
        bytes: try FileAccess.read(path), file: path)
      diagnostics += found
      return declaration
    } catch {
      throw ExitStatus.fail("--config: \(error)", ExitStatus.badConfiguration)
    }
  }

  private static func loadKeys(
    _ options: MaskOptions, _ declaration: ConfigDeclaration?
  ) throws -> HashKeys {
    var folder = options.keys
    if folder == nil, let declaration, let keys = declaration.keys {
      folder = FileAccess.resolve(keys.value, besides: declaration.file)
    }
    guard let folder else { return .none }
    do throws(CryptoError) {
      return .files(try KeyRing.load(directory: folder))
    } catch {
      throw ExitStatus.fail("--keys: \(error)", ExitStatus.badConfiguration)
    }
  }

  private static func streamOptions(_ declaration: ConfigDeclaration?) -> StreamOptions {
    var options = StreamOptions()
    options.secondOpinionPercent = declaration?.secondOpinion ?? 1
    guard let declaration else { return options }
    if let limit = declaration.limits.lineBytesMax { options.lineBytesMax = limit }
    if let limit = declaration.limits.depthMax { options.depthMax = limit }
    options.escapesLineSeparators = declaration.escapeLineSeparators ?? false
    if let names = declaration.decode { options.decodes = EncodingList(names).encodings }
    for (key, action) in declaration.onFault {
      if let reason = FaultReason(rawValue: key.rawValue),
        let action = FaultAction(rawValue: action.rawValue)
      {
        options.faults[reason] = action
      }
    }
    return options
  }
}

/// From names of packs, files and folders to mask files.
enum MaskFiles {
  /// Reads the files that `--masks` names, else those of the config file, else the default packs.
  static func read(
    masks: String?, config: ConfigDeclaration?, problems: inout [Diagnostic]
  ) throws -> [MaskSet.File] {
    if let masks {
      let names = masks.split(separator: ",", omittingEmptySubsequences: true).map(String.init)
      guard !names.isEmpty else {
        throw ExitStatus.fail(
          "--masks names no pack and no file; leave it out for the default packs",
          ExitStatus.usage)
      }
      var files: [MaskSet.File] = []
      for name in names {
        do {
          files += try read(name)
        } catch {
          throw ExitStatus.fail("--masks: \(error)", ExitStatus.badConfiguration)
        }
      }
      return files
    }
    guard let config, let declared = config.masks else {
      return try Packs.defaultNames.flatMap { try read($0) }
    }
    var files: [MaskSet.File] = []
    for name in declared {
      let path =
        isPath(name.value) ? FileAccess.resolve(name.value, besides: config.file) : name.value
      do {
        files += try read(path)
      } catch {
        problems.append(Diagnostic(location: name.location, text: "\(error)"))
      }
    }
    return files
  }

  /// One entry of the list.
  static func read(_ name: String) throws(FileError) -> [MaskSet.File] {
    guard isPath(name) else {
      guard let bytes = Packs.file(name) else {
        throw FileError(
          path: name,
          problem: "there is no such pack; there are \(Packs.names.joined(separator: ", "))."
            + " The path of a file has a / or ends in .yaml")
      }
      return [MaskSet.File(name: "masks/\(name).yaml", bytes: bytes)]
    }
    guard FileAccess.isFolder(name) else {
      return [MaskSet.File(name: name, bytes: try FileAccess.read(name))]
    }
    let paths = try FileAccess.yamlFiles(in: name)
    guard !paths.isEmpty else {
      throw FileError(path: name, problem: "the folder holds no .yaml file")
    }
    var files: [MaskSet.File] = []
    for path in paths { files.append(MaskSet.File(name: path, bytes: try FileAccess.read(path))) }
    return files
  }

  private static func isPath(_ name: String) -> Bool {
    name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
  }
}
