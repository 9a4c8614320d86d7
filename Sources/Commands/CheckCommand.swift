internal import ArgumentParser
internal import Masking
internal import Rules

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validates mask and config files and runs the rules' own tests.",
    discussion: """
      Every error of every file is named as file:line:column. Each rule's tests run with no other
      rule active. Exit 78 if anything is wrong. Examples:

        maskline check                    the built-in packs
        maskline check masks/ maskline.yaml
      """)

  @Argument(
    help: "Files or folders; a file with `rules` is a mask file, one with `listeners` a config.")
  var paths: [String] = []

  @Option(help: "text or json.")
  var output = OutputForm.text

  func run() throws {
    var run = CheckRun()
    if paths.isEmpty {
      for name in Packs.names { run.add(mask: try MaskFiles.read(name)) }
    } else {
      for path in paths { try add(path, to: &run) }
    }
    run.checkRules()
    run.report(output)
    if !run.diagnostics.isEmpty { throw ExitStatus.badConfiguration }
  }

  private func add(_ path: String, to run: inout CheckRun) throws {
    do throws(FileError) {
      let names = FileAccess.isFolder(path) ? try FileAccess.yamlFiles(in: path) : [path]
      if names.isEmpty { throw FileError(path: path, problem: "the folder holds no .yaml file") }
      for name in names {
        let bytes = try FileAccess.read(name)
        switch DeclarationForm.guess(bytes: bytes) {
        case .config: run.add(config: bytes, name)
        default: run.add(mask: [MaskSet.File(name: name, bytes: bytes)])
        }
      }
    } catch {
      throw ExitStatus.fail("\(error)", ExitStatus.badConfiguration)
    }
  }
}

/// The findings of one `check`.
struct CheckRun {
  private var files: [MaskSet.File] = []
  private var configCount = 0
  private var ruleCount = 0
  private var testCount = 0
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var warnings: [Diagnostic] = []

  mutating func add(mask files: [MaskSet.File]) { self.files += files }

  /// A config file: its own errors; the mask files that it names are read with the others.
  mutating func add(config bytes: [UInt8], _ path: String) {
    configCount += 1
    let (declaration, found) = ConfigDeclaration.parse(bytes: bytes, file: path)
    diagnostics += found
    guard let declaration else { return }
    do {
      let named = try MaskFiles.read(masks: nil, config: declaration, problems: &diagnostics)
      let known = Set(files.map(\.name))
      files += named.filter { !known.contains($0.name) }
    } catch {
      Console.error("maskline: \(error)")
    }
  }

  /// Compiles all rules, and runs each rule's tests with a fixed key.
  mutating func checkRules() {
    let (rules, found) = MaskSet.read(files + overriddenPacks())
    diagnostics += found + MaskPolicy.problems(in: MaskSet.matchesInError(files))
    for rule in rules where rule.isOverridden { check(rule, runsTests: false) }
    // A rule's tests were written for the rule as its own file has it.
    for file in files {
      for rule in MaskFileDeclaration.parse(bytes: file.bytes, file: file.name).0?.rules ?? [] {
        ruleCount += 1
        check(rule, runsTests: true)
      }
    }
  }

  /// The built-in packs that the files override without naming their files.
  private func overriddenPacks() -> [MaskSet.File] {
    let declarations = files.compactMap {
      MaskFileDeclaration.parse(bytes: $0.bytes, file: $0.name).declaration
    }
    let given = Set(declarations.map(\.name.value))
    let overridden = Set(
      declarations.flatMap(\.overrides).compactMap {
        $0.rule.value.split(separator: "/").first.map(String.init)
      })
    return Packs.names.filter { overridden.contains($0) && !given.contains($0) }.compactMap {
      name in Packs.file(name).map { MaskSet.File(name: "masks/\(name).yaml", bytes: $0) }
    }
  }

  private mutating func check(_ rule: RuleDeclaration, runsTests: Bool) {
    do throws(Diagnostics) {
      warn(rule, try MaskPolicy.compile([rule], keys: .fixedTestKey))
      guard runsTests else { return }
      requireTests(rule)
      let (count, failures) = try RuleTester.run(rule)
      testCount += count
      diagnostics += failures.map { Diagnostic(location: $0.location, text: $0.text) }
    } catch {
      diagnostics += error.diagnostics
    }
  }

  /// Nobody knows what a rule without tests does. A rule of a built-in pack needs two that it changes
  /// and two that it leaves alone.
  private mutating func requireTests(_ rule: RuleDeclaration) {
    let changing = rule.tests.count { $0.expected != nil }
    let unchanged = rule.tests.count - changing
    let isBuiltIn = Packs.names.contains { rule.qualifiedID.hasPrefix($0 + "/") }
    if rule.tests.isEmpty {
      fail(rule, "has no tests; add `tests` with what it changes and what it leaves alone")
    } else if isBuiltIn, changing < 2 || unchanged < 2 {
      fail(
        rule,
        "has \(changing) tests with `out` and \(unchanged) without; a pack's rule needs two of each"
      )
    }
  }

  private mutating func fail(_ rule: RuleDeclaration, _ text: String) {
    diagnostics.append(
      Diagnostic(location: rule.location, text: "rule \(rule.qualifiedID) \(text)"))
  }

  private mutating func warn(_ rule: RuleDeclaration, _ policy: MaskPolicy) {
    // Keywords and paths keep a rule from most values as well as a literal does.
    let isGated = rule.match.keywords != nil || !rule.match.paths.include.isEmpty
    if !isGated, policy.listing.first?.runsOnEveryValue ?? false {
      warnings.append(
        Diagnostic(
          location: rule.location,
          text:
            "warning: rule \(rule.qualifiedID) runs on every value: its pattern holds no literal"
            + " and no digit that every match must have"))
    }
  }

  func report(_ form: OutputForm) {
    switch form {
    case .json:
      for (diagnostic, level) in diagnostics.map({ ($0, "error") })
        + warnings.map({ ($0, "warning") })
      {
        var object = JSONObject()
        object.add("level", level)
        object.add("file", diagnostic.location.file)
        object.add("line", diagnostic.location.line)
        object.add("column", diagnostic.location.column)
        object.add("text", diagnostic.text)
        Console.line(object.text)
      }
    case .text:
      for diagnostic in warnings + diagnostics { Console.error(diagnostic.description) }
      let errors = diagnostics.count
      Console.line(
        "\(files.count) mask files, \(configCount) config files, \(ruleCount) rules,"
          + " \(testCount) tests: \(errors == 0 ? "all good" : "\(errors) errors")")
    }
  }
}
