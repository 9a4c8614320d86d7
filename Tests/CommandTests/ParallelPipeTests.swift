import Bytes
import Foundation
import Glibc
import Samples
import TestSupport
import Testing

/// `pipe --jobs N`: how many cores mask must not be seen in anything that comes out.
@Suite("The pipe on several cores")
struct ParallelPipeTests {
  /// What one run shows: the output, the summary, the exit code.
  struct Shown: Equatable {
    var output: [UInt8]
    var summary: String
    var exitCode: Int32
  }

  @Test(
    "output and summary are those of one worker, in every shape", arguments: SampleShape.allCases)
  func shapes(shape: SampleShape) throws {
    var generator = SampleGenerator(seed: 21, shape: shape)
    var buffer = ByteBuffer(capacity: 4 << 20)
    while buffer.count < 3 << 20 { generator.appendRecord(to: &buffer) }
    let input = buffer.toArray()
    let alone = try run(input, jobs: "1")
    #expect(alone.exitCode == 0)
    for jobs in ["2", "5", "auto"] {
      let isSame = try run(input, jobs: jobs) == alone
      #expect(isSame, "--jobs \(jobs)")
    }
  }

  @Test("stubs, places of faults and counts are those of one worker")
  func faults() throws {
    let input = Self.faultyInput(records: 30_000)
    let config = "version: 1\nlimits: { lineBytesMax: 2KiB }\n"
    let alone = try run(input, jobs: "1", config: config)
    #expect(alone.summary.contains("overlong") && alone.summary.contains("invalidUTF8"))
    for jobs in ["2", "3"] {
      let isSame = try run(input, jobs: jobs, config: config) == alone
      #expect(isSame, "--jobs \(jobs)")
    }
    // Every stub tells the number of its line.
    for (number, line) in CommandRunner.lines(of: alone.output).enumerated() {
      guard line.starts(with: Array("{\"_maskline\"".utf8)) else { continue }
      let text = String(decoding: line, as: UTF8.self)
      #expect(text.hasSuffix("\"record\":\(number + 1)}}") || text.hasSuffix("}}\r"), "\(text)")
    }
  }

  @Test(
    "a fault that closes the stream closes it at the same record", arguments: [1, 2, 4])
  func close(jobs: Int) throws {
    let config = "version: 1\nonFault: { malformed: close }\n"
    var input = Array(String(repeating: "{\"a\":\"4111111111111111\"}\n", count: 40_000).utf8)
    let before = input.count
    input += Array("oops\n".utf8)
    input += Array(String(repeating: "{\"b\":\"5500005555555559\"}\n", count: 90_000).utf8)
    let pipe = try Pipe(
      mask: Pipe.cardRule, config: config,
      arguments: ["--jobs", "\(jobs)", "--summary", "json"])
    let result = try pipe.run(input)
    #expect(result.exitCode == 65)
    #expect(result.output.count == before)
    let line = result.errorText.split(separator: "\n").first.map(String.init) ?? ""
    let summary = try #require(try decode(line) as? [String: Any])
    #expect(summary["recordsIn"] as? Int == 40_001)
    #expect((summary["findings"] as? [String: Int])?["test/card"] == 40_000)
  }

  @Test("dropped records leave nothing, and are counted")
  func dropRecord() throws {
    let mask = Pipe.rule("{ pattern: 'DROP-[0-9]+' }", "dropRecord")
    var text = ""
    for number in 0..<60_000 {
      text += number % 3 == 0 ? "{\"t\":\"DROP-\(number)\"}\n" : "{\"n\":\(number)}\n"
    }
    let runs = try ["1", "3"].map { jobs in
      try Pipe(mask: mask, arguments: ["--jobs", jobs, "--summary", "json"]).run(Array(text.utf8))
    }
    let isSame = runs[0].output == runs[1].output && runs[0].error == runs[1].error
    #expect(isSame)
    #expect(runs[0].lines.count == 40_000)
    #expect(runs[0].errorText.contains("\"dropped\":20000"))
  }

  @Test("a pause of the input flushes what is whole, with several workers too")
  func flushesAtPause() throws {
    let binary = try #require(TestPaths.binary)
    let child = try ChildProcess(binary.path, ["pipe", "--masks", "pci", "--jobs", "3"])
    for number in 0..<20 {
      let line = Array("{\"n\":\(number),\"a\":\"4111111111111111\"}\n{\"half\":".utf8)
      #expect(Self.write(line, to: child.input))
      let output = try Self.readLine(child.output)
      let expected = "{\"n\":\(number),\"a\":\"************1111\"}\n"
      #expect(String(decoding: output, as: UTF8.self) == expected)
      let rest = Array("1}\n".utf8)
      #expect(Self.write(rest, to: child.input))
      #expect(String(decoding: try Self.readLine(child.output), as: UTF8.self) == "{\"half\":1}\n")
    }
    child.closeInput()
    #expect(child.wait(seconds: 10)?.code == 0)
  }

  @Test("a closed output ends the pipe although its input stays open and silent")
  func closedOutput() throws {
    let binary = try #require(TestPaths.binary)
    let child = try ChildProcess(binary.path, ["pipe", "--masks", "pci", "--jobs", "4"])
    child.closeOutput()
    let line = Array("{\"a\":1}\n".utf8)
    #expect(Self.write(line, to: child.input))
    let exit = try #require(child.wait(seconds: 10), "a worker still waits for input")
    #expect(exit.code == 1)
  }

  @Test("an input that cannot be read ends with 1 and the call's name")
  func unreadableInput() throws {
    let binary = try #require(TestPaths.binary)
    let child = try ChildProcess(binary.path, ["pipe", "--jobs", "2"], input: .file("/"))
    let exit = try #require(child.wait(seconds: 10))
    #expect(exit.code == 1)
  }

  @Test("--jobs that is no count is a wrong use", arguments: ["-1", "many", "257", "1.5"])
  func wrongJobs(jobs: String) throws {
    let result = try CommandRunner.maskline(["pipe", "--jobs=\(jobs)"])
    #expect(result.exitCode == 64)
    #expect(result.errorText.contains("--jobs"))
  }

  // MARK: -

  private func run(_ input: [UInt8], jobs: String, config: String? = nil) throws -> Shown {
    let pipe = try Pipe(config: config, arguments: ["--jobs", jobs, "--summary", "json"])
    let result = try pipe.run(input)
    return Shown(output: result.output, summary: result.errorText, exitCode: result.exitCode)
  }

  /// Lines with every fault that a stream can have, an unfinished last line included.
  static func faultyInput(records: Int) -> [UInt8] {
    var input: [UInt8] = [0xEF, 0xBB, 0xBF]
    for record in 0..<records {
      switch record % 11 {
      case 0: input += Array("{\"n\":\(record),\"c\":\"4111 1111 1111 1111\"}\r\n".utf8)
      case 1: input += Array("oops \(record)\n".utf8)
      case 2: input += Array("{\"bad\":\"".utf8) + [0xFF, 0xC0] + Array("\"}\n".utf8)
      case 3: input += Array("\n".utf8)
      case 4 where record % 1100 == 4:
        input += Array("{\"x\":\"\(String(repeating: "y", count: 3000 + record))\"}\r\n".utf8)
      case 5 where record % 1100 == 5:
        input += Array((String(repeating: "[", count: 200) + "\n").utf8)
      default: input += Array("{\"n\":\(record),\"e\":\"jane.doe@example.com\"}\n".utf8)
      }
    }
    return input + Array("{\"unfinished\":\"411".utf8)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      == bytes.count
  }

  private static func readLine(_ descriptor: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while bytes.last != 0x0A {
      var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&polled, 1, 10_000) > 0, unsafe Glibc.read(descriptor, &byte, 1) == 1
      else { return bytes }
      bytes.append(byte)
    }
    return bytes
  }
}
