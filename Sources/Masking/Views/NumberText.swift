internal import Bytes

/// A JSON number as patterns see it: its exact decimal expansion, with no detour over `Double`.
enum NumberText {
  /// The most digits an expansion may have; a longer number is seen as written.
  static let expandedDigitsMax = 40

  /// Whether the lexeme differs from its expansion (it has an exponent, or fraction zeros at its
  /// end), so that `expand` must be asked.
  static func needsExpansion(_ lexeme: ByteView) -> Bool {
    for index in 0..<lexeme.count {
      let byte = lexeme[index]
      if byte | 0x20 == 0x65 { return true }
      if byte == ASCII.period { return true }
    }
    return false
  }

  /// Where the exponent begins, nil if there is none.
  static func exponentStart(_ lexeme: ByteView) -> Int? {
    for index in 0..<lexeme.count where lexeme[index] | 0x20 == 0x65 { return index }
    return nil
  }

  /// Where the digits of a number end whose expansion leaves out some that are written: before its
  /// exponent, or behind a fraction that ends in zero. Nil if there are none.
  static func writtenEnd(_ lexeme: ByteView) -> Int? {
    if let start = exponentStart(lexeme) { return start }
    return lexeme[lexeme.count - 1] == ASCII.zero && lexeme.contains(ASCII.period)
      ? lexeme.count : nil
  }

  /// Appends the expansion of a valid JSON number to `output` (origins are not kept: a finding
  /// replaces the whole lexeme); false if it would have more than `expandedDigitsMax` digits.
  static func expand(_ lexeme: ByteView, into output: inout TextBuffer) -> Bool {
    output.reset(room: expandedDigitsMax + 3)
    var digits: [64 of UInt8] = .init(repeating: 0)
    var digitCount = 0
    // Digits seen behind the leading zeros, stored or not: zeros at the end need no place.
    var seenCount = 0
    var leadingCount = 0
    var pointPlace: Int?
    var exponent = 0
    var exponentIsNegative = false
    var index = 0
    var isNegative = false
    if lexeme[0] == ASCII.minus {
      isNegative = true
      index = 1
    }
    while index < lexeme.count {
      let byte = lexeme[index]
      if ASCII.isDigit(byte) {
        if seenCount == 0 && byte == ASCII.zero {
          leadingCount += 1
        } else {
          seenCount += 1
          if byte != ASCII.zero {
            guard seenCount <= 64 else { return false }
            digitCount = seenCount
          }
          if seenCount <= 64 { digits[seenCount - 1] = byte }
        }
      } else if byte == ASCII.period {
        pointPlace = leadingCount + seenCount
      } else {
        break
      }
      index += 1
    }
    if index < lexeme.count {
      index += 1
      if lexeme[index] == ASCII.minus || lexeme[index] == ASCII.plus {
        exponentIsNegative = lexeme[index] == ASCII.minus
        index += 1
      }
      while index < lexeme.count {
        // Anything above a few hundred is beyond the limit in either direction.
        exponent = min(exponent * 10 + Int(lexeme[index] - ASCII.zero), 100_000)
        index += 1
      }
    }
    let written = (pointPlace ?? leadingCount + seenCount) - leadingCount
    let place = written + (exponentIsNegative ? -exponent : exponent)
    return write(
      digits, count: digitCount, point: place, isNegative: isNegative, into: &output)
  }

  /// Writes `digits` with the decimal point before the digit at `point` (which may lie outside).
  private static func write(
    _ digits: [64 of UInt8], count: Int, point: Int, isNegative: Bool,
    into output: inout TextBuffer
  ) -> Bool {
    var first = 0
    while first < count, digits[first] == ASCII.zero { first += 1 }
    var last = count
    while last > max(first, point), digits[last - 1] == ASCII.zero { last -= 1 }
    let wholeCount = max(point - first, 0)
    let fractionCount = first < last ? max(last - point, 0) : 0
    guard wholeCount + fractionCount <= expandedDigitsMax else { return false }
    if isNegative { output.append(ASCII.minus, start: 0, end: 0) }
    if first >= point || first >= count { output.append(ASCII.zero, start: 0, end: 0) }
    if first < count {
      for place in stride(from: first, to: max(point, first), by: 1) {
        output.append(place < count ? digits[place] : ASCII.zero, start: 0, end: 0)
      }
    }
    guard fractionCount > 0 else { return true }
    output.append(ASCII.period, start: 0, end: 0)
    for place in point..<last {
      output.append(place < first ? ASCII.zero : digits[place], start: 0, end: 0)
    }
    return true
  }
}
