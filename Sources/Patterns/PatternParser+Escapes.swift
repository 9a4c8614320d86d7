internal import Bytes

/// Escapes and character classes.
extension PatternParser {
  /// What an escape stands for.
  enum Escape {
    case scalar(UInt32)
    case set(CharacterSet)
    case node(PatternNode)
  }

  mutating func escape() throws(NotUnderstood) -> PatternNode {
    switch try readEscape(inClass: false) {
    case .scalar(let scalar): return .set(Self.literal(scalar, isCaseless: isCaseless))
    case .set(let set): return .set(set)
    case .node(let node): return node
    }
  }

  /// Reads the escape at `position`, which stands at the backslash.
  mutating func readEscape(inClass: Bool) throws(NotUnderstood) -> Escape {
    guard let letter = peek(1) else { throw notUnderstood }
    if let set = Self.typeSet(letter) {
      position += 2
      return .set(set)
    }
    if let control = Self.controlEscape(letter) {
      position += 2
      return .scalar(control)
    }
    switch letter {
    case UInt8(ascii: "x"): return .scalar(try hexadecimal())
    case UInt8(ascii: "0"): return .scalar(octal())
    case UInt8(ascii: "p"), UInt8(ascii: "P"): return .set(try property())
    case UInt8(ascii: "b") where inClass:
      position += 2
      return .scalar(0x08)
    case _ where letter < 0x80 && !ASCII.isAlphanumeric(letter):
      position += 2
      return .scalar(UInt32(letter))
    default: break
    }
    guard !inClass else { throw notUnderstood }
    return .node(try outsideClass(letter))
  }

  private mutating func outsideClass(_ letter: UInt8) throws(NotUnderstood) -> PatternNode {
    switch letter {
    case UInt8(ascii: "b"):
      position += 2
      return .boundary(.word)
    case UInt8(ascii: "B"):
      position += 2
      return .boundary(.notWord)
    case UInt8(ascii: "A"), UInt8(ascii: "Z"), UInt8(ascii: "z"), UInt8(ascii: "G"):
      position += 2
      return .boundary(.other)
    case UInt8(ascii: "N"):
      guard peek(2) != UInt8(ascii: "{") else { throw notUnderstood }
      position += 2
      return .set(.any)
    case UInt8(ascii: "R"):
      position += 2
      let breaks = CharacterSet(ASCIISet(0x0A...0x0D), others: .any)
      return .sequence([
        .set(breaks), .repetition(.set(breaks), min: 0, max: 1, possessive: false),
      ])
    case UInt8(ascii: "X"):
      position += 2
      return .repetition(.set(.any), min: 1, max: nil, possessive: true)
    default: throw notUnderstood
    }
  }

  /// `\d`, `\w`, `\s` and their complements mean ASCII: UCP is never on.
  private static func typeSet(_ letter: UInt8) -> CharacterSet? {
    switch letter {
    case UInt8(ascii: "d"): CharacterSet(.digits)
    case UInt8(ascii: "D"): CharacterSet(.digits).complement
    case UInt8(ascii: "w"): CharacterSet(.word)
    case UInt8(ascii: "W"): CharacterSet(.word).complement
    case UInt8(ascii: "s"): CharacterSet(.space)
    case UInt8(ascii: "S"): CharacterSet(.space).complement
    case UInt8(ascii: "h"): CharacterSet(ASCIISet([0x09, 0x20]), others: .any)
    case UInt8(ascii: "H"): CharacterSet(ASCIISet([0x09, 0x20])).complement
    case UInt8(ascii: "v"): CharacterSet(ASCIISet(0x0A...0x0D), others: .any)
    case UInt8(ascii: "V"): CharacterSet(ASCIISet(0x0A...0x0D)).complement
    default: nil
    }
  }

  private static func controlEscape(_ letter: UInt8) -> UInt32? {
    switch letter {
    case UInt8(ascii: "a"): 0x07
    case UInt8(ascii: "e"): 0x1B
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  /// `\xhh` (none to two digits) or `\x{h...}`.
  private mutating func hexadecimal() throws(NotUnderstood) -> UInt32 {
    position += 2
    var value: UInt32 = 0
    if peek() == UInt8(ascii: "{") {
      position += 1
      var digits = 0
      while let byte = peek(), let digit = ASCII.hexValue(byte), digits < 8 {
        value = value << 4 | UInt32(digit)
        digits += 1
        position += 1
      }
      guard digits > 0, peek() == UInt8(ascii: "}") else { throw notUnderstood }
      position += 1
      return value
    }
    for _ in 0..<2 {
      guard let byte = peek(), let digit = ASCII.hexValue(byte) else { break }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  /// `\0` and up to two more octal digits.
  private mutating func octal() -> UInt32 {
    position += 2
    var value: UInt32 = 0
    for _ in 0..<2 {
      guard let byte = peek(), byte >= 0x30, byte < 0x38 else { break }
      value = value << 3 | UInt32(byte - 0x30)
      position += 1
    }
    return value
  }

  /// `\pL`, `\p{Lu}`: any character may be meant, of ASCII only those of a known category.
  private mutating func property() throws(NotUnderstood) -> CharacterSet {
    let isNegated = peek(1) == UInt8(ascii: "P")
    position += 2
    let start = position
    if peek() == UInt8(ascii: "{") {
      while let byte = peek(), byte != UInt8(ascii: "}") {
        guard byte < 0x80 else { throw notUnderstood }
        position += 1
      }
      guard peek() != nil else { throw notUnderstood }
    } else {
      guard let byte = peek(), ASCII.isLetter(byte) else { throw notUnderstood }
    }
    position += 1
    let name = String(decoding: text[start..<position], as: UTF8.self)
    let known = isNegated ? nil : Self.categories[name]
    return CharacterSet(possible: known ?? .all, certain: ASCIISet(), others: .any)
  }

  /// The ASCII bytes of the categories that patterns name; letters in either case, since `(?i)`
  /// makes `\p{Lu}` match both.
  private static let categories: [String: ASCIISet] = [
    "{Zs}": ASCIISet([0x20]), "{Pd}": ASCIISet([UInt8(ascii: "-")]),
    "{Nd}": .digits, "{N}": .digits, "N": .digits,
    "{L}": .letters, "L": .letters, "{Lu}": .letters, "{Ll}": .letters,
  ]

  // MARK: Classes

  mutating func characterClass() throws(NotUnderstood) -> CharacterSet {
    position += 1
    let isNegated = peek() == UInt8(ascii: "^")
    if isNegated { position += 1 }
    guard !starts(with: "[:<:]]"), !starts(with: "[:>:]]") else { throw notUnderstood }
    var characters = CharacterSet(ASCIISet())
    var types = CharacterSet(ASCIISet())
    var isFirst = true
    while true {
      guard let byte = peek() else { throw notUnderstood }
      if byte == UInt8(ascii: "]"), !isFirst { break }
      isFirst = false
      if byte == UInt8(ascii: "["), let posix = try posixClass() {
        types.formUnion(posix)
      } else if let type = try classMember(into: &characters) {
        types.formUnion(type)
      }
    }
    position += 1
    var set = isCaseless ? characters.caseFolded : characters
    set.formUnion(types)
    return isNegated ? set.complement : set
  }

  /// One character, one range (added to `characters`) or one type such as `\w` (returned).
  private mutating func classMember(
    into characters: inout CharacterSet
  ) throws(NotUnderstood) -> CharacterSet? {
    guard let first = try classScalar() else { return try classType() }
    guard peek() == ASCII.minus, let next = peek(1), next != UInt8(ascii: "]") else {
      characters.formUnion(Self.literal(first, isCaseless: false))
      return nil
    }
    // `--` at the start of a range is read in more than one way by different versions.
    guard first != UInt32(ASCII.minus) else { throw notUnderstood }
    // `[a-\d]` and `[a-[:digit:]]` make the hyphen a literal; a plain `[` ends a range.
    var ahead = self
    ahead.position += 1
    if next == UInt8(ascii: "["), peek(2) == ASCII.colon { throw notUnderstood }
    guard let last = try ahead.classScalar() else {
      characters.formUnion(Self.literal(first, isCaseless: false))
      return nil
    }
    position = ahead.position
    guard first <= last else { throw notUnderstood }
    if first < 0x80 {
      characters.formUnion(CharacterSet(ASCIISet(UInt8(first)...UInt8(min(last, 0x7F)))))
    }
    if last >= 0x80 {
      characters.formUnion(CharacterSet(ASCIISet(), others: .any))
    }
    return nil
  }

  /// A literal or escaped character of a class; nil when a type escape such as `\w` is next.
  private mutating func classScalar() throws(NotUnderstood) -> UInt32? {
    guard let byte = peek() else { throw notUnderstood }
    guard byte == ASCII.backslash else { return try rawScalar() }
    var probe = self
    guard case .scalar(let scalar) = try probe.readEscape(inClass: true) else { return nil }
    position = probe.position
    return scalar
  }

  private mutating func classType() throws(NotUnderstood) -> CharacterSet {
    guard case .set(let set) = try readEscape(inClass: true) else { throw notUnderstood }
    return set
  }

  /// `[:name:]` or `[:^name:]`; nil when the bracket is a literal one.
  private mutating func posixClass() throws(NotUnderstood) -> CharacterSet? {
    guard let kind = peek(1), kind == ASCII.colon else {
      guard peek(1) != ASCII.period, peek(1) != UInt8(ascii: "=") else { throw notUnderstood }
      return nil
    }
    var end = position + 2
    while end < text.count, ASCII.isLetter(text[end]) || text[end] == UInt8(ascii: "^") { end += 1 }
    guard end + 1 < text.count, text[end] == ASCII.colon, text[end + 1] == UInt8(ascii: "]") else {
      return nil
    }
    var name = text[(position + 2)..<end]
    let isNegated = name.first == UInt8(ascii: "^")
    if isNegated { name = name.dropFirst() }
    guard var ascii = Self.posixSet(String(decoding: name, as: UTF8.self)) else {
      throw notUnderstood
    }
    if isCaseless, ascii == .upper || ascii == .lower { ascii = .letters }
    position = end + 2
    let set = CharacterSet(ascii)
    return isNegated ? set.complement : set
  }

  private static func posixSet(_ name: String) -> ASCIISet? {
    switch name {
    case "alpha": .letters
    case "lower": .lower
    case "upper": .upper
    case "digit": .digits
    case "alnum": .letters.union(.digits)
    case "word": .word
    case "space": .space
    case "blank": ASCIISet([0x09, 0x20])
    case "xdigit": .digits.union(ASCIISet(Array("abcdefABCDEF".utf8)))
    case "punct":
      ASCIISet(0x21...0x7E).intersection(.letters.union(.digits).complement)
    case "graph": ASCIISet(0x21...0x7E)
    case "print": ASCIISet(0x20...0x7E)
    case "cntrl": ASCIISet(Array(0x00...0x1F) + [0x7F])
    case "ascii": .all
    default: nil
    }
  }
}
