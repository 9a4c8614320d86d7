internal import FileMasking
internal import Masking
internal import Streams

/// What `maskline files` prints: a line for each file, and one for all; counts, never payload.
struct FilesReport {
  var results: [FileResult]

  /// Files of which no copy was made, because of an error.
  var failedCount: Int {
    results.count { if case .failed = $0.outcome { true } else { false } }
  }

  /// Files of which no copy was made, because a fault closed them.
  var closedCount: Int {
    results.count { if case .closed = $0.outcome { true } else { false } }
  }

  /// Records that were withheld, or dropped by a fault.
  var faultCount: UInt64 { total.faultCount }

  private var total: StreamSummary {
    var total = StreamSummary()
    for case .masked(let summary) in results.map(\.outcome) { total.add(summary) }
    return total
  }

  func text(_ form: OutputForm) -> String {
    let lines =
      switch form {
      case .text: results.flatMap(Self.lines) + [totalText]
      case .json: results.map { Self.object($0).text } + [totalObject.text]
      }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ result: FileResult) -> [String] {
    switch result.outcome {
    case .masked(let summary):
      [
        "masked \(result.source) -> \(result.target): \(counts(summary)),"
          + " \(FileProgress.amount(result.bytesRead)) to"
          + " \(FileProgress.amount(result.bytesWritten))"
      ] + summary.notes.prefix(3).map { "  \($0.text)" }
        + (summary.faultCount > 3 ? ["  ... and \(summary.faultCount - 3) more"] : [])
    case .finishedBefore: ["finished before \(result.source) -> \(result.target)"]
    case .passed(let reason): ["skipped \(result.source): \(reason)"]
    case .failed(let reason): ["failed \(result.source): \(reason)"]
    case .closed(let summary):
      ["closed \(result.source): no copy is made, as onFault says"]
        + summary.notes.suffix(1).map { "  \($0.text)" }
    }
  }

  private static func counts(_ summary: StreamSummary) -> String {
    let findings = summary.findings.reduce(0) { $0 + $1.count }
    return "\(summary.counters.recordsIn) records, \(findings) findings,"
      + " \(summary.counters.recordsWithheld) withheld,"
      + " \(summary.counters.recordsDropped) dropped"
  }

  private func count(_ isCounted: (FileResult.Outcome) -> Bool) -> Int {
    results.count { isCounted($0.outcome) }
  }

  private var maskedCount: Int { count { if case .masked = $0 { true } else { false } } }
  private var finishedCount: Int { count { if case .finishedBefore = $0 { true } else { false } } }
  private var passedCount: Int { count { if case .passed = $0 { true } else { false } } }

  private var totalText: String {
    "\(maskedCount) masked, \(finishedCount) finished before, \(passedCount) skipped,"
      + " \(failedCount) failed, \(closedCount) closed; \(Self.counts(total))"
  }

  private static func object(_ result: FileResult) -> JSONObject {
    var object = JSONObject()
    object.add("file", result.source)
    if !result.target.isEmpty { object.add("copy", result.target) }
    switch result.outcome {
    case .masked(let summary):
      object.add("outcome", "masked")
      add(summary, to: &object)
      object.add("bytesRead", result.bytesRead)
      object.add("bytesWritten", result.bytesWritten)
    case .finishedBefore: object.add("outcome", "finishedBefore")
    case .passed(let reason):
      object.add("outcome", "skipped")
      object.add("reason", reason)
    case .failed(let reason):
      object.add("outcome", "failed")
      object.add("reason", reason)
    case .closed(let summary):
      object.add("outcome", "closed")
      object.add("reason", summary.closedBy?.rawValue ?? "")
    }
    return object
  }

  private static func add(_ summary: StreamSummary, to object: inout JSONObject) {
    object.add("records", summary.counters.recordsIn)
    object.add("withheld", summary.counters.recordsWithheld)
    object.add("dropped", summary.counters.recordsDropped)
    var findings = JSONObject()
    for (rule, count) in summary.findings where count > 0 { findings.add(rule, count) }
    object.add("findings", findings)
  }

  private var totalObject: JSONObject {
    var object = JSONObject()
    object.add("total", true)
    object.add("masked", maskedCount)
    object.add("finishedBefore", finishedCount)
    object.add("skipped", passedCount)
    object.add("failed", failedCount)
    object.add("closed", closedCount)
    Self.add(total, to: &object)
    return object
  }
}
