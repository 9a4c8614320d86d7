import Bytes

/// The small parts of a record: identifiers, times, addresses, numbers.
extension SampleGenerator {
  /// The digits of `value`, filled with zeros up to `width`.
  func append(_ value: Int, width: Int = 1, to output: inout ByteBuffer) {
    var digits: [20 of UInt8] = .init(repeating: ASCII.zero)
    var rest = value.magnitude
    var count = 0
    while rest > 0 || count < width {
      digits[count] = ASCII.zero + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      count += 1
    }
    if value < 0 { output.append(ASCII.minus) }
    while count > 0 {
      count -= 1
      output.append(digits[count])
    }
  }

  /// A decimal fraction from 0 to `wholeMax`, with 1 to 6 digits after its point.
  mutating func appendDecimal(wholeMax: Int, to output: inout ByteBuffer) {
    append(random.below(wholeMax + 1), to: &output)
    output.append(ASCII.period)
    let places = random.within(1...6)
    for _ in 1..<places { output.append(ASCII.zero + UInt8(random.below(10))) }
    output.append(ASCII.zero + UInt8(random.within(1...9)))
  }

  /// Hexadecimal digits, never more than seven decimal ones in a row: an identifier must not be
  /// taken for a card number by chance.
  mutating func appendHex(_ count: Int, to output: inout ByteBuffer) {
    var run = 0
    appendHex(count, run: &run, to: &output)
  }

  private mutating func appendHex(_ count: Int, run: inout Int, to output: inout ByteBuffer) {
    for _ in 0..<count {
      var nibble = random.below(16)
      if run == 7 && nibble < 10 { nibble = 10 + nibble % 6 }
      run = nibble < 10 ? run + 1 : 0
      output.append(
        nibble < 10 ? ASCII.zero + UInt8(nibble) : UInt8(ascii: "a") + UInt8(nibble - 10))
    }
  }

  /// A version 4 UUID (RFC 9562 section 5.4).
  mutating func appendUUID(to output: inout ByteBuffer) {
    var run = 0
    appendHex(8, run: &run, to: &output)
    output.append(ASCII.minus)
    appendHex(4, run: &run, to: &output)
    output.append("-4")
    run += 1
    appendHex(3, run: &run, to: &output)
    output.append(ASCII.minus)
    output.append(UInt8(ascii: "a"))
    run = 0
    appendHex(3, run: &run, to: &output)
    output.append(ASCII.minus)
    appendHex(12, run: &run, to: &output)
  }

  /// The time of the record as RFC 3339 text, with `fractionDigits` digits of a second.
  mutating func appendTime(fractionDigits: Int = 3, to output: inout ByteBuffer) {
    let (date, milliseconds) = epochMilliseconds.quotientAndRemainder(dividingBy: 86_400_000)
    let (year, month, day) = Self.civilDate(daysSince1970: date)
    append(year, width: 4, to: &output)
    output.append(ASCII.minus)
    append(month, width: 2, to: &output)
    output.append(ASCII.minus)
    append(day, width: 2, to: &output)
    output.append(UInt8(ascii: "T"))
    append(milliseconds / 3_600_000, width: 2, to: &output)
    output.append(ASCII.colon)
    append(milliseconds / 60_000 % 60, width: 2, to: &output)
    output.append(ASCII.colon)
    append(milliseconds / 1000 % 60, width: 2, to: &output)
    if fractionDigits >= 3 {
      output.append(ASCII.period)
      append(milliseconds % 1000, width: 3, to: &output)
      for _ in 3..<fractionDigits { output.append(ASCII.zero + UInt8(random.below(10))) }
    }
    output.append(UInt8(ascii: "Z"))
  }

  /// The proleptic Gregorian date of a day counted from 1970-01-01, for days from 0 on.
  static func civilDate(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    // Years that begin in March put the leap day last (Hinnant, "chrono-compatible date
    // algorithms").
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// Where a request came from: an address of RFC 5737, or in a clean record a machine's name.
  mutating func appendOrigin(to output: inout ByteBuffer) {
    if shape == .clean {
      output.append("node-")
      append(random.within(1...40), to: &output)
      output.append(".west.internal")
      return
    }
    output.append(random.pick(["192.0.2.", "198.51.100.", "203.0.113."]))
    append(random.within(1...254), to: &output)
  }

  /// A client's name for itself.
  mutating func appendUserAgent(to output: inout ByteBuffer) {
    output.append(random.pick(shape == .clean ? Words.plainUserAgents : Words.userAgents))
  }

  /// A person's name, in a clean record that of a program.
  mutating func appendName(to output: inout ByteBuffer) {
    if shape == .clean {
      output.append(random.pick(Words.services))
    } else if random.oneIn(12) {
      output.append(random.pick(Words.namesOfOtherScripts))
    } else {
      output.append(random.pick(Words.firstNames))
      output.append(ASCII.space)
      output.append(random.pick(Words.lastNames))
    }
  }

  /// Appends `,"name":"`.
  func appendMember(_ name: String, to output: inout ByteBuffer) {
    output.append(",\"")
    output.append(name)
    output.append("\":")
  }

  /// Appends `bytes` as the inside of a JSON string.
  static func appendEscaped(_ bytes: borrowing ByteBuffer, to output: inout ByteBuffer) {
    for byte in bytes.toArray() {
      if byte == ASCII.quote || byte == ASCII.backslash { output.append(ASCII.backslash) }
      output.append(byte)
    }
  }

  /// Appends the byte as `\u00XX`, with hexadecimal digits of either case.
  mutating func appendUnicodeEscape(_ unit: UInt16, to output: inout ByteBuffer) {
    let digits: [UInt8] = Array((random.oneIn(2) ? "0123456789abcdef" : "0123456789ABCDEF").utf8)
    output.append("\\u")
    for shift in [12, 8, 4, 0] { output.append(digits[Int(unit >> UInt16(shift)) & 15]) }
  }
}
