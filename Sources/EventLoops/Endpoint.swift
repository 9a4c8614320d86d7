/// Where to listen or to connect, as it is written in a configuration: `host:port`, `[::1]:port` or
/// `unix:/path`.
public enum Endpoint: Sendable, Hashable, CustomStringConvertible {
  /// A host name or a numeric address (without brackets), and a port.
  case tcp(host: String, port: UInt16)
  /// The path of a Unix socket.
  case unix(path: String)

  /// Reads an address.
  ///
  /// - Throws: `EndpointError`, whose text names the rule that `text` breaks.
  public init(parsing text: String) throws(EndpointError) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst("unix:".count))
      guard path.hasPrefix("/") else { throw EndpointError(text, "needs an absolute path") }
      guard path.utf8.count <= Self.unixPathBytesMax else {
        throw EndpointError(text, "has a path longer than \(Self.unixPathBytesMax) bytes")
      }
      guard !path.utf8.contains(0) else { throw EndpointError(text, "has a zero byte in it") }
      self = .unix(path: path)
      return
    }
    guard let colon = text.lastIndex(of: ":") else {
      throw EndpointError(text, "has no port")
    }
    var host = text[..<colon]
    let digits = text[text.index(after: colon)...]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw EndpointError(text, "has an IPv6 address without brackets")
    }
    guard !host.isEmpty, !host.utf8.contains(0) else { throw EndpointError(text, "has no host") }
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
      throw EndpointError(text, "has a port that is not a number from 0 to 65535")
    }
    self = .tcp(host: String(host), port: port)
  }

  /// The longest path of a Unix socket that Linux can name (`sun_path`, less the final zero).
  public static let unixPathBytesMax = 107

  /// The address as it is written in a configuration.
  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}

/// An address that cannot be read.
public struct EndpointError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was given.
  public let given: String
  /// The rule that it breaks.
  public let rule: String

  init(_ given: String, _ rule: String) {
    self.given = given
    self.rule = rule
  }

  /// `'5170' has no port: write host:port, [::1]:port or unix:/path`
  public var description: String {
    "'\(given)' \(rule): write host:port, [::1]:port or unix:/path"
  }
}
