// Unsafe code here sorts a stretch of the plan's own edits in place; the pointer does not leave
// the method.

/// Bytes of the chunk to be replaced: `start == end` inserts.
struct Edit: BitwiseCopyable {
  var start: UInt32
  var end: UInt32
  /// Where the replacement lies in the plan's text.
  var textStart: UInt32
  var textCount: UInt32
}

/// What "find" decides about a chunk and "render" carries out: edits in rising order over the
/// chunk, and the bytes that they put in.
///
/// The two phases are apart so that a transform which must ask a vault can fill in its bytes
/// between them, without blocking the scanner.
struct Plan: ~Copyable {
  var edits = Scratch<Edit>(capacity: 64)
  var text = Scratch<UInt8>(capacity: 1024)

  mutating func removeAll() {
    edits.removeAll()
    text.removeAll()
  }

  mutating func append(start: UInt32, end: UInt32, text bytes: [UInt8]) {
    let textStart = text.count
    for byte in bytes { text.append(byte) }
    edits.append(
      Edit(
        start: start, end: end, textStart: UInt32(textStart), textCount: UInt32(bytes.count)))
  }

  /// Puts the edits from `first` on in order again, after late ones were added, and lets an edit
  /// that lies inside another one vanish in it.
  mutating func normalize(from first: Int) {
    let count = edits.count - first
    guard count > 1 else { return }
    var late = unsafe UnsafeMutableBufferPointer(start: edits.base + first, count: count)
    unsafe late.sort { ($0.start, $1.end) < ($1.start, $0.end) }
    var kept = first
    var end: UInt32 = 0
    for place in first..<edits.count {
      let edit = edits[place]
      if kept > first && edit.start < end { continue }
      edits[kept] = edit
      kept += 1
      end = max(end, edit.end)
    }
    edits.truncate(to: kept)
  }
}
