import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The helpers of these tests")
struct HarnessTests {
  @Test("bytes written to a child come back from it, more than a pipe holds")
  func roundTrip() throws {
    let bytes = (0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let result = try CommandRunner.run("/bin/cat", [], feed: .init(chunks: [bytes]))
    let isSame = result.output == bytes
    #expect(isSame)
    #expect(result.exitCode == 0)
  }

  @Test("exit code, standard error and folder of a child are seen")
  func exitCode() throws {
    let result = try CommandRunner.run(
      "/bin/sh", ["-c", "pwd; echo no >&2; exit 65"], folder: "/usr/bin")
    #expect(result.exitCode == 65)
    #expect(result.errorText == "no\n")
    #expect(result.outputText == "/usr/bin\n")
  }

  @Test("a child has no signal blocked or ignored")
  func signals() throws {
    ignoreBrokenPipes()
    let result = try CommandRunner.run("/bin/cat", ["/proc/self/status"])
    for name in ["SigBlk", "SigIgn"] {
      let line = result.outputText.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
      let bits = UInt64(line.suffix(16), radix: 16) ?? .max
      // Signals 32 and 33 belong to the C library.
      #expect(bits & 0x7FFF_FFFF == 0, "\(line)")
    }
    let child = try ChildProcess("/bin/sleep", ["600"])
    child.send(SIGTERM)
    #expect(child.wait(seconds: 10)?.signal == SIGTERM)
  }

  @Test("a child that hangs is killed at its deadline")
  func hangGuard() throws {
    let begin = Date()
    #expect(throws: CommandHung.self) {
      try CommandRunner.run("/bin/sleep", ["600"], secondsMax: 0.5)
    }
    #expect(Date().timeIntervalSince(begin) < 10)
  }

  @Test("a collector records what a client sends, and sees its end")
  func sockets() throws {
    let collector = try LoopbackCollector()
    defer { collector.stop() }
    let client = try LoopbackClient(port: collector.port)
    try client.send(Array("one\n".utf8))
    client.finishSending()
    #expect(try client.receiveAll() == [])
    #expect(eventually { collector.haveEnded(1) })
    #expect(collector.bytes == Array("one\n".utf8))
  }

  @Test("the product was built")
  func productIsThere() throws {
    #expect(TestPaths.binary != nil, "\(BinaryMissing().description)")
  }
}
