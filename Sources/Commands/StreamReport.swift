internal import Masking
internal import Streams

/// The summary of one stream: counts and places, never payload.
struct StreamReport {
  var summary: StreamSummary

  private var counters: StreamCounters { summary.counters }
  private var notes: [FaultNote] { summary.notes }

  func write(_ form: SummaryForm) {
    switch form {
    case .none: break
    case .text: Console.error(text)
    case .json: Console.error(json)
    }
  }

  private var findings: [(rule: String, count: UInt64)] {
    summary.findings.filter { $0.count > 0 }
  }

  private func perReason(_ counts: [8 of UInt64]) -> [(String, UInt64)] {
    FaultReason.allCases.map { ($0.rawValue, counts[$0.ordinal]) }.filter { $0.1 > 0 }
  }

  /// Lines for people.
  var text: String {
    var lines = [
      "maskline: \(counters.recordsIn) records in, \(counters.recordsForwarded) forwarded,"
        + " \(counters.recordsWithheld) withheld, \(counters.recordsDropped) dropped"
    ]
    for (rule, count) in findings { lines.append("  \(rule): \(count)") }
    if counters.testNumbersForwarded > 0 {
      lines.append("  published test card numbers let through: \(counters.testNumbersForwarded)")
    }
    for (reason, count) in perReason(counters.withheld) {
      lines.append("  withheld, \(reason): \(count)")
    }
    for (reason, count) in perReason(counters.droppedByFault) {
      lines.append("  dropped, \(reason): \(count)")
    }
    for (reason, count) in perReason(counters.valuesMaskedByFault) {
      lines.append("  values written as [MASK_ERROR], \(reason): \(count)")
    }
    for note in notes { lines.append("  \(note.text)") }
    let faults = counters.recordsWithheld + counters.recordsDroppedByFaults
    if faults > UInt64(notes.count) {
      lines.append("  ... and \(faults - UInt64(notes.count)) more")
    }
    return lines.joined(separator: "\n")
  }

  /// One JSON line.
  var json: String {
    var object = JSONObject()
    object.add("recordsIn", counters.recordsIn)
    object.add("forwarded", counters.recordsForwarded)
    object.add("withheld", counters.recordsWithheld)
    object.add("dropped", counters.recordsDropped)
    object.add("bytesIn", counters.bytesIn)
    object.add("bytesOut", counters.bytesOut)
    object.add("findings", table(findings.map { ($0.rule, $0.count) }))
    object.add("testNumbers", counters.testNumbersForwarded)
    object.add("withheldByReason", table(perReason(counters.withheld)))
    object.add("droppedByReason", table(perReason(counters.droppedByFault)))
    object.add("maskErrorsByReason", table(perReason(counters.valuesMaskedByFault)))
    object.add("faults", notes.map(noteObject))
    return object.text
  }

  private func table(_ counts: [(String, UInt64)]) -> JSONObject {
    var object = JSONObject()
    for (name, count) in counts { object.add(name, count) }
    return object
  }

  private func noteObject(_ note: FaultNote) -> JSONObject {
    var object = JSONObject()
    object.add("record", note.record)
    object.add("byteOffset", note.byteOffset)
    object.add("reason", note.reason.rawValue)
    if let kind = note.kind { object.add("kind", kind.rawValue) }
    return object
  }
}
