import Foundation
import TestSupport
import Testing

/// A10: what is in the release binary, seen from outside. `Tests/run.sh` builds it.
@Suite(
  "A10 The release binary",
  .enabled(if: BinaryPaths.release != nil, "set MASKLINE_RELEASE_BINARY to an unstripped binary"))
struct BinaryTests {
  @Test("neither ICU nor all of Foundation nor NIO is in it")
  func symbols() throws {
    let binary = try #require(BinaryPaths.release)
    let nm = try #require(TestPaths.program("nm"), "install binutils")
    let result = try CommandRunner.run(nm, ["--no-sort", binary], secondsMax: 300)
    #expect(result.exitCode == 0, "\(result.errorText)")
    let symbols = result.lines.compactMap { line in
      line.split(separator: 0x20).last.map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(symbols.count > 10_000, "a stripped binary shows nothing")
    // ICU's C functions carry the version, with Swift's prefix or without: u_strlen_74.
    let icu = try Regex(
      "^(swift_)?u(_|char|datfmt|ldn|num|loc|res|cal|col|brk)[A-Za-z_]*_[0-9]{2}$")
    #expect(symbols.filter { $0.contains("_foundation_unicode") || $0.contains(icu) }.isEmpty)
    // Mangled names begin with the module: Foundation has 10 letters, FoundationEssentials 20.
    #expect(symbols.filter { $0.hasPrefix("$s10Foundation") }.isEmpty)
    #expect(symbols.filter { $0.hasPrefix("$s20FoundationNetworking") }.isEmpty)
    #expect(
      symbols.filter { $0.contains("NIOCore") || $0.contains("NIOPosix") }.isEmpty)
    #expect(symbols.contains { $0.contains("7Masking") }, "the product itself is there")
  }

  @Test("stripped it has at most 20 MB")
  func size() throws {
    let binary = try #require(BinaryPaths.release)
    let strip = try #require(TestPaths.program("strip"), "install binutils")
    let folder = try TemporaryFolder()
    let copy = folder.path("stripped")
    let result = try CommandRunner.run(strip, ["-o", copy, binary])
    #expect(result.exitCode == 0, "\(result.errorText)")
    let size = try FileManager.default.attributesOfItem(atPath: copy)[.size] as? Int ?? .max
    #expect(size <= 20_000_000, "\(size) bytes")
    let run = try CommandRunner.run(
      copy, ["pipe"], feed: .init(chunks: [Array("[\"4111111111111111\"]\n".utf8)]))
    #expect(run.outputText == "[\"************1111\"]\n")
  }
}

enum BinaryPaths {
  static let release: String? = {
    let path = ProcessInfo.processInfo.environment["MASKLINE_RELEASE_BINARY"] ?? ""
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()
}
