import Foundation
import Glibc
import TestSupport
import Testing

/// T47 and T15: how bytes come and go must not matter.
@Suite("The pipe's input and output")
struct PipeModesTests {
  @Test("T15 output does not depend on how the bytes arrived")
  func chunking() throws {
    let long = "{\"c\":\"4111111111111111\",\"x\":\"\(String(repeating: "x", count: 3000))\"}\n"
    let input = Self.input(records: 100) + Array(long.utf8) + Self.input(records: 50)
    let config = "version: 1\nlimits: { lineBytesMax: 2KiB }\n"
    let pipe = try Pipe(mask: Pipe.cardRule, config: config)
    let whole = try pipe.run(input)
    #expect(whole.lines.count == 151)
    #expect(String(decoding: whole.lines[100], as: UTF8.self) == stub("overlong", 101))
    let single = try pipe.run(.init(chunks: input.map { [$0] }))
    #expect(single.output == whole.output, "byte by byte")
    var random = SeededRandom(for: "T15 chunking")
    for _ in 0..<25 {
      var chunks: [[UInt8]] = []
      var rest = input[...]
      while !rest.isEmpty {
        let count = Int.random(in: 1...Int.random(in: 1...4096, using: &random), using: &random)
        chunks.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
      let result = try pipe.run(.init(chunks: chunks, pauseMicroseconds: 20))
      #expect(result.output == whole.output, "seed \(random.seed)")
    }
  }

  @Test("T47 a pause of the input flushes what is whole")
  func flushesAtPause() throws {
    let child = try Self.start()
    try Self.write("{\"a\":\"4111111111111111\"}\n{\"half\":", to: child.input)
    let output = try Self.read(child.output, until: 0x0A, seconds: 10)
    #expect(String(decoding: output, as: UTF8.self) == "{\"a\":\"************1111\"}\n")
    try Self.write("1}\n", to: child.input)
    #expect(
      String(decoding: try Self.read(child.output, until: 0x0A, seconds: 10), as: UTF8.self)
        == "{\"half\":1}\n")
    child.closeInput()
    #expect(child.wait(seconds: 10)?.code == 0)
  }

  @Test("T47 a closed standard output ends the pipe quietly")
  func closedOutput() throws {
    let child = try Self.start()
    child.closeOutput()
    ignoreBrokenPipes()
    let line = "{\"a\":\"\(String(repeating: "x", count: 1000))\"}\n"
    var exit: ChildExit?
    for _ in 0..<5000 where exit == nil {
      try? Self.write(line, to: child.input)
      exit = child.poll()
    }
    child.closeInput()
    let ended = try #require(exit ?? child.wait(seconds: 10), "it spins or hangs")
    #expect(ended.signal == nil)
    #expect(ended.code == 0 || ended.code == 1)
    let error = String(decoding: try Self.readAll(child.error), as: UTF8.self).lowercased()
    for word in ["error", "broken pipe", "epipe"] { #expect(!error.contains(word), "\(error)") }
  }

  @Test("T47 a slow reader gets every byte, in bounded memory")
  func slowReader() throws {
    let input = Self.input(records: 60_000)
    let pipe = try Pipe(mask: Pipe.cardRule)
    let file = try pipe.folder.write(input, to: "input.ndjson")
    let binary = try #require(TestPaths.binary)
    let child = try ChildProcess(
      binary.path, ["pipe", "--masks", pipe.folder.path("test.yaml")], input: .file(file))
    usleep(500_000)
    var lines = 0
    var last: UInt8 = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var reads = 0
    var residentKiBMax = 0
    while true {
      let count = unsafe Glibc.read(child.output, &buffer, buffer.count)
      if count <= 0 { break }
      lines += buffer[..<count].count { $0 == 0x0A }
      last = buffer[count - 1]
      reads += 1
      if reads < 40 { usleep(5000) }
      // Not the resource usage at the end: that counts this process's memory before the exec.
      if reads % 16 == 1 { residentKiBMax = max(residentKiBMax, child.residentKiBMax ?? 0) }
    }
    let exit = try #require(child.wait(seconds: 10))
    #expect(lines == 60_000 && last == 0x0A)
    #expect(exit.code == 0)
    #expect(residentKiBMax > 0 && residentKiBMax < 64 * 1024, "\(residentKiBMax) KiB")
  }

  @Test("T47 standard input may be a file, or nothing")
  func fileInput() throws {
    let input = Self.input(records: 2000)
    let pipe = try Pipe(mask: Pipe.cardRule)
    let expected = try pipe.run(input).output
    let file = try pipe.folder.write(input, to: "input.ndjson")
    for (path, output) in [(file, expected), ("/dev/null", [])] {
      let binary = try #require(TestPaths.binary)
      let child = try ChildProcess(
        binary.path, ["pipe", "--masks", pipe.folder.path("test.yaml")], input: .file(path))
      let isSame = try Self.readAll(child.output) == output
      #expect(isSame)
      #expect(child.wait(seconds: 10)?.code == 0)
    }
  }

  @Test("T47 a folder as standard input is an I/O failure with a text")
  func folderInput() throws {
    let binary = try #require(TestPaths.binary)
    let child = try ChildProcess(binary.path, ["pipe"], input: .file("/"))
    #expect(try Self.readAll(child.output).isEmpty)
    #expect(!(try Self.readAll(child.error)).isEmpty)
    #expect(child.wait(seconds: 10)?.code == 1)
  }

  @Test("the pipe does not burn time while its input is silent")
  func idle() throws {
    let child = try Self.start()
    try Self.write("{}\n", to: child.input)
    _ = try Self.read(child.output, until: 0x0A, seconds: 10)
    let before = try Self.processorTicks(child.pid)
    sleep(2)
    // 2 s are 200 ticks: 5 % are 10.
    #expect(try Self.processorTicks(child.pid) - before <= 10)
    child.closeInput()
    #expect(child.wait(seconds: 10)?.code == 0)
  }

  /// The most memory (KiB) that a pipe was seen to hold when `count` times `body` and a line
  /// feed went in.
  private static func residentKiBMax(_ body: String, _ count: Int, expecting: String) throws -> Int
  {
    let child = try start()
    let piece = String(repeating: body, count: min(count, 8192))
    var left = count
    while left > 0 {
      try write(left < 8192 ? String(repeating: body, count: left) : piece, to: child.input)
      left -= min(left, 8192)
    }
    try write("\n", to: child.input)
    let output = try read(child.output, until: 0x0A, seconds: 60)
    #expect(String(decoding: output, as: UTF8.self) == expecting + "\n")
    try write("{}\n", to: child.input)
    #expect(try read(child.output, until: 0x0A, seconds: 10) == Array("{}\n".utf8))
    let resident = try #require(child.residentKiBMax)
    child.closeInput()
    #expect(child.wait(seconds: 10)?.code == 0)
    return resident
  }

  @Test("T12 J12 hostile nesting is withheld in less than 2 MiB of memory")
  func nestingMemory() throws {
    let plain = try Self.residentKiBMax("1", 1, expecting: "1")
    for (body, count) in [("[", 250_001), ("[", 100_000), ("[{\"\":", 41_666)] {
      let nested = try Self.residentKiBMax(body, count, expecting: stub("tooDeep", 1))
      #expect(nested - plain < 2048, "\(nested - plain) KiB for \(count) of \(body)")
    }
  }

  @Test("T13 J13 a line of a hundred times the limit is withheld in no more memory than one of it")
  func longLineMemory() throws {
    let limit = 1 << 20
    let plain = try Self.residentKiBMax("1", 1, expecting: "1")
    let long = try Self.residentKiBMax("x", 100 * limit, expecting: stub("overlong", 1))
    #expect(long - plain < 3 * 1024, "\(long - plain) KiB")
  }

  // MARK: -

  private static func start() throws -> ChildProcess {
    let binary = try #require(TestPaths.binary)
    return try ChildProcess(binary.path, ["pipe", "--masks", "pci"])
  }

  private static func input(records: Int) -> [UInt8] {
    var text = ""
    for record in 0..<records {
      switch record % 7 {
      case 0:
        text += "{\"n\":\(record),\"c\":\"4111 1111 1111 1111\",\"e\":\"\\u0034111111111111111\"}\n"
      case 1:
        text += "{\"n\":\(record),\"t\":\"日本 🎉 \\ud83d\\ude80 \\\\\",\"v\":[1,2.5e3,null]}\r\n"
      case 2: text += "not json 4111111111111111 \(record)\n"
      case 3: text += "\n"
      case 4: text += "{\"b\":\"{\\\"pan\\\":4111111111111111}\"}\n"
      case 5: text += "[\(record),{\"4111111111111111\":{}}]\n"
      default:
        text += "{\"n\":\(record),\"long\":\"\(String(repeating: "z", count: record % 97))\"}\n"
      }
    }
    return Array(text.utf8)
  }

  private static func write(_ text: String, to descriptor: Int32) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 { throw PipeClosed() }
      rest = rest.dropFirst(count)
    }
  }

  private struct PipeClosed: Error {}

  private static func readAll(_ descriptor: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
      if count <= 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  private static func read(_ descriptor: Int32, until end: UInt8, seconds: Int32) throws -> [UInt8]
  {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while bytes.last != end {
      var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = unsafe poll(&polled, 1, seconds * 1000)
      guard ready > 0, unsafe Glibc.read(descriptor, &byte, 1) == 1 else { return bytes }
      bytes.append(byte)
    }
    return bytes
  }

  /// User and system time of a process, in ticks of 10 ms (proc(5)).
  private static func processorTicks(_ pid: Int32) throws -> Int {
    let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
  }
}
