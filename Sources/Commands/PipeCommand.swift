internal import ArgumentParser
internal import EventLoops
internal import Masking
internal import Proxy

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
      """)

  @OptionGroup var options: MaskOptions
  @OptionGroup var flags: StreamFlags

  @Flag(help: "Exit with 65 if any record was withheld or dropped by a fault (at the end).")
  var strict = false

  @Option(help: "The summary on standard error: text, json or none.")
  var summary = SummaryForm.text

  func run() throws {
    var loaded = try LoadedConfiguration.load(options)
    flags.apply(to: &loaded.stream)
    let engine = MaskingEngine(policy: loaded.policy)
    let summary: PipeSummary
    do {
      summary = try PipeRunner(engine: engine, options: loaded.stream).run()
    } catch {
      throw ExitStatus.fail("\(error)", ExitStatus.ioFailure)
    }
    StreamReport(counters: summary.counters, notes: summary.notes.notes, engine: engine)
      .write(self.summary)
    if let reason = summary.closedBy {
      throw ExitStatus.fail(
        "the stream was closed, as onFault.\(reason.rawValue) says", ExitStatus.withheld)
    }
    // A reader that has gone is its own business: `maskline pipe | head` is quiet.
    if summary.isOutputClosed { throw ExitStatus.ioFailure }
    let faults = summary.counters.recordsWithheld + summary.counters.recordsDroppedByFaults
    if strict && faults > 0 { throw ExitStatus.withheld }
  }
}

/// How a summary is written.
enum SummaryForm: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
  case none
}
