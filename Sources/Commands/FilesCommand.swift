internal import ArgumentParser
internal import EventLoops
internal import FileMasking
internal import Masking
internal import Streams

struct FilesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "files",
    abstract: "Makes masked copies of files and folders.",
    discussion: """
      One record per line; plain, gzip and zstd files are told by their content, and copies have the
      same form, mode and time. A file a/x.log goes to DIR/x.log, a folder a/logs to DIR/logs/...; the
      files of . and .. go to DIR itself. Symbolic links are followed where they are named here, and
      skipped inside folders, as are pipes, sockets, devices and DIR itself.

      A copy is put into its place only when it is whole. Run the same command again after it was
      killed: what is finished is skipped, as long as neither file nor rules have changed. What is
      finished is kept in DIR/.maskline-files. Examples:

        maskline files app.ndjson audit.ndjson.gz --out masked
        maskline files /var/log/app --out masked --jobs 4 --strict
        maskline files exports --out masked --masks pci,./masks/acme.yaml --output json
      """)

  @OptionGroup var options: MaskOptions

  @Argument(help: ArgumentHelp("Files and folders to mask.", valueName: "in"))
  var inputs: [String]

  @Option(help: ArgumentHelp("Folder for the masked copies; made if missing.", valueName: "dir"))
  var out: String

  @Option(help: JobCount.help)
  var jobs = JobCount.all

  @Flag(help: "Make finished copies again, and write over files that are in their places.")
  var overwrite = false

  @Flag(help: "Exit with 65 if any record was withheld or dropped by a fault (at the end).")
  var strict = false

  @Option(help: "text or json.")
  var output = OutputForm.text

  private static func show(on line: ProgressLine?) -> (@Sendable (String) -> Void)? {
    guard let line else { return nil }
    return { text in line.show(text) }
  }

  func validate() throws {
    if inputs.contains("") { throw ValidationError("an input is an empty text, not a path") }
    if out.isEmpty { throw ValidationError("--out is an empty text, not a path") }
  }

  func run() throws {
    let loaded = try LoadedConfiguration.load(options)
    let rules = try RulesDigest.make(options, loaded)
    TestNumbers.warn(loaded.rules)
    let line = Console.isTerminal(2) ? ProgressLine() : nil
    let results: [FileResult]
    do throws(FileRun.Refusal) {
      let run = try FileRun(
        inputs, out: out, policy: loaded.policy, options: loaded.stream, rules: rules,
        overwrites: overwrite, jobs: jobs.count, tell: Self.show(on: line))
      results = run.run()
    } catch {
      switch error {
      case .usage(let problems):
        for problem in problems { Console.error("maskline: \(problem)") }
        throw ExitStatus.usage
      case .output(let text): throw ExitStatus.fail(text, ExitStatus.ioFailure)
      }
    }
    line?.clear()
    let report = FilesReport(results: results)
    guard Console.write(Array(report.text(output).utf8)) else { throw ExitStatus.ioFailure }
    if report.failedCount > 0 { throw ExitStatus.ioFailure }
    if report.closedCount > 0 || strict && report.faultCount > 0 { throw ExitStatus.withheld }
  }
}

/// One line on the terminal that is written over.
private struct ProgressLine: Sendable {
  func show(_ text: String) { Console.write(Array("\r\u{1B}[K\(text)".utf8), to: 2) }
  func clear() { Console.write(Array("\r\u{1B}[K".utf8), to: 2) }
}
