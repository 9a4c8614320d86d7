internal import ArgumentParser
internal import Masking
internal import Rules

struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "Lists rules with their class, transform, and what stays visible.",
    discussion: """
      Examples:

        maskline rules
        maskline rules --masks pci --output json
        maskline rules --show pii > my-pii.yaml
      """)

  @OptionGroup var options: MaskOptions

  @Option(help: ArgumentHelp("Print the file of a built-in pack.", valueName: "pack"))
  var show: String?

  @Option(help: "text or json.")
  var output = OutputForm.text

  func run() throws {
    if let show {
      guard let file = Packs.file(show) else {
        throw ExitStatus.fail(
          "--show: there is no pack '\(show)'; there are \(Packs.names.joined(separator: ", "))",
          ExitStatus.usage)
      }
      Console.write(file)
      return
    }
    let loaded = try LoadedConfiguration.load(options)
    let rules = Dictionary(
      loaded.rules.map { ($0.qualifiedID, $0) }, uniquingKeysWith: { first, _ in first })
    var text = ""
    for rule in loaded.policy.listing {
      guard let declaration = rules[rule.rule] else { continue }
      let (ruleClass, severity) = (declaration.ruleClass.rawValue, declaration.severity.rawValue)
      switch output {
      case .json:
        var object = JSONObject()
        object.add("rule", rule.rule)
        object.add("class", ruleClass)
        object.add("severity", severity)
        object.add("description", declaration.description)
        object.add("source", declaration.source)
        object.add("finds", rule.finds)
        object.add("transform", rule.transform)
        object.add("shows", rule.shows)
        object.add("allowsTestNumbers", rule.allowsTestNumbers)
        object.add("idempotent", rule.isIdempotent)
        text += object.text + "\n"
      case .text:
        let name =
          rule.rule.padding(to: 30) + ruleClass.padding(to: 8) + severity.padding(to: 10)
        text +=
          name + rule.transform.padding(to: 12) + "shows \(rule.shows)"
          + (rule.allowsTestNumbers ? "; lets published test numbers through" : "") + "\n"
      }
    }
    Console.write(Array(text.utf8))
  }
}

/// How a listing is written.
enum OutputForm: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
}

extension String {
  /// The text followed by blanks up to `width`, at least one.
  func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
