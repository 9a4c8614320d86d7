// What `join` and `allowTestNumbers` do not allow beside them.
extension RuleChecks {
  /// What is wrong with the fields that a rule joins: they must be members of one object.
  static func checkJoin(of match: MatchDeclaration) -> [Diagnostic] {
    guard let first = match.join.first else { return [] }
    var errors: [Diagnostic] = []
    func report(_ location: SourceLocation, _ text: String) {
      errors.append(Diagnostic(location: location, text: text))
    }
    if case .wholeValue = match.finder {
      report(first.location, "join needs a pattern or a number to look for in the joined text")
    }
    if match.join.count < 2 {
      report(first.location, "join must name at least two fields; for one field use paths")
    }
    if match.join.count > RulesLimits.joinFieldsMax {
      report(
        first.location,
        "join names \(match.join.count) fields; the limit is \(RulesLimits.joinFieldsMax)")
    }
    for path in match.join {
      guard case .key = path.segments.last else {
        report(path.location, "path '\(path.text)' in join must end with the name of a field")
        continue
      }
      if path.segments.dropLast() != first.segments.dropLast() {
        report(
          path.location,
          "path '\(path.text)' in join must have the same parent as '\(first.text)': only fields of"
            + " one object are joined")
      }
    }
    if let path = match.paths.include.first ?? match.paths.exclude.first {
      report(path.location, "paths goes without join, which names its fields itself")
    }
    if let places = match.declaredPlaces {
      report(places.location, "in goes without join, which looks at strings and numbers")
    }
    return errors
  }

  /// What is wrong with letting test numbers through.
  static func check(
    testNumbers: Located<Bool>?, _ ruleClass: RuleClass, _ match: MatchDeclaration
  ) -> [Diagnostic] {
    guard let testNumbers, testNumbers.value else { return [] }
    if ruleClass != .pan {
      let text = "allowTestNumbers goes with class pan only, not with \(ruleClass.rawValue)"
      return [Diagnostic(location: testNumbers.location, text: text)]
    }
    if case .wholeValue = match.finder {
      let text =
        "allowTestNumbers needs a pattern or a number: without them every value at the paths is masked"
      return [Diagnostic(location: testNumbers.location, text: text)]
    }
    return []
  }
}
