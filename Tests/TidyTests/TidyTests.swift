import Foundation
import TestSupport
import Testing

@Suite("The package is tidy")
struct TidyTests {
  static let sources = Repository.swiftFiles(below: "Sources")
  static let swift = sources + Repository.swiftFiles(below: "Tests")

  @Test("the tests see the package's files")
  func filesAreSeen() {
    #expect(Repository.paths.contains("Package.swift"))
    #expect(Self.sources.count > 5)
    #expect(Repository.dependencies.count > 10)
    #expect(Repository.dependencies["Samples"] == ["Bytes"])
    #expect(Repository.dependencies["Commands"]?.contains("ArgumentParser") == true)
  }

  @Test("no file of Sources or Tests has more than 500 lines")
  func fileLengths() {
    let linesMax = 500
    for file in Repository.files where isCode(file.path) && file.lineCount > linesMax {
      Issue.record("\(file.path) has \(file.lineCount) lines; part it by topic")
    }
  }

  @Test("the top level holds what was agreed, and dot files")
  func topLevel() {
    let agreed: Set = ["Package.swift", "Sources", "Tests", "masks", "examples", "README.md"]
    let found = Set(Repository.paths.compactMap { $0.split(separator: "/").first.map(String.init) })
      .filter { !$0.hasPrefix(".") }
    #expect(found.subtracting(agreed) == [], "move these below one of \(agreed.sorted())")
    #expect(found.isSuperset(of: ["Package.swift", "Sources", "Tests", "examples"]))
  }

  @Test("a module imports only what the manifest lists for it")
  func importTable() {
    // Of the system, every module may use the C library and what comes with the compiler.
    let everywhere: Set = ["Swift", "Glibc", "Musl", "Synchronization", "Testing"]
    for file in Self.swift {
      guard let module = file.path.split(separator: "/").dropFirst().first.map(String.init),
        file.path.split(separator: "/").count > 2,
        let listed = Repository.dependencies[module]
      else { continue }
      for name in imports(of: file) where !everywhere.contains(name) {
        if name == "Foundation" && file.path.hasPrefix("Tests/") { continue }
        if name == "Dispatch" && module == "EventLoops" { continue }
        if !listed.contains(name) {
          Issue.record(
            "\(file.path) imports \(name), which the manifest does not list for \(module)")
        }
      }
    }
  }

  @Test("the product does without Foundation and NIO, and only EventLoops imports Dispatch")
  func bannedImports() {
    for file in Self.sources {
      for name in imports(of: file) {
        #expect(!name.hasPrefix("Foundation"), "\(file.path) imports \(name)")
        #expect(!name.hasPrefix("NIO"), "\(file.path) imports \(name)")
        if name == "Dispatch" {
          #expect(file.path.hasPrefix("Sources/EventLoops/"), "\(file.path) imports Dispatch")
        }
      }
    }
  }

  @Test("a module imports only modules listed above it")
  func importOrder() throws {
    let manifest = try #require(Repository.files.first { $0.path == "Package.swift" }).text
    let names = manifest.matches(of: /(?:arget|systemLibrary)\(\s*name: "([^"]*)"/).map {
      String($0.output.1)
    }
    let order = Dictionary(
      names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    for (module, dependencies) in Repository.dependencies {
      guard let place = order[module] else { continue }
      for dependency in dependencies {
        guard let other = order[dependency], !module.hasSuffix("Tests") else { continue }
        #expect(other < place, "\(module) depends on \(dependency), which is listed below it")
      }
    }
  }

  @Test("no output for debugging is left")
  func noDebugOutput() {
    let calls = ["print(", "debugPrint(", "dump(", "NSLog("]
    for file in Self.swift {
      for (index, line) in file.lines.enumerated() {
        let code = Repository.code(of: line)
        // A random test must print its seed.
        if file.path.hasPrefix("Tests/") && line.lowercased().contains("seed") { continue }
        for call in calls where mentions(call, in: code) {
          Issue.record("\(file.path):\(index + 1) calls \(call)...); write to a descriptor instead")
        }
      }
    }
  }

  @Test("no reminder is left in the code")
  func noReminders() {
    let words = ["FIX" + "ME", "TO" + "DO", "XX" + "X"]
    for file in Repository.files where isCode(file.path) || file.path.hasPrefix("masks/") {
      for (index, line) in file.lines.enumerated() {
        for word in words where line.contains(word) && isWord(word, in: line) {
          Issue.record("\(file.path):\(index + 1) holds \(word): mend it or write an issue")
        }
      }
    }
  }

  @Test("no path of one machine is in a tracked file")
  func noMachinePaths() {
    let roots = ["work", "root", "home"].map { "/" + $0 + "/" }
    for file in Repository.files {
      for (index, line) in file.lines.enumerated() {
        // In an address such as https://host/home/ the name follows a letter: that is no root.
        for root in roots where isPathStart(root, in: line) {
          Issue.record("\(file.path):\(index + 1) names a path of one machine (\(root)...)")
        }
      }
    }
  }

  @Test("@unchecked Sendable says what makes it true")
  func uncheckedSendableHasReason() {
    for file in Self.swift {
      let lines = file.lines
      for (index, line) in lines.enumerated()
      where Repository.code(of: line).contains("@unchecked Sendable") {
        let near = lines[max(0, index - 8)...index]
        if !near.contains(where: { $0.contains("//") }) {
          Issue.record("\(file.path):\(index + 1): say above it what makes it safe to share")
        }
      }
    }
  }

  @Test("a file with unsafe code says what makes it safe")
  func unsafeHasReason() {
    let reasons =
      /\/\/.*\b(unsafe|safe|safety|own|owns|owned|owner|pointer|valid|lifetime|memory|bounds)\b/
      .ignoresCase()
    for file in Self.sources {
      let isUnsafe = file.lines.contains { isWord("unsafe", in: Repository.code(of: $0)[...]) }
      if isUnsafe && !file.text.contains(reasons) {
        Issue.record("\(file.path): say in a comment what makes its unsafe code safe")
      }
    }
  }

  @Test("every module of the manifest has files, and every folder of Sources and Tests a module")
  func modulesHaveFiles() {
    let folders = Set(
      Repository.paths.compactMap { path -> String? in
        let parts = path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Sources" || parts[0] == "Tests" else { return nil }
        return String(parts[1])
      })
    for module in Repository.dependencies.keys {
      #expect(folders.contains(module), "\(module) is in the manifest and has no files")
    }
    let nestedPackages = Set(
      Repository.paths.compactMap { path -> String? in
        let parts = path.split(separator: "/")
        return parts.count == 3 && parts[2] == "Package.swift" ? String(parts[1]) : nil
      })
    // Data, and what only scripts run.
    let data: Set = ["Fixtures", "Corpus", "Benchmarks", "Evaluation", "Soak"]
    for folder in folders.subtracting(nestedPackages).subtracting(data) {
      #expect(
        Repository.dependencies[folder] != nil, "the folder \(folder) is no module of the manifest")
    }
  }

  @Test("no placeholder is left beside a module's real files")
  func noPlaceholders() {
    let byModule = Dictionary(grouping: Self.swift) { $0.path.split(separator: "/")[1] }
    for (module, files) in byModule where files.count > 1 {
      for file in files where file.path.hasSuffix("/Placeholder.swift") {
        Issue.record("\(file.path): \(module) has real files, so this one can go")
      }
    }
  }

  private func isCode(_ path: String) -> Bool {
    path.hasPrefix("Sources/") || path.hasPrefix("Tests/") || path.hasPrefix("examples/")
  }

  private func imports(of file: Repository.File) -> [String] {
    let pattern =
      /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|internal|package|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|func|var|let|protocol|typealias)\s+)?(\w+)/
    return file.lines.compactMap { line in
      line.prefixMatch(of: pattern).map { String($0.output.1) }
    }
  }

  /// Whether `call` stands in `code` as a call of a global function.
  private func mentions(_ call: String, in code: String) -> Bool {
    var rest = code[...]
    while let range = rest.range(of: call) {
      let before = rest[..<range.lowerBound].last
      let isPartOfName =
        before.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" } ?? false
      let isDeclaration = rest[..<range.lowerBound].hasSuffix("func ")
      if !isPartOfName && !isDeclaration { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }

  private func isWord(_ word: String, in line: Substring) -> Bool {
    var rest = line
    while let range = rest.range(of: word) {
      let before = rest[..<range.lowerBound].last
      let after = rest[range.upperBound...].first
      let touches = [before, after].compactMap { $0 }
        .contains { $0.isLetter || $0.isNumber || $0 == "_" }
      if !touches { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }

  private func isPathStart(_ root: String, in line: Substring) -> Bool {
    guard let range = line.range(of: root) else { return false }
    let before = line[..<range.lowerBound].last
    return !(before.map { $0.isLetter || $0.isNumber || "._-~*}".contains($0) } ?? false)
  }
}
