internal import Patterns
internal import Validators

/// What a rule does, for `maskline rules`.
public struct RuleListing: Sendable {
  /// The qualified id: `pci/pan`.
  public var rule: String
  /// How values are found: `pattern`, `number` or `path`.
  public var finds: String
  /// The transform's name.
  public var transform: String
  /// What is still visible after masking, in words.
  public var shows: String
  /// Whether published test card numbers are let through.
  public var allowsTestNumbers: Bool
  /// Whether masking masked output again changes nothing.
  public var isIdempotent: Bool
  /// Whether the rule runs on every value, because nothing about its pattern tells values apart
  /// cheaply.
  public var runsOnEveryValue: Bool
}

extension MaskPolicy {
  /// All rules, in order.
  public var listing: [RuleListing] {
    let unsigned = Set(triggers.rulesWithoutSign)
    return rules.indices.map { number in
      let rule = rules[number]
      let finds =
        switch rule.matching {
        case .pattern: rule.join.isEmpty ? "pattern" : "pattern in joined fields"
        case .number(let finder):
          "number: \(finder.rawValue)" + (rule.join.isEmpty ? "" : " in joined fields")
        case .wholeValue: "path"
        }
      let (transform, shows) = Self.describe(rule)
      return RuleListing(
        rule: rule.id, finds: finds, transform: transform, shows: shows,
        allowsTestNumbers: rule.allowsTestNumbers, isIdempotent: true,
        runsOnEveryValue: unsigned.contains(number))
    }
  }

  private static func describe(_ rule: CompiledRule) -> (String, String) {
    switch rule.replacement {
    case .redact(let text):
      ("redact", "nothing (\(String(decoding: text, as: UTF8.self)))")
    case .keep(let first, let last, _):
      (
        "keep",
        first > 0
          ? "first \(first) and last \(last) characters, length" : "last \(last) characters, length"
      )
    case .hash: ("hash", "equality of values under the same key")
    case .null: ("null", "that there was a value")
    case .drop: ("drop", "nothing; the member is removed")
    case .dropRecord: ("dropRecord", "nothing; the record is removed")
    }
  }
}
