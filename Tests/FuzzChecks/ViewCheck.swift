import Masking

/// Any text as a string value: however it is escaped, masking must come to the same text.
public struct ViewCheck {
  private let masker = Masker()

  public init() {}

  /// What is wrong, or nil. Bytes that are no UTF-8 are read as if they were Latin-1.
  public func problem(in bytes: [UInt8]) -> String? {
    let text =
      String(validating: bytes, as: UTF8.self)?.unicodeScalars.map(\.value)
      ?? bytes.map(UInt32.init)
    var outcomes: [[UInt32]] = []
    var lines: [[UInt8]] = []
    for spelling in 0..<4 {
      let line = Array("[\"".utf8) + escaped(text, spelling) + Array("\"]".utf8)
      let output = masker.run(line + [0x0A], StreamOptions()).bytes
      guard output.last == 0x0A else {
        return output.isEmpty ? nil : "no line feed: \(shown(output))"
      }
      let masked = Array(output.dropLast())
      guard let scalars = try? ReferenceJSON.read(masked) else {
        return "spelling \(spelling): no JSON: \(shown(masked))"
      }
      // A stub, or a dropped value.
      guard let string = scalars.strings.first, scalars.keys.isEmpty else { continue }
      outcomes.append(string)
      lines.append(masked)
      // Where nothing is found nothing may change; and then the text holds nothing to find.
      if string == text && masked != line {
        return "spelling \(spelling) changed: \(shown(masked))"
      }
      let again = masker.run(output, StreamOptions()).bytes
      if again != output {
        return "spelling \(spelling) again: \(shown(again)) for \(shown(output))"
      }
    }
    for (outcome, line) in zip(outcomes, lines) where outcome != outcomes[0] {
      return "two spellings differ: \(shown(lines[0])) and \(shown(line))"
    }
    guard outcomes.isEmpty || outcomes.count == 4 else { return "one spelling was withheld" }
    return nil
  }

  /// The text as the inside of a JSON string: as little escaped as may be, wholly, in part, or in
  /// capital letters.
  private func escaped(_ text: [UInt32], _ spelling: Int) -> [UInt8] {
    var result: [UInt8] = []
    for (index, scalar) in text.enumerated() {
      let isForced = scalar < 0x20 || scalar == 0x22 || scalar == 0x5C
      if !isForced && (spelling == 0 || spelling == 2 && index % 3 != 0) {
        result += Array(String(Unicode.Scalar(scalar).map(Character.init) ?? " ").utf8)
        continue
      }
      if spelling == 0, scalar == 0x22 || scalar == 0x5C {
        result += [0x5C, UInt8(scalar)]
        continue
      }
      for unit in String(Unicode.Scalar(scalar).map(Character.init) ?? " ").utf16 {
        let hex = String(unit, radix: 16, uppercase: spelling == 3)
        result += Array(("\\u" + String(repeating: "0", count: 4 - hex.count) + hex).utf8)
      }
    }
    return result
  }
}
