/// Texts by number, side by side: millions of lines are put together from them.
struct TextPieces {
  fileprivate var bytes: [UInt8] = []
  fileprivate var ends = [0]

  var count: Int { ends.count - 1 }

  mutating func append(_ text: String) {
    bytes += text.utf8
    ends.append(bytes.count)
  }
}

/// Gathers bytes and writes them in large blocks.
struct ListingWriter {
  /// How many bytes are written at once, but for a longer piece: few enough to stay in the cache.
  private static let blockBytesMax = 256 << 10

  private let output: ([UInt8]) -> Bool
  /// False once `output` was: nobody reads any more.
  private(set) var hasReader = true
  /// The first `count` bytes are to be written.
  private var block = [UInt8](repeating: 0, count: blockBytesMax)
  private var count = 0

  init(_ output: @escaping ([UInt8]) -> Bool) { self.output = output }

  mutating func write(_ text: String) {
    var piece = TextPieces()
    piece.append(text)
    write(piece, 0)
  }

  mutating func write(_ pieces: TextPieces, _ number: Int) {
    let range = pieces.ends[number]..<pieces.ends[number + 1]
    if count + range.count > block.count { flush() }
    guard range.count <= block.count else { return write(block: Array(pieces.bytes[range])) }
    // In bounds: `range` lies in `pieces.bytes`, and as many bytes are free in `block` from `count`.
    unsafe block.withUnsafeMutableBytes { block in
      unsafe pieces.bytes.withUnsafeBytes { bytes in
        guard let target = block.baseAddress, let source = bytes.baseAddress else { return }
        unsafe (target + count).copyMemory(
          from: source + range.lowerBound, byteCount: range.count)
      }
    }
    count += range.count
  }

  mutating func flush() {
    guard count > 0 else { return }
    let free = block.count - count
    block.removeLast(free)
    write(block: block)
    block.append(contentsOf: repeatElement(0, count: free))
    count = 0
  }

  private mutating func write(block: [UInt8]) { hasReader = hasReader && output(block) }
}
