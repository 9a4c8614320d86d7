import Bytes

/// Records of the shapes other than `mixed` and `clean`.
extension SampleGenerator {
  /// A customer's record: a card number, an email address and a phone number.
  mutating func appendDense(to output: inout ByteBuffer) {
    output.append("{\"at\":\"")
    appendTime(to: &output)
    output.append("\",\"customer\":{\"name\":\"")
    appendName(to: &output)
    output.append("\",\"email\":\"")
    output.append(makeEmail())
    output.append("\",\"phone\":\"")
    output.append(makePhone())
    output.append("\"},")
    appendCard(to: &output)
    output.append(",\"trace_id\":\"")
    appendHex(32, to: &output)
    output.append("\",\"message\":\"")
    output.append(random.pick(Words.messages))
    output.append("\"}")
  }

  /// A batch of mixed records, filled up to a line of exactly `longLineBytes`.
  mutating func appendLong(to output: inout ByteBuffer) {
    let start = output.count
    let contentMax = Self.longLineBytes - 1
    let tailBytes = "],\"fill\":\"\"}".utf8.count
    var part = ByteBuffer(capacity: 2048)
    output.append("{\"batch\":[null")
    while true {
      part.removeAll()
      part.append(ASCII.comma)
      let placed = secrets.count
      appendMixed(to: &part, holdsFinding: random.oneIn(6))
      if output.count - start + part.count + tailBytes > contentMax {
        if collectsSecrets { secrets.removeSubrange(placed...) }
        break
      }
      output.append(part.toArray())
    }
    output.append("],\"fill\":\"")
    while output.count - start < contentMax - 2 { output.append(UInt8(ascii: "x")) }
    output.append("\"}")
  }

  /// Texts with every escape of RFC 8259 section 7, surrogate pairs and JSON inside strings.
  mutating func appendEscapes(to output: inout ByteBuffer) {
    output.append("{\"p\\u0061th\":\"C:\\\\logs\\\\app-")
    append(random.below(1000), to: &output)
    output.append(".txt\",\"text\":\"")
    for _ in 0..<random.within(4...24) {
      switch random.below(8) {
      case 0: output.append("\\n")
      case 1: output.append("\\t\\\"")
      case 2: output.append("\\/")
      case 3: output.append("\\ud83d\\ude80")
      case 4: appendUnicodeEscape(UInt16(random.within(0x3041...0x3093)), to: &output)
      case 5: output.append("\\b\\f\\r")
      default:
        output.append(random.pick(Words.services))
        output.append(ASCII.space)
      }
    }
    output.append("\",\"stack\":\"")
    output.append(random.pick(Words.errors))
    output.append(ASCII.quote)
    if random.oneIn(3) { appendEncodedRecord(to: &output) }
    if random.oneIn(6) {
      let digits = makeCardDigits()
      output.append(",\"c\\u0061rd\":\"no \\\"")
      appendPartlyEscaped(digits, to: &output)
      output.append("\\\"\\n\"")
    }
    output.append(ASCII.rightBrace)
  }

  /// A mixed record as the string of a member, one or two levels deep.
  private mutating func appendEncodedRecord(to output: inout ByteBuffer) {
    var inner = ByteBuffer(capacity: 1024)
    appendMixed(to: &inner, holdsFinding: random.oneIn(2))
    if random.oneIn(3) {
      var outer = ByteBuffer(capacity: 2048)
      outer.append("{\"inner\":\"")
      Self.appendEscaped(inner, to: &outer)
      outer.append("\"}")
      inner.removeAll()
      inner.append(outer.toArray())
    }
    output.append(",\"payload\":\"")
    Self.appendEscaped(inner, to: &output)
    output.append(ASCII.quote)
  }

  /// An array of numbers; one array in six holds a card number.
  mutating func appendNumbers(to output: inout ByteBuffer) {
    let count = random.within(8...60)
    let cardIndex = random.oneIn(6) ? random.below(count) : -1
    output.append("{\"t\":")
    append(epochMilliseconds, to: &output)
    output.append(",\"values\":[")
    for index in 0..<count {
      if index > 0 { output.append(ASCII.comma) }
      if index == cardIndex {
        appendCardNumber(to: &output)
      } else {
        appendNumber(to: &output)
      }
    }
    output.append("]}")
  }

  private mutating func appendNumber(to output: inout ByteBuffer) {
    switch random.below(8) {
    case 0: output.append("-0")
    case 1: append(-random.below(100_000), to: &output)
    case 2, 3: append(random.below(10_000_000), to: &output)
    case 4: appendDecimal(wholeMax: 1, to: &output)
    case 5:
      append(random.below(10), to: &output)
      output.append(random.pick(["e3", "E+2", "e-5", "E0"]))
    default:
      if random.oneIn(2) { output.append(ASCII.minus) }
      appendDecimal(wholeMax: 1000, to: &output)
    }
  }

  /// A card number as an integer, with a fraction of zero, or in an exponent form.
  private mutating func appendCardNumber(to output: inout ByteBuffer) {
    let digits = makeCardDigits()
    switch random.below(4) {
    case 0:
      output.append(digits)
      output.append(".0")
    case 1:
      output.append(digits[0])
      output.append(ASCII.period)
      output.append(Array(digits[1...]))
      output.append("e")
      append(digits.count - 1, to: &output)
    default: output.append(digits)
    }
  }

  /// 2 to 40 bytes.
  mutating func appendTiny(to output: inout ByteBuffer) {
    switch random.below(12) {
    case 0: output.append("{}")
    case 1: output.append("[]")
    case 2: output.append("null")
    case 3: append(random.within(10...99_999), to: &output)
    case 4: output.append(random.oneIn(2) ? "true" : "false")
    case 5: output.append("\"\(random.pick(Words.services))\"")
    case 6: output.append("{\"a\":[1,2,{\"b\":null}]}")
    case 7: output.append("[\"\(random.pick(Words.levels))\",\(random.below(1000))]")
    case 8, 9:
      output.append("{\"id\":")
      append(random.below(100_000), to: &output)
      output.append(ASCII.rightBrace)
    case 10:
      output.append("{\"ok\":")
      output.append(random.oneIn(2) ? "true}" : "false}")
    default:
      output.append("{\"pan\":\"")
      output.append(makeCardDigits())
      output.append("\"}")
    }
  }

  /// Text in many scripts; one record in six holds a card number in full-width digits.
  mutating func appendNonASCII(to output: inout ByteBuffer) {
    output.append("{\"名前\":\"")
    output.append(random.pick(Words.namesOfOtherScripts))
    output.append("\",\"text\":\"")
    for index in 0..<random.within(2...8) {
      if index > 0 { output.append(ASCII.space) }
      output.append(random.pick(Words.foreignTexts))
    }
    output.append("\",\"n\":")
    append(random.below(100_000), to: &output)
    if random.oneIn(6) {
      output.append(",\"カード\":\"番号 ")
      for digit in makeCardDigits() {
        // U+FF10 to U+FF19 in UTF-8.
        output.append([0xEF, 0xBC, 0x90 + (digit - ASCII.zero)])
      }
      output.append(" です\"")
    }
    output.append(ASCII.rightBrace)
  }
}
