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
  /// The sessions that were asked for could need more memory than the process may use.
  case memory(sessionsMax: Int, fitting: Int, sessionBytes: Int, limitBytes: Int)
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
    case .memory(let sessionsMax, let fitting, let sessionBytes, let limitBytes):
      return
        "sessionsMax \(sessionsMax): each session can hold \(Self.mebibytes(sessionBytes)), and"
        + " with 64 MiB for the program that must stay within 80 % of the memory limit of"
        + " \(Self.mebibytes(limitBytes)); "
        + (fitting > 0 ? "set `limits.sessionsMax` to \(fitting) or less, or " : "")
        + "raise the limit, or lower `limits.lineBytesMax`"
    case .loops(let error):
      return "cannot start event loops: \(error); raise the limit of open files (ulimit -n)"
    }
  }

  /// Whether another configuration would mend it, rather than another state of the machine.
  public var isConfiguration: Bool {
    switch self {
    case .noListeners, .duplicateName, .upstreamIsListener, .holdNeedsMask, .memory: true
    case .listen, .loops: false
    }
  }

  private static func mebibytes(_ count: Int) -> String {
    let tenths = (count * 10 + (1 << 19)) >> 20
    return "\(tenths / 10).\(tenths % 10) MiB"
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
