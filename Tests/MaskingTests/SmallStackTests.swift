import Bytes
import Foundation
import TestSupport
import Testing

@testable import Masking

/// T12: hostile nesting on a thread whose stack is small.
@Suite("T12 Small stack")
struct SmallStackTests {
  private static let stackBytes = 512 << 10

  /// What `body` gives on a thread of its own with a stack of 512 KiB.
  private func onSmallStack(_ body: @escaping @Sendable () -> String) async -> String {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: body()) }
      thread.stackSize = Self.stackBytes
      thread.start()
    }
  }

  private static func nest(_ open: String, _ count: Int, _ close: String = "") -> String {
    String(repeating: open, count: count) + String(repeating: close, count: count)
  }

  /// Texts of about a quarter of a million bytes, as JSONTestSuite's largest file has 250,001.
  private static let hostile: [(line: String, reason: String)] = [
    (nest("[{\"\":", 50_000) + "\n", "tooDeep"), (nest("[", 250_001), "tooDeep"),
    (nest("[", 100_000), "tooDeep"), (nest("{\"a\":", 50_000), "tooDeep"),
    (nest("[", 100_000, "]"), "tooDeep"), ("\"" + nest("\\\\", 125_000), "malformed"),
    (nest("[\"[", 80_000), "malformed"), (nest("{\"{\\\"", 40_000), "malformed"),
  ]

  @Test("T12 J12 a quarter of a million brackets are withheld on a stack of 512 KiB")
  func nesting() async throws {
    let policy = try defaultPolicy()
    for (line, reason) in Self.hostile {
      let line = line.replacing("\n", with: "")
      let output = await onSmallStack {
        mask(line + "\n{}\n", policy)
      }
      let stub = "{\"_maskline\":{\"withheld\":\"\(reason)\",\"record\":1}}\n{}\n"
      #expect(output == stub, "\(line.prefix(12))... gives \(output.prefix(200))")
    }
  }

  @Test("T12 J9 hostile nesting inside strings and keys is no deeper on the stack")
  func insideStrings() async throws {
    let policy = try defaultPolicy()
    let inner = [
      Self.nest("[", 100_000), Self.nest("[", 60_000, "]"), Self.nest("{\\\"a\\\":", 30_000),
      Self.nest("\\\"", 60_000), Self.nest("[\\\"[", 30_000), Self.nest("\\\\", 60_000),
    ]
    for text in inner {
      for line in ["{\"t\":\"\(text)\"}", "{\"\(text)\":1}", "[\"\(text)\",{\"a\":\"\(text)\"}]"] {
        let output = await onSmallStack { mask(line + "\n{}\n", policy) }
        let lines = output.split(separator: "\n")
        #expect(lines.count == 2 && lines.last == "{}", "\(line.prefix(20))")
        let parsed = await onSmallStack {
          var parser = JSONText(depthMax: 128)
          return "\(parser.fault(in: Array((lines.first ?? "").utf8)) == nil)"
        }
        #expect(parsed == "true", "\(line.prefix(20))")
      }
    }
  }

  @Test("T12 the text form of malformed lines needs no more stack")
  func asText() async throws {
    let policy = try defaultPolicy()
    for (line, _) in Self.hostile {
      let line = line.replacing("\n", with: "")
      let output = await onSmallStack {
        var options = StreamOptions()
        options.faults[.malformed] = .text
        options.faults[.tooDeep] = .stub
        return mask("x " + line + "\n{}\n", policy, options: options)
      }
      #expect(output.split(separator: "\n").count == 2, "\(line.prefix(12))")
    }
  }
}
