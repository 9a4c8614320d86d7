import Foundation
import Rules
import Testing
import YAML

/// SplitMix64: small, and the same on every machine.
private struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite struct MutationTests {
  private static let fragments = [
    "*a", "&a ", "!!x ", "---\n", "...\n", "\t", "\r", "\u{2028}", "{", "}", "[", "]", ":", "- ",
    "? ", "|\n", ">-\n", "'", "\"", "#", "%", "null", "~", "''", "\\", "\u{FEFF}", "\0", "é", ",",
    "\n", "\n  ", "<<: ", "4", "-1", "keep", "sad", "hash", "99999999999999999999", "**", "..",
  ].map { Array($0.utf8) }

  private func mutated(_ bytes: [UInt8], with random: inout SeededRandom) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let start = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, start + Int.random(in: 0...12, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.removeSubrange(start..<end)
      case 1: bytes.insert(contentsOf: Array(bytes[start..<end]), at: start)
      case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: start)
      case 3: bytes.removeLast(bytes.count - start)
      case 4:
        let other = Int.random(in: 0...bytes.count, using: &random)
        bytes.insert(contentsOf: Array(bytes[start..<end]), at: other)
      default:
        let fragment = Self.fragments.randomElement(using: &random) ?? []
        bytes.replaceSubrange(start..<end, with: fragment)
      }
    }
    return bytes
  }

  private func entries(_ name: String, of bytes: [UInt8]) -> Int {
    guard case .mapping(let pairs) = YAMLDocument.parse(bytes).root?.content,
      case .sequence(let nodes) = pairs.first(where: { $0.key.text == name })?.value.content
    else { return 0 }
    return nodes.count
  }

  /// The two files are read together; each line of a report must point into its file, and a file
  /// without errors must have lost nothing on the way.
  @Test func `An edited file is read or refused with places, and no rule is lost in silence`() {
    let given = ProcessInfo.processInfo.environment["MASKLINE_SEED"].flatMap(UInt64.init)
    let seed = given ?? UInt64.random(in: 0...UInt64.max)
    print("MASKLINE_SEED=\(seed)")
    var random = SeededRandom(state: seed)
    let mask = Array(Example.maskFile.utf8)
    let config = Array((Example.config + "\n").utf8)
    var refused = 0
    for round in 0..<3000 {
      let context = "seed \(seed) round \(round)"
      let bytes = mutated(mask, with: &random)
      let (declaration, found) = MaskFileDeclaration.parse(bytes: bytes, file: "f")
      checkPlaces(found, in: bytes, context)
      if found.isEmpty {
        #expect(declaration?.rules.count == entries("rules", of: bytes), "\(context)")
        #expect(declaration?.overrides.count == entries("overrides", of: bytes), "\(context)")
        #expect(declaration?.idsInError.isEmpty == true, "\(context)")
        #expect(declaration?.hasUnreadRules == false, "\(context)")
      } else {
        refused += 1
      }
      let (rules, all) = MaskSet.read([.init(name: "f", bytes: bytes)])
      #expect(!all.isEmpty || !rules.isEmpty, "\(context)")
      #expect(all.count >= found.count, "\(context)")

      let configBytes = mutated(config, with: &random)
      let (configDeclaration, configFound) = ConfigDeclaration.parse(bytes: configBytes, file: "f")
      checkPlaces(configFound, in: configBytes, context)
      #expect(configDeclaration != nil || !configFound.isEmpty, "\(context)")
      if configFound.isEmpty {
        #expect(
          configDeclaration?.listeners.count == entries("listeners", of: configBytes), "\(context)")
      }
    }
    // Edits that break nothing exist (comments, texts), but most break something.
    #expect(refused > 500 && refused < 3000, "seed \(seed): \(refused)")
  }

  private func checkPlaces(_ diagnostics: [Diagnostic], in bytes: [UInt8], _ context: String) {
    let lines = bytes.count { $0 == 0x0A } + 1
    for diagnostic in diagnostics {
      let location = diagnostic.location
      #expect(location.line >= 1 && location.column >= 1, "\(context)")
      #expect(location.line <= lines, "\(context): \(diagnostic)")
      #expect(!diagnostic.text.isEmpty, "\(context)")
    }
    let places = diagnostics.map { ($0.location.line, $0.location.column) }
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 <= $1 }, "\(context)")
  }

  @Test func `Every prefix of a valid file is read or refused`() {
    for text in [Example.maskFile, Example.config] {
      let bytes = Array(text.utf8)
      for count in bytes.indices {
        let prefix = Array(bytes.prefix(count))
        _ = MaskFileDeclaration.parse(bytes: prefix, file: "f")
        _ = ConfigDeclaration.parse(bytes: prefix, file: "f")
      }
    }
  }
}
