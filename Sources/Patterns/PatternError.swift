/// Why a pattern was refused when it was loaded.
public struct PatternError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of refusal (standards.md 2, P1).
  public enum Code: Equatable, Sendable {
    /// PCRE2 does not compile it; the number is PCRE2's compile error code.
    case syntax(Int32)
    case empty
    case tooLong
    case setting
    case verb
    case callout
    case subroutineCall
    case backReference
    case conditional
    case startReset
    case singleByte
    case extended
    case matchesEmpty
    case lookbehindTooLong
    case tooManyGroups
    case tooLarge
    case limitSetting
    case jitUnavailable
  }

  /// The kind of refusal.
  public let code: Code
  /// Where in the pattern's UTF-8, from 0; nil when the whole pattern is meant.
  public let byteOffset: Int?
  /// One sentence: the place, the rule broken and, where there is one, the remedy.
  public let text: String

  /// `text`.
  public var description: String { text }

  init(_ code: Code, at byteOffset: Int?, _ text: String) {
    self.code = code
    self.byteOffset = byteOffset
    self.text = text
  }

  static func syntax(_ code: Int32, at offset: Int, _ message: String) -> PatternError {
    PatternError(
      .syntax(code), at: offset, "pattern does not compile at byte \(offset): \(message)")
  }

  static func refused(_ code: Code, at offset: Int?, _ reason: String) -> PatternError {
    let place = offset.map { " at byte \($0)" } ?? ""
    return PatternError(code, at: offset, "pattern is refused\(place): \(reason)")
  }
}
