/// A config file (`--config`) as written (design.md 6). What is nil or empty is not said there: the
/// flags and the defaults decide.
public struct ConfigDeclaration: Sendable, Equatable {
  /// The name of the file, as the caller gave it.
  public var file: String
  /// Packs and paths, as for `--masks`; relative paths are the caller's to resolve.
  public var masks: [Located<String>]?
  /// The folder of key files; relative paths are the caller's to resolve.
  public var keys: Located<String>?
  /// The listeners, in the order of the file.
  public var listeners: [ListenerDeclaration]
  /// Limits per record and per process.
  public var limits: LimitsDeclaration
  /// Timeouts of sessions.
  public var timeouts: TimeoutsDeclaration
  /// What happens to what cannot be masked; faults that are not named keep their default.
  public var onFault: [FaultKey: FaultActionName]
  /// Whether raw U+0085, U+2028 and U+2029 are forwarded as escapes.
  public var escapeLineSeparators: Bool?
  /// Of how many masked records in a hundred a second opinion is asked.
  public var secondOpinion: Int?
  /// The encodings in which values are looked for; nil for all.
  public var decode: [EncodingName]?
  /// The address of the admin page. No version serves it yet: a file that has it is in error.
  public var admin: Located<Address>?
}

/// One listener and its upstream, as written.
public struct ListenerDeclaration: Sendable, Equatable {
  /// The directions that are masked.
  public enum Direction: String, Sendable, CaseIterable {
    /// Client to upstream.
    case outbound
    /// Upstream to client.
    case inbound
    case both
  }

  /// What happens to bytes in the direction that is not masked.
  public enum UnmaskedAction: String, Sendable, CaseIterable {
    /// The first byte closes the session.
    case close
    /// They are forwarded as they are.
    case pass
  }

  /// What happens to a client when the upstream cannot be reached.
  public enum UpstreamDownAction: String, Sendable, CaseIterable {
    case close
    /// Stop reading, reconnect, go on at a record border.
    case hold
  }

  /// The name in logs and metrics.
  public var name: Located<String>
  /// Where clients connect.
  public var listen: Located<Address>
  /// Where masked records go; resolved at each connect.
  public var upstream: Located<Address>
  /// The directions that are masked: `outbound` unless the file says so.
  public var mask: Direction
  /// The other direction: `close` unless the file says so.
  public var unmasked: UnmaskedAction
  /// `close` unless the file says so.
  public var onUpstreamDown: UpstreamDownAction
  /// Where the listener begins.
  public var location: SourceLocation
}

/// The limits of a config file; each is within its bounds in `RulesLimits`.
public struct LimitsDeclaration: Sendable, Equatable {
  /// The longest record, in bytes.
  public var lineBytesMax: Int?
  /// The deepest nesting of a record.
  public var depthMax: Int?
  /// The most sessions at a time.
  public var sessionsMax: Int?

  /// No limit said.
  public init() {}
}

/// The timeouts of a config file; each is within its bounds in `RulesLimits`.
public struct TimeoutsDeclaration: Sendable, Equatable {
  /// To connect to the upstream.
  public var connect: Duration?
  /// From the first byte of a record to its end.
  public var line: Duration?
  /// While the upstream takes no bytes.
  public var writeStall: Duration?
  /// Without any byte either way.
  public var idle: Duration?
  /// After one side has closed.
  public var halfClosed: Duration?
  /// For open sessions after SIGTERM.
  public var drain: Duration?

  /// No timeout said.
  public init() {}
}

/// An encoding of text inside strings: the entries of `decode`.
public enum EncodingName: String, Sendable, CaseIterable {
  case percent
  case html
  case base64
  case quotedPrintable

  /// What a list says that names none of them.
  public static let none = "none"
}

/// Why a record or a value cannot be masked for sure: the keys of `onFault`.
public enum FaultKey: String, Sendable, CaseIterable {
  case malformed
  case overlong
  case invalidUTF8
  case tooDeep
  case limit
  case keyMissing
  case vaultDown

  /// Whether the fault is one of a single value, so that the rest of the record can go on.
  public var isOfOneValue: Bool {
    switch self {
    case .malformed, .overlong, .invalidUTF8, .tooDeep: false
    case .limit, .keyMissing, .vaultDown: true
    }
  }

  /// The actions that the fault can have.
  public var actions: [FaultActionName] {
    if isOfOneValue { return [.stub, .drop, .close, .maskValue] }
    return self == .malformed ? [.stub, .drop, .close, .text] : [.stub, .drop, .close]
  }
}

/// What takes the place of what cannot be masked: the values of `onFault`. None forwards the original.
public enum FaultActionName: String, Sendable, CaseIterable {
  /// One stub line in place of the record.
  case stub
  /// Nothing in place of the record.
  case drop
  /// The stream is closed.
  case close
  /// `[MASK_ERROR]` in place of the one value.
  case maskValue
  /// The line is masked as plain text (`malformed` only).
  case text
}
