public import EventLoops
public import Masking

/// Which directions of a listener's sessions are masked.
public enum MaskedDirections: String, Sendable, CaseIterable {
  /// Client to upstream.
  case outbound
  /// Upstream to client.
  case inbound
  /// Both.
  case both
}

/// What happens to bytes of the direction that is not masked.
public enum UnmaskedAction: String, Sendable, CaseIterable {
  /// The first byte closes the session: nothing passes by mistake.
  case close
  /// Bytes pass as they are.
  case pass
}

/// What happens to a session whose upstream cannot be reached or breaks.
public enum UpstreamDownAction: String, Sendable, CaseIterable {
  /// The client is closed, so that it notices.
  case close
  /// The client is not read until the upstream is back; then it goes on at a record border.
  case hold
}

/// One listener: where clients come from, where their bytes go, and what is masked.
public struct ListenerConfiguration: Sendable, Equatable {
  /// The name in logs and metrics.
  public var name: String
  /// Where to listen.
  public var listen: Endpoint
  /// Where bytes go; a name is looked up at each connect.
  public var upstream: Endpoint
  /// The masked directions.
  public var mask: MaskedDirections
  /// The other direction.
  public var unmasked: UnmaskedAction
  /// When the upstream is away.
  public var onUpstreamDown: UpstreamDownAction

  /// A listener with the defaults of design.md 6.
  public init(
    name: String, listen: Endpoint, upstream: Endpoint, mask: MaskedDirections = .outbound,
    unmasked: UnmaskedAction = .close, onUpstreamDown: UpstreamDownAction = .close
  ) {
    self.name = name
    self.listen = listen
    self.upstream = upstream
    self.mask = mask
    self.unmasked = unmasked
    self.onUpstreamDown = onUpstreamDown
  }
}

/// How long a session may wait for what. Measured on the monotonic clock, by one coarse timer per
/// loop: a timeout is noticed up to a quarter second late.
public struct ProxyTimeouts: Sendable, Equatable {
  /// Until the upstream is connected, all its addresses and attempts together.
  public var connect: Duration = .seconds(1)
  /// From the first byte of a record to its line feed.
  public var line: Duration = .seconds(30)
  /// While bytes are pending and the reader takes none.
  public var writeStall: Duration = .seconds(600)
  /// While no byte comes from either side.
  public var idle: Duration = .seconds(3600)
  /// While one direction has ended and no byte comes in the other.
  public var halfClosed: Duration = .seconds(60)
  /// From the request to end until open sessions are cut off.
  public var drain: Duration = .seconds(25)
  /// After a reset or an error of either side, until both are closed.
  public var reset: Duration = .seconds(1)
  /// While draining: idle at a record border for so long is an end.
  public var drainIdle: Duration = .seconds(1)
  /// After the drain time: until what is pending is given up.
  public var drainFlush: Duration = .seconds(2)

  /// The defaults of design.md 6.
  public init() {}
}

/// The limits of the proxy (`Limits` of this module: each with its reason).
public struct ProxyLimits: Sendable, Equatable {
  /// Sessions at a time; more are accepted, closed and counted. Nil for `sessionsMaxDefault`, or as
  /// many as the memory allows, if those are fewer.
  public var sessionsMax: Int?
  /// See `sessionsMax`.
  public static let sessionsMaxDefault = 1000
  /// A read source is suspended while so many bytes are pending (backpressure), 256 KiB: more than
  /// what a socket buffer takes at once, little enough for thousands of sessions.
  public var pendingBytesMax = 256 << 10
  /// Reading goes on when so few are pending: far enough below to make the switch worth it.
  public var pendingBytesResume = 64 << 10
  /// One read, 64 KiB: fits the second-level cache together with its output.
  public var readBytes = 64 << 10
  /// The kernel's buffers of each socket; nil lets the kernel choose (it grows them to megabytes). What
  /// it has taken and an upstream that breaks has not is lost, so that a small one loses less.
  public var socketBufferBytes: Int?
  /// Reads per event, so that one busy session does not hold its loop.
  public var readsPerEventMax = 4

  /// The defaults.
  public init() {}
}

/// All that the proxy needs to know; filled by the command line.
public struct ProxyConfiguration: Sendable {
  /// At least one.
  public var listeners: [ListenerConfiguration]
  /// See `ProxyTimeouts`.
  public var timeouts = ProxyTimeouts()
  /// See `ProxyLimits`.
  public var limits = ProxyLimits()
  /// Limits and faults of each masked direction.
  public var stream = StreamOptions()
  /// Loops; nil for one per core.
  public var loopCount: Int?
  /// Seeds the jitter of reconnects; nil for a seed of the kernel.
  public var seed: UInt64?
  /// The memory that the process may use; nil for no limit.
  public var memoryBytesMax = MemoryLimit.bytes()

  /// A configuration with the defaults.
  public init(listeners: [ListenerConfiguration]) { self.listeners = listeners }
}
