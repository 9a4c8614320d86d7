import Bytes

/// Members that hold one sensitive value, in the ways that programs really log them.
extension SampleGenerator {
  /// One member with one sensitive value; two in five are card numbers.
  mutating func appendFinding(to output: inout ByteBuffer) {
    switch random.below(20) {
    case 0..<8: appendCard(to: &output)
    case 8..<12: appendEmail(to: &output)
    case 12..<14: appendPhone(to: &output)
    case 14: appendText("ssn", makeSSN(), to: &output)
    case 15: appendText("iban", makeIBAN(), to: &output)
    case 16..<18: appendText("api_key", makeAPIKey(), to: &output)
    case 18:
      output.append("\"db\":{\"user\":\"svc\",\"password\":\"")
      output.append(makePassword())
      output.append("\"}")
    default: appendText("authorization", "Bearer " + makeJWT(), to: &output)
    }
  }

  private func appendText(_ name: String, _ text: String, to output: inout ByteBuffer) {
    output.append(ASCII.quote)
    output.append(name)
    output.append("\":\"")
    output.append(text)
    output.append(ASCII.quote)
  }

  private mutating func appendEmail(to output: inout ByteBuffer) {
    if random.oneIn(2) {
      appendText("email", makeEmail(), to: &output)
    } else {
      appendText("note", "receipt sent to " + makeEmail() + " again", to: &output)
    }
  }

  private mutating func appendPhone(to output: inout ByteBuffer) {
    if random.oneIn(2) {
      appendText("phone", makePhone(), to: &output)
    } else {
      appendText("remark", "customer asks to be called at " + makePhone(), to: &output)
    }
  }

  /// A card number: bare, grouped, as a number, in a text, in JSON in a string, as a key, escaped.
  mutating func appendCard(to output: inout ByteBuffer) {
    let digits = makeCardDigits()
    switch random.below(16) {
    case 0..<4:
      output.append("\"card\":{\"brand\":\"")
      output.append(random.pick(Words.cardBrands))
      output.append("\",\"number\":\"")
      output.append(digits)
      output.append("\",\"expires\":\"04/29\"}")
    case 4..<7:
      output.append("\"card_number\":\"")
      appendGrouped(digits, separator: groupSeparator(), to: &output)
      output.append(ASCII.quote)
    case 7..<9:
      output.append("\"pan\":")
      output.append(digits)
    case 9..<12:
      output.append("\"detail\":\"payment of 12.50 EUR with card ")
      appendGrouped(digits, separator: groupSeparator(), to: &output)
      output.append(" was declined\"")
    case 12..<14:
      var inner = ByteBuffer(capacity: 128)
      inner.append("{\"card\":{\"number\":\"")
      inner.append(digits)
      inner.append("\",\"name\":\"")
      appendName(to: &inner)
      inner.append("\"}}")
      output.append("\"request_body\":\"")
      Self.appendEscaped(inner, to: &output)
      output.append(ASCII.quote)
    case 14:
      output.append("\"attempts_by_card\":{\"")
      output.append(digits)
      output.append("\":{\"count\":2}}")
    default:
      output.append("\"pan\":\"")
      appendPartlyEscaped(digits, to: &output)
      output.append(ASCII.quote)
    }
  }

  private mutating func groupSeparator() -> UInt8 {
    random.oneIn(2) ? ASCII.space : ASCII.minus
  }

  /// Digits of which some are written as `\u003X`.
  mutating func appendPartlyEscaped(_ digits: [UInt8], to output: inout ByteBuffer) {
    for digit in digits {
      if random.oneIn(3) {
        appendUnicodeEscape(UInt16(digit), to: &output)
      } else {
        output.append(digit)
      }
    }
  }
}
