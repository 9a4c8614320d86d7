/// A card brand as a person would write it down: prefixes, lengths, groupings.
struct NaiveCardBrand {
  let name: String
  /// `4`, or `51-55` for a range of prefixes of the same length.
  let prefixes: String
  let lengths: [Int]
  let groupings: [[Int]]

  /// Whether the brand has numbers that begin like `digits` and are as long.
  func has(_ digits: String) -> Bool {
    guard lengths.contains(digits.count) else { return false }
    return ranges.contains { low, high in
      let prefix = String(digits.prefix(low.count))
      return low <= prefix && prefix <= high
    }
  }

  /// The lowest and highest prefixes.
  var ranges: [(low: String, high: String)] {
    prefixes.split(separator: " ").map { item in
      let ends = item.split(separator: "-").map(String.init)
      return (ends[0], ends[ends.count - 1])
    }
  }

  private init(_ name: String, _ prefixes: String, _ lengths: [Int], _ groupings: [[Int]]) {
    self.name = name
    self.prefixes = prefixes
    self.lengths = lengths
    self.groupings = groupings
  }

  private static let fours: [[Int]] =
    [[4, 4, 4], [4, 4, 5]]
    + (1...7).map { [4, 4, 4, $0] } + (1...3).map { [4, 4, 4, 4, $0] }
  private static let sixes: [[Int]] = fours + [[4, 6, 4], [4, 6, 5]]

  static let all: [NaiveCardBrand] = [
    NaiveCardBrand("Visa", "4", [13, 16, 18, 19], fours + [[4, 3, 3, 3]]),
    NaiveCardBrand("Mastercard", "51-55 2221-2720", [16], fours),
    NaiveCardBrand("American Express", "34 37", [15], sixes),
    NaiveCardBrand("Diners Club", "300-305 3095 36 38 39", Array(14...19), sixes),
    NaiveCardBrand("Discover", "6011 622126-622925 644-649 65", Array(16...19), fours),
    NaiveCardBrand("JCB", "3528-3589", Array(16...19), fours),
    NaiveCardBrand("JCB of 15 digits", "2131 1800", [15], sixes),
    NaiveCardBrand("JCB 2131", "2131", Array(16...19), fours),
    NaiveCardBrand(
      "JCB before 2000", "3088-3094 3096-3102 3112-3120 3158-3159 3337-3349", [16], fours),
    NaiveCardBrand("UnionPay", "62 81", Array(14...19), fours),
    NaiveCardBrand("China T-Union", "31", [19], fours),
    NaiveCardBrand("Maestro", "50 56-69 493698", Array(12...19), sixes),
    NaiveCardBrand("Mir", "2200-2204", Array(16...19), fours),
    NaiveCardBrand("Borica", "2205", [16], fours),
    NaiveCardBrand("Troy", "9792 65", [16], fours),
    NaiveCardBrand("RuPay", "60 65 81 82 508 353 356", [16], fours),
    NaiveCardBrand(
      "Elo",
      "401178-401179 431274 438935 451416 457393 457631-457632 504175 506699-506778 "
        + "509000-509999 627780 636297 636368 650031-650033 650035-650051 655000-655019",
      [16], fours),
    NaiveCardBrand("Hiper", "637095 637568 637599 637609 637612 637374 637433", [16], fours),
    NaiveCardBrand("Hipercard", "606282", [16], fours),
    NaiveCardBrand("Verve", "5060 5061 507865-507964 6500", [16, 18, 19], fours),
    NaiveCardBrand("Dankort", "5019 4571", [16], fours),
    NaiveCardBrand("UATP", "1", [15], fours + [[4, 5, 6]]),
    NaiveCardBrand("InstaPayment", "637-639", [16], fours),
    NaiveCardBrand("InterPayment", "636", Array(16...19), fours),
    NaiveCardBrand("LankaPay", "357111", [16], fours),
    NaiveCardBrand("Humo", "9860", [16], fours),
    NaiveCardBrand("Uzcard", "8600 5614", [16], fours),
    NaiveCardBrand("Napas", "9704", [16, 19], fours),
    NaiveCardBrand("GPN", "1946 50 56 58 60-63", [16], fours),
    NaiveCardBrand("Belkart", "9112", [16], fours),
    NaiveCardBrand("ArCa", "9051", [16], fours),
    NaiveCardBrand("Naranja", "589562 402918 527572", [16], fours),
    NaiveCardBrand("Switch", "4903 4905 4911 4936 564182 633110 6333 6759", [16, 18, 19], fours),
    NaiveCardBrand("Solo", "6334 6767", [16, 18, 19], fours),
    NaiveCardBrand("Bankcard", "5610 560221-560225", [16], fours),
  ]
}
