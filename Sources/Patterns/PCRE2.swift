internal import CPCRE2

/// The regex library that is linked in.
public enum PCRE2 {
  /// The library's own name for its version, such as `10.42 2022-12-11`.
  ///
  /// A distribution's backports do not show here; images must demand the package version
  /// (standards.md 0.1: at least 10.42-1+deb12u2).
  public static var version: String {
    unsafe text { unsafe pcre2_config_8(UInt32(PCRE2_CONFIG_VERSION), $0) }
  }

  /// PCRE2's message for one of its codes.
  static func message(_ code: Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
      let length = unsafe pcre2_get_error_message_8(code, buffer.baseAddress, buffer.count)
      guard length >= 0 else { return "PCRE2 error \(code)" }
      return unsafe String(decoding: buffer[0..<Int(length)], as: UTF8.self)
    }
  }

  /// Text that PCRE2 writes with a zero at its end.
  private static func text(_ write: (UnsafeMutableRawPointer) -> Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      let length = unsafe write(UnsafeMutableRawPointer(base))
      guard length > 0, Int(length) <= buffer.count else { return "" }
      return unsafe String(decoding: buffer[0..<(Int(length) - 1)], as: UTF8.self)
    }
  }
}

/// Whether patterns can be compiled to machine code here.
public enum JITSupport {
  /// Throws unless PCRE2 was built with its JIT compiler and can get executable memory.
  ///
  /// Call it once at start. Without the JIT the same patterns take ten times as long, so that the
  /// work limits would mask other values than elsewhere.
  public static func assertAvailable() throws(PatternError) {
    var isBuiltIn: UInt32 = 0
    unsafe pcre2_config_8(UInt32(PCRE2_CONFIG_JIT), &isBuiltIn)
    guard isBuiltIn == 1 else {
      throw PatternError(
        .jitUnavailable, at: nil,
        "PCRE2 \(PCRE2.version) was built without its JIT compiler; install a libpcre2-8 that has it"
      )
    }
    _ = try Pattern(Array("[a-z]".utf8))
  }
}
