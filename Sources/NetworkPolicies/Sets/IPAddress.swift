/// An address of either family.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  public enum Family: Sendable, Hashable, CaseIterable {
    case v4
    case v6

    var bits: Int { self == .v4 ? 32 : 128 }
    var highest: UInt128 { self == .v4 ? UInt128(UInt32.max) : UInt128.max }
  }

  public let family: Family
  public let value: UInt128

  init(_ family: Family, _ value: UInt128) {
    self.family = family
    self.value = value
  }

  /// Reads `10.0.0.1` or `fd00::1`; nil when the text is neither. Octets with leading zeros are
  /// refused: readers differ on whether they are octal.
  public init?(_ text: some StringProtocol) {
    if text.contains(":") {
      guard let value = Self.readV6(String(text)) else { return nil }
      self.init(.v6, value)
    } else {
      guard let value = Self.readV4(String(text)) else { return nil }
      self.init(.v4, value)
    }
  }

  private static func readV4(_ text: String) -> UInt128? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt128 = 0
    for part in parts {
      guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), part == "0" || part.first != "0",
        part.utf8.count <= 3, let octet = UInt8(part)
      else { return nil }
      value = value << 8 | UInt128(octet)
    }
    return value
  }

  private static func readV6(_ text: String) -> UInt128? {
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard halves.count <= 2, let head = groups(halves[0], isLast: halves.count == 1) else {
      return nil
    }
    guard halves.count == 2 else { return head.count == 8 ? joined(head) : nil }
    guard let tail = groups(halves[1], isLast: true), head.count + tail.count <= 7 else {
      return nil
    }
    let zeros = [UInt16](repeating: 0, count: 8 - head.count - tail.count)
    return joined(head + zeros + tail)
  }

  private static func joined(_ groups: [UInt16]) -> UInt128 {
    groups.reduce(0) { $0 << 16 | UInt128($1) }
  }

  /// The groups between colons; the last may be an IPv4 address.
  private static func groups(_ text: Substring, isLast: Bool) -> [UInt16]? {
    if text.isEmpty { return [] }
    var groups: [UInt16] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if part.contains("."), isLast, index == parts.count - 1 {
        guard let value = readV4(String(part)) else { return nil }
        groups += [UInt16(truncatingIfNeeded: value >> 16), UInt16(truncatingIfNeeded: value)]
        continue
      }
      guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHexadecimal),
        let group = UInt16(part, radix: 16)
      else { return nil }
      groups.append(group)
    }
    return groups
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }

  /// The usual form; for IPv6 that of RFC 5952.
  public var description: String {
    if family == .v4 {
      return [24, 16, 8, 0].map { "\(UInt8(truncatingIfNeeded: value >> UInt128($0)))" }
        .joined(separator: ".")
    }
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> UInt128(112 - 16 * $0)) }
    var longest = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > max(1, longest.count) { longest = start..<end }
      start = max(end, start + 1)
    }
    let text = groups.map { String($0, radix: 16) }
    if longest.isEmpty { return text.joined(separator: ":") }
    return text[..<longest.lowerBound].joined(separator: ":") + "::"
      + text[longest.upperBound...].joined(separator: ":")
  }
}
