/// A text of a file in single quotes, safe for a log and a terminal: cut after 40 characters, with
/// `?` for what cannot be printed.
package func shown(_ text: String) -> String {
  var result = "'"
  for (count, scalar) in text.unicodeScalars.enumerated() {
    if count == 40 {
      result += "..."
      break
    }
    result.unicodeScalars.append(isPrintable(scalar) ? scalar : "?")
  }
  return result + "'"
}

/// `a`, `a or b`, `a, b or c`.
package func listed(_ names: [String], _ conjunction: String = "or") -> String {
  guard let last = names.last, names.count > 1 else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
    false
  default: true
  }
}

/// `; did you mean 'x'?`, or `; use` and the whole list if no name is near.
package func remedy(for text: String, among names: [String]) -> String {
  suggestion(for: text, among: names) ?? "; use \(listed(names))"
}

/// `; did you mean 'x'?` if a name is near.
package func suggestion(for text: String, among names: [String]) -> String? {
  nearest(to: text, among: names).map { "; did you mean '\($0)'?" }
}

/// The name that a misspelt text most likely stands for: equal but for case, `-` and `_`, or within
/// one edit for each three characters.
package func nearest(to text: String, among names: [String]) -> String? {
  let typed = Array(text.utf8)
  guard !typed.isEmpty, typed.count <= RulesLimits.nameBytesMax else { return nil }
  let folded = fold(typed)
  if !folded.isEmpty, let name = names.first(where: { fold(Array($0.utf8)) == folded }) {
    return name
  }
  var best: (name: String, distance: Int)?
  for name in names {
    let distance = editDistance(typed, Array(name.utf8))
    let limit = max(1, min(typed.count, name.utf8.count) / 3)
    if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
  }
  return best?.name
}

private func fold(_ bytes: [UInt8]) -> [UInt8] {
  bytes.compactMap { byte in
    switch byte {
    case 0x2D, 0x5F: nil
    case 0x41...0x5A: byte | 0x20
    default: byte
    }
  }
}

/// The least number of insertions, deletions, replacements and swaps of neighbours that turns one
/// text into the other (optimal string alignment).
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...right.count)
  for i in left.indices {
    var row = [i + 1]
    for j in right.indices {
      let replaced = previous[j] + (left[i] == right[j] ? 0 : 1)
      var cost = min(replaced, previous[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
        cost = min(cost, beforePrevious[j - 1] + 1)
      }
      row.append(cost)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[right.count]
}
