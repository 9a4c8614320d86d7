import Validators

/// The number finders written again, slowly and from the rules alone: every window of every chain
/// is looked at, with lists and strings.
struct NaiveFinders {
  private let scalars: [Unicode.Scalar]
  /// The byte offset of each scalar, and the length of the text.
  private let offsets: [Int]
  /// Runs of ASCII digits, as ranges of scalars.
  private let groups: [Range<Int>]
  /// What stands between each group and the next, if that is a separator.
  private let gaps: [String?]

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    offsets = scalars.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.utf8.count) }
    groups = Self.groups(in: scalars)
    gaps = zip(groups, groups.dropFirst()).map { [scalars] group, next in
      let between = scalars[group.upperBound..<next.lowerBound]
      guard between.count <= 3, between.allSatisfy(Self.separates) else { return nil }
      return String(String.UnicodeScalarView(between))
    }
  }

  /// What the finder must find.
  func matches(_ finder: NumberFinder) -> [NumberMatch] {
    let all =
      switch finder {
      case .card: cards()
      case .ssn: socialSecurityNumbers()
      case .iban: ibans()
      }
    return all.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
  }

  // MARK: Groups

  private static func groups(in scalars: [Unicode.Scalar]) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    for index in scalars.indices where ("0"..."9").contains(scalars[index]) {
      if let last = groups.last, last.upperBound == index {
        groups[groups.count - 1] = last.lowerBound..<(index + 1)
      } else {
        groups.append(index..<(index + 1))
      }
    }
    return groups
  }

  private func separator(after index: Int) -> String? {
    gaps.indices.contains(index) ? gaps[index] : nil
  }

  private static func separates(_ scalar: Unicode.Scalar) -> Bool {
    let category = scalar.properties.generalCategory
    return category == .spaceSeparator || category == .dashPunctuation
      || "\t._/\u{2212}".unicodeScalars.contains(scalar)
  }

  private func isDigit(_ index: Int) -> Bool {
    scalars.indices.contains(index) && ("0"..."9").contains(scalars[index])
  }

  private func isWord(_ index: Int) -> Bool {
    guard scalars.indices.contains(index) else { return false }
    return scalars[index].isASCII && Character(scalars[index]).isLetter || isDigit(index)
  }

  private func text(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(scalars[range]))
  }

  private func match(_ range: Range<Int>, needsKeyword: Bool) -> NumberMatch {
    NumberMatch(
      range: offsets[range.lowerBound]..<offsets[range.upperBound], needsKeyword: needsKeyword)
  }

  // MARK: Cards

  private func cards() -> [NumberMatch] {
    var matches: [NumberMatch] = []
    for first in groups.indices {
      if groups[first].count >= 20 {
        if !liesInHexadecimalWord(groups[first]) {
          matches.append(match(groups[first], needsKeyword: isFraction(groups[first])))
        }
        continue
      }
      for last in first..<groups.count {
        if last > first {
          guard let here = separator(after: last - 1),
            here == separator(after: first)
          else { break }
        }
        let window = Array(groups[first...last])
        let digits = window.map(text).joined()
        guard (12...19).contains(digits.count), passesLuhn(digits) else { continue }
        let range = window[0].lowerBound..<window[window.count - 1].upperBound
        let key = window.count > 1 ? separator(after: first) : nil
        let fills =
          separator(after: first - 1) != key && separator(after: last) != key
        let brands = NaiveCardBrand.all.filter { $0.has(digits) }
        let isUsual = brands.contains { $0.groupings.contains(window.map(\.count)) }
        if window.count == 1 {
          matches.append(
            match(
              range,
              needsKeyword: brands.isEmpty || isFraction(range) || liesInHash(range)
                || liesInUUID(range) || liesInResourceName(range)))
        } else if brands.isEmpty {
          if fills { matches.append(match(range, needsKeyword: true)) }
        } else {
          matches.append(
            match(
              range, needsKeyword: !(window.count == 2 || fills || isUsual) || liesInUUID(range)))
        }
      }
    }
    return matches
  }

  private func isFraction(_ range: Range<Int>) -> Bool {
    let before = text(max(0, range.lowerBound - 3)..<range.lowerBound)
    guard before.hasSuffix("0.") else { return false }
    guard before.count == 3, let first = before.unicodeScalars.first, first.isASCII else {
      return true
    }
    return !(isWord(range.lowerBound - 3) || first == "." || first == "_")
  }

  /// The letters and digits around the digits at `range`.
  private func word(around range: Range<Int>) -> String {
    var word = range
    while isWord(word.lowerBound - 1) { word = (word.lowerBound - 1)..<word.upperBound }
    while isWord(word.upperBound) { word = word.lowerBound..<(word.upperBound + 1) }
    return text(word)
  }

  private func liesInHexadecimalWord(_ range: Range<Int>) -> Bool {
    let letters = word(around: range).filter { !$0.isNumber }
    return !letters.isEmpty && letters.allSatisfy(\.isHexDigit)
  }

  private func liesInHash(_ range: Range<Int>) -> Bool {
    liesInHexadecimalWord(range)
      && [16, 24, 32, 40, 56, 64, 96, 128].contains(word(around: range).count)
  }

  private func liesInResourceName(_ range: Range<Int>) -> Bool {
    let before = text(max(0, range.lowerBound - 64)..<range.lowerBound)
    let word = before.split(omittingEmptySubsequences: false) {
      !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == ":" || $0 == "-"))
    }
    return range.count == 12 && (word.last ?? "").hasPrefix("arn:") && before.hasSuffix(":")
  }

  private func liesInUUID(_ range: Range<Int>) -> Bool {
    guard range.count <= 36 else { return false }
    for start in max(0, range.upperBound - 36)...range.lowerBound
    where start + 36 <= scalars.count && !isWord(start - 1) && !isWord(start + 36) {
      let groups = text(start..<(start + 36)).split(
        separator: "-", omittingEmptySubsequences: false)
      let digits = groups.joined()
      if groups.map(\.count) == [8, 4, 4, 4, 12], digits.allSatisfy(\.isHexDigit),
        digits.contains(where: \.isLetter), digits.allSatisfy(\.isASCII)
      {
        return true
      }
    }
    return false
  }

  // MARK: Social security numbers

  private func socialSecurityNumbers() -> [NumberMatch] {
    var matches: [NumberMatch] = []
    for first in groups.indices {
      if groups[first].count == 9, isIssued(text(groups[first])) {
        matches.append(match(groups[first], needsKeyword: true))
      }
      guard first + 2 < groups.count, let key = separator(after: first),
        separator(after: first + 1) == key,
        groups[first...(first + 2)].map(\.count) == [3, 2, 4],
        isIssued(groups[first...(first + 2)].map(text).joined())
      else { continue }
      let longer =
        separator(after: first - 1) == key || separator(after: first + 2) == key
      let range = groups[first].lowerBound..<groups[first + 2].upperBound
      matches.append(match(range, needsKeyword: longer))
    }
    return matches
  }

  private func isIssued(_ digits: String) -> Bool {
    !digits.hasPrefix("000") && !digits.hasPrefix("666") && !digits.hasPrefix("9")
      && !digits.hasSuffix("0000") && digits.dropFirst(3).prefix(2) != "00"
  }

  // MARK: Bank accounts

  private func ibans() -> [NumberMatch] {
    var matches: [NumberMatch] = []
    for start in scalars.indices where !isWord(start - 1) && start + 4 <= scalars.count {
      let head = text(start..<(start + 4)).uppercased()
      guard let count = NaiveIBAN.counts[String(head.prefix(2))],
        (start + 2..<start + 4)
          .allSatisfy(isDigit)
      else { continue }
      // Cut into words and what stands between, until there are enough characters.
      var words = [""]
      var gaps: [[Unicode.Scalar]] = []
      var at = start
      while at < scalars.count, words.joined().count < count {
        if isWord(at) {
          if gaps.count == words.count { words.append("") }
          words[words.count - 1].unicodeScalars.append(scalars[at])
        } else {
          if gaps.count < words.count { gaps.append([]) }
          gaps[gaps.count - 1].append(scalars[at])
        }
        at += 1
      }
      let iban = words.joined().uppercased()
      let sameGaps = gaps.allSatisfy {
        $0 == gaps[0] && $0.count <= 3 && $0.allSatisfy(Self.separates)
      }
      let inFours =
        words.dropLast().allSatisfy { $0.count == 4 }
        && (words.last ?? "").count <= 4
      guard iban.count == count, words.first.map({ $0.count >= 4 }) == true, sameGaps,
        gaps.isEmpty || inFours || !isWord(at), NaiveIBAN.passes(iban)
      else { continue }
      let goesOn =
        iban.allSatisfy(\.isHexDigit) && gaps.isEmpty
        && text(start..<(start + 1)).first?.isLowercase == true && at < scalars.count
        && Character(scalars[at]).isHexDigit && scalars[at].isASCII
      matches.append(match(start..<at, needsKeyword: goesOn || liesInUUID(start..<at)))
    }
    return matches
  }
}

/// IBANs the schoolbook way.
enum NaiveIBAN {
  /// Countries with their lengths, by name.
  private static let table = """
    AD24 AE23 AL28 AO25 AT20 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BR29 BY28 CF27 CG27
    CH21 CI28 CM27 CR22 CV25 CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18
    FO18 FR27 GA27 GB22 GE22 GI23 GL18 GQ27 GR27 GT28 GW25 HN28 HR21 HU28 IE22 IL23 IQ23
    IR26 IS26 IT27 JO30 KM27 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MA28 MC27 MD24
    ME22 MG27 MK19 ML28 MN20 MR27 MT31 MU30 MZ25 NE28 NI28 NL18 NO15 OM23 PK24 PL28 PS29
    PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SN28 SO23 ST25 SV28 TD27
    TG28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
    """

  /// The length for each country.
  static let counts = Dictionary(
    uniqueKeysWithValues: table.split(whereSeparator: \.isWhitespace).map {
      (String($0.prefix(2)), Int($0.dropFirst(2)) ?? 0)
    })

  /// Whether the check digits of an IBAN in capitals are right.
  static func passes(_ iban: String) -> Bool {
    (2...98).contains(Int(iban.dropFirst(2).prefix(2)) ?? 0) && remainder(iban) == 1
  }

  /// The IBAN of `country` with the account `account` in capitals.
  static func make(_ country: String, _ account: String) -> String {
    let check = 98 - remainder(country + "00" + account)
    return country + (check < 10 ? "0" : "") + String(check) + account
  }

  private static func remainder(_ iban: String) -> Int {
    (iban.dropFirst(4) + iban.prefix(4)).reduce(0) { rest, character in
      let value = Int(String(character), radix: 36) ?? 0
      return (rest * (value < 10 ? 10 : 100) + value) % 97
    }
  }
}
