/// What a rule's class and finder allow (standards.md 3.1 to 3.2). Run on each rule as read, and
/// again on each rule that an override has changed.
enum RuleChecks {
  /// What is wrong with one rule.
  static func check(_ rule: RuleDeclaration) -> [Diagnostic] {
    check(rule.transform, of: rule.qualifiedID, rule.ruleClass)
      + check(rule.match, allow: rule.allow)
      + check(testNumbers: rule.allowsTestNumbers, rule.ruleClass, rule.match)
  }

  /// What a rule's class does not allow of its transform.
  static func check(
    _ transform: TransformDeclaration, of id: String, _ ruleClass: RuleClass
  ) -> [Diagnostic] {
    let location = transform.location
    switch (ruleClass, transform.kind) {
    case (.sad, .redact), (.sad, .null), (.sad, .drop), (.sad, .dropRecord): return []
    case (.sad, let kind):
      let text =
        "rule '\(id)' has class sad, whose values must not stay in any form "
        + "(PCI DSS 3.3.1): use redact, null, drop or dropRecord, not \(kind.name)"
      return [Diagnostic(location: location, text: text)]
    case (.pan, .keep(let first, let last, _)):
      let (firstMax, lastMax) = (RulesLimits.cardFirstDigitsMax, RulesLimits.cardLastDigitsMax)
      guard first > firstMax || last > lastMax else { return [] }
      let text =
        "rule '\(id)' has class pan, of which at most the first \(firstMax) and the "
        + "last \(lastMax) digits may stay (PCI SSC FAQ 1091), not first \(first) and last \(last)"
      return [Diagnostic(location: location, text: text)]
    default: return []
    }
  }

  /// What a rule's finder does not allow beside it.
  static func check(_ match: MatchDeclaration, allow: [PatternText]) -> [Diagnostic] {
    var errors = checkJoin(of: match)
    func report(_ location: SourceLocation, _ text: String) {
      errors.append(Diagnostic(location: location, text: text))
    }
    switch match.finder {
    case .pattern: break
    case .number:
      if let group = match.group {
        report(group.location, "group goes with a pattern only, not with a number finder")
      }
    case .wholeValue:
      guard match.join.isEmpty else { return errors }
      if match.paths.include.isEmpty {
        report(
          match.location, "match has no 'pattern', 'number' or included 'paths'; add one")
        return errors
      }
      let remedy = "needs a pattern or a number: without them every value at the paths is masked"
      if let group = match.group { report(group.location, "group " + remedy) }
      if let validator = match.validators.first { report(validator.location, "validate " + remedy) }
      if let keywords = match.keywords { report(keywords.location, "keywords " + remedy) }
      if let places = match.declaredPlaces { report(places.location, "in " + remedy) }
      if let allow = allow.first { report(allow.location, "allow " + remedy) }
    }
    return errors
  }

  /// What is wrong with rules of class pan taken together: parts of one number that stay in several
  /// forms can be put together again (PCI SSC FAQ 1091 and 1117, PCI DSS 3.5.1).
  static func checkTogether(_ rules: [RuleDeclaration]) -> [Diagnostic] {
    var errors: [Diagnostic] = []
    var kept: (rule: RuleDeclaration, first: Int, last: Int)?
    var hashed: RuleDeclaration?
    for rule in rules where rule.ruleClass == .pan {
      switch rule.transform.kind {
      case .keep(let first, let last, _) where first > 0 || last > 0:
        if let kept, kept.first != first || kept.last != last {
          let text =
            "rule '\(rule.qualifiedID)' keeps first \(first) and last \(last) of a card number, "
            + "but '\(kept.rule.qualifiedID)' (\(kept.rule.transform.location)) first \(kept.first) "
            + "and last \(kept.last): two truncations together rebuild it (PCI SSC FAQ 1091); "
            + "use the same keep in all rules of class pan"
          errors.append(Diagnostic(location: rule.transform.location, text: text))
        }
        if kept == nil {
          kept = (rule, first, last)
          if let hashed { errors.append(mixed(rule, hashed)) }
        }
      case .hash:
        if hashed == nil {
          hashed = rule
          if let kept { errors.append(mixed(rule, kept.rule)) }
        }
      default: continue
      }
    }
    return errors
  }

  private static func mixed(_ rule: RuleDeclaration, _ other: RuleDeclaration) -> Diagnostic {
    let text =
      "rule '\(rule.qualifiedID)' has \(rule.transform.kind.name), but '\(other.qualifiedID)' "
      + "(\(other.transform.location)) has \(other.transform.kind.name): a hash and a truncation of "
      + "one card number must not stand side by side (PCI DSS 3.5.1); use one of them in all rules "
      + "of class pan"
    return Diagnostic(location: rule.transform.location, text: text)
  }
}
