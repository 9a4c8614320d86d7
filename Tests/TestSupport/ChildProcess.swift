import Foundation
import Glibc
import Synchronization

/// A system call that failed in a test helper.
public struct SystemCallError: Error, CustomStringConvertible {
  /// The call and what the system said.
  public let description: String

  init(_ call: String, code: Int32 = errno) {
    description = unsafe "\(call): \(String(cString: strerror(code)))"
  }
}

/// How a child process ended, and the most memory it held.
public struct ChildExit: Sendable, Equatable {
  /// The exit code, when it ended by itself.
  public let code: Int32?
  /// The signal that ended it, else nil.
  public let signal: Int32?
  /// Its largest resident set, in KiB.
  public let residentKiBMax: Int
}

/// A child process with pipes on its standard streams.
///
/// A child never inherits the pipes of another test's child, which would keep that test from
/// reading an end of file. Used by one test at a time.
public final class ChildProcess {
  /// What standard input is.
  public enum Input: Sendable {
    /// A pipe; write to `input`.
    case pipe
    /// The file at this path.
    case file(String)
  }

  /// The process.
  public let pid: Int32
  /// The end to write standard input to, or -1.
  public private(set) var input: Int32
  /// The end to read standard output from.
  public private(set) var output: Int32
  /// The end to read standard error from.
  public private(set) var error: Int32
  private var exit: ChildExit?

  /// The most memory that the program itself had resident so far, in KiB; nil when it has ended.
  public var residentKiBMax: Int? {
    guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return nil }
    return Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" })[1])
  }

  /// Starts `program` with `arguments`.
  public init(
    _ program: String, _ arguments: [String], input source: Input = .pipe,
    environment: [String: String] = [:], folder: String? = nil
  ) throws {
    let child = try Self.spawning.withLock { _ in
      try Self.spawn(program, arguments, input: source, environment: environment, folder: folder)
    }
    pid = child.pid
    input = child.input
    output = child.output
    error = child.error
  }

  /// Held from the making of pipes to the start of the child: a pipe that is not yet marked
  /// close-on-exec must not be inherited by a child started on another thread.
  private static let spawning = Mutex(())

  private static func spawn(
    _ program: String, _ arguments: [String], input source: Input,
    environment: [String: String], folder: String?
  ) throws -> (pid: pid_t, input: Int32, output: Int32, error: Int32) {
    let inputPipe = try Self.makePipe()
    let outputPipe = try Self.makePipe()
    let errorPipe = try Self.makePipe()
    var inputFile: Int32 = -1
    if case .file(let path) = source {
      inputFile = unsafe open(path, O_RDONLY | O_CLOEXEC)
      if inputFile < 0 { throw SystemCallError("open \(path)") }
    }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    let childInput = inputFile >= 0 ? inputFile : inputPipe.read
    unsafe posix_spawn_file_actions_adddup2(&actions, childInput, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, outputPipe.write, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, errorPipe.write, 2)

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    unsafe useDefaultSignals(&attributes)
    // env(1) changes the folder: glibc's own call for it is not visible to Swift.
    let words = (folder.map { ["/usr/bin/env", "-C", $0] } ?? []) + [program] + arguments
    var variables = ProcessInfo.processInfo.environment
    variables.merge(environment) { _, new in new }
    var child: pid_t = 0
    let code = unsafe Self.withCStrings(words) { argv in
      unsafe Self.withCStrings(variables.map { "\($0.key)=\($0.value)" }) { envp in
        unsafe posix_spawn(&child, words[0], &actions, &attributes, argv, envp)
      }
    }
    var unused = [inputPipe.read, outputPipe.write, errorPipe.write]
    if inputFile >= 0 { unused += [inputFile, inputPipe.write] }
    if code != 0 { unused += [outputPipe.read, errorPipe.read, inputPipe.write] }
    for descriptor in Set(unused) { _ = Glibc.close(descriptor) }
    if code != 0 { throw SystemCallError("posix_spawn \(program)", code: code) }
    return (child, inputFile >= 0 ? -1 : inputPipe.write, outputPipe.read, errorPipe.read)
  }

  /// No signal blocked, none ignored: the threads that run tests block most, and the tests ignore
  /// SIGPIPE, and a child would inherit both.
  private static func useDefaultSignals(_ attributes: UnsafeMutablePointer<posix_spawnattr_t>) {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe posix_spawnattr_setsigmask(attributes, &set)
    unsafe sigfillset(&set)
    unsafe posix_spawnattr_setsigdefault(attributes, &set)
    unsafe posix_spawnattr_setflags(
      attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
  }

  deinit {
    if poll() == nil {
      _ = kill(pid, SIGKILL)
      _ = wait(seconds: 10)
    }
    closeAll()
  }

  /// Closes the write end of standard input: the child reads its end.
  public func closeInput() { Self.close(&input) }

  /// Closes the read end of standard output: the child's next write fails with EPIPE.
  public func closeOutput() { Self.close(&output) }

  /// Sends a signal, unless the child was already reaped.
  public func send(_ signal: Int32) {
    if exit == nil { _ = kill(pid, signal) }
  }

  /// How it ended, or nil while it runs.
  public func poll() -> ChildExit? {
    if let exit { return exit }
    var status: Int32 = 0
    var usage = rusage()
    guard unsafe wait4(pid, &status, WNOHANG, &usage) == pid else { return nil }
    let signal = status & 0x7F
    exit = ChildExit(
      code: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal,
      residentKiBMax: usage.ru_maxrss)
    return exit
  }

  /// Waits until it ends; nil when it still runs after `seconds`.
  public func wait(seconds: Double) -> ChildExit? {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while true {
      if let exit = poll() { return exit }
      if Date() > deadline { return nil }
      usleep(2000)
    }
  }

  private func closeAll() {
    Self.close(&input)
    Self.close(&output)
    Self.close(&error)
  }

  private static func close(_ descriptor: inout Int32) {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }

  private static func makePipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw SystemCallError("pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Lends `strings` as the null-terminated array of C strings that `posix_spawn` takes.
  private static func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("the array ends on nil") }
      return unsafe body(base)
    }
  }
}
