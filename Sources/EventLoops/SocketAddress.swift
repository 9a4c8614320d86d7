internal import CPlatform

// Unsafe code here hands the kernel an address structure together with its size; the pointer does
// not outlive the call.

/// An address as the kernel takes it: a number and a port, or a path. No name is left to look up.
@safe
public struct SocketAddress: Sendable, CustomStringConvertible {
  var raw: CPlatform_address

  init(_ raw: CPlatform_address) { self.raw = raw }

  /// The address of a Unix socket.
  ///
  /// - Throws: `SystemError` with `ENAMETOOLONG`.
  public static func unix(path: String) throws(SystemError) -> SocketAddress {
    var raw = CPlatform_address()
    try plainSystemCall("bind") { unsafe CPlatform_address_unix(path, &raw) }
    return SocketAddress(raw)
  }

  /// The addresses of a host. Blocks while the name is looked up, unless `numericOnly`: then a name
  /// is an error.
  ///
  /// - Throws: `ResolveError`.
  static func lookUp(
    host: String, port: UInt16, numericOnly: Bool
  ) throws(ResolveError) -> [SocketAddress] {
    var found = [CPlatform_address](repeating: CPlatform_address(), count: addressesMax)
    let count = unsafe found.withUnsafeMutableBufferPointer { buffer in
      unsafe CPlatform_resolve(
        host, port, numericOnly ? 1 : 0, buffer.baseAddress, Int32(buffer.count))
    }
    guard count > 0 else {
      throw ResolveError(reason: unsafe String(cString: CPlatform_resolve_error_text(count)))
    }
    return found.prefix(Int(count)).map { SocketAddress($0) }
  }

  /// More addresses of one name are not tried.
  static let addressesMax = 16

  /// The port, or 0 for a Unix socket.
  public var port: UInt16 {
    var raw = self.raw
    return unsafe CPlatform_address_port(&raw)
  }

  /// `127.0.0.1:5170`, `[::1]:5170` or `unix:/run/maskline.sock`.
  public var description: String {
    var raw = self.raw
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 160) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      unsafe base.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
        unsafe count = Int(CPlatform_address_text(&raw, $0, buffer.count))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A name that could not be looked up.
public struct ResolveError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The C library's words: `Name or service not known`.
  public let reason: String

  /// An error with these words.
  public init(reason: String) { self.reason = reason }

  /// The reason.
  public var description: String { "name lookup: \(reason)" }
}
