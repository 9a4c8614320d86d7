internal import Bytes
internal import CScan
internal import Patterns

// Unsafe code here reads and writes the level's own memory, which is not reallocated while its
// text is walked: a nested walk has a level of its own, and the frames have room for the deepest
// text allowed.

/// How the walk over one JSON text ended.
enum WalkStatus: UInt8 {
  case done
  case malformed
  case tooDeep
  case limit
  case keyMissing
  /// A rule drops the record.
  case dropRecord
  /// A rule drops the value that the text stands in.
  case dropValue

  /// The fault of a value that masking the value whole may answer.
  var valueFault: FaultReason? {
    switch self {
    case .limit: .limit
    case .keyMissing: .keyMissing
    default: nil
    }
  }
}

/// What is wrong with a malformed record; the raw value is what logs say.
public enum MalformedKind: String, Sendable {
  case unexpectedByte = "unexpected byte"
  case unexpectedEnd = "record ends too early"
  case unclosedString = "string without its end, or with a control character"
  case badEscape = "escape that is not valid, or a surrogate without its pair"
  case badNumber = "number or literal that is not valid"
  case trailingBytes = "bytes after the value"
}

// The grammar of RFC 8259 over the index that the kernel made, in one loop without recursion.
//
//   value ──► string, number, literal ──► after
//     ▲  └──► { key : value , ... }  [ value , ... ]
//     └─────────────── after: `,` → next value   `}` `]` → after   line feed → done
//
// Every step reads one entry of the index. The index holds a line feed at the end of the text
// (`ScanLevel` of nested text appends one), so that the walk stops by itself.
extension EngineCore {
  /// Walks the JSON text of `level` from index entry `cursor` on. Leaves in `self.cursor` the
  /// entry after the text's last one, or the entry where the grammar broke.
  mutating func walk(level: Int, from firstCursor: Int, state rootState: UInt16) -> WalkStatus {
    let text = texts[level]
    let index = unsafe levels[level].index.base
    let blocks = unsafe levels[level].blocks.base
    let frames = unsafe levels[level].frames.base
    let depthMax = self.depthMax
    let looksAtAll = looksAtAllStrings
    var nextHot = levels[level].nextHot
    var heldCount = held.count
    var cursor = firstCursor
    var depth = 0
    var state = rootState
    var isKeyed = self.isKeyed
    var position = Int(unsafe index[cursor])
    var byte = text[position]
    cursor &+= 1

    value: while true {
      switch byte {
      case ASCII.quote:
        let next = Int(unsafe index[cursor])
        if nextHot < position {
          nextHot = unsafe BlockSearch.hot(blocks, from: position, textCount: text.count)
        }
        if nextHot < next || !isPlain(state) || heldCount > 0 || depth == 0 || looksAtAll
          || isKeyed
        {
          let status = unsafe string(
            level, text, blocks, position, next, state: state, depth: depth, isKeyed: isKeyed,
            isHot: nextHot < next || looksAtAll || isKeyed)
          if status != .done { return stopped(status, at: position, cursor) }
        }
      case ASCII.leftBrace, ASCII.leftBracket:
        guard depth < depthMax else { return stopped(.tooDeep, at: position, cursor) }
        let isObject = byte == ASCII.leftBrace
        unsafe frames[depth] = Frame(
          openCursor: UInt32(truncatingIfNeeded: cursor), state: state, isObject: isObject,
          isKeyed: isKeyed)
        depth &+= 1
        if !isPlain(state) {
          held.append(state)
          heldCount &+= 1
        }
        position = Int(unsafe index[cursor])
        byte = text[position]
        cursor &+= 1
        if byte == (isObject ? ASCII.rightBrace : ASCII.rightBracket) {
          depth &-= 1
          if !isPlain(state) {
            heldCount &-= 1
            held.truncate(to: heldCount)
          }
          break
        }
        if isObject {
          let status = unsafe key(
            level, text, index, blocks, frames, &cursor, position, depth, &state, &isKeyed)
          if status != .done { return status }
          position = Int(unsafe index[cursor])
          byte = text[position]
          cursor &+= 1
        } else {
          if hasCardRules, ArrayJoin.mayBegin(text, at: position, byte) {
            unsafe frames[depth &- 1].needsMending = true
          }
          state = automaton.element(state, number: 0)
        }
        continue value
      default:
        let status = unsafe scalar(
          level, text, blocks, position, byte, state: state, depth: depth,
          isPlain: isPlain(state) && heldCount == 0,
          isKeyed: isKeyed)
        // The entry may be the line feed itself: it must be seen again by who skips the record.
        if status != .done { return stopped(status, at: position, cursor &- 1) }
      }

      while true {
        position = Int(unsafe index[cursor])
        byte = text[position]
        cursor &+= 1
        if depth == 0 {
          guard byte == ASCII.lineFeed else {
            return broken(.trailingBytes, at: position, cursor - 1)
          }
          self.cursor = cursor
          levels[level].nextHot = nextHot
          return .done
        }
        let isObject = unsafe frames[depth &- 1].isObject
        if byte == ASCII.comma {
          position = Int(unsafe index[cursor])
          byte = text[position]
          cursor &+= 1
          state = unsafe frames[depth &- 1].state
          if isObject {
            let status = unsafe key(
              level, text, index, blocks, frames, &cursor, position, depth, &state, &isKeyed)
            if status != .done { return status }
            position = Int(unsafe index[cursor])
            byte = text[position]
            cursor &+= 1
          } else {
            isKeyed = unsafe frames[depth &- 1].isKeyed
            unsafe frames[depth &- 1].elementIndex &+= 1
            state = automaton.element(state, number: unsafe frames[depth &- 1].elementIndex)
          }
          continue value
        }
        guard byte == (isObject ? ASCII.rightBrace : ASCII.rightBracket) else {
          return unsafe brokenBehindValue(text, index, blocks, cursor - 1)
        }
        depth &-= 1
        if !isPlain(unsafe frames[depth].state) {
          heldCount &-= 1
          held.truncate(to: heldCount)
        }
        if unsafe frames[depth].needsMending {
          let status = end(level, unsafe frames[depth], to: cursor - 1, depth: depth)
          if status != .done { return stopped(status, at: position, cursor) }
        }
      }
    }
  }

  /// Reads `"key" :` with the opening quote at `position`; sets the state of the value.
  @inline(__always)
  private mutating func key(
    _ level: Int, _ text: ByteView, _ index: UnsafeMutablePointer<UInt32>,
    _ blocks: UnsafeMutablePointer<CScan_Block>, _ frames: UnsafeMutablePointer<Frame>,
    _ cursor: inout Int, _ position: Int, _ depth: Int, _ state: inout UInt16,
    _ isKeyed: inout Bool
  ) -> WalkStatus {
    guard text[position] == ASCII.quote else {
      return broken(kind(of: text[position]), at: position, cursor - 1)
    }
    let colon = Int(unsafe index[cursor])
    guard text[colon] == ASCII.colon else {
      return broken(kind(of: text[colon]), at: colon, cursor)
    }
    cursor &+= 1
    let start = position &+ 1
    // A colon outside strings follows, so the string has its end.
    let close = unsafe BlockSearch.stringEnd(blocks, from: start)
    unsafe frames[depth &- 1].keyStart = UInt32(truncatingIfNeeded: start)
    unsafe frames[depth &- 1].keyEnd = UInt32(truncatingIfNeeded: close)
    let key = text[start..<close]
    if key.count <= KeyCache.keyBytesMax {
      let name = keys.name(key)
      if let entry = keys.entry(name), !entry.needsInspection {
        let next = automaton.next(state, symbol: Int(entry.symbol))
        isKeyed = unsafe frames[depth &- 1].isKeyed || entry.isKeyword
        let isAboveKeyed = unsafe frames[depth &- 1].isKeyed
        if !entry.needsInspectionIfKeyed || !isAboveKeyed, !looksAtKeys(next) {
          unsafe frames[depth &- 1].isKeyPlain = entry.isPlain
          state = next
          return .done
        }
      }
    }
    unsafe frames[depth &- 1].isKeyPlain = false
    isKeyed = unsafe frames[depth &- 1].isKeyed
    let status = unsafe newKey(
      level, blocks, start, close, state: &state, isKeyed: &isKeyed, depth: depth)
    return status == .done ? .done : stopped(status, at: position, cursor)
  }

  /// A key that is not known, or that rules could find something in.
  @inline(never)
  private mutating func newKey(
    _ level: Int, _ blocks: UnsafeMutablePointer<CScan_Block>, _ start: Int, _ close: Int,
    state: inout UInt16, isKeyed: inout Bool, depth: Int
  ) -> WalkStatus {
    let key = texts[level][start..<close]
    guard start < close else {
      state = automaton.next(state, symbol: automaton.keys.symbol(key))
      return .done
    }
    let summary = unsafe StretchSummary(blocks, start, close)
    let isPlainText = !summary.hasBackslash && !summary.hasNonASCII
    let entry = keyEntry(key, level, start, summary, isPlainText: isPlainText)
    if entry.isKeyword { isKeyed = true }
    self.isKeyed = isKeyed
    let next = isPlainText ? automaton.next(state, symbol: Int(entry.symbol)) : state
    let needsInspection =
      !isPlainText || entry.needsInspection || (isKeyed && entry.needsInspectionIfKeyed)
      || looksAtAllStrings || looksAtKeys(next)
    guard needsInspection else {
      state = next
      return .done
    }
    let marks = keyMarks.count
    let status = inspectKey(level, start..<close, summary, state: &state, depth: depth)
    if keyMarks.count > marks && !isKeyed { isKeyed = holdsKeywordInLastMaskedKey() }
    return status
  }

  /// What is known of a key, or is found out now.
  private mutating func keyEntry(
    _ key: ByteView, _ level: Int, _ start: Int, _ summary: StretchSummary, isPlainText: Bool
  ) -> KeyCache.Entry {
    let isShort = key.count <= KeyCache.keyBytesMax
    if isPlainText, isShort, let known = keys.entry(keys.name(key)) { return known }
    var entry = KeyCache.Entry()
    entry.isKeyword = holdsKeyword(key)
    guard isPlainText else { return entry }
    entry.needsInspectionIfKeyed = mayHoldKeywordRules(key)
    entry.symbol = Int32(truncatingIfNeeded: automaton.keys.symbol(key))
    entry.needsInspection =
      summary.hasEncoding || looksLikeJSON(key)
      || (summary.hasSigns && mayFind(inKey: key, level, start))
    if isShort { keys.set(entry, for: keys.name(key)) }
    return entry
  }

  /// A string with a sign in it, below a path, or that is the whole text. `next` is the place of the
  /// next entry of the index.
  @inline(never)
  private mutating func string(
    _ level: Int, _ text: ByteView, _ blocks: UnsafeMutablePointer<CScan_Block>, _ position: Int,
    _ next: Int, state: UInt16, depth: Int, isKeyed: Bool, isHot: Bool
  ) -> WalkStatus {
    self.isKeyed = isKeyed
    let start = position &+ 1
    guard let close = unsafe BlockSearch.stringEnd(blocks, from: start, before: next) else {
      malformedKind = .unclosedString
      return .malformed
    }
    guard start < close else {
      return isPlain(state) && held.isEmpty
        ? .done : inspectEmptyString(level, start, state: state, depth: depth)
    }
    if !isHot, isPlain(state), held.isEmpty { return .done }
    let summary = unsafe StretchSummary(blocks, start, close)
    return inspectString(level, start..<close, summary, .value, state: state, depth: depth)
  }

  /// A number or one of `true`, `false`, `null`.
  @inline(__always)
  private mutating func scalar(
    _ level: Int, _ text: ByteView, _ blocks: UnsafeMutablePointer<CScan_Block>, _ start: Int,
    _ byte: UInt8, state: UInt16, depth: Int, isPlain: Bool, isKeyed: Bool
  ) -> WalkStatus {
    if ASCII.isDigit(byte) || byte == ASCII.minus {
      let number = unsafe JSONGrammar.number(text, blocks, from: start)
      guard number.end > start, JSONGrammar.endsScalar(text, at: number.end, lines: level == 0)
      else {
        malformedKind = .badNumber
        return .malformed
      }
      let mayHold =
        isKeyed
        ? number.digitCount >= keyedNumberDigitsMin
        : number.digitCount >= numberDigitsMin
          && numberShapes.mayHold(whole: number.wholeCount, fraction: number.fractionCount)
      if mayHold || number.hasExponent || !isPlain {
        self.isKeyed = isKeyed
        return inspectNumber(level, start..<number.end, state: state, depth: depth)
      }
      return .done
    }
    let length = JSONGrammar.literalLength(text, from: start, first: byte)
    guard length > 0, JSONGrammar.endsScalar(text, at: start &+ length, lines: level == 0) else {
      malformedKind = kind(of: byte)
      return .malformed
    }
    if !isPlain {
      return inspectLiteral(level, start..<start &+ length, state: state, depth: depth)
    }
    return .done
  }

  /// Whether no path ends at the place, so that only the shared prefilters decide.
  @inline(__always)
  private func isPlain(_ state: UInt16) -> Bool { plainStates[Int(state)] }

  /// Whether a rule that looks below its paths looks at a key with the path state `state`.
  @inline(__always)
  private func looksAtKeys(_ state: UInt16) -> Bool {
    if keyStates[Int(state)] { return true }
    for place in 0..<held.count where keyStates[Int(held[place])] { return true }
    return false
  }

  /// What is wrong where `byte` stands: a control byte in the index is one inside a string, or the end
  /// of the record.
  private func kind(of byte: UInt8) -> MalformedKind {
    byte == ASCII.lineFeed
      ? .unexpectedEnd : byte < ASCII.space ? .unclosedString : .unexpectedByte
  }

  /// What stands behind a value is neither a comma nor the end that is due. A string that was passed by
  /// unread may be what is wrong.
  @inline(never)
  private mutating func brokenBehindValue(
    _ text: ByteView, _ index: UnsafeMutablePointer<UInt32>,
    _ blocks: UnsafeMutablePointer<CScan_Block>, _ entry: Int
  ) -> WalkStatus {
    let position = Int(unsafe index[entry])
    let before = Int(unsafe index[entry - 1])
    if text[before] == ASCII.quote,
      unsafe BlockSearch.stringEnd(blocks, from: before + 1, before: position) == nil
    {
      return broken(.unclosedString, at: before, entry)
    }
    return broken(kind(of: text[position]), at: position, entry)
  }

  @inline(never)
  private mutating func broken(_ kind: MalformedKind, at position: Int, _ cursor: Int) -> WalkStatus
  {
    malformedKind = kind
    return stopped(.malformed, at: position, cursor)
  }

  @inline(never)
  private mutating func stopped(
    _ status: WalkStatus, at position: Int, _ cursor: Int
  ) -> WalkStatus {
    faultPosition = position
    self.cursor = cursor
    return status
  }
}
