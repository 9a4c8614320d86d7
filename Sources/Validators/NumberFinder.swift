import Bytes

/// A place in a text where a number finder found a number.
public struct NumberMatch: Sendable, Equatable {
  /// The bytes of the text that the number takes, separators between its groups included.
  public var range: Range<Int>
  /// Whether it counts only where one of the finder's `keywords` stands near it.
  public var needsKeyword: Bool

  /// A match over `range`.
  public init(range: Range<Int>, needsKeyword: Bool) {
    self.range = range
    self.needsKeyword = needsKeyword
  }
}

/// A built-in finder of numbers: what a rule names by `match: { number: card }`.
///
/// A finder reads the matching view: valid UTF-8, with Unicode digits folded to ASCII and format
/// characters removed. It is a pure function of the text, works in time linear in its length and
/// allocates nothing but room in the caller's array. Bytes that are not UTF-8 are read without
/// harm.
///
/// Digits are seen in groups. Between two groups of one number stands a separator: one to three
/// characters out of space, tab and other blanks (Unicode Zs), `-` and other dashes (Pd), the minus
/// sign U+2212, `.`, `_` and `/`; the same string between all groups of one number.
public enum NumberFinder: String, CaseIterable, Sendable {
  /// Payment card numbers (ISO/IEC 7812-1): 12 to 19 digits, issuer range, length and Luhn.
  case card
  /// International bank account numbers (ISO 13616-1): country, length and check digits.
  case iban
  /// United States social security numbers: `ddd-dd-dddd`, or nine digits near a keyword.
  case ssn

  /// Appends to `matches` every place of `text` that holds a number, in the order of where they
  /// begin, then of where they end. Matches may overlap.
  ///
  /// With `isNumber` the text is the decimal expansion of a JSON number (an optional `-`, digits,
  /// an optional fraction), of which the whole part alone is looked at; a text of another shape is
  /// read as if `isNumber` were false.
  public func find(in text: Span<UInt8>, isNumber: Bool, into matches: inout [NumberMatch]) {
    if isNumber, let whole = Self.wholePart(of: text) {
      switch self {
      case .card: CardFinder.appendGroup(whole, in: text, to: &matches)
      case .iban: break
      case .ssn: SSNFinder.appendGroup(whole, in: text, to: &matches)
      }
      return
    }
    switch self {
    case .card: CardFinder.find(in: text, into: &matches)
    case .iban: IBANFinder.find(in: text, into: &matches)
    case .ssn: SSNFinder.find(in: text, into: &matches)
    }
  }

  /// A pattern that is in every text with a match: what a prefilter may look for. It is never run.
  public var shape: String {
    let separators = #"[ \t._/\x{80}-\x{10FFFF}-]"#
    return switch self {
    case .card: "[0-9](?:\(separators){0,3}[0-9]){11}"
    case .iban:
      "(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}(?:\(separators){0,3}[0-9A-Za-z]){\(IBAN.countMin - 4)}"
    case .ssn: "[0-9]{9}|[0-9]{3}\(separators){1,3}[0-9]{2}\(separators){1,3}[0-9]{4}"
    }
  }

  /// A text with fewer ASCII digits than this holds no match.
  public var digitCountMin: Int {
    switch self {
    case .card: CardFinder.digitCountMin
    // All but the check digits may be letters.
    case .iban: 2
    case .ssn: 9
    }
  }

  /// How many digits the whole part of a JSON number must have for a match; nil if there is none.
  public var digitsInNumber: ClosedRange<Int>? {
    switch self {
    case .card: CardFinder.digitCountMin...Int.max
    case .iban: nil
    case .ssn: 9...9
    }
  }

  /// The most digits of a card number.
  public static var cardDigitCountMax: Int { CardFinder.digitCountMax }

  /// A text with fewer bytes than this holds no match.
  public var byteCountMin: Int {
    switch self {
    case .card: CardFinder.digitCountMin
    case .iban: IBAN.countMin
    case .ssn: 9
    }
  }

  /// The lower-case words that lift `needsKeyword`.
  public var keywords: [String] {
    switch self {
    case .card: Self.cardKeywords
    case .iban: Self.ibanKeywords
    case .ssn: Self.ssnKeywords
    }
  }

  private static let cardKeywords = [
    "card", "cards", "cardnumber", "card_number", "cardno", "creditcard", "credit", "debit", "cc:",
    "cc ", "cc=", "cc#",
    "ccn", "ccnum", "cc_number", "pan", "visa", "mastercard", "maestro", "amex", "discover",
    "diners", "jcb", "unionpay", "uatp",
  ]

  private static let ibanKeywords = ["iban", "ibans", "bic", "swift", "bank account"]

  private static let ssnKeywords = [
    "ssn", "ssns", "social", "social security", "socialsecurity", "social_security", "tax id",
    "tax_id", "taxid", "taxpayer", "tin",
  ]

  /// The digits before the fraction of a decimal number, or nil when `text` is not one.
  private static func wholePart(of text: Span<UInt8>) -> Range<Int>? {
    let start = text.count > 0 && text[0] == ASCII.minus ? 1 : 0
    let end = Digits.end(in: text, from: start)
    guard end > start else { return nil }
    if end == text.count { return start..<end }
    let fraction = end + 1
    guard text[end] == ASCII.period, fraction < text.count,
      Digits.end(in: text, from: fraction) == text.count
    else { return nil }
    return start..<end
  }
}
