internal import ArgumentParser
internal import Bytes
internal import EventLoops
internal import Masking

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says what each rule finds in standard input; never prints a value.",
    discussion: """
      One JSON line per finding, before findings are merged: the record, the path of the value
      (RFC 6901, keys as masked), the rule, and the range in bytes of the decoded text. Example:

        echo '{"user":{"email":"ann@example.com"}}' | maskline explain
        {"record":1,"path":"/user/email","place":"value","rule":"pii/email","range":[0,15]}
      """)

  @OptionGroup var options: MaskOptions

  func run() throws {
    let loaded = try LoadedConfiguration.load(options)
    let engine = MaskingEngine(policy: loaded.policy)
    engine.reportsFindings = true
    var masker = StreamMasker(options: loaded.stream)
    var output = ByteBuffer()
    var chunk = ByteBuffer()
    do {
      while true {
        chunk.removeAll()
        let count = try BlockingStreams.read(0, into: &chunk, upTo: 256 << 10)
        _ =
          count == 0
          ? masker.finish(.clean, with: engine, into: &output)
          : masker.consume(chunk, with: engine, into: &output)
        output.removeAll(keepingCapacity: 1 << 20)
        guard write(engine.takeReports()) else { throw ExitStatus.ioFailure }
        if count == 0 { break }
      }
    } catch let error as SystemError {
      throw ExitStatus.fail("\(error)", ExitStatus.ioFailure)
    }
    for note in masker.notes.notes { Console.error("maskline: withheld: \(note.text)") }
  }

  private func write(_ reports: [FindingReport]) -> Bool {
    var text = ""
    for report in reports {
      var object = JSONObject()
      object.add("record", report.record)
      object.add("path", report.path)
      object.add("place", report.place)
      object.add("rule", report.rule)
      object.add("range", range: report.range)
      text += object.text + "\n"
    }
    return Console.write(Array(text.utf8))
  }
}
