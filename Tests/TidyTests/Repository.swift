import Foundation
import TestSupport

/// The tracked files of the package, as the tidy tests see them.
enum Repository {
  /// A tracked file.
  struct File: Sendable {
    /// The path from the package's folder on.
    let path: String
    /// The text; empty for files that are not UTF-8.
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// Lines as an editor counts them.
    var lineCount: Int { text.isEmpty ? 0 : lines.count - (text.hasSuffix("\n") ? 1 : 0) }
  }

  /// The paths of all files that git tracks or would track.
  static let paths: [String] = {
    guard let git = TestPaths.program("git"),
      let result = try? CommandRunner.run(
        git,
        [
          "-c", "safe.directory=*", "-C", TestPaths.package.path, "ls-files", "-z", "--cached",
          "--others", "--exclude-standard",
        ]), result.exitCode == 0
    else { return [] }
    let manager = FileManager.default
    return result.output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      .filter { manager.fileExists(atPath: TestPaths.package.appendingPathComponent($0).path) }
      .sorted()
  }()

  /// All files that are text.
  static let files: [File] = paths.compactMap { path in
    let url = TestPaths.package.appendingPathComponent(path)
    guard let data = try? Data(contentsOf: url),
      let text = String(validating: data, as: UTF8.self)
    else { return nil }
    return File(path: path, text: text)
  }

  /// The Swift files below `folder`.
  static func swiftFiles(below folder: String) -> [File] {
    files.filter { $0.path.hasPrefix(folder + "/") && $0.path.hasSuffix(".swift") }
  }

  /// What each target of the manifest may import: its own dependencies.
  static let dependencies: [String: Set<String>] = {
    guard let manifest = files.first(where: { $0.path == "Package.swift" }) else { return [:] }
    return dependencyTable(ofManifest: manifest.text)
  }()

  /// Reads `name:` and `dependencies:` of each target out of a manifest.
  static func dependencyTable(ofManifest text: String) -> [String: Set<String>] {
    var table: [String: Set<String>] = [:]
    for piece in text.components(separatedBy: "arget(").dropFirst() {
      guard let name = firstQuoted(after: "name:", in: piece) else { continue }
      var allowed: Set<String> = []
      if let start = piece.range(of: "dependencies: [") {
        var depth = 1
        var list = ""
        for character in piece[start.upperBound...] {
          if character == "[" { depth += 1 }
          if character == "]" { depth -= 1 }
          if depth == 0 { break }
          list.append(character)
        }
        let withoutPackages = list.replacing(/package: "[^"]*"/, with: "")
        allowed = Set(withoutPackages.matches(of: /"([^"]*)"/).map { String($0.output.1) })
      }
      table[name] = allowed
    }
    for library in text.matches(of: /systemLibrary\(\s*name: "([^"]*)"/) {
      table[String(library.output.1)] = []
    }
    return table
  }

  private static func firstQuoted(after label: String, in text: String) -> String? {
    guard let label = text.range(of: label),
      let match = text[label.upperBound...].firstMatch(of: /"([^"]*)"/)
    else { return nil }
    return String(match.output.1)
  }

  /// The code of a line: without what follows `//` and without the insides of strings.
  static func code(of line: Substring) -> String {
    let withoutStrings = String(line).replacing(/"(?:[^"\\]|\\.)*"/, with: "\"\"")
    return withoutStrings.range(of: "//").map { String(withoutStrings[..<$0.lowerBound]) }
      ?? withoutStrings
  }
}
