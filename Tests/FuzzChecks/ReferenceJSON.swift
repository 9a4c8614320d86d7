/// A second reader of JSON (RFC 8259), made for checking the first: recursive, slow, and sharing no
/// code with the product.
public struct ReferenceJSON {
  /// Why a text was rejected.
  public enum Rejection: Error, Equatable {
    case malformed
    /// Deeper than `depthMax`; nothing is said about the rest.
    case tooDeep
  }

  /// What a text holds, in its order: keys and values, strings decoded, numbers as written.
  public struct Scalars: Equatable {
    /// The decoded strings that are values.
    public var strings: [[UInt32]] = []
    /// The decoded keys.
    public var keys: [[UInt32]] = []
    /// The lexemes of numbers.
    public var numbers: [[UInt8]] = []
  }

  private let bytes: [UInt8]
  private let depthMax: Int
  private let allowsLineBreaks: Bool
  private var place = 0
  private var scalars = Scalars()

  /// Reads `bytes` as one JSON text; line breaks between lexemes only with `allowsLineBreaks`.
  public static func read(
    _ bytes: [UInt8], depthMax: Int = 128, allowsLineBreaks: Bool = false
  ) throws(Rejection) -> Scalars {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .malformed }
    var reader = ReferenceJSON(
      bytes: bytes, depthMax: depthMax, allowsLineBreaks: allowsLineBreaks)
    reader.skipBlanks()
    try reader.value(depth: 0)
    reader.skipBlanks()
    guard reader.place == bytes.count else { throw .malformed }
    return reader.scalars
  }

  private init(bytes: [UInt8], depthMax: Int, allowsLineBreaks: Bool) {
    self.bytes = bytes
    self.depthMax = depthMax
    self.allowsLineBreaks = allowsLineBreaks
  }

  private var byte: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipBlanks() {
    while let byte,
      byte == 0x20 || byte == 0x09 || allowsLineBreaks && (byte == 0x0A || byte == 0x0D)
    { place += 1 }
  }

  private mutating func take(_ expected: UInt8) throws(Rejection) {
    guard byte == expected else { throw .malformed }
    place += 1
  }

  private mutating func value(depth: Int) throws(Rejection) {
    switch byte {
    case 0x7B:
      guard depth < depthMax else { throw .tooDeep }
      place += 1
      skipBlanks()
      if byte == 0x7D {
        place += 1
        return
      }
      while true {
        scalars.keys.append(try string())
        skipBlanks()
        try take(0x3A)
        skipBlanks()
        try value(depth: depth + 1)
        skipBlanks()
        guard byte == 0x2C else { return try take(0x7D) }
        place += 1
        skipBlanks()
      }
    case 0x5B:
      guard depth < depthMax else { throw .tooDeep }
      place += 1
      skipBlanks()
      if byte == 0x5D {
        place += 1
        return
      }
      while true {
        try value(depth: depth + 1)
        skipBlanks()
        guard byte == 0x2C else { return try take(0x5D) }
        place += 1
        skipBlanks()
      }
    case 0x22: scalars.strings.append(try string())
    case .some(0x2D), .some(0x30...0x39): try number()
    default:
      for word in ["true", "false", "null"] where bytes[place...].starts(with: Array(word.utf8)) {
        place += word.utf8.count
        return
      }
      throw .malformed
    }
  }

  private mutating func digits() throws(Rejection) {
    let start = place
    while let byte, byte >= 0x30, byte <= 0x39 { place += 1 }
    guard place > start else { throw .malformed }
  }

  private mutating func number() throws(Rejection) {
    let start = place
    if byte == 0x2D { place += 1 }
    if byte == 0x30 { place += 1 } else { try digits() }
    if byte == 0x2E {
      place += 1
      try digits()
    }
    if byte == 0x65 || byte == 0x45 {
      place += 1
      if byte == 0x2B || byte == 0x2D { place += 1 }
      try digits()
    }
    scalars.numbers.append(Array(bytes[start..<place]))
  }

  private mutating func unit() throws(Rejection) -> UInt32 {
    guard place + 4 <= bytes.count else { throw .malformed }
    var unit: UInt32 = 0
    for digit in bytes[place..<place + 4] {
      guard let value = Character(UnicodeScalar(digit)).hexDigitValue, digit < 0x80 else {
        throw .malformed
      }
      unit = unit << 4 | UInt32(value)
    }
    place += 4
    return unit
  }

  private mutating func escape() throws(Rejection) -> UInt32 {
    guard let letter = byte else { throw .malformed }
    place += 1
    switch letter {
    case 0x22, 0x5C, 0x2F: return UInt32(letter)
    case 0x62: return 8
    case 0x66: return 12
    case 0x6E: return 10
    case 0x72: return 13
    case 0x74: return 9
    case 0x75:
      let first = try unit()
      guard first >> 11 == 0x1B else { return first }
      guard first < 0xDC00 else { throw .malformed }
      try take(0x5C)
      try take(0x75)
      let second = try unit()
      guard second >> 10 == 0x37 else { throw .malformed }
      return 0x10000 + (first & 0x3FF) << 10 + second & 0x3FF
    default: throw .malformed
    }
  }

  private mutating func string() throws(Rejection) -> [UInt32] {
    try take(0x22)
    var text: [UInt32] = []
    var start = place
    func flush(_ text: inout [UInt32], _ end: Int) {
      text += String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars.map(\.value)
    }
    while let byte {
      switch byte {
      case 0x22:
        flush(&text, place)
        place += 1
        return text
      case 0x5C:
        flush(&text, place)
        place += 1
        text.append(try escape())
        start = place
      case 0..<0x20: throw .malformed
      default: place += 1
      }
    }
    throw .malformed
  }
}
