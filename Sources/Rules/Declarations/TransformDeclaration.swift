/// What replaces a finding, as written.
public struct TransformDeclaration: Sendable, Equatable {
  /// The transforms of this version.
  public enum Kind: Sendable, Equatable {
    /// A fixed text; nil: `[REDACTED]`.
    case redact(text: String?)
    /// The first and last letters and digits stay, those between become `fill` (one ASCII byte).
    case keep(first: Int, last: Int, fill: UInt8)
    /// HMAC-SHA-256 under a key; nil: the default key.
    case hash(key: Located<String>?)
    /// The JSON value `null` in place of the whole value.
    case null
    /// The member goes.
    case drop
    /// The record goes.
    case dropRecord

    /// The name in a mask file.
    public var name: String {
      switch self {
      case .redact: "redact"
      case .keep: "keep"
      case .hash: "hash"
      case .null: "null"
      case .drop: "drop"
      case .dropRecord: "dropRecord"
      }
    }
  }

  /// What replaces a number that holds a finding.
  public enum NumberForm: String, Sendable, CaseIterable {
    /// The transform's text as a JSON string.
    case string
    case zero
    case null
  }

  /// The transform.
  public var kind: Kind
  /// What replaces a number; `string` unless the file says so.
  public var numbers: NumberForm
  /// Where the transform is written.
  public var location: SourceLocation
}
