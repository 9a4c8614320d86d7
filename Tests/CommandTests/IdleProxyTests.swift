import Foundation
import TestSupport
import Testing

/// A10: what a proxy takes that has nothing to do.
@Suite(
  "A10 An idle proxy",
  .enabled(if: BinaryPaths.release != nil, "set MASKLINE_RELEASE_BINARY to an unstripped binary"))
struct IdleProxyTests {
  @Test("with the default packs it has at most 16 MiB resident, 6 MiB of it anonymous")
  func memory() throws {
    let binary = try #require(BinaryPaths.release)
    let port = try freeLoopbackPort()
    let child = try ChildProcess(
      binary, ["proxy", "--listen", "127.0.0.1:\(port)", "--upstream", "127.0.0.1:9"])
    defer { child.send(SIGKILL) }
    // The pages of the start are given back once it listens.
    let isSmall = eventually(seconds: 30) {
      guard RealPrograms.listens(port), let resident = kibibytes("VmRSS", of: child.pid),
        let anonymous = kibibytes("RssAnon", of: child.pid)
      else { return false }
      return resident <= 16 << 10 && anonymous <= 6 << 10
    }
    let resident = kibibytes("VmRSS", of: child.pid) ?? 0
    let anonymous = kibibytes("RssAnon", of: child.pid) ?? 0
    note("figure: idle proxy: \(resident) KiB resident, \(anonymous) KiB anonymous")
    #expect(isSmall, "\(resident) KiB resident, \(anonymous) KiB anonymous")
  }

  private func kibibytes(_ name: String, of pid: Int32) -> Int? {
    let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    return status?.split(separator: "\n").first { $0.hasPrefix(name + ":") }?
      .split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
  }
}
