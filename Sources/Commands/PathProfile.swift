/// How many values each field path had, and how many of them each rule found. Holds paths and counts
/// only: keys that may be data themselves (long numbers, masked keys, identifiers) stand as `*`.
struct PathProfile {
  /// What is known of one path.
  struct Counts: Equatable {
    var values = 0
    var rules: [String: Int] = [:]

    /// The share of the values that a rule found, in percent.
    func percent(_ rule: String) -> Int {
      values == 0 ? 0 : min(100, ((rules[rule] ?? 0) * 100 + values / 2) / values)
    }
  }

  /// More paths than this are counted together: a stream whose keys are data must not fill memory.
  static let pathsMax = 20_000
  /// The path under which the rest is counted.
  static let otherPath = "(other paths)"
  private static let header = "maskline-profile 1"

  private(set) var paths: [String: Counts] = [:]

  init() {}

  /// A value stood at `pointer` (RFC 6901).
  mutating func addValue(at pointer: String) {
    paths[place(pointer), default: Counts()].values += 1
  }

  /// A rule found something in the value at `pointer`, or in its key.
  mutating func add(_ rule: String, at pointer: String, isKey: Bool) {
    // A key that is found is data: it is counted at its parent's `*`.
    paths[place(pointer), default: Counts()].rules[isKey ? rule + " (key)" : rule, default: 0] += 1
  }

  private func place(_ pointer: String) -> String {
    let path = Self.path(pointer)
    return paths[path] != nil || paths.count < Self.pathsMax ? path : Self.otherPath
  }

  // MARK: Paths

  /// The field path, as rules write it, of an RFC 6901 pointer: `/cards/0/no` is `cards[*].no`.
  static func path(_ pointer: String) -> String {
    var path = ""
    for part in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      let key = unescaped(part)
      if key.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !key.isEmpty, key.utf8.count < 6 {
        path += "[*]"
      } else {
        path += (path.isEmpty ? "" : ".") + segment(key)
      }
    }
    return path.isEmpty ? "**" : path
  }

  private static func unescaped(_ part: Substring) -> String {
    var key = ""
    var isEscape = false
    for scalar in part.unicodeScalars {
      if isEscape {
        key.unicodeScalars.append(scalar == "1" ? "/" : "~")
        isEscape = false
      } else if scalar == "~" {
        isEscape = true
      } else {
        key.unicodeScalars.append(scalar)
      }
    }
    return key
  }

  private static func segment(_ key: String) -> String {
    if key.isEmpty { return "''" }
    if isData(key) { return "*" }
    let isPlain = key.utf8.allSatisfy {
      (0x30...0x39).contains($0) || ($0 | 0x20) &- 0x61 < 26 || $0 == 0x5F || $0 == 0x2D
        || $0 >= 0x80
    }
    return isPlain ? key : "'\(key)'"
  }

  /// Whether a key is more likely a datum than a name: masked, long, with many digits, or with what
  /// cannot stand in quotes.
  private static func isData(_ key: String) -> Bool {
    let bytes = Array(key.utf8)
    let digits = bytes.count { (0x30...0x39).contains($0) }
    return bytes.count > 48 || digits > 4 || bytes.contains(0x5B) || bytes.contains(0x2A)
      || bytes.contains(0x27) || bytes.contains(0x40) || bytes.contains(0x7E)
      || bytes.contains { $0 < 0x20 }
  }

  // MARK: Text

  /// One line per path: path, values, rule=count ..., parted by tabs.
  var text: String {
    var text = Self.header + "\n"
    for (path, counts) in paths.sorted(by: { $0.key < $1.key }) {
      let rules = counts.rules.sorted { $0.key < $1.key }.map { "\t\($0.key)=\($0.value)" }
      text += "\(path)\t\(counts.values)\(rules.joined())\n"
    }
    return text
  }

  /// Reads `text`; nil if it is something else.
  init?(_ text: String) {
    var lines = text.split(separator: "\n")[...]
    guard lines.popFirst() == Self.header[...] else { return nil }
    for line in lines {
      let parts = line.split(separator: "\t")
      guard parts.count >= 2, let values = Int(parts[1]) else { return nil }
      var counts = Counts(values: values)
      for part in parts.dropFirst(2) {
        guard let sign = part.lastIndex(of: "="), let count = Int(part[part.index(after: sign)...])
        else { return nil }
        counts.rules[String(part[..<sign])] = count
      }
      paths[String(parts[0])] = counts
    }
  }
}
