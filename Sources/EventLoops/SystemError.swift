internal import CPlatform

// Unsafe code here copies the text of strerror, which is valid until the next call on the same
// thread.

/// A system call that failed: which one, and with which error. The text holds no payload and no
/// address; whoever knows the address adds it.
public struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The C error, such as `ECONNREFUSED`.
  public let code: Int32
  /// The name of the call, as in its manual page.
  public let call: String

  /// An error of `call`; `code` is positive.
  public init(code: Int32, call: StaticString) {
    self.code = code
    self.call = call.description
  }

  /// `connect: Connection refused (ECONNREFUSED)`
  public var description: String { "\(call): \(text) (\(name))" }

  /// The C name of the error: `ECONNREFUSED`.
  public var name: String { unsafe String(cString: CPlatform_errno_name(code)) }

  /// The C library's words for the error: `Connection refused`.
  public var text: String {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 128) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      unsafe base.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
        unsafe CPlatform_errno_text(code, $0, buffer.count)
      }
      unsafe count = buffer.firstIndex(of: 0) ?? 0
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The process or the system has no descriptor left (`EMFILE`, `ENFILE`).
  public var isDescriptorsExhausted: Bool { code == Errno.tooManyFiles || code == Errno.fileTable }

  /// The reader of a pipe or socket is gone (`EPIPE`).
  public var isBrokenPipe: Bool { code == Errno.brokenPipe }
}

/// The C errors that decisions are made on (asm-generic/errno.h, the same on x86-64 and ARM64).
enum Errno {
  static let interrupted: Int32 = 4
  static let wouldBlock: Int32 = 11
  static let badDescriptor: Int32 = 9
  static let badAddress: Int32 = 14
  static let fileExists: Int32 = 17
  static let invalid: Int32 = 22
  static let fileTable: Int32 = 23
  static let tooManyFiles: Int32 = 24
  static let brokenPipe: Int32 = 32
  static let noEntry: Int32 = 2
  static let addressInUse: Int32 = 98
  static let timedOut: Int32 = 110
  static let connectionAborted: Int32 = 103
  static let connectionRefused: Int32 = 111
  static let inProgress: Int32 = 115
}

/// The one funnel of all system calls: calls again after a signal, and tells "would block" from
/// failure.
///
/// `body` returns what CPlatform's functions return: 0 or more, or the negated error. A bad
/// descriptor or a bad address is a fault of this program and traps, rather than to go on with
/// somebody else's descriptor.
///
/// - Returns: the call's result, or nil when it would block.
@inline(__always)
func systemCall<Result: SignedInteger>(
  _ call: StaticString, _ body: () -> Result
) throws(SystemError) -> Result? {
  while true {
    let result = body()
    if result >= 0 { return result }
    let code = Int32(0 - result)
    if code == Errno.interrupted { continue }
    if code == Errno.wouldBlock { return nil }
    throw failure(call, code)
  }
}

/// The same for calls that cannot block.
@inline(__always) @discardableResult
func plainSystemCall<Result: SignedInteger>(
  _ call: StaticString, _ body: () -> Result
) throws(SystemError) -> Result {
  guard let result = try systemCall(call, body) else {
    throw SystemError(code: Errno.wouldBlock, call: call)
  }
  return result
}

@inline(never)
private func failure(_ call: StaticString, _ code: Int32) -> SystemError {
  precondition(
    code != Errno.badDescriptor && code != Errno.badAddress,
    "a system call was given a descriptor or an address that is not ours")
  return SystemError(code: code, call: call)
}
