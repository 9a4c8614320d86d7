internal import CScan

// Unsafe code here asks the kernel's readings about bytes inside the bounds of the text.

/// The encodings of text inside text that values are looked for in.
public struct Encodings: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `%34`, and `+` for the blanks of a form.
  public static let percent = Encodings(rawValue: UInt8(CScan_PERCENT))
  /// `&#52;`, `&#x34;`, `&nbsp;`.
  public static let html = Encodings(rawValue: UInt8(CScan_HTML))
  /// RFC 4648, both alphabets, with padding or without.
  public static let base64 = Encodings(rawValue: UInt8(CScan_BASE64))
  /// `=34` and soft line breaks (RFC 2045).
  public static let quotedPrintable = Encodings(rawValue: UInt8(CScan_QUOTED_PRINTABLE))
  /// All of them.
  public static let all: Encodings = [.percent, .html, .base64, .quotedPrintable]
}

/// One encoding, in the order in which those that stand side by side in a text are undone: base64
/// last, because its characters may be escaped themselves.
enum Encoding: UInt8, CaseIterable {
  case percent
  case html
  case quotedPrintable
  case base64

  var set: Encodings {
    switch self {
    case .percent: .percent
    case .html: .html
    case .quotedPrintable: .quotedPrintable
    case .base64: .base64
    }
  }

  /// The name in `maskline explain`.
  var name: String {
    switch self {
    case .percent: "percent"
    case .html: "html"
    case .quotedPrintable: "quoted-printable"
    case .base64: "base64"
    }
  }
}

extension Encodings {
  /// Those that stand in a text.
  init(in text: ByteView) {
    self.init(rawValue: unsafe UInt8(truncatingIfNeeded: CScan_encodings(text.base, text.count)))
  }
}
