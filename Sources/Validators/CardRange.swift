/// A range of issuer identification numbers, with what its cards look like.
///
/// Sources: ISO/IEC 7812-1; the brands' published ranges as collected by braintree's
/// credit-card-type (MIT) and by Wikipedia, "Payment card number". Narrow ranges that lie inside a
/// wider one with the same lengths (Elo, Troy, Verve, Hipercard, InstaPayment, Dankort, Switch,
/// Solo, Laser, RuPay's 60, 65 and 508 ...) are not listed again.
struct CardRange {
  /// The first six digits, lowest and highest.
  var prefixes: ClosedRange<Int>
  /// How many digits a number has: bit n is set for n digits.
  var counts: UInt32
  /// How the brand's numbers are usually grouped.
  var grouping: CardGrouping

  /// The range of every number that begins with `first` to `last`, of one to six digits each.
  init(_ first: Int, _ last: Int, _ counts: [Int], _ grouping: CardGrouping) {
    var low = first
    var high = last
    while low < 100_000 {
      low *= 10
      high = high * 10 + 9
    }
    prefixes = low...high
    self.counts = counts.reduce(0) { $0 | 1 << UInt32($1) }
    self.grouping = grouping
  }

  /// What a prefix and a count of digits can be.
  enum Verdict {
    /// No brand has numbers like that.
    case unknown
    /// A brand has, but groups them in another way.
    case otherGrouping
    /// A brand has, and groups them that way.
    case usualGrouping
  }

  /// What brands say of a number of `count` digits that begins with the six digits `prefix`,
  /// written in groups as in `shape`.
  static func verdict(prefix: Int, count: Int, shape: UInt64) -> Verdict {
    var verdict = Verdict.unknown
    let firstDigit = prefix / 100_000
    for index in Int(starts[firstDigit])..<Int(starts[firstDigit + 1]) {
      let range = all[index]
      guard range.prefixes.contains(prefix), range.counts >> UInt32(count) & 1 == 1 else {
        continue
      }
      if range.grouping.contains(shape: shape) { return .usualGrouping }
      verdict = .otherGrouping
    }
    return verdict
  }

  /// Whether any brand's numbers begin with `digit`, an ASCII digit.
  @inline(__always)
  static func hasBrand(firstDigit digit: UInt8) -> Bool { digit != 0x30 && digit != 0x37 }

  /// Where in `all` the ranges of each first digit begin, and after them the end.
  private static let starts: InlineArray<11, UInt8> = {
    var starts = InlineArray<11, UInt8>(repeating: 0)
    for index in all.indices {
      let firstDigit = all[index].prefixes.lowerBound / 100_000
      for later in (firstDigit + 1)..<11 { starts[later] = UInt8(index + 1) }
    }
    return starts
  }()

  /// All ranges, in the order of their first digit. None begins with 0 or 7.
  ///
  /// No number of 13 digits begins with 1, 2 or 3, and none of 16 or 19 with a 1 but Indonesia's
  /// 1946: so milliseconds, microseconds and nanoseconds since 1970 are not cards without a keyword.
  static let all: InlineArray<_, CardRange> = [
    // UATP, the airlines' card; JCB's older range of 15 digits; GPN (Indonesia).
    CardRange(1, 1, [15], [.fours, .uatp]),
    CardRange(1800, 1800, [15], [.fours, .fourSix]),
    CardRange(1946, 1946, [16], .fours),
    // JCB again, Mir (Russia), Borica (Bulgaria), Mastercard.
    CardRange(2131, 2131, [15, 16, 17, 18, 19], [.fours, .fourSix]),
    CardRange(2200, 2204, [16, 17, 18, 19], .fours),
    CardRange(2205, 2205, [16], .fours),
    CardRange(2221, 2720, [16], .fours),
    // Diners Club; ISO gives it 14 to 19 digits, of which 14, 16 and 19 are common.
    CardRange(300, 305, [14, 15, 16, 17, 18, 19], [.fours, .fourSix]),
    CardRange(3095, 3095, [14, 15, 16, 17, 18, 19], [.fours, .fourSix]),
    CardRange(36, 36, [14, 15, 16, 17, 18, 19], [.fours, .fourSix]),
    CardRange(38, 39, [14, 15, 16, 17, 18, 19], [.fours, .fourSix]),
    // American Express.
    CardRange(34, 34, [15], [.fours, .fourSix]),
    CardRange(37, 37, [15], [.fours, .fourSix]),
    // JCB: today's range, in which RuPay's and LankaPay's shared ones lie, and older ones that are
    // still found in test data. China T-Union.
    CardRange(3528, 3589, [16, 17, 18, 19], .fours),
    CardRange(3088, 3094, [16], .fours),
    CardRange(3096, 3102, [16], .fours),
    CardRange(3112, 3120, [16], .fours),
    CardRange(3158, 3159, [16], .fours),
    CardRange(3337, 3349, [16], .fours),
    CardRange(31, 31, [19], .fours),
    // Visa; 17 digits do not occur. Maestro issued by a member of Visa.
    CardRange(4, 4, [13, 16, 18, 19], [.fours, .oldVisa]),
    CardRange(493_698, 493_698, [12, 13, 14, 15, 16, 17, 18, 19], [.fours, .fourSix]),
    // Mastercard; Maestro and all that lies in it, as UnionPay's 62 and Discover's 6011, 644 to 649
    // and 65. UnionPay is often written 6-13, which is two groups.
    CardRange(51, 55, [16], .fours),
    CardRange(50, 50, [12, 13, 14, 15, 16, 17, 18, 19], [.fours, .fourSix]),
    CardRange(56, 59, [12, 13, 14, 15, 16, 17, 18, 19], [.fours, .fourSix]),
    CardRange(60, 69, [12, 13, 14, 15, 16, 17, 18, 19], [.fours, .fourSix]),
    // UnionPay, RuPay (also 81), Uzcard (Uzbekistan).
    CardRange(81, 81, [14, 15, 16, 17, 18, 19], .fours),
    CardRange(82, 82, [16], .fours),
    CardRange(8600, 8600, [16], .fours),
    // ArCa (Armenia), Belkart (Belarus), Napas (Vietnam), Troy (Turkey), Humo (Uzbekistan).
    CardRange(9051, 9051, [16], .fours),
    CardRange(9112, 9112, [16], .fours),
    CardRange(9704, 9704, [16, 19], .fours),
    CardRange(9792, 9792, [16], .fours),
    CardRange(9860, 9860, [16], .fours),
  ]
}

/// Ways in which brands print the digits of a number.
struct CardGrouping: OptionSet {
  let rawValue: UInt8

  /// 4-4-4 and the rest, which may begin a fifth group: 4-4-4-4, 4-4-4-4-3, 4-4-4-7, 4-4-5.
  static let fours = CardGrouping(rawValue: 1)
  /// 4-6-5 (American Express, Maestro) and 4-6-4 (Diners Club).
  static let fourSix = CardGrouping(rawValue: 2)
  /// 4-3-3-3, Visa's thirteen digits.
  static let oldVisa = CardGrouping(rawValue: 4)
  /// 4-5-6.
  static let uatp = CardGrouping(rawValue: 8)

  /// Whether groups as in `shape` are usual. A shape has one hexadecimal digit for each group, how
  /// many digits it has.
  func contains(shape: UInt64) -> Bool {
    switch shape {
    case 0x444, 0x445, 0x4441...0x4447, 0x44441...0x44443: contains(.fours)
    case 0x464, 0x465: contains(.fourSix)
    case 0x4333: contains(.oldVisa)
    case 0x456: contains(.uatp)
    default: false
    }
  }
}
