internal import Rules

/// Path rules for the paths where most values are sensitive.
struct RuleProposal {
  /// One proposed rule.
  struct Proposed {
    var path: String
    var rule: RuleDeclaration
    var percent: Int
    var values: Int
  }

  private(set) var proposed: [Proposed] = []

  init(_ profile: PathProfile, rules: [RuleDeclaration], sharePercent: Int, valuesMin: Int) {
    let known = Dictionary(
      rules.map { ($0.qualifiedID, $0) }, uniquingKeysWith: { first, _ in first })
    for (path, counts) in profile.paths.sorted(by: { $0.key < $1.key })
    where path != PathProfile.otherPath && path != "**" && counts.values >= valuesMin {
      // The rule that finds most; of equals the most severe.
      let best = counts.rules.keys.compactMap { known[$0] }.max {
        let (left, right) = (counts.percent($0.qualifiedID), counts.percent($1.qualifiedID))
        return (left, $0.severity, $1.qualifiedID) < (right, $1.severity, $0.qualifiedID)
      }
      guard let best, counts.percent(best.qualifiedID) >= sharePercent else { continue }
      // A rule that already takes the whole value at this path needs no other.
      if case .wholeValue = best.match.finder { continue }
      proposed.append(
        Proposed(
          path: path, rule: best, percent: counts.percent(best.qualifiedID), values: counts.values))
    }
  }

  /// The mask file.
  var maskFile: String {
    var text = """
      # Proposed by `maskline learn` from counts per field path; read it, then check it:
      #   maskline check THIS-FILE
      # Each rule masks all values of a path of which a rule of the packs found most.
      version: 1
      mask: learned

      """
    guard !proposed.isEmpty else {
      return text + "rules: []   # no path had enough values that a rule found\n"
    }
    text += "rules:\n"
    var ids: Set<String> = []
    for rule in proposed {
      let id = Self.id(rule.path, &ids)
      let (with, masked, without) = Self.records(rule.path)
      text += """
          - id: \(id)
            class: \(rule.rule.ruleClass.rawValue)
            severity: \(rule.rule.severity.rawValue)
            description: '\(rule.percent) % of \(rule.values) values were found by \(rule.rule.qualifiedID)'
            match: { paths: [\(Self.quoted(rule.path))] }
            transform: redact
            tests:
              - { record: \(Self.quoted(with)), out: \(Self.quoted(masked)) }
              - { record: \(Self.quoted(without)) }

        """
    }
    return text
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "'"
    for scalar in text.unicodeScalars {
      quoted.unicodeScalars.append(scalar)
      if scalar == "'" { quoted.unicodeScalars.append(scalar) }
    }
    return quoted + "'"
  }

  private static func id(_ path: String, _ ids: inout Set<String>) -> String {
    var id = ""
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x61...0x7A: id.unicodeScalars.append(UnicodeScalar(byte))
      case 0x41...0x5A: id.unicodeScalars.append(UnicodeScalar(byte | 0x20))
      default: if !id.hasSuffix("-"), !id.isEmpty { id += "-" }
      }
    }
    while id.hasSuffix("-") { id.removeLast() }
    id = String(id.suffix(48))
    while let first = id.utf8.first, !((0x61...0x7A).contains(first)) { id.removeFirst() }
    if id.isEmpty { id = "path" }
    var unique = id
    var number = 2
    while !ids.insert(unique).inserted {
      unique = "\(id)-\(number)"
      number += 1
    }
    return unique
  }

  /// A record with a value at the path, the same masked, and one with the value elsewhere.
  private static func records(_ path: String) -> (String, String, String) {
    guard
      let pattern = try? FieldPathPattern(
        parsing: path, at: SourceLocation(file: "", line: 1, column: 1))
    else { return (#"{"a":"x"}"#, #"{"a":"x"}"#, #"{"other":"x"}"#) }
    var (head, tail) = ("", "")
    for segment in pattern.segments {
      switch segment {
      case .key(let key):
        var object = JSONObject()
        object.add(key, 0)
        head += object.text.dropLast(2)
        tail = "}" + tail
      case .anyKey, .anyDepth:
        head += #"{"k":"#
        tail = "}" + tail
      case .element, .anyElement:
        head += "["
        tail = "]" + tail
      }
    }
    return (
      head + #""x""# + tail, head + #""[REDACTED]""# + tail, #"{"elsewhere":"x"}"#
    )
  }
}

/// What was learned, and what is new or has drifted since an earlier profile.
struct LearnReport {
  private let profile: PathProfile
  private let earlier: PathProfile?
  private let proposal: RuleProposal

  /// A share that moved by as many points has drifted.
  private static let driftPoints = 20

  init(_ profile: PathProfile, earlier: PathProfile?, proposal: RuleProposal) {
    self.profile = profile
    self.earlier = earlier
    self.proposal = proposal
  }

  /// One line that tells of a path and a rule.
  private struct Line {
    var note: String
    var path: String
    var rule: String
    var found: Int
    var values: Int
    var percent: Int
    var before: Int?
  }

  private var lines: [Line] {
    var lines: [Line] = []
    for (path, counts) in profile.paths.sorted(by: { $0.key < $1.key }) {
      let old = earlier?.paths[path]
      for (rule, found) in counts.rules.sorted(by: { $0.key < $1.key }) {
        let percent = counts.percent(rule)
        let before = old.map { $0.percent(rule) }
        var note = ""
        if earlier != nil {
          if old == nil {
            note = "new path"
          } else if old?.rules[rule] == nil {
            note = "new kind"
          } else if abs(percent - (before ?? 0)) >= Self.driftPoints {
            note = "drift"
          }
        }
        lines.append(
          Line(
            note: note, path: path, rule: rule, found: found, values: counts.values,
            percent: percent, before: before))
      }
      // What was found here once, and is not any more.
      for (rule, _) in (old?.rules ?? [:]).sorted(by: { $0.key < $1.key })
      where counts.rules[rule] == nil && (old?.percent(rule) ?? 0) >= Self.driftPoints {
        lines.append(
          Line(
            note: "drift", path: path, rule: rule, found: 0, values: counts.values, percent: 0,
            before: old?.percent(rule)))
      }
      if earlier != nil, old == nil, counts.rules.isEmpty {
        lines.append(
          Line(
            note: "new path", path: path, rule: "", found: 0, values: counts.values, percent: 0))
      }
    }
    for (path, counts) in (earlier?.paths ?? [:]).sorted(by: { $0.key < $1.key })
    where profile.paths[path] == nil && !counts.rules.isEmpty {
      lines.append(Line(note: "gone", path: path, rule: "", found: 0, values: 0, percent: 0))
    }
    return lines
  }

  var text: String {
    var text = ""
    for line in lines {
      let share = line.rule.isEmpty ? "" : "\(line.found) of \(line.values) (\(line.percent) %)"
      let before = line.note == "drift" ? ", was \(line.before ?? 0) %" : ""
      text +=
        line.note.padding(to: earlier == nil ? 0 : 10)
        + line.path.padding(to: 40) + line.rule.padding(to: 30) + share + before + "\n"
    }
    text +=
      "\(profile.paths.count) paths, \(proposal.proposed.count) proposed rules; --rules FILE writes them\n"
    return text
  }

  var json: String {
    lines.map { line in
      var object = JSONObject()
      object.add("path", line.path)
      object.add("rule", line.rule)
      object.add("found", line.found)
      object.add("values", line.values)
      object.add("percent", line.percent)
      if let before = line.before { object.add("before", before) }
      if !line.note.isEmpty { object.add("note", line.note) }
      return object.text + "\n"
    }.joined()
  }
}
