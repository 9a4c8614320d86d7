internal import CPCRE2

/// What `pcre2_pattern_info` tells about compiled code.
@safe
struct CompiledInfo {
  let captureCount: Int
  let backReferenceMax: Int
  let matchesEmpty: Bool
  let lookbehindMax: Int
  /// In characters, of which each has at least one byte; a lookahead's text may be among them.
  let minLength: Int
  let jitBytes: Int
  let compiledBytes: Int
  /// The pattern carries limits of its own.
  let hasLimits: Bool
  let isAnchored: Bool
  /// The bytes that a match may start with, 256 of them.
  let startBytes: [Bool]

  init(_ code: OpaquePointer) {
    captureCount = Int(unsafe Self.number(code, UInt32(PCRE2_INFO_CAPTURECOUNT)))
    backReferenceMax = Int(unsafe Self.number(code, UInt32(PCRE2_INFO_BACKREFMAX)))
    matchesEmpty = unsafe Self.number(code, UInt32(PCRE2_INFO_MATCHEMPTY)) != 0
    lookbehindMax = Int(unsafe Self.number(code, UInt32(PCRE2_INFO_MAXLOOKBEHIND)))
    minLength = Int(unsafe Self.number(code, UInt32(PCRE2_INFO_MINLENGTH)))
    jitBytes = unsafe Self.size(code, UInt32(PCRE2_INFO_JITSIZE))
    compiledBytes = unsafe Self.size(code, UInt32(PCRE2_INFO_SIZE))
    hasLimits = unsafe Self.hasLimit(code)
    isAnchored =
      unsafe Self.number(code, UInt32(PCRE2_INFO_ALLOPTIONS)) & UInt32(PCRE2_ANCHORED) != 0
    startBytes = unsafe Self.startBytes(code)
  }

  private static func number(_ code: OpaquePointer, _ what: UInt32) -> UInt32 {
    var value: UInt32 = 0
    let status = unsafe pcre2_pattern_info_8(code, what, &value)
    precondition(status == 0, "PCRE2 does not know what it was asked about a pattern")
    return value
  }

  private static func size(_ code: OpaquePointer, _ what: UInt32) -> Int {
    var value = 0
    let status = unsafe pcre2_pattern_info_8(code, what, &value)
    precondition(status == 0, "PCRE2 does not know what it was asked about a pattern")
    return value
  }

  private static func hasLimit(_ code: OpaquePointer) -> Bool {
    for what in [PCRE2_INFO_MATCHLIMIT, PCRE2_INFO_HEAPLIMIT, PCRE2_INFO_DEPTHLIMIT] {
      var value: UInt32 = 0
      if unsafe pcre2_pattern_info_8(code, UInt32(what), &value) != PCRE2_ERROR_UNSET {
        return true
      }
    }
    return false
  }

  /// From PCRE2's own start optimization. One first byte may stand for both cases of a letter, which
  /// PCRE2 does not tell, so both are taken.
  private static func startBytes(_ code: OpaquePointer) -> [Bool] {
    var flags = [Bool](repeating: true, count: 256)
    if unsafe number(code, UInt32(PCRE2_INFO_FIRSTCODETYPE)) == 1 {
      let first = UInt8(truncatingIfNeeded: unsafe number(code, UInt32(PCRE2_INFO_FIRSTCODEUNIT)))
      flags = [Bool](repeating: false, count: 256)
      flags[Int(first)] = true
      if ASCIISet.letters.contains(first) { flags[Int(first ^ 0x20)] = true }
      return flags
    }
    var bitmap: UnsafePointer<UInt8>?
    let status = unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_FIRSTBITMAP), &bitmap)
    guard status == 0, let bitmap = unsafe bitmap else { return flags }
    for byte in 0..<256 {
      flags[byte] = unsafe bitmap[byte / 8] >> UInt8(byte % 8) & 1 == 1
    }
    return flags
  }
}
