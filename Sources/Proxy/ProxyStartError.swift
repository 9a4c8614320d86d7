public import EventLoops

/// Why the proxy cannot start. One sentence: the listener, the rule broken, what to change.
public enum ProxyStartError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is nothing to listen on.
  case noListeners
  /// Two listeners have one name.
  case duplicateName(String)
  /// A listener's upstream is itself.
  case upstreamIsListener(listener: String, endpoint: Endpoint)
  /// `onUpstreamDown: hold` without record borders towards the upstream.
  case holdNeedsMask(listener: String)
  /// The address cannot be listened on.
  case listen(listener: String, endpoint: Endpoint, ListenError)
  /// There are no descriptors for the event loops.
  case loops(SystemError)

  /// The sentence.
  public var description: String {
    switch self {
    case .noListeners:
      return "no listener is configured: give --listen and --upstream, or `listeners` in the"
        + " configuration"
    case .duplicateName(let name):
      return "listener \(name): another listener has the same name; change one `name`"
    case .upstreamIsListener(let name, let endpoint):
      return "listener \(name): its upstream \(endpoint) is its own address; change `upstream`"
        + " (--upstream)"
    case .holdNeedsMask(let name):
      return "listener \(name): `onUpstreamDown: hold` goes on at record borders, which only a"
        + " masked outbound direction has; set `mask` to outbound or both, or `onUpstreamDown` to"
        + " close"
    case .listen(let name, let endpoint, let error):
      return "listener \(name): cannot listen on \(endpoint): \(Self.text(error))"
        + "; change `listen` (--listen)"
    case .loops(let error):
      return "cannot start event loops: \(error); raise the limit of open files (ulimit -n)"
    }
  }

  private static func text(_ error: ListenError) -> String {
    switch error {
    case .inUse: "another program listens there"
    case .notASocket: "the path exists and is not a socket"
    case .name(let error): error.reason
    case .system(let error): error.description
    }
  }
}

extension ProxyConfiguration {
  /// Refuses what cannot work, before any port is bound.
  func validate() throws(ProxyStartError) {
    guard !listeners.isEmpty else { throw .noListeners }
    var names: Set<String> = []
    for listener in listeners {
      guard names.insert(listener.name).inserted else { throw .duplicateName(listener.name) }
      guard listener.listen != listener.upstream else {
        throw .upstreamIsListener(listener: listener.name, endpoint: listener.upstream)
      }
      if listener.onUpstreamDown == .hold, listener.mask == .inbound {
        throw .holdNeedsMask(listener: listener.name)
      }
    }
  }
}
