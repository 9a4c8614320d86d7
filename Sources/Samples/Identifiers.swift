import Bytes

/// Made-up identifiers with the check digits that real ones have.
extension SampleGenerator {
  /// The digits of a card number: a known prefix, random digits, the Luhn digit (ISO/IEC 7812-1
  /// annex B).
  mutating func makeCardDigits() -> [UInt8] {
    let (prefix, length) = random.pick(Self.cardPrefixes)
    var digits = Array(prefix.utf8)
    while digits.count < length - 1 { digits.append(ASCII.zero + UInt8(random.below(10))) }
    digits.append(Self.luhnDigit(following: digits))
    let made = digits
    note(.pan, String(decoding: made, as: UTF8.self))
    return digits
  }

  /// Prefixes that the brands have published, with a length each.
  private static let cardPrefixes: [(String, Int)] = [
    ("4", 16), ("4", 16), ("4", 16), ("4", 16), ("4", 19), ("51", 16), ("53", 16), ("55", 16),
    ("2221", 16), ("2503", 16), ("2720", 16), ("34", 15), ("37", 15), ("6011", 16), ("65", 16),
    ("3530", 16), ("36", 14), ("62", 16), ("62", 19),
  ]

  /// The digit that makes `digits` and itself pass the Luhn check.
  static func luhnDigit(following digits: [UInt8]) -> UInt8 {
    var sum = 0
    for (place, digit) in digits.reversed().enumerated() {
      let value = Int(digit - ASCII.zero) * (place % 2 == 0 ? 2 : 1)
      sum += value / 10 + value % 10
    }
    return ASCII.zero + UInt8((10 - sum % 10) % 10)
  }

  /// Appends card digits in the groups that are printed on the card.
  func appendGrouped(_ digits: [UInt8], separator: UInt8, to output: inout ByteBuffer) {
    let borders: [Int] =
      switch digits.count {
      case 14, 15: [4, 10]
      default: [4, 8, 12, 16]
      }
    for (index, digit) in digits.enumerated() {
      if borders.contains(index) { output.append(separator) }
      output.append(digit)
    }
  }

  /// An address at one of the names kept by RFC 2606.
  mutating func makeEmail() -> String {
    var email = random.pick(Words.firstNames).lowercased()
    email += random.pick([".", "_", ""])
    email += random.pick(Words.lastNames).lowercased()
    if random.oneIn(3) { email += String(random.within(1...99)) }
    email += "@" + random.pick(Words.hosts)
    note(.email, email)
    return email
  }

  /// A number of the ranges kept for fiction: 555-01xx in North America, 7946 0xxx in London.
  mutating func makePhone() -> String {
    let line = random.below(100)
    let area = random.pick(["202", "212", "312", "415", "617"])
    let lineText = line < 10 ? "010\(line)".suffix(4) : "01\(line)".suffix(4)
    let phone: String =
      switch random.below(4) {
      case 0: "+1 (\(area)) 555-\(lineText)"
      case 1: "+1\(area)555\(lineText)"
      case 2: "+1-\(area)-555-\(lineText)"
      default: "+44 20 7946 0\(lineText.suffix(3))"
      }
    note(.phone, phone)
    return phone
  }

  /// A social security number with parts that were in use before 2011.
  mutating func makeSSN() -> String {
    var area = random.within(1...899)
    if area == 666 { area = 665 }
    let group = random.within(1...99)
    let serial = random.within(1...9999)
    let ssn = "\(Self.padded(area, 3))-\(Self.padded(group, 2))-\(Self.padded(serial, 4))"
    note(.ssn, ssn)
    return ssn
  }

  /// An account number with the check digits of ISO 13616, in groups of four now and then.
  mutating func makeIBAN() -> String {
    let country = random.pick(["DE", "GB", "FR", "NL"])
    var account: String
    switch country {
    case "DE": account = makeDigits(18)
    case "GB": account = "MIDL" + makeDigits(14)
    case "NL": account = "ABNA" + makeDigits(10)
    default: account = makeDigits(23)
    }
    account = country + Self.ibanCheckDigits(country: country, account: account) + account
    if random.oneIn(2) {
      var grouped = ""
      for (index, character) in account.enumerated() {
        if index > 0 && index % 4 == 0 { grouped.append(" ") }
        grouped.append(character)
      }
      account = grouped
    }
    let made = account
    note(.iban, made)
    return account
  }

  private static func ibanCheckDigits(country: String, account: String) -> String {
    var remainder = 0
    for byte in (account + country + "00").utf8 {
      if ASCII.isDigit(byte) {
        remainder = (remainder * 10 + Int(byte - ASCII.zero)) % 97
      } else {
        remainder = (remainder * 100 + Int(byte - 55)) % 97
      }
    }
    return padded(98 - remainder, 2)
  }

  /// A key in the form of a well-known issuer.
  mutating func makeAPIKey() -> String {
    let key: String =
      switch random.below(3) {
      case 0: "AK" + "IA" + makeText(16, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
      case 1: "gh" + "p_" + makeText(36, of: Self.alphanumerics)
      default: "sk_" + "live_" + makeText(24, of: Self.alphanumerics)
      }
    note(.apiKey, key)
    return key
  }

  /// A password of letters, digits and a mark.
  mutating func makePassword() -> String {
    let password =
      makeText(random.within(6...14), of: Self.alphanumerics) + random.pick(["!", "#", "%", "-x"])
    note(.password, password)
    return password
  }

  /// A signed token as of RFC 7519: header, claims, 32 bytes of signature.
  mutating func makeJWT() -> String {
    let claims =
      "{\"sub\":\"u-\(random.within(1000...99999))\",\"iat\":\(epochMilliseconds / 1000)}"
    var signature: [UInt8] = []
    for _ in 0..<32 { signature.append(UInt8(truncatingIfNeeded: random.next())) }
    let header = Self.base64URL(Array("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".utf8))
    let jwt = "\(header).\(Self.base64URL(Array(claims.utf8))).\(Self.base64URL(signature))"
    note(.jwt, jwt)
    return jwt
  }

  /// RFC 4648 section 5, without padding.
  static func base64URL(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let group = bytes[index..<min(index + 3, bytes.count)]
      var bits = 0
      for byte in group { bits = bits << 8 | Int(byte) }
      bits <<= 8 * (3 - group.count)
      for place in 0...group.count { text.append(alphabet[bits >> (18 - 6 * place) & 63]) }
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static let alphanumerics =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

  private mutating func makeDigits(_ count: Int) -> String { makeText(count, of: "0123456789") }

  private mutating func makeText(_ count: Int, of alphabet: String) -> String {
    let letters = Array(alphabet.utf8)
    var text: [UInt8] = []
    for _ in 0..<count { text.append(random.pick(letters)) }
    return String(decoding: text, as: UTF8.self)
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
