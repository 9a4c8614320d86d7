internal import Bytes
internal import CScan

// Unsafe code here reads index entries through a pointer that is valid while the level's index is
// not made anew.

/// What the records of one stream share while a chunk is masked.
struct StreamState: ~Copyable {
  var counters = StreamCounters()
  var notes = FaultNotes()
  /// Bytes of the stream before the chunk.
  var byteOffset: UInt64 = 0
}

// Phase one over a chunk of whole lines: every record is walked once, and leaves edits.
extension EngineCore {
  /// Masks `chunk`, which ends on a line feed, and appends the result to `output`.
  mutating func mask(
    _ chunk: ByteView, _ stream: inout StreamState, _ options: StreamOptions,
    into output: inout ByteBuffer
  ) -> StreamVerdict {
    plan.removeAll()
    vanished.removeAll()
    let outputStart = output.count
    let firstRecord = stream.counters.recordsIn + 1
    var verdict = StreamVerdict.proceed
    let end = find(chunk, &stream, options, &verdict)
    Renderer.render(chunk[0..<end], plan, into: &output)
    withholdLeaks(
      of: chunk, from: outputStart, firstRecord: firstRecord, &stream,
      percent: UInt64(options.secondOpinionPercent), in: &output)
    return verdict
  }

  /// Plans the masking of all records; returns where the chunk ends (earlier than it did if a
  /// fault closes the stream).
  private mutating func find(
    _ chunk: ByteView, _ stream: inout StreamState, _ options: StreamOptions,
    _ verdict: inout StreamVerdict
  ) -> Int {
    if depthMax != options.depthMax { setDepthMax(options.depthMax) }
    faults = options.faults
    decoding.encodings = options.decodes
    recordText = chunk
    texts[0] = chunk
    origins[0] = .chunk
    let isUTF8 = levels[0].index(chunk, lines: true, triggers: triggers)
    let index = unsafe levels[0].index.base
    let indexCount = levels[0].index.count
    var next = 0
    var lineStart = 0
    while next < indexCount {
      stream.counters.recordsIn &+= 1
      let first = Int(unsafe index[next])
      if chunk[first] == ASCII.lineFeed, isEmptyLine(chunk, lineStart, first) {
        stream.counters.recordsForwarded &+= 1
        next &+= 1
        lineStart = first &+ 1
        continue
      }
      let firstEdit = plan.edits.count
      var reason: FaultReason?
      var status = WalkStatus.done
      if isUTF8 || lineIsUTF8(chunk, lineStart) {
        status = walkRecord(from: next, start: lineStart)
        reason = faultReason(status)
      } else {
        cursor = next
        faultPosition = lineStart
        reason = .invalidUTF8
      }
      while chunk[Int(unsafe index[cursor])] != ASCII.lineFeed { cursor &+= 1 }
      let lineFeed = Int(unsafe index[cursor])
      next = cursor &+ 1
      if lineFeed - lineStart > options.lineBytesMax {
        reason = .overlong
        faultPosition = lineStart
      }
      if reason == .malformed && faults[.malformed] == .text {
        plan.edits.truncate(to: firstEdit)
        status = textRecord(chunk, lineStart, lineFeed)
        reason = status == .malformed ? .malformed : faultReason(status)
        restore(chunk)
      }
      let line = lineStart..<lineFeed
      lineStart = lineFeed &+ 1
      if let reason {
        if !withhold(chunk, line, firstEdit, reason, &stream) {
          verdict = .close(reason)
          return line.lowerBound
        }
      } else if status == .dropRecord || status == .dropValue {
        plan.edits.truncate(to: firstEdit)
        plan.append(start: UInt32(line.lowerBound), end: UInt32(lineStart), text: [])
        stream.counters.droppedByRule &+= 1
        vanished.append(stream.counters.recordsIn)
        commit(chunk, &stream, firstEdit)
      } else {
        stream.counters.recordsForwarded &+= 1
        if plan.edits.count > firstEdit || !hits.isEmpty || testNumbers > 0 {
          commit(chunk, &stream, firstEdit)
        }
      }
    }
    return chunk.count
  }

  /// Walks one record from index entry `first` on. Leaves the line feed's entry in `cursor`, or
  /// an entry before it.
  @inline(__always)
  private mutating func walkRecord(from first: Int, start: Int) -> WalkStatus {
    recordStart = start
    hasBudget = false
    held.removeAll()
    isKeyed = false
    let firstEdit = plan.edits.count
    usesExemption = false
    exemptionsAreVoid = false
    var status = walk(level: 0, from: first, state: PathAutomaton.root)
    if usesExemption && status == .done && !ignoresExclusions,
      exemptionsAreVoid || repeatsKey(0, from: first, to: cursor - 1)
    {
      plan.edits.truncate(to: firstEdit)
      clearRecord()
      held.removeAll()
      hasBudget = false
      ignoresExclusions = true
      isKeyed = false
      levels[0].nextHot = -1
      status = walk(level: 0, from: first, state: PathAutomaton.root)
      ignoresExclusions = false
    }
    if status == .done { cursor &-= 1 }
    return status
  }

  private mutating func textRecord(_ chunk: ByteView, _ start: Int, _ lineFeed: Int) -> WalkStatus {
    recordStart = start
    hasBudget = false
    held.removeAll()
    isKeyed = false
    clearRecord()
    let hasReturn = lineFeed > start && chunk[lineFeed - 1] == ASCII.carriageReturn
    let status = findInTextLine(chunk, start, hasReturn ? lineFeed - 1 : lineFeed)
    // The JSON on the line was walked in a copy: places in it mean nothing outside.
    faultPosition = start
    return status
  }

  /// Makes level 0 the chunk again, after a text line used it.
  private mutating func restore(_ chunk: ByteView) {
    texts[0] = chunk
    origins[0] = .chunk
    _ = levels[0].index(chunk, lines: true, triggers: triggers)
  }

  private func isEmptyLine(_ chunk: ByteView, _ start: Int, _ lineFeed: Int) -> Bool {
    lineFeed == start || (lineFeed == start &+ 1 && chunk[start] == ASCII.carriageReturn)
  }

  private func lineIsUTF8(_ chunk: ByteView, _ start: Int) -> Bool {
    var end = start
    while chunk[end] != ASCII.lineFeed { end &+= 1 }
    return unsafe CScan_is_utf8(chunk.base + start, end - start)
  }

  private func faultReason(_ status: WalkStatus) -> FaultReason? {
    switch status {
    case .done, .dropRecord, .dropValue: nil
    case .malformed: .malformed
    case .tooDeep: .tooDeep
    case .limit: .limit
    case .keyMissing: .keyMissing
    }
  }

  /// Puts the fault's action in the plan in place of the record; false if it is `close`.
  private mutating func withhold(
    _ chunk: ByteView, _ line: Range<Int>, _ firstEdit: Int, _ reason: FaultReason,
    _ stream: inout StreamState
  ) -> Bool {
    plan.edits.truncate(to: firstEdit)
    let position = max(faultPosition, line.lowerBound)
    stream.notes.add(
      FaultNote(
        record: stream.counters.recordsIn, byteOffset: stream.byteOffset + UInt64(position),
        reason: reason, kind: reason == .malformed ? malformedKind : nil))
    clearRecord()
    switch faults[reason] {
    case .stub, .maskValue, .text:
      stream.counters.withheld[reason.ordinal] &+= 1
      var end = line.upperBound
      if end > line.lowerBound, chunk[end - 1] == ASCII.carriageReturn { end -= 1 }
      plan.append(
        start: UInt32(line.lowerBound), end: UInt32(end),
        text: Stub.bytes(reason, record: stream.counters.recordsIn))
      return true
    case .drop:
      stream.counters.droppedByFault[reason.ordinal] &+= 1
      vanished.append(stream.counters.recordsIn)
      plan.append(start: UInt32(line.lowerBound), end: UInt32(line.upperBound + 1), text: [])
      return true
    case .close:
      stream.counters.droppedByFault[reason.ordinal] &+= 1
      return false
    }
  }

  /// Ends a record that had findings: late edits are put in order, counts are taken over.
  private mutating func commit(
    _ chunk: ByteView, _ stream: inout StreamState, _ firstEdit: Int
  ) {
    if needsNormalizing { plan.normalize(from: firstEdit) }
    stream.counters.testNumbersForwarded &+= testNumbers
    for place in 0..<hits.count { ruleHits[Int(hits[place])] &+= 1 }
    for reason in errorValues.indices {
      stream.counters.valuesMaskedByFault[reason] &+= UInt64(errorValues[reason])
    }
    if isReporting {
      finishReports(chunk, record: stream.counters.recordsIn, firstEdit: firstEdit)
      finishedReports.append(contentsOf: reports)
    }
    clearRecord()
  }

  /// Forgets what the record in hand had gathered.
  private mutating func clearRecord() {
    hits.removeAll()
    dropMarks.removeAll()
    keyMarks.removeAll()
    joinParts.removeAll()
    testNumbers = 0
    needsNormalizing = false
    errorValues = .init(repeating: 0)
    if isReporting {
      reports.removeAll()
      reportPlaces.removeAll()
    }
  }
}

/// The line that stands for a withheld record (design.md 2).
enum Stub {
  static func bytes(_ reason: FaultReason, record: UInt64) -> [UInt8] {
    Array(#"{"_maskline":{"withheld":"\#(reason.rawValue)","record":\#(record)}}"#.utf8)
  }
}
