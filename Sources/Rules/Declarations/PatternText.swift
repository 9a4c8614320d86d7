import YAML

/// The text of a regular expression with its place, so that a compile error can point into it.
public struct PatternText: Sendable, Equatable {
  /// The pattern.
  public let value: String
  /// Where the scalar that holds the pattern begins.
  public let location: SourceLocation
  /// How the pattern is written; nil where there is no file.
  private let scalar: YAMLScalar?

  /// A pattern at a place; every complaint points at the place.
  public init(_ value: String, at location: SourceLocation) {
    self.value = value
    self.location = location
    self.scalar = nil
  }

  init(_ scalar: YAMLScalar, at location: SourceLocation) {
    self.value = scalar.text
    self.location = location
    self.scalar = scalar
  }

  /// Where byte `offset` of the pattern is written. Where the way it is written (escapes, several
  /// lines) makes that unknown: where the pattern begins.
  public func location(ofByte offset: Int) -> SourceLocation {
    var place = location
    place.column += scalar?.columns(toByte: offset) ?? 0
    return place
  }
}
