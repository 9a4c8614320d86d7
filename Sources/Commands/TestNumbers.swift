internal import Rules

/// Published test card numbers that rules let through: never by default, and never in silence.
enum TestNumbers {
  /// Lets them through in all rules that look for card numbers.
  static func allow(in rules: inout [RuleDeclaration]) {
    for index in rules.indices where rules[index].ruleClass == .pan {
      if case .wholeValue = rules[index].match.finder { continue }
      rules[index].allowsTestNumbers = Located(true, at: rules[index].location)
    }
  }

  /// The rules that let them through; nil if there is none.
  static func rules(_ rules: [RuleDeclaration]) -> String? {
    let names = rules.filter { $0.allowsTestNumbers?.value ?? false }.map(\.qualifiedID)
    return names.isEmpty ? nil : names.joined(separator: ", ")
  }

  /// Says on standard error that they are let through, if any rule does.
  static func warn(_ rules: [RuleDeclaration]) {
    guard let names = Self.rules(rules) else { return }
    Console.error("maskline: warning: published test card numbers are let through (\(names))")
  }
}
