/// An address in a config file or a flag: `host:port`, `[::1]:port` or `unix:/path`.
public enum Address: Sendable, Hashable, CustomStringConvertible {
  /// A host (name, IPv4 address, or IPv6 address without its brackets) and a port.
  case tcp(host: String, port: UInt16)
  /// The absolute path of a UNIX socket.
  case unix(path: String)

  /// What an address is for.
  public enum Use: Sendable {
    /// Port 0 lets the system choose.
    case listen
    /// Port 0 is an error.
    case upstream
  }

  /// What is wrong with an address.
  public struct ParseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The rule broken and the remedy.
    public let text: String

    /// The same as `text`.
    public var description: String { text }
  }

  /// The address in the form that `init(parsing:for:)` reads.
  public var description: String {
    switch self {
    case .tcp(let host, let port):
      host.utf8.contains(0x3A) ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// Reads an address.
  ///
  /// - Throws: `ParseError`, which names the part that is wrong.
  public init(parsing text: String, for use: Use) throws(ParseError) {
    if text.hasPrefix("unix:") {
      self = .unix(path: try Self.socketPath(text.dropFirst("unix:".count), in: text))
      return
    }
    guard let colon = text.lastIndex(of: ":") else {
      throw Self.error(text, "has no port; write host:port, [::1]:port or unix:/path")
    }
    let host = text[..<colon]
    let port = try Self.port(text[text.index(after: colon)...], in: text, for: use)
    if host.hasPrefix("["), host.hasSuffix("]") {
      let inner = String(host.dropFirst().dropLast())
      guard Self.isIPv6(inner) else {
        throw Self.error(text, "has no IPv6 address in its brackets")
      }
      self = .tcp(host: inner, port: port)
      return
    }
    guard !host.isEmpty else {
      throw Self.error(
        text, "has no host; write 127.0.0.1:\(port), or 0.0.0.0:\(port) for all interfaces")
    }
    guard !host.contains(":") else {
      throw Self.error(text, "has too many colons; write an IPv6 address in brackets: [::1]:port")
    }
    guard Self.isHostName(host) else {
      throw Self.error(
        text, "has a host that is no name and no IPv4 address; use letters, digits, '.', '-', '_'")
    }
    self = .tcp(host: String(host), port: port)
  }

  private static func error(_ address: String, _ text: String) -> ParseError {
    ParseError(text: "address \(shown(address)) \(text)")
  }

  private static func port(
    _ digits: Substring, in text: String, for use: Use
  ) throws(ParseError) -> UInt16 {
    let isDecimal = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard isDecimal, let port = UInt16(digits) else {
      throw error(text, "has no port; a port is a number from 1 to 65535")
    }
    guard port > 0 || use == .listen else {
      throw error(text, "has port 0, which nothing listens on; write a port from 1 to 65535")
    }
    return port
  }

  private static func socketPath(
    _ path: Substring, in text: String
  ) throws(ParseError) -> String {
    guard path.hasPrefix("/"), !path.hasSuffix("/") else {
      throw error(text, "must name a socket by its absolute path: unix:/run/maskline.sock")
    }
    guard path.utf8.count <= RulesLimits.socketPathBytesMax else {
      throw error(
        text,
        "has a path of \(path.utf8.count) bytes; the limit is \(RulesLimits.socketPathBytesMax)")
    }
    guard !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw error(text, "has a control character in its path")
    }
    return String(path)
  }

  /// Whether a text can be a host: a DNS name (RFC 1123, and '_', which cluster names may hold), or
  /// four decimal numbers. Other all-numeric spellings (`127.1`) mean different things to different
  /// resolvers and are refused.
  private static func isHostName(_ host: Substring) -> Bool {
    guard host.utf8.count <= RulesLimits.hostBytesMax else { return false }
    var labels = host.split(separator: ".", omittingEmptySubsequences: false)
    let last = labels.last ?? ""
    if last.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !last.isEmpty { return isIPv4(host) }
    if last.isEmpty, labels.count > 1 { labels.removeLast() }
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy { isNameByte($0) || $0 == 0x5F }
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: true
    default: false
    }
  }

  private static func isIPv4(_ text: Substring) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        (1...3).contains(part.utf8.count)
          && part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
          && (part == "0" || !part.hasPrefix("0"))
      }
  }

  /// RFC 4291 2.2, with an optional zone (RFC 4007).
  private static func isIPv6(_ text: String) -> Bool {
    var address = text[...]
    if let percent = address.firstIndex(of: "%") {
      let zone = address[address.index(after: percent)...]
      guard !zone.isEmpty, zone.utf8.allSatisfy({ isNameByte($0) || $0 == 0x2E || $0 == 0x5F })
      else { return false }
      address = address[..<percent]
    }
    var groupsMax = 8
    if let colon = address.lastIndex(of: ":"), address[colon...].contains(".") {
      guard isIPv4(address[address.index(after: colon)...]) else { return false }
      // The IPv4 part stands for two groups; a placeholder group keeps the colons in order.
      address = address[...colon] + "0"
      groupsMax = 7
    }
    let sides = address.split(separator: "::", omittingEmptySubsequences: false)
    guard sides.count <= 2 else { return false }
    let groups = sides.flatMap { side in
      side.isEmpty ? [] : side.split(separator: ":", omittingEmptySubsequences: false)
    }
    guard groups.allSatisfy({ (1...4).contains($0.utf8.count) && UInt16($0, radix: 16) != nil })
    else { return false }
    guard !groups.contains(where: { $0.hasPrefix("+") || $0.hasPrefix("-") }) else { return false }
    return sides.count == 2 ? groups.count < groupsMax : groups.count == groupsMax
  }
}
