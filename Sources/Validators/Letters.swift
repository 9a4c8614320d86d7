// Unsafe code here reads the bytes of a literal, which is valid for ever, within its bounds.

/// The characters of a scheme in their order: a literal of ASCII characters.
struct Letters: Sendable {
  private let text: StaticString

  /// The characters of `text`.
  init(_ text: StaticString) { self.text = text }

  /// How many there are.
  var count: Int { text.utf8CodeUnitCount }

  /// The character at `index`.
  subscript(index: Int) -> UInt8 { text.withUTF8Buffer { unsafe $0[index] } }

  /// Where `byte` stands, or nil.
  func place(of byte: UInt8) -> Int? {
    text.withUTF8Buffer { unsafe $0.firstIndex(of: byte) }
  }
}
