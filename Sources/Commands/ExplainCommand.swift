internal import ArgumentParser
internal import Bytes
internal import EventLoops
internal import Masking
internal import Rules

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says what each rule finds in standard input; never prints a value.",
    discussion: """
      One JSON line per finding, before findings are merged: the record, the path of the value
      (RFC 6901, keys as masked), the rule, and the range in bytes of the decoded text. Example:

        echo '{"user":{"email":"ann@example.com"}}' | maskline explain
        {"record":1,"path":"/user/email","place":"value","rule":"pii/email","range":[0,15]}

      With --why also what nearly fired, and which condition kept it from it: a keyword, a
      validator, an allowlist, a path. With --rule the named rule alone; when nothing in a record
      has its form, a line says so.

        echo '{"msg":"order 536221234"}' | maskline explain --why --rule ids/us-ssn
      """)

  @OptionGroup var options: MaskOptions

  @Flag(help: "Say why each rule fires, and why not where it nearly would.")
  var why = false

  @Option(help: ArgumentHelp("Only this rule, such as pii/email.", valueName: "rule"))
  var rule: String?

  func run() throws {
    var loaded = try LoadedConfiguration.load(options)
    if let rule {
      guard loaded.rules.contains(where: { $0.qualifiedID == rule }) else {
        throw ExitStatus.fail(
          "--rule: there is no rule '\(rule)' in these masks; `maskline rules` lists them",
          ExitStatus.usage)
      }
      loaded = try loaded.only(rule)
    }
    let engine = MaskingEngine(policy: loaded.policy)
    engine.reportsFindings = true
    let reasons =
      why ? try ReasonFinder(loaded.rules, options: loaded.stream, keys: loaded.keys) : nil
    var masker = StreamMasker(options: loaded.stream)
    var output = ByteBuffer()
    var chunk = ByteBuffer()
    var recordsSaid: UInt64 = 0
    do {
      while true {
        chunk.removeAll()
        let count = try BlockingStreams.read(0, into: &chunk, upTo: 256 << 10)
        _ =
          count == 0
          ? masker.finish(.clean, with: engine, into: &output)
          : masker.consume(chunk, with: engine, into: &output)
        output.removeAll(keepingCapacity: 1 << 20)
        let findings = engine.takeReports()
        let lines =
          reasons?.lines(of: chunk, isEnd: count == 0, findings: findings)
          ?? findings.map(Self.object)
        guard Console.write(Array(lines.map { $0.text + "\n" }.joined().utf8)) else {
          throw ExitStatus.ioFailure
        }
        recordsSaid += UInt64(lines.count)
        if count == 0 { break }
      }
    } catch let error as SystemError {
      throw ExitStatus.fail("\(error)", ExitStatus.ioFailure)
    }
    if let rule, why, recordsSaid == 0 {
      Console.error("maskline: nothing in these records has the form that \(rule) looks for")
    }
    for note in masker.notes.notes { Console.error("maskline: withheld: \(note.text)") }
  }

  /// What is said of a finding, without its value.
  static func object(_ report: FindingReport) -> JSONObject {
    var object = JSONObject()
    object.add("record", report.record)
    object.add("path", report.path)
    object.add("place", report.place)
    object.add("rule", report.rule)
    object.add("range", range: report.range)
    if let encoding = report.encoding { object.add("encoding", encoding) }
    return object
  }
}
