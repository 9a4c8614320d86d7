/// One input on which a pattern gave no answer within the work budget.
public struct ProbeFinding: Equatable, Sendable, CustomStringConvertible {
  /// What the input was, made of the pattern's own characters: `65536 bytes of "1"`.
  public let input: String
  /// Its length in bytes.
  public let inputBytes: Int
  /// Why there was no answer.
  public let failure: MatchFailure

  /// One sentence for `maskline check`.
  public var description: String {
    "the pattern gives no answer on \(input): \(failure); "
      + "give its repeats an upper bound or keep neighbours from matching the same characters"
  }
}

extension Pattern {
  /// The lengths that a probe tries, in bytes.
  public static let probeLengths = [1024, 8192, 65_536]
  /// How many inputs of each length a probe tries at most.
  public static let probeInputsMax = 24

  /// Runs the pattern against long repeats of each kind of character it mentions, under the budget of
  /// a record of that length (standards.md 2, P8: counted, not timed).
  ///
  /// - Returns: for each input that failed, the shortest length at which it did. Empty is no proof
  ///   that no input is bad, only that the obvious ones are not.
  public func probe() -> [ProbeFinding] {
    var matcher = Matcher()
    var findings: [ProbeFinding] = []
    for input in ProbeInput.inputs(for: node) {
      for length in Self.probeLengths {
        let subject = input.bytes(length)
        guard let failure = firstFailure(in: subject, &matcher) else { continue }
        findings.append(
          ProbeFinding(
            input: "\(length) bytes of \(input.name)", inputBytes: length, failure: failure))
        break
      }
    }
    return findings
  }

  /// Searches `subject` the way a rule whose validator rejects every match does.
  private func firstFailure(in subject: [UInt8], _ matcher: inout Matcher) -> MatchFailure? {
    var budget = WorkBudget(recordBytes: subject.count)
    var start = 0
    for _ in 0..<256 {
      let outcome = matcher.firstMatch(of: self, in: subject.span, from: start, budget: &budget)
      switch outcome {
      case .match(let whole, _): start = whole.lowerBound + 1
      case .noMatch: return nil
      case .failed(let failure): return failure
      }
    }
    return nil
  }
}

/// A character sequence to repeat, and what to put at the end.
private struct ProbeInput: Hashable {
  var unit: [UInt8]
  var ending: [UInt8]

  var name: String {
    let unit = String(decoding: unit, as: UTF8.self).debugDescription
    guard !ending.isEmpty else { return unit }
    return "\(unit), then \(String(decoding: ending, as: UTF8.self).debugDescription)"
  }

  func bytes(_ length: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count + unit.count <= length { bytes += unit }
    return bytes + ending
  }

  /// Each character by itself, each neighbouring pair, with and without an ending that nothing in the
  /// pattern matches. A pattern that is not understood is tried with one of each common kind.
  static func inputs(for node: PatternNode?) -> [ProbeInput] {
    var sets: [CharacterSet] = []
    if let node {
      collect(node, into: &sets)
    } else {
      sets = [ASCIISet.digits, .lower, .upper, .space].map { CharacterSet($0) }
    }
    var characters: [[UInt8]] = []
    for set in sets {
      let character = sample(of: set)
      if !characters.contains(character) { characters.append(character) }
    }
    var units = characters
    for (left, right) in zip(characters, characters.dropFirst()) { units.append(left + right) }
    let ending = [UInt8(ascii: "!"), UInt8(ascii: "~"), 0x01].first { byte in
      !sets.contains { $0.possible.contains(byte) }
    }
    var inputs: [ProbeInput] = []
    for unit in units {
      inputs.append(ProbeInput(unit: unit, ending: []))
      inputs.append(ProbeInput(unit: unit, ending: [ending ?? UInt8(ascii: "\n")]))
    }
    return Array(inputs.prefix(Pattern.probeInputsMax))
  }

  private static func collect(_ node: PatternNode, into sets: inout [CharacterSet]) {
    switch node {
    case .set(let set): if !sets.contains(set) { sets.append(set) }
    case .sequence(let nodes), .alternation(let nodes):
      for part in nodes { collect(part, into: &sets) }
    // What is repeated is what costs: it comes first.
    case .repetition(let inner, _, _, _):
      var repeated: [CharacterSet] = []
      collect(inner, into: &repeated)
      sets.insert(contentsOf: repeated.filter { !sets.contains($0) }, at: 0)
    case .atomic(let inner), .lookaround(let inner, _, _): collect(inner, into: &sets)
    case .boundary: break
    }
  }

  private static func sample(of set: CharacterSet) -> [UInt8] {
    for kind in [ASCIISet.digits, .lower, .upper, ASCIISet(0x21...0x7E), .all] {
      if let byte = set.possible.intersection(kind).bytes.first { return [byte] }
    }
    if case .known(let forms) = set.others, let form = forms.first { return form }
    return Array("\u{E9}".utf8)
  }
}
