import Foundation
import Glibc

/// What a command gave back.
public struct CommandResult: Sendable {
  /// Standard output.
  public let output: [UInt8]
  /// Standard error.
  public let error: [UInt8]
  /// How it ended.
  public let exit: ChildExit
  /// How long it ran.
  public let seconds: Double

  /// The exit code, or -1 when a signal ended it.
  public var exitCode: Int32 { exit.code ?? -1 }
  /// Standard output as text.
  public var outputText: String { String(decoding: output, as: UTF8.self) }
  /// Standard error as text.
  public var errorText: String { String(decoding: error, as: UTF8.self) }
  /// Both, for checks that do not care which stream a text goes to.
  public var allText: String { outputText + "\n" + errorText }
  /// The lines of standard output, without their line feeds.
  public var lines: [[UInt8]] { CommandRunner.lines(of: output) }
}

/// A command that did not end in time; it was killed.
public struct CommandHung: Error, CustomStringConvertible {
  /// What ran, and for how long.
  public let description: String
}

/// No built `maskline` was found.
public struct BinaryMissing: Error, CustomStringConvertible {
  /// The same whenever it is missing.
  public init() {}

  /// What to do about it.
  public var description: String {
    "no maskline program beside the tests: run swift build, or set MASKLINE_BINARY to its path"
  }
}

/// Runs the built program with bytes on its standard input.
public enum CommandRunner {
  /// The pieces of standard input, each written by itself, with a pause after it.
  public struct Feed: Sendable {
    /// The pieces in order.
    public var chunks: [[UInt8]]
    /// How long to wait after each piece, in microseconds.
    public var pauseMicroseconds: UInt32

    /// Standard input in the given pieces.
    public init(chunks: [[UInt8]], pauseMicroseconds: UInt32 = 0) {
      self.chunks = chunks
      self.pauseMicroseconds = pauseMicroseconds
    }
  }

  /// Runs `maskline` with `arguments`, `input` on its standard input.
  public static func maskline(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
    folder: String? = nil, secondsMax: Double = 120
  ) throws -> CommandResult {
    try maskline(
      arguments, feed: Feed(chunks: [input]), environment: environment, folder: folder,
      secondsMax: secondsMax)
  }

  /// Runs `maskline` with `arguments`, fed piece by piece.
  public static func maskline(
    _ arguments: [String], feed: Feed, environment: [String: String] = [:],
    folder: String? = nil, secondsMax: Double = 120
  ) throws -> CommandResult {
    guard let binary = TestPaths.binary else { throw BinaryMissing() }
    return try run(
      binary.path, arguments, feed: feed, environment: environment, folder: folder,
      secondsMax: secondsMax)
  }

  /// Runs any program; kills it and throws `CommandHung` after `secondsMax`.
  public static func run(
    _ program: String, _ arguments: [String], feed: Feed = Feed(chunks: []),
    environment: [String: String] = [:], folder: String? = nil, secondsMax: Double = 120
  ) throws -> CommandResult {
    let begin = Date()
    let child = try ChildProcess(
      program, arguments, environment: environment, folder: folder)
    let (output, error) = try exchange(
      with: child, feed: feed, deadline: begin.addingTimeInterval(secondsMax))
    let left = begin.addingTimeInterval(secondsMax).timeIntervalSinceNow
    guard let exit = child.wait(seconds: max(0.1, left)) else {
      child.send(SIGKILL)
      throw CommandHung(
        description: "\(program) \(arguments.joined(separator: " ")) ran over \(secondsMax) s")
    }
    return CommandResult(
      output: output, error: error, exit: exit, seconds: Date().timeIntervalSince(begin))
  }

  /// The lines of `bytes`; a last line without line feed counts.
  public static func lines(of bytes: [UInt8]) -> [[UInt8]] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// Writes the feed and reads both outputs at once, so that no pipe fills up, until both end.
  static func exchange(
    with child: ChildProcess, feed: Feed, deadline: Date
  ) throws -> (output: [UInt8], error: [UInt8]) {
    ignoreBrokenPipes()
    for descriptor in [child.input, child.output, child.error] where descriptor >= 0 {
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }
    var output: [UInt8] = []
    var error: [UInt8] = []
    var chunks = feed.chunks.filter { !$0.isEmpty }[...]
    var written = 0
    var openOutputs = 2
    var outputIsOpen = true
    var errorIsOpen = true
    if chunks.isEmpty { child.closeInput() }
    while openOutputs > 0 {
      if Date() > deadline {
        child.send(SIGKILL)
        throw CommandHung(description: "process \(child.pid) was killed at its deadline")
      }
      waitUntilReady(
        reading: [outputIsOpen ? child.output : -1, errorIsOpen ? child.error : -1],
        writing: child.input)
      if outputIsOpen, try !drain(child.output, into: &output) {
        outputIsOpen = false
        openOutputs -= 1
      }
      if errorIsOpen, try !drain(child.error, into: &error) {
        errorIsOpen = false
        openOutputs -= 1
      }
      guard child.input >= 0, let chunk = chunks.first else { continue }
      let count = writeSome(chunk[written...], to: child.input)
      written = count.map { written + $0 } ?? chunk.count
      if written == chunk.count {
        chunks = count == nil ? [] : chunks.dropFirst()
        written = 0
        if feed.pauseMicroseconds > 0 { usleep(feed.pauseMicroseconds) }
        if chunks.isEmpty { child.closeInput() }
      }
    }
    return (output, error)
  }

  private static func waitUntilReady(reading: [Int32], writing: Int32) {
    var polled = reading.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    polled.append(pollfd(fd: writing, events: Int16(POLLOUT), revents: 0))
    _ = unsafe poll(&polled, nfds_t(polled.count), 100)
  }

  /// Reads what is there; false at the end.
  private static func drain(_ descriptor: Int32, into bytes: inout [UInt8]) throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer[..<count]
      } else if count == 0 {
        return false
      } else if errno == EAGAIN {
        return true
      } else if errno != EINTR {
        throw SystemCallError("read")
      }
    }
  }

  /// How many bytes were written, or nil when nobody reads any more.
  private static func writeSome(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int? {
    let count = unsafe bytes.withUnsafeBytes {
      unsafe write(descriptor, $0.baseAddress, $0.count)
    }
    if count >= 0 { return count }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }
}

/// A write to a closed pipe or socket gives EPIPE instead of ending the tests.
public func ignoreBrokenPipes() {
  _ = signal(SIGPIPE, SIG_IGN)
}
