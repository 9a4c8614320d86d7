/// The bounds of the declared form: how large each part of a mask file or config file may be.
public enum RulesLimits {
  /// The longest mask name, rule id or listener name, in bytes.
  public static let nameBytesMax = 64
  /// The longest description or source, in bytes.
  public static let descriptionBytesMax = 1024
  /// The most digits in a text of `redact`: nine could be read as somebody's number.
  public static let redactDigitsMax = 8
  /// The longest text of `redact`, in bytes.
  public static let redactBytesMax = 256
  /// The longest pattern, in bytes (standards.md P1).
  public static let patternBytesMax = 4096
  /// The longest keyword, in bytes.
  public static let keywordBytesMax = 128
  /// How far from a match a keyword is looked for unless the rule says so, in bytes.
  public static let keywordWithinBytesDefault = 32
  /// The farthest that a keyword may stand from a match, in bytes.
  public static let keywordWithinBytesMax = 1024
  /// The longest field path, in bytes.
  public static let pathBytesMax = 1024
  /// The most segments of a field path.
  public static let pathSegmentsMax = 64
  /// The most fields that one rule joins.
  public static let joinFieldsMax = 16
  /// The largest number of a capture group.
  public static let groupMax = 255
  /// The most characters that `keep` may keep at either end.
  public static let keepMax = 255
  /// The most leading digits of a card number that may stay (PCI SSC FAQ 1091: 8 of 16 digits).
  public static let cardFirstDigitsMax = 8
  /// The most trailing digits of a card number that may stay (PCI SSC FAQ 1091).
  public static let cardLastDigitsMax = 4
  /// The longest path of a UNIX socket, in bytes: `sun_path` holds 108 with the closing NUL.
  public static let socketPathBytesMax = 107
  /// The longest host name, in bytes (RFC 1035).
  public static let hostBytesMax = 253

  /// The allowed values of `limits.lineBytesMax`: 1 KiB to 64 MiB.
  public static let lineBytes = 1024...(64 << 20)
  /// The allowed values of `limits.depthMax`.
  public static let depth = 1...1000
  /// The allowed values of `limits.sessionsMax`.
  public static let sessions = 1...100_000

  /// The shortest timeout.
  public static let timeoutMin: Duration = .milliseconds(10)
  /// The longest `timeouts.connect`.
  public static let connectMax: Duration = .seconds(300)
  /// The longest `timeouts.line`.
  public static let lineMax: Duration = .seconds(3600)
  /// The longest `timeouts.writeStall`.
  public static let writeStallMax: Duration = .seconds(86_400)
  /// The longest `timeouts.idle`.
  public static let idleMax: Duration = .seconds(604_800)
  /// The longest `timeouts.halfClosed`.
  public static let halfClosedMax: Duration = .seconds(3600)
  /// The longest `timeouts.drain`.
  public static let drainMax: Duration = .seconds(3600)
}
