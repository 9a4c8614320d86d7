/// Where to listen or to connect, before any name is looked up. Whoever reads configurations reads the
/// text.
public enum Endpoint: Sendable, Hashable, CustomStringConvertible {
  /// A host name or a numeric address (without brackets), and a port.
  case tcp(host: String, port: UInt16)
  /// The path of a Unix socket.
  case unix(path: String)

  /// The address as it is written in a configuration.
  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}
