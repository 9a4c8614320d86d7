internal import Dispatch
internal import Synchronization

/// Looks names up away from the loops: `getaddrinfo` blocks, at times for many seconds.
///
/// Bounded: `lanesCount` threads at most, `waitingMax` lookups at most, and callers who want a name
/// that is being looked up share that lookup. A name that does not answer holds up the others of its
/// lane only.
public final class Resolver: Sendable {
  /// How many names may be looked up at a time.
  public static let lanesCount = 4
  /// How many names may be waiting or being looked up; more fail at once.
  public static let waitingMax = 64

  /// The outcome of a lookup, and where to send it.
  public typealias Answer = @Sendable (Result<[SocketAddress], ResolveError>) -> Void

  private struct Name: Hashable {
    let host: String
    let port: UInt16
  }

  private struct State {
    var waiting: [Name: [Answer]] = [:]
    var laneCounts = [Int](repeating: 0, count: Resolver.lanesCount)
  }

  private let state = Mutex(State())
  private let lanes: [DispatchQueue]
  private let lookUp: @Sendable (String, UInt16) -> Result<[SocketAddress], ResolveError>

  /// A resolver that asks the system.
  public convenience init() {
    self.init { host, port in
      Result { () throws(ResolveError) in
        try SocketAddress.lookUp(host: host, port: port, numericOnly: false)
      }
    }
  }

  /// A resolver that asks `lookUp`, which may block; for tests.
  public init(
    _ lookUp: @escaping @Sendable (String, UInt16) -> Result<[SocketAddress], ResolveError>
  ) {
    self.lookUp = lookUp
    lanes = (0..<Self.lanesCount).map { DispatchQueue(label: "maskline.resolver.\($0)") }
  }

  /// The addresses of `endpoint`: at once when nothing has to be looked up, else nil, and `answer`
  /// is called later on some thread.
  ///
  /// - Throws: `ResolveError` when too many lookups are waiting, or the path is too long.
  public func addresses(
    of endpoint: Endpoint, _ answer: @escaping Answer
  ) throws(ResolveError) -> [SocketAddress]? {
    switch endpoint {
    case .unix(let path):
      do throws(SystemError) {
        return [try SocketAddress.unix(path: path)]
      } catch {
        throw ResolveError(reason: error.text)
      }
    case .tcp(let host, let port):
      if let numeric = try? SocketAddress.lookUp(host: host, port: port, numericOnly: true) {
        return numeric
      }
      try enqueue(Name(host: host, port: port), answer)
      return nil
    }
  }

  private func enqueue(_ name: Name, _ answer: @escaping Answer) throws(ResolveError) {
    let lane: Int? = try state.withLock { (state) throws(ResolveError) -> Int? in
      if state.waiting[name] != nil {
        state.waiting[name]?.append(answer)
        return nil
      }
      guard state.waiting.count < Self.waitingMax else {
        throw ResolveError(reason: "\(Self.waitingMax) names are being looked up already")
      }
      state.waiting[name] = [answer]
      let lane = state.laneCounts.indices.min { state.laneCounts[$0] < state.laneCounts[$1] } ?? 0
      state.laneCounts[lane] += 1
      return lane
    }
    guard let lane else { return }
    lanes[lane].async { [self] in
      let result = lookUp(name.host, name.port)
      let answers = state.withLock { state in
        state.laneCounts[lane] -= 1
        return state.waiting.removeValue(forKey: name) ?? []
      }
      for answer in answers { answer(result) }
    }
  }
}
