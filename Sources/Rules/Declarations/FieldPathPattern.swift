/// Which field paths a rule looks at: `user.email`, `cards[*].number`, `**.ssn`.
public struct FieldPathPattern: Sendable, Equatable {
  /// One step of a path.
  public enum Segment: Sendable, Equatable {
    /// The member with this key. The text is in lower case as far as it is ASCII: decoded keys are
    /// compared with ASCII case folded.
    case key(String)
    /// `*`: any one member of an object.
    case anyKey
    /// `[3]`: one element of an array, from 0.
    case element(Int)
    /// `[*]`: any one element of an array.
    case anyElement
    /// `**`: any number of members and elements, none among them.
    case anyDepth
  }

  /// The path as written.
  public var text: String
  /// The steps from the top of the record; at least one, and no two `anyDepth` in a row.
  public var segments: [Segment]
  /// Where the path is written.
  public var location: SourceLocation

  /// What is wrong with a path.
  public struct ParseError: Error, Sendable, Equatable {
    /// The byte of the path where it is wrong.
    public let byteOffset: Int
    /// The rule broken and the remedy.
    public let text: String
  }

  /// Reads a path.
  ///
  /// - Throws: `ParseError`, with the byte where the path is wrong.
  public init(parsing text: String, at location: SourceLocation) throws(ParseError) {
    var parser = FieldPathParser(text)
    self.segments = try parser.parse()
    self.text = text
    self.location = location
  }
}

/// The grammar:
///
///     path    = first *next
///     first   = member / "[" ...
///     next    = "." member / "[" ( "*" / digits ) "]"
///     member  = "*" / "**" / key / "'" any but ' "'" / '"' any but " '"'
///     key     = 1*( any character but white space, controls and . [ ] * ' " \ )
private struct FieldPathParser {
  private let bytes: [UInt8]
  private var position = 0
  private var segments: [FieldPathPattern.Segment] = []

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func parse() throws(FieldPathPattern.ParseError) -> [FieldPathPattern.Segment] {
    guard bytes.count <= RulesLimits.pathBytesMax else {
      throw error("is \(bytes.count) bytes long; the limit is \(RulesLimits.pathBytesMax)")
    }
    if bytes.first == 0x2F { throw error("begins with '/'; write user.email, not /user/email") }
    if peek != 0x5B { try member() }
    while let byte = peek {
      switch byte {
      case 0x2E:
        position += 1
        try member()
      case 0x5B: try element()
      default:
        if position > 0, bytes[position - 1] == 0x2A { throw starWithinKey() }
        throw error("has text after a closing quote or bracket; part segments with '.'")
      }
    }
    return segments
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func error(_ text: String, at offset: Int? = nil) -> FieldPathPattern.ParseError {
    FieldPathPattern.ParseError(byteOffset: offset ?? position, text: text)
  }

  private func starWithinKey() -> FieldPathPattern.ParseError {
    error("has '*' within a key; '*' stands alone for any key, or put the key in quotes")
  }

  private mutating func append(
    _ segment: FieldPathPattern.Segment, at start: Int
  ) throws(FieldPathPattern.ParseError) {
    if segment == .anyDepth, segments.last == .anyDepth {
      throw error("has '**' twice in a row; one is enough", at: start)
    }
    guard segments.count < RulesLimits.pathSegmentsMax else {
      throw error("has more than \(RulesLimits.pathSegmentsMax) segments", at: start)
    }
    segments.append(segment)
  }

  private mutating func member() throws(FieldPathPattern.ParseError) {
    let start = position
    switch peek {
    case nil, 0x2E, 0x5B:
      throw error("has an empty segment; write the empty key as ''", at: start)
    case 0x2A:
      position += 1
      guard peek == 0x2A else { return try append(.anyKey, at: start) }
      position += 1
      try append(.anyDepth, at: start)
    case 0x27, 0x22: try quotedKey()
    default: try plainKey()
    }
  }

  private mutating func quotedKey() throws(FieldPathPattern.ParseError) {
    let start = position
    let quote = bytes[position]
    position += 1
    guard let end = bytes[position...].firstIndex(of: quote) else {
      throw error("has a quote without its end", at: start)
    }
    try append(.key(Self.folded(bytes[position..<end])), at: start)
    position = end + 1
  }

  private mutating func plainKey() throws(FieldPathPattern.ParseError) {
    let start = position
    while let byte = peek, byte != 0x2E, byte != 0x5B {
      switch byte {
      case 0x2A:
        throw starWithinKey()
      case 0...0x20, 0x7F, 0x22, 0x27, 0x5C, 0x5D:
        throw error("has a character that needs quotes around the key: 'odd key'")
      default: position += 1
      }
    }
    if bytes[start..<position] == [0x24] {
      throw error("begins with '$'; paths start at the top of the record without it", at: start)
    }
    try append(.key(Self.folded(bytes[start..<position])), at: start)
  }

  private mutating func element() throws(FieldPathPattern.ParseError) {
    let start = position
    position += 1
    guard let end = bytes[position...].firstIndex(of: 0x5D) else {
      throw error("has '[' without ']'", at: start)
    }
    let inner = bytes[position..<end]
    if inner == [0x2A] {
      try append(.anyElement, at: start)
    } else if let number = Self.number(inner) {
      try append(.element(number), at: start)
    } else {
      throw error("has brackets that hold neither '*' nor a number; write keys as a.'b'", at: start)
    }
    position = end + 1
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private static func folded(_ key: ArraySlice<UInt8>) -> String {
    String(
      decoding: key.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}
