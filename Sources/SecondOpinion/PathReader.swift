/// Finds out at which field path a byte of a record lies. Places are best asked for in rising order: then
/// the record is read once.
final class PathReader {
  /// A step down: the key of a member, or the number of an element.
  enum Step: Equatable {
    case key([UInt8])
    case element(Int)
  }

  private static let depthMax = 4

  private let text: [UInt8]
  private let depth: Int
  private var at = 0
  private var stack: [Step?] = []
  private var isObject: [Bool] = []
  /// The JSON in the string that begins at `at`, and where its bytes lie.
  private var inner: (start: Int, reader: PathReader?, origins: [Int])?

  init(_ text: [UInt8], depth: Int = 0) {
    self.text = text
    self.depth = depth
  }

  /// The path of the value, or of the key, that holds the byte at `offset`; JSON in strings is gone
  /// into.
  func path(to offset: Int) -> [Step] {
    if offset < at {
      at = 0
      stack = []
      isObject = []
    }
    while at < text.count, at <= offset {
      switch text[at] {
      case 0x7B, 0x5B:
        isObject.append(text[at] == 0x7B)
        stack.append(text[at] == 0x7B ? nil : .element(0))
      case 0x7D, 0x5D:
        _ = isObject.popLast()
        _ = stack.popLast()
      case 0x2C:
        if let last = stack.last, case .element(let number)? = last {
          stack[stack.count - 1] = .element(number + 1)
        } else if !stack.isEmpty {
          stack[stack.count - 1] = nil
        }
      case 0x22:
        var end = at + 1
        while end < text.count, text[end] != 0x22 { end += text[end] == 0x5C ? 2 : 1 }
        end = min(end, text.count)
        let isKey = isObject.last == true && stack.last == .some(nil)
        if offset <= end {
          let outer = stack.compactMap(\.self)
          let content = at + 1..<max(end, at + 1)
          if isKey { return outer + [.key(Self.lowercased(unescaped(content).bytes))] }
          return outer + innerPath(to: offset, content)
        }
        if isKey {
          stack[stack.count - 1] = .key(Self.lowercased(unescaped(at + 1..<end).bytes))
        }
        at = end
      default: break
      }
      at += 1
    }
    return stack.compactMap(\.self)
  }

  private func innerPath(to offset: Int, _ content: Range<Int>) -> [Step] {
    guard depth < Self.depthMax else { return [] }
    if inner?.start != content.lowerBound {
      let (bytes, origins) = unescaped(content)
      let first = bytes.first { $0 > 0x20 }
      let isJSON = first == 0x7B || first == 0x5B
      inner = (
        content.lowerBound, isJSON ? PathReader(bytes, depth: depth + 1) : nil, origins
      )
    }
    guard let inner, let reader = inner.reader else { return [] }
    // The last byte that came from the place or from before it.
    var (low, high) = (0, inner.origins.count)
    while low < high {
      let middle = (low + high) / 2
      if inner.origins[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? [] : reader.path(to: low - 1)
  }

  /// The content of a string, and where each byte of it was written.
  private func unescaped(_ range: Range<Int>) -> (bytes: [UInt8], origins: [Int]) {
    var bytes: [UInt8] = []
    var origins: [Int] = []
    let content = text
    let text = content.span
    var at = range.lowerBound
    while at < range.upperBound {
      var (scalar, length): (UInt32?, Int) = (UInt32(text[at]), 1)
      if text[at] == 0x5C { (scalar, length) = Undoing.escape(text, at, range.upperBound, []) }
      if length > 1, let scalar = scalar.flatMap(Unicode.Scalar.init) {
        for byte in UTF8.encode(scalar).map(Array.init) ?? [] {
          bytes.append(byte)
          origins.append(at)
        }
      } else {
        bytes.append(text[at])
        origins.append(at)
      }
      at += length
    }
    return (bytes, origins)
  }

  private static func lowercased(_ key: [UInt8]) -> [UInt8] {
    key.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
  }

  /// Whether a path pattern names the place, or one above it.
  static func leads(_ pattern: [SecondOpinion.PathStep], to path: [Step]) -> Bool {
    matches(pattern[...], path[...])
  }

  private static func matches(
    _ pattern: ArraySlice<SecondOpinion.PathStep>, _ path: ArraySlice<Step>
  ) -> Bool {
    guard let first = pattern.first else { return true }
    if first == .anyDepth {
      return matches(pattern.dropFirst(), path)
        || (!path.isEmpty && matches(pattern, path.dropFirst()))
    }
    guard let step = path.first else { return false }
    let isHit =
      switch (first, step) {
      case (.key(let name), .key(let key)): name == key
      case (.anyKey, .key), (.anyElement, .element): true
      case (.element(let wanted), .element(let number)): wanted == number
      default: false
      }
    return isHit && matches(pattern.dropFirst(), path.dropFirst())
  }
}
