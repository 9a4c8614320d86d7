import Foundation

/// Ways to write a text, and to read it again. Shares no code with the product.
public enum TextEncoding: String, CaseIterable, Sendable {
  case percent
  case html
  case base64
  case quotedPrintable

  /// The text in this encoding. Letters and digits are escaped all or not at all, everything else is;
  /// if not `tidily`, some of what need not be escaped is, by chance.
  public func encoded(
    _ text: String, tidily: Bool, _ random: inout SeededRandom
  ) -> String {
    let all = Bool.random(using: &random)
    let share = tidily ? (all ? 10 : 0) : Int.random(in: 0...10, using: &random)
    return switch self {
    case .percent: percentEncoded(text, share, &random)
    case .html: htmlEncoded(text, tidily ? (all ? 10 : nil) : share, &random)
    case .base64: base64Encoded(text, &random)
    case .quotedPrintable: quotedPrintableEncoded(text, tidily ? all : nil, &random)
    }
  }

  /// What a reader makes of it, or nil if it is none of the encoding.
  public func decoded(_ text: String) -> String? {
    switch self {
    case .percent: text.replacing("+", with: " ").removingPercentEncoding
    case .html: Self.htmlDecoded(text)
    case .base64:
      Data(base64Encoded: Self.standardAlphabet(text)).flatMap { String(data: $0, encoding: .utf8) }
    case .quotedPrintable: Self.quotedPrintableDecoded(text)
    }
  }

  private func percentEncoded(
    _ text: String, _ share: Int, _ random: inout SeededRandom
  ) -> String {
    text.utf8.map { byte -> String in
      if byte == 0x20, Bool.random(using: &random) { return "+" }
      let isFree =
        byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || byte.isDigit || byte == 0x2D)
      guard !isFree || Int.random(in: 0..<10, using: &random) < share else {
        return String(UnicodeScalar(byte))
      }
      let hex = String(byte, radix: 16, uppercase: Bool.random(using: &random))
      return "%" + (hex.count == 1 ? "0" + hex : hex)
    }.joined()
  }

  private func htmlEncoded(
    _ text: String, _ share: Int?, _ random: inout SeededRandom
  ) -> String {
    text.unicodeScalars.map { scalar -> String in
      let named: [UnicodeScalar: String] = [
        "@": "&commat;", ".": "&period;", "-": "&#45;", "&": "&amp;", "\u{A0}": "&nbsp;",
      ]
      let isFree =
        scalar != "&" && (share != nil || scalar.properties.isAlphabetic || scalar.isDigit)
      guard !isFree || Int.random(in: 0..<10, using: &random) < share ?? 0 else {
        return String(scalar)
      }
      switch Int.random(in: 0..<3, using: &random) {
      case 0: return named[scalar] ?? "&#\(scalar.value);"
      case 1: return "&#x" + String(scalar.value, radix: 16) + ";"
      default: return "&#0\(scalar.value);"
      }
    }.joined()
  }

  private func base64Encoded(_ text: String, _ random: inout SeededRandom) -> String {
    var coded = Data(text.utf8).base64EncodedString()
    if Bool.random(using: &random) {
      coded = coded.replacing("+", with: "-").replacing("/", with: "_")
    }
    if Bool.random(using: &random) { coded = coded.replacing("=", with: "") }
    return coded
  }

  /// Escapes all, or all but letters, digits and blanks, or some stretches of two octets and more; breaks
  /// lines.
  private func quotedPrintableEncoded(
    _ text: String, _ all: Bool?, _ random: inout SeededRandom
  ) -> String {
    // A lone octet behind a letter could as well be `key=25`: long lines are broken anyway.
    var coded = all == true ? "" : "=\n"
    var escapes = all == true ? .max : 0
    for byte in text.utf8 {
      if all == nil, escapes == 0, Int.random(in: 0..<8, using: &random) == 0 {
        escapes = Int.random(in: 2...20, using: &random)
        if Bool.random(using: &random) { coded += Bool.random(using: &random) ? "=\r\n" : "=\n" }
      }
      let isFree =
        byte.isDigit || byte == 0x20 || (byte < 0x80 && UnicodeScalar(byte).properties.isAlphabetic)
      if byte >= 0x80 || byte == 0x3D || escapes > 0 || (all == false && !isFree) {
        let hex = String(byte, radix: 16, uppercase: true)
        coded += "=" + (hex.count == 1 ? "0" + hex : hex)
      } else {
        coded.unicodeScalars.append(UnicodeScalar(byte))
      }
      escapes = max(0, escapes - 1)
    }
    return coded
  }

  private static func htmlDecoded(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let match = rest.firstMatch(of: /&(?:#([0-9]+);?|#[xX]([0-9A-Fa-f]+);?|([A-Za-z]+);)/) {
      result += rest[..<match.range.lowerBound]
      let number =
        match.output.1.flatMap { UInt32($0) } ?? match.output.2.flatMap { UInt32($0, radix: 16) }
      if let scalar = number.flatMap(UnicodeScalar.init) {
        result.unicodeScalars.append(scalar)
      } else {
        let names = [
          "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "commat": "@", "period": ".",
          "nbsp": "\u{A0}",
        ]
        result += names[String(match.output.3 ?? "")] ?? String(match.output.0)
      }
      rest = rest[match.range.upperBound...]
    }
    return result + rest
  }

  private static func standardAlphabet(_ text: String) -> String {
    let text = text.replacing("=", with: "").replacing("-", with: "+").replacing("_", with: "/")
    return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
  }

  private static func quotedPrintableDecoded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    let coded = Array(text.replacing("=\r\n", with: "").replacing("=\n", with: "").utf8)
    var index = 0
    while index < coded.count {
      let octet =
        coded[index] == 0x3D && index + 2 < coded.count
        ? UInt8(String(decoding: coded[index + 1...index + 2], as: UTF8.self), radix: 16) : nil
      if let octet {
        bytes.append(octet)
        index += 3
      } else {
        bytes.append(coded[index])
        index += 1
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension UnicodeScalar {
  fileprivate var isDigit: Bool { value >= 0x30 && value <= 0x39 }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}
