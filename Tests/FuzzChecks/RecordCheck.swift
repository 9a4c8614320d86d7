import Masking

/// Any bytes as a stream: framing, validation and masking against a second reader of JSON.
///
/// The first byte chooses options and the second how the stream is cut; the rest is the stream.
public struct RecordCheck {
  private let masker = Masker()
  private let unfiltered = Masker(usesPrefilters: false)
  private static let lineFeed: UInt8 = 0x0A

  /// Whether a key that begins with a bracket, which only the unfiltered engine enters when nothing
  /// else in it asks for a look, is left out of the comparison.
  private let excusesKeysOfBrackets: Bool

  public init(excusesKeysOfBrackets: Bool = true) {
    self.excusesKeysOfBrackets = excusesKeysOfBrackets
  }

  /// What is wrong with what comes out for `bytes`, or nil.
  public func problem(in bytes: [UInt8]) -> String? {
    guard bytes.count > 2 else { return nil }
    let stream = Array(bytes[2...])
    var options = StreamOptions()
    if bytes[0] & 1 != 0 { options.lineBytesMax = 64 }
    if bytes[0] & 2 != 0 { options.depthMax = 3 }
    if bytes[0] & 4 != 0 { options.escapesLineSeparators = true }
    let isText = bytes[0] & 8 != 0
    if isText { options.faults[.malformed] = .text }
    let whole = masker.run(stream, options)
    let step = Int(bytes[1]) + 1
    var cut = masker.run(
      stream, options, cuts: Array(Swift.stride(from: step, to: stream.count, by: step)))
    // Where a text line is too deep is said in places of its JSON part.
    if isText { cut.notes = whole.notes }
    if cut.bytes != whole.bytes {
      return "cuts every \(step): \(shown(cut.bytes)) for \(shown(whole.bytes))"
    }
    if cut != whole {
      return "cuts every \(step): \(cut.counters) \(cut.notes) for \(whole.counters) \(whole.notes)"
    }
    let other = unfiltered.run(stream, options)
    let isExcused = excusesKeysOfBrackets && String(decoding: stream, as: UTF8.self).contains("\"[")
    if other != whole && !isExcused {
      return "without prefilters: \(shown(other.bytes)) for \(shown(whole.bytes))"
    }
    let counters = whole.counters
    if counters.recordsIn
      != counters.recordsForwarded + counters.recordsWithheld + counters.recordsDropped
    {
      return "counters do not add up: \(counters)"
    }
    if counters.bytesIn != UInt64(stream.count) || counters.bytesOut != UInt64(whole.bytes.count) {
      return "bytes are counted wrong: \(counters)"
    }
    if let problem = lines(stream, whole, options, isText: isText) { return problem }
    // A key with an escape counts as one that may hold a keyword: not where escapes are put in.
    if options.lineBytesMax > 64 && !isText && !options.escapesLineSeparators {
      let again = masker.run(whole.bytes, options)
      if again.bytes != whole.bytes {
        return "again: \(shown(again.bytes)) for \(shown(whole.bytes))"
      }
    }
    return nil
  }

  /// Compares line by line; records that a rule drops leave none.
  private func lines(
    _ stream: [UInt8], _ whole: Masker.Outcome, _ options: StreamOptions, isText: Bool
  ) -> String? {
    let input = split(stream)
    var output = split(whole.bytes)
    // The mark of a stream whose first record was dropped, and nothing else.
    if whole.bytes == [0xEF, 0xBB, 0xBF], stream.starts(with: whole.bytes),
      input.first != whole.bytes
    {
      output = []
    }
    let dropped = Int(whole.counters.recordsDropped)
    if output.count + dropped != input.count {
      return "\(input.count) lines in, \(output.count) out, \(dropped) dropped"
    }
    guard dropped == 0 else { return nil }
    for (index, (before, after)) in zip(input, output).enumerated() {
      let problem = line(before, after, number: index + 1, options, isText: isText)
      if let problem {
        return "line \(index + 1) \(shown(before)): \(problem), came \(shown(after))"
      }
    }
    return nil
  }

  private func split(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines = bytes.split(separator: Self.lineFeed, omittingEmptySubsequences: false).map(
      Array.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private func line(
    _ before: [UInt8], _ after: [UInt8], number: Int, _ options: StreamOptions, isText: Bool
  ) -> String? {
    var (before, after) = (before, after)
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if number == 1, before.starts(with: mark), before.count > 3, before[3] != 0x0D {
      guard after.starts(with: mark) else { return "the byte order mark is gone" }
      before.removeFirst(3)
      after.removeFirst(3)
    }
    let isOverlong = before.count > options.lineBytesMax
    if (before.last == 0x0D) != (after.last == 0x0D) { return "the line end changed" }
    if before.last == 0x0D {
      before.removeLast()
      after.removeLast()
    }
    if before.isEmpty { return after.isEmpty ? nil : "an empty line changed" }
    func isStub(_ reason: String) -> Bool {
      after == Array("{\"_maskline\":{\"withheld\":\"\(reason)\",\"record\":\(number)}}".utf8)
    }
    if isOverlong { return isStub("overlong") ? nil : "an overlong line is no stub" }
    let scalars: ReferenceJSON.Scalars
    do throws(ReferenceJSON.Rejection) {
      scalars = try ReferenceJSON.read(before, depthMax: options.depthMax)
    } catch {
      if error == .tooDeep {
        // The rest may be malformed as well: either reason will do.
        return isStub("tooDeep") || isStub("malformed") || isStub("invalidUTF8") || isText
          ? nil : "a line too deep is no stub"
      }
      if isText && !after.starts(with: Array("{\"_maskline\"".utf8)) { return nil }
      // A line taken as text may show a card number to who undoes its escapes.
      if isText && isStub("leakPrevented") { return nil }
      return isStub("malformed") || isStub("invalidUTF8") || isStub("tooDeep")
        ? nil : "a malformed line is no stub"
    }
    if isStub("tooDeep") { return nil }  // JSON inside strings
    guard let masked = try? ReferenceJSON.read(after, depthMax: options.depthMax) else {
      return "the output is no JSON"
    }
    if scalars == masked {
      return before == after || options.escapesLineSeparators
        ? nil : "no finding, but bytes changed"
    }
    return nil
  }
}

extension RecordCheck {
  /// What a reader of the output can still see, or nil: the decoded strings, keys and numbers of
  /// every forwarded record, JSON inside strings included, hold nothing that the rules look for.
  public func leak(in bytes: [UInt8]) -> String? {
    guard bytes.count > 2 else { return nil }
    let output = masker.run(Array(bytes[2...]), StreamOptions()).bytes
    for line in output.split(separator: Self.lineFeed) {
      var line = Array(line)
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
      if line.last == 0x0D { line.removeLast() }
      guard let scalars = try? ReferenceJSON.read(line) else { continue }
      if let leak = Self.leak(in: scalars, level: 0) { return "\(leak) in \(shown(line))" }
    }
    return nil
  }

  private static func leak(in scalars: ReferenceJSON.Scalars, level: Int) -> String? {
    for text in scalars.strings + scalars.keys {
      if let leak = leak(inText: text) { return leak }
      guard level < 3, let first = text.first(where: { $0 > 0x20 }),
        [0x7B, 0x5B, 0x22].contains(first)
      else { continue }
      var inner = ""
      inner.unicodeScalars.append(contentsOf: text.compactMap(Unicode.Scalar.init))
      if let scalars = try? ReferenceJSON.read(Array(inner.utf8), allowsLineBreaks: true),
        let leak = leak(in: scalars, level: level + 1)
      {
        return leak
      }
    }
    // A number with an exponent is seen written out.
    for number in scalars.numbers where !number.contains(0x65) && !number.contains(0x45) {
      if let leak = leak(inText: number.map(UInt32.init)) { return leak }
    }
    return nil
  }

  /// Digits of all scripts as ASCII, and no format characters.
  private static func folded(_ text: [UInt32]) -> [UInt32] {
    if text.allSatisfy({ $0 < 0x80 }) { return text }
    return text.compactMap { value in
      guard value >= 0x80, let scalar = Unicode.Scalar(value) else { return value }
      if scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue {
        return 0x30 + UInt32(digit)
      }
      return scalar.properties.generalCategory == .format ? nil : value
    }
  }

  /// `S-` and four digits; a card number that stands by itself (a longer run of digits is another
  /// number, and escapes written out in the text may hold the next digit).
  private static func leak(inText unfolded: [UInt32]) -> String? {
    let text = folded(unfolded)
    func isDigit(_ index: Int) -> Bool {
      index >= 0 && index < text.count && text[index] >= 0x30 && text[index] <= 0x39
    }
    let card = Array("4111111111111111".unicodeScalars.map(\.value))
    for index in text.indices {
      if text[index] == 0x53, index + 5 < text.count, text[index + 1] == 0x2D,
        (2...5).allSatisfy({ isDigit(index + $0) })
      {
        return "a tag"
      }
      guard text[index] == card[0], text[index...].starts(with: card) else { continue }
      let before = index > 0 ? text[index - 1] : 0
      let after = index + 16 < text.count ? text[index + 16] : 0
      // Beside a hexadecimal digit it may be part of a hash.
      let isInWord = [before, after].contains { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x66 }
      if !isDigit(index - 1), !isDigit(index + 16), before != 0x2E, after != 0x5C, !isInWord {
        return "a card number"
      }
    }
    return nil
  }
}
