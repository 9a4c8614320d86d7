import Bytes
import EventLoops
import Foundation
import Masking
import Streams
import Testing

extension SocketTests {
  /// T47: standard input and output of every kind.
  @Suite struct PipeRunnerTests {
    func run(
      from input: Int32, to output: Int32, readBytes: @escaping @Sendable () -> Int = { 4096 }
    ) -> () -> Result<StreamSummary, SystemError> {
      inBackground {
        Result { () throws(SystemError) in
          try PipeRunner(
            from: input, to: output, policy: MaskPolicy.empty,
            options: StreamOptions(), nextReadBytes: readBytes
          ).run()
        }
      }
    }

    /// A pipe whose ends are peers.
    func pipe() throws -> (reading: Peer, writing: Peer) {
      let ends = try FileDescriptor.pipe()
      return (Peer(owning: ends.reading), Peer(owning: ends.writing))
    }

    @Test func `records pass from pipe to pipe in any read sizes`() throws {
      let records = BackpressureTests.records(300, bytes: 50)
      var random = TestRandom()
      print("pipe seed \(random.seed)")
      for _ in 0..<20 {
        let input = try pipe()
        let output = try pipe()
        let sizes = (0..<64).map { _ in Int.random(in: 1...999, using: &random) }
        let next = Counter()
        let result = run(from: input.reading.number, to: output.writing.number) {
          sizes[next.increment() % sizes.count]
        }
        let reader = inBackground { readAll(output.reading.number) }
        #expect(writeAll(records, to: input.writing.number))
        input.writing.close()
        let summary = try result().get()
        output.writing.close()
        #expect(isEqual(reader(), records), "seed \(random.seed)")
        #expect(summary.counters.recordsIn == 300)
        #expect(!summary.isOutputClosed)
      }
    }

    @Test func `output is flushed when the input pauses`() throws {
      let input = try pipe()
      let output = try pipe()
      let result = run(from: input.reading.number, to: output.writing.number)
      #expect(writeAll(Array("{\"a\":1}\n".utf8), to: input.writing.number))
      #expect(output.reading.receive() == .bytes(Array("{\"a\":1}\n".utf8)))
      #expect(writeAll(Array("{\"b\":2}\n".utf8), to: input.writing.number))
      #expect(output.reading.receive() == .bytes(Array("{\"b\":2}\n".utf8)))
      input.writing.close()
      _ = try result().get()
    }

    @Test func `T47 a closed output ends the pipe quietly and the summary says so`() throws {
      let input = try pipe()
      let output = try pipe()
      output.reading.close()
      let result = run(from: input.reading.number, to: output.writing.number)
      #expect(writeAll(Array("{\"a\":1}\n".utf8), to: input.writing.number))
      let summary = try result().get()
      #expect(summary.isOutputClosed)
      #expect(summary.counters.recordsIn == 1)
    }

    @Test func `T47 a full output device is an error that names the call`() throws {
      let input = try pipe()
      let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
      let result = run(from: input.reading.number, to: full.fileDescriptor)
      #expect(writeAll(Array("{\"a\":1}\n".utf8), to: input.writing.number))
      let error = #expect(throws: SystemError.self) { _ = try result().get() }
      #expect(error?.description == "write: No space left on device (ENOSPC)")
    }

    @Test func `T47 a regular file as input is read to its end`() throws {
      let folder = try TemporaryFolder()
      let records = BackpressureTests.records(5000, bytes: 100)
      try Data(records).write(to: URL(fileURLWithPath: folder.path + "/in"))
      let file = try #require(FileHandle(forReadingAtPath: folder.path + "/in"))
      let output = try pipe()
      let result = run(from: file.fileDescriptor, to: output.writing.number)
      let reader = inBackground { readAll(output.reading.number) }
      let summary = try result().get()
      output.writing.close()
      #expect(isEqual(reader(), records))
      #expect(summary.counters.recordsForwarded == 5000)
    }

    @Test func `T47 a slow reader on a descriptor that does not block gets everything`() throws {
      // Sockets of the tests never block: read and write must wait with poll.
      let collector = try Collector(receiveBytes: 4096)
      let output = try Peer.connect(port: collector.port)
      let slow = try collector.accept()
      let input = try pipe()
      let records = BackpressureTests.records(3000, bytes: 1000)
      let result = run(from: input.reading.number, to: output.number)
      let writer = inBackground {
        let isWritten = writeAll(records, to: input.writing.number)
        input.writing.close()
        return isWritten
      }
      pause(seconds: 0.2)
      #expect(isEqual(slow.receive(exactly: records.count), records))
      #expect(writer())
      _ = try result().get()
    }
  }
}

/// Writes to a blocking descriptor.
func writeAll(_ bytes: [UInt8], to number: Int32) -> Bool {
  var buffer = ByteBuffer()
  buffer.append(bytes)
  do {
    try BlockingStreams.writeAll(&buffer, to: number)
    return true
  } catch {
    return false
  }
}

/// Reads a blocking descriptor to its end.
func readAll(_ number: Int32) -> [UInt8] {
  var buffer = ByteBuffer()
  while let count = try? BlockingStreams.read(number, into: &buffer, upTo: 65_536), count > 0 {}
  return buffer.toArray()
}
