internal import ArgumentParser
internal import Bytes
internal import EventLoops
internal import Masking
internal import Rules

struct LearnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract: "Learns from a stream which fields hold what, and proposes rules for them.",
    discussion: """
      Reads standard input, or the files given, and counts for each field path how many of its values
      each rule finds. It keeps paths and counts, never a value. Examples:

        maskline learn app.ndjson --rules learned.yaml --save app.profile
        maskline learn --profile app.profile < today.ndjson

      --rules writes a mask file with a rule for each path where most values are sensitive: values of
      the same field that no rule knows are masked with them. Read it before you use it. --profile
      compares with an earlier run: new paths, new kinds at a path, shares that drifted.
      """)

  @OptionGroup var options: MaskOptions

  @Argument(help: "Files of records; standard input if none is given.")
  var files: [String] = []

  @Option(
    name: .customLong("rules"),
    help: ArgumentHelp("Write the proposed mask file.", valueName: "file"))
  var rulesFile: String?

  @Option(help: ArgumentHelp("Write what was learned, to compare with later.", valueName: "file"))
  var save: String?

  @Option(help: ArgumentHelp("Compare with what an earlier run saved.", valueName: "file"))
  var profile: String?

  @Option(help: "Propose a rule where at least this share of a path's values is found, in percent.")
  var share = 50

  @Option(help: "Propose nothing for a path with fewer values.")
  var least = 20

  @Option(help: "text or json.")
  var output = OutputForm.text

  func validate() throws {
    guard (1...100).contains(share) else { throw ValidationError("--share must be 1 to 100") }
    guard least >= 1 else { throw ValidationError("--least must be 1 or more") }
  }

  func run() throws {
    let loaded = try LoadedConfiguration.load(options)
    let earlier = try profile.map { try readProfile($0) }
    var learner = try Learner(loaded)
    do {
      if files.isEmpty { try learn(from: 0, &learner) }
      for file in files {
        let descriptor = try open(file)
        defer { FileAccess.close(descriptor) }
        try learn(from: descriptor, &learner)
      }
    } catch let error as SystemError {
      throw ExitStatus.fail("\(error)", ExitStatus.ioFailure)
    }
    let learned = learner.profile
    let proposal = RuleProposal(learned, rules: loaded.rules, sharePercent: share, valuesMin: least)
    do throws(FileError) {
      if let save { try FileAccess.write(save, Array(learned.text.utf8)) }
      if let rulesFile { try FileAccess.write(rulesFile, Array(proposal.maskFile.utf8)) }
    } catch {
      throw ExitStatus.fail("\(error)", ExitStatus.ioFailure)
    }
    let report = LearnReport(learned, earlier: earlier, proposal: proposal)
    Console.write(Array((output == .json ? report.json : report.text).utf8))
  }

  private func learn(from descriptor: Int32, _ learner: inout Learner) throws {
    var chunk = ByteBuffer()
    while true {
      chunk.removeAll()
      let count = try BlockingStreams.read(descriptor, into: &chunk, upTo: 256 << 10)
      learner.take(chunk, isEnd: count == 0)
      if count == 0 { return }
    }
  }

  private func open(_ path: String) throws -> Int32 {
    do throws(FileError) {
      return try FileAccess.open(path)
    } catch {
      throw ExitStatus.fail("\(error)", ExitStatus.ioFailure)
    }
  }

  private func readProfile(_ path: String) throws -> PathProfile {
    do throws(FileError) {
      let text = String(decoding: try FileAccess.read(path), as: UTF8.self)
      guard let profile = PathProfile(text) else {
        throw FileError(path: path, problem: "is no profile that `maskline learn --save` wrote")
      }
      return profile
    } catch {
      throw ExitStatus.fail("--profile: \(error)", ExitStatus.badConfiguration)
    }
  }
}

/// Runs records through the rules and one rule more that finds every value, and counts by path.
struct Learner: ~Copyable {
  private static let everything = """
    version: 1
    mask: learn
    rules:
      - { id: value, class: other, match: { paths: ['**'] }, transform: redact }
    """

  private let engine: MaskingEngine
  private var masker: StreamMasker
  private let options: StreamOptions
  private var scratch = ByteBuffer()
  private(set) var profile = PathProfile()

  init(_ loaded: LoadedConfiguration) throws {
    do throws(Diagnostics) {
      let all = try MaskSet.load([.init(name: "learn", bytes: Array(Self.everything.utf8))])
      engine = MaskingEngine(
        policy: try MaskPolicy.compile(loaded.rules + all, keys: loaded.keys))
    } catch {
      throw ExitStatus.fail(error.diagnostics)
    }
    engine.reportsFindings = true
    options = loaded.stream
    masker = StreamMasker(options: options)
  }

  /// Takes the next bytes of a stream, or its end, after which another may begin.
  mutating func take(_ chunk: borrowing ByteBuffer, isEnd: Bool) {
    if isEnd {
      _ = masker.finish(.clean, with: engine, into: &scratch)
      masker = StreamMasker(options: options)
    } else {
      _ = masker.consume(chunk, with: engine, into: &scratch)
    }
    scratch.removeAll(keepingCapacity: 1 << 20)
    var record: UInt64 = 0
    var seen: Set<String> = []
    for report in engine.takeReports() {
      if report.record != record {
        record = report.record
        seen.removeAll(keepingCapacity: true)
      }
      // Several findings of one rule in one value count once.
      guard seen.insert("\(report.path) \(report.place) \(report.rule)").inserted else { continue }
      if report.rule == "learn/value" {
        profile.addValue(at: report.path)
      } else {
        profile.add(report.rule, at: report.path, isKey: report.place == "key")
      }
    }
  }
}
