internal import ArgumentParser
internal import EventLoops
internal import Masking
internal import Streams

struct PipeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipe",
    abstract: "Masks standard input to standard output.",
    discussion: """
      One record per line, in order. The summary on standard error says how many records came in,
      were forwarded, withheld and dropped, and why. Examples:

        maskline pipe < app.ndjson > masked.ndjson
        kubectl logs -f app | maskline pipe --masks pci,./masks/acme.yaml
        maskline pipe --config text-logs.yaml --strict < mixed.log
        maskline pipe --jobs auto < big.ndjson > masked.ndjson
      """)

  @OptionGroup var options: MaskOptions
  @OptionGroup var flags: StreamFlags

  @Option(help: JobCount.help)
  var jobs = JobCount(1)

  @Flag(help: "Exit with 65 if any record was withheld or dropped by a fault (at the end).")
  var strict = false

  @Option(help: "The summary on standard error: text, json or none.")
  var summary = SummaryForm.text

  func run() throws {
    var loaded = try LoadedConfiguration.load(options)
    flags.apply(to: &loaded.stream)
    TestNumbers.warn(loaded.rules)
    let summary: StreamSummary
    do {
      summary = try PipeRunner(policy: loaded.policy, options: loaded.stream, jobs: jobs.count)
        .run()
    } catch {
      throw ExitStatus.fail("\(error)", ExitStatus.ioFailure)
    }
    StreamReport(summary: summary).write(self.summary)
    if let reason = summary.closedBy {
      throw ExitStatus.fail(
        "the stream was closed, as onFault.\(reason.rawValue) says", ExitStatus.withheld)
    }
    // A reader that has gone is its own business: `maskline pipe | head` is quiet.
    if summary.isOutputClosed { throw ExitStatus.ioFailure }
    if strict && summary.faultCount > 0 { throw ExitStatus.withheld }
  }
}

/// How many workers mask side by side.
struct JobCount: ExpressibleByArgument {
  static let help = ArgumentHelp(
    "How many cores mask side by side; auto or 0 for all. The output is the same.",
    valueName: "count")

  /// At least 1.
  let count: Int

  /// One for each core.
  static let all = JobCount(min(EventLoopGroup.coreCount, Workers.countMax))

  /// So many workers.
  init(_ count: Int) { self.count = count }

  init?(argument: String) {
    guard let number = argument == "auto" ? 0 : Int(argument), (0...Workers.countMax) ~= number
    else { return nil }
    count = number == 0 ? Self.all.count : number
  }

  var defaultValueDescription: String { String(count) }
}

/// How a summary is written.
enum SummaryForm: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
  case none
}
