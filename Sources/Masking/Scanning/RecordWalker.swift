internal import Bytes
internal import CScan

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
    var heldCount = held.count
    var cursor = firstCursor
    var depth = 0
    var state = rootState
    var position = Int(unsafe index[cursor])
    var byte = text[position]
    cursor &+= 1

    value: while true {
      switch byte {
      case ASCII.quote:
        let close = Int(unsafe index[cursor])
        guard text[close] == ASCII.quote else {
          return broken(.unclosedString, at: close, cursor)
        }
        cursor &+= 1
        if position &+ 1 < close {
          let summary = unsafe StretchSummary(blocks, position &+ 1, close)
          if summary.hasBackslash || summary.hasTrigger || summary.hasNonASCII
            || summary.digitCount >= stringDigitsMin || !isPlain(state) || heldCount > 0
            || text[position &+ 1] <= ASCII.space || text[position &+ 1] == ASCII.leftBracket
          {
            let status = inspectString(
              level, position &+ 1..<close, summary, .value, state: state, depth: depth)
            if status != .done { return stopped(status, at: position, cursor) }
          }
        } else if !isPlain(state) || heldCount > 0 {
          let status = inspectEmptyString(level, position &+ 1, state: state, depth: depth)
          if status != .done { return stopped(status, at: position, cursor) }
        }
      case ASCII.leftBrace, ASCII.leftBracket:
        guard depth < depthMax else { return stopped(.tooDeep, at: position, cursor) }
        let isObject = byte == ASCII.leftBrace
        unsafe frames[depth] = Frame(
          openCursor: UInt32(truncatingIfNeeded: cursor), state: state, isObject: isObject)
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
            level, text, index, blocks, frames, &cursor, position, depth, &state)
          if status != .done { return status }
          position = Int(unsafe index[cursor])
          byte = text[position]
          cursor &+= 1
        } else {
          state = automaton.element(state, number: 0)
        }
        continue value
      default:
        let status = scalar(
          level, text, position, byte, state: state, depth: depth,
          isPlain: isPlain(state) && heldCount == 0)
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
              level, text, index, blocks, frames, &cursor, position, depth, &state)
            if status != .done { return status }
            position = Int(unsafe index[cursor])
            byte = text[position]
            cursor &+= 1
          } else {
            unsafe frames[depth &- 1].elementIndex &+= 1
            state = automaton.element(state, number: unsafe frames[depth &- 1].elementIndex)
          }
          continue value
        }
        guard byte == (isObject ? ASCII.rightBrace : ASCII.rightBracket) else {
          return broken(
            byte == ASCII.lineFeed ? .unexpectedEnd : .unexpectedByte, at: position, cursor - 1)
        }
        depth &-= 1
        if !isPlain(unsafe frames[depth].state) {
          heldCount &-= 1
          held.truncate(to: heldCount)
        }
        if unsafe frames[depth].needsMending {
          mendObject(level, from: Int(unsafe frames[depth].openCursor), to: cursor - 1)
        }
      }
    }
  }

  /// Reads `"key" :` with the opening quote at `position`; sets the state of the value.
  @inline(__always)
  private mutating func key(
    _ level: Int, _ text: ByteView, _ index: UnsafeMutablePointer<UInt32>,
    _ blocks: UnsafeMutablePointer<CScan_Block>, _ frames: UnsafeMutablePointer<Frame>,
    _ cursor: inout Int, _ position: Int, _ depth: Int, _ state: inout UInt16
  ) -> WalkStatus {
    guard text[position] == ASCII.quote else {
      return broken(
        text[position] == ASCII.lineFeed ? .unexpectedEnd : .unexpectedByte, at: position,
        cursor - 1)
    }
    let close = Int(unsafe index[cursor])
    guard text[close] == ASCII.quote else { return broken(.unclosedString, at: close, cursor) }
    let colon = Int(unsafe index[cursor &+ 1])
    guard text[colon] == ASCII.colon else { return broken(.unexpectedByte, at: colon, cursor &+ 1) }
    cursor &+= 2
    let start = position &+ 1
    unsafe frames[depth &- 1].keyStart = UInt32(truncatingIfNeeded: start)
    unsafe frames[depth &- 1].keyEnd = UInt32(truncatingIfNeeded: close)
    if start < close {
      let summary = unsafe StretchSummary(blocks, start, close)
      if summary.hasBackslash || summary.hasTrigger || summary.hasNonASCII
        || summary.digitCount >= keyDigitsMin
      {
        let status = inspectKey(level, start..<close, summary, state: &state, depth: depth)
        if status != .done { return stopped(status, at: position, cursor) }
        return .done
      }
    }
    let symbol = automaton.keys.symbol(text[start..<close])
    state = automaton.next(state, symbol: symbol)
    return .done
  }

  /// A number or one of `true`, `false`, `null`.
  @inline(__always)
  private mutating func scalar(
    _ level: Int, _ text: ByteView, _ start: Int, _ byte: UInt8, state: UInt16, depth: Int,
    isPlain: Bool
  ) -> WalkStatus {
    if ASCII.isDigit(byte) || byte == ASCII.minus {
      let number = JSONGrammar.number(text, from: start)
      guard number.end > start, JSONGrammar.endsScalar(text, at: number.end, lines: level == 0)
      else {
        malformedKind = .badNumber
        return .malformed
      }
      if number.digitCount >= numberDigitsMin || number.hasExponent || !isPlain {
        return inspectNumber(level, start..<number.end, state: state, depth: depth)
      }
      return .done
    }
    let length = JSONGrammar.literalLength(text, from: start, first: byte)
    guard length > 0, JSONGrammar.endsScalar(text, at: start &+ length, lines: level == 0) else {
      malformedKind = byte == ASCII.lineFeed ? .unexpectedEnd : .unexpectedByte
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
