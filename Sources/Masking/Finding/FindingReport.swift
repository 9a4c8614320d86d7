internal import Bytes

// Unsafe code here reads origins of the folded text, whose bounds are those of the finding.

/// One finding before merging, as `maskline explain` prints it. Never holds the value.
public struct FindingReport: Sendable, Equatable {
  /// The record's number in its stream, from 1.
  public var record: UInt64
  /// RFC 6901 over the masked keys.
  public var path: String
  /// `value`, `number` or `key`.
  public var place: String
  /// The rule's qualified id.
  public var rule: String
  /// Half-open, in bytes of the decoded text.
  public var range: Range<Int>
  /// The encodings that the value stands in, outermost first (`base64 > percent`), if any.
  public var encoding: String? = nil
}

extension EngineCore {
  /// Notes a finding; its record's number is set by the caller of the record.
  mutating func report(
    _ finding: Finding, _ view: MatchView, _ at: PlaceRange, encoding: String?
  ) {
    var start = Int(finding.start)
    var end = Int(finding.end)
    if view.isFolded && end > start {
      start = Int(unsafe folded.starts[start])
      end = Int(unsafe folded.ends[end - 1])
    }
    let place =
      switch at.place {
      case .value, .text: "value"
      case .number: "number"
      case .key: "key"
      }
    reports.append(
      FindingReport(
        record: 0, path: "", place: place, rule: policy.rules[Int(finding.rule)].id,
        range: start..<end, encoding: encoding))
    let isKey = at.place == .key
    reportPlaces.append(
      ReportPlace(level: at.level, steps: pathSteps(to: at.level), isKey: isKey))
  }

  func pathSteps(to level: Int) -> [PathReportStep] {
    var steps: [PathReportStep] = []
    for number in 0...level {
      for depth in 0..<pathDepths[number] {
        let frame = levels[number].frames[depth]
        if frame.isObject {
          let range = Int(frame.keyStart)..<Int(frame.keyEnd)
          let origin = origins[number]
          let start = range.isEmpty ? 0 : origin.start(range.lowerBound)
          let end = range.isEmpty ? 0 : origin.end(range.upperBound - 1)
          steps.append(.key(chunkStart: start, chunkEnd: end, escapes: number + 1))
        } else {
          steps.append(.element(Int(frame.elementIndex)))
        }
      }
    }
    return steps
  }
}

/// One step of a reported path: a key by its bytes in the chunk, because its masked form is only
/// known when the record is done.
enum PathReportStep {
  case key(chunkStart: UInt32, chunkEnd: UInt32, escapes: Int)
  case element(Int)
}

/// Where a report's finding lies.
struct ReportPlace {
  var level: Int
  var steps: [PathReportStep]
  var isKey: Bool
}

extension EngineCore {
  /// Fills in the paths of the record's reports from the masked keys.
  mutating func finishReports(_ chunk: ByteView, record: UInt64, firstEdit: Int) {
    for (number, place) in reportPlaces.enumerated() {
      reports[number].record = record
      var path = ""
      for step in place.steps {
        switch step {
        case .element(let element): path += "/\(element)"
        case .key(let start, let end, let escapes):
          let name = maskedKey(chunk, start, end, escapes: escapes, firstEdit: firstEdit)
          path += "/" + escapedForPointer(name)
        }
      }
      reports[number].path = path
    }
    reportPlaces.removeAll()
  }

  /// The decoded text of a key after the plan's edits.
  private func maskedKey(
    _ chunk: ByteView, _ start: UInt32, _ end: UInt32, escapes: Int, firstEdit: Int
  ) -> String {
    var bytes: [UInt8] = []
    var done = Int(start)
    for place in firstEdit..<plan.edits.count {
      let edit = plan.edits[place]
      guard edit.start >= start, edit.end <= end, Int(edit.start) >= done else { continue }
      bytes += chunk[done..<Int(edit.start)].toArray()
      for offset in 0..<Int(edit.textCount) {
        bytes.append(plan.text[Int(edit.textStart) + offset])
      }
      done = Int(edit.end)
    }
    bytes += chunk[done..<max(done, Int(end))].toArray()
    for _ in 0..<escapes { bytes = decodedOnce(bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func decodedOnce(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(ASCII.backslash) else { return bytes }
    var output = TextBuffer()
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return bytes }
      let view = unsafe ByteView(base: base, count: buffer.count)
      _ = StringDecoder.decode(view, 0..<buffer.count, origins: .chunk, into: &output)
      return output.view.toArray()
    }
  }

  private func escapedForPointer(_ name: String) -> String {
    var text = ""
    for character in name.unicodeScalars {
      switch character {
      case "~": text += "~0"
      case "/": text += "~1"
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }
}
