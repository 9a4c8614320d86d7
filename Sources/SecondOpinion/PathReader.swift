/// Finds out at which field path a byte of a record lies.
enum PathReader {
  /// A step down: the key of a member, or the number of an element.
  enum Step: Equatable {
    case key([UInt8])
    case element(Int)
  }

  private static let depthMax = 4

  /// The path of the value, or of the key, that holds the byte at `offset`; JSON in strings is gone
  /// into.
  static func path(to offset: Int, in record: Span<UInt8>) -> [Step] {
    let bytes = record.indices.map { record[$0] }
    return path(to: offset, in: bytes, depth: 0)
  }

  private static func path(to offset: Int, in text: [UInt8], depth: Int) -> [Step] {
    var stack: [Step?] = []
    var isObject: [Bool] = []
    var at = 0
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
        if isKey { stack[stack.count - 1] = .key(lowercased(unescaped(text[at + 1..<end]).bytes)) }
        if offset <= end {
          let outer = stack.compactMap(\.self)
          guard !isKey, depth < depthMax else { return outer }
          let inner = unescaped(text[at + 1..<end])
          guard let first = inner.bytes.first(where: { $0 > 0x20 }), first == 0x7B || first == 0x5B,
            let place = inner.origins.lastIndex(where: { Int($0) + at + 1 <= offset })
          else { return outer }
          return outer + path(to: place, in: inner.bytes, depth: depth + 1)
        }
        at = end
      default: break
      }
      at += 1
    }
    return stack.compactMap(\.self)
  }

  private static func unescaped(_ text: ArraySlice<UInt8>) -> Reading {
    Reading(of: Array(text).span).next()
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
