internal import CPCRE2

/// A compiled pattern: immutable, shared by all loops.
///
/// Patterns are UTF, never UCP: `\d`, `\w` and `\s` mean ASCII, because the matching view has folded
/// digits already. A pattern can be refused for more reasons than its syntax (standards.md 2, P1);
/// `PatternError` says which.
///
/// @unchecked: PCRE2 only reads compiled code after `pcre2_jit_compile` has returned, which is inside
/// `init`; every other property is a constant.
@safe
public final class Pattern: @unchecked Sendable {
  /// The longest pattern, in bytes of UTF-8.
  public static let patternBytesMax = 4096
  /// How far a lookbehind may look, in characters.
  public static let lookbehindCharactersMax = 64
  /// How many groups may capture. More would need a larger result vector in every `Matcher`.
  public static let captureGroupsMax = 32
  /// The largest compiled form, in bytes, machine code not counted.
  public static let compiledBytesMax = 1 << 20
  /// The largest machine code, in bytes.
  public static let jitBytesMax = 4 << 20

  /// How a pattern is compiled.
  public struct Options: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Letters match in either case.
    public static let caseless = Options(rawValue: 1)
  }

  /// The pattern as it was written.
  public let text: [UInt8]
  /// Whether letters match in either case throughout.
  public let isCaseless: Bool
  /// How many groups capture; groups are numbered from 1.
  public let captureGroupCount: Int
  /// The fewest bytes from a start offset to the end of the subject for a match to start there: the
  /// match and what its lookaheads demand. (`conditions.minBytes` is about the match alone.)
  public let minBytes: Int
  /// What the text of every match must meet.
  public let conditions: NecessaryConditions
  /// Whether the analysis understood the pattern; if not, it has no conditions and the highest cost.
  public let isUnderstood: Bool
  /// Bytes that a match may start with, 256 of them.
  public let startBytes: [Bool]

  /// The pattern's parts, read anew: they are needed at the start only, and would take most of the
  /// memory of all rules.
  var node: PatternNode? { try? PatternParser.parse(text, isCaseless: isCaseless) }
  let cost: PatternCost
  /// A match can start at the start offset only (`^`, `\A`).
  let isAnchored: Bool
  let usesJIT: Bool
  /// The JIT's report of a capture group is not to be trusted (see `Matcher.answer`).
  let hasDoubtfulGroups: Bool
  /// Owned: freed in `deinit`, never changed.
  let code: OpaquePointer

  /// Compiles `text`.
  ///
  /// - Parameter jit: false runs the interpreter; for tests that compare the two.
  /// - Throws: `PatternError` for a syntax error or one of the refusals.
  public init(
    _ text: [UInt8], options: Options = [], jit: Bool = true
  ) throws(PatternError) {
    guard !text.isEmpty else {
      throw .refused(.empty, at: nil, "it is empty; write at least one character")
    }
    guard text.count <= Self.patternBytesMax else {
      throw .refused(
        .tooLong, at: nil,
        "it has \(text.count) bytes and at most \(Self.patternBytesMax) are allowed; split the rule"
      )
    }
    if let error = PatternRefusals.first(in: text) { throw error }
    let isCaseless = options.contains(.caseless)
    let code = try unsafe Self.compile(text, isCaseless: isCaseless)
    do throws(PatternError) {
      try Self.checkInfo(unsafe CompiledInfo(code))
      if jit { try unsafe Self.compileJIT(code) }
    } catch {
      unsafe pcre2_code_free_8(code)
      throw error
    }
    let info = unsafe CompiledInfo(code)
    let node = try? PatternParser.parse(text, isCaseless: isCaseless)
    let conditions = node.map(NecessaryConditions.init(of:)) ?? .none
    unsafe self.code = unsafe code
    self.text = text
    self.isCaseless = isCaseless
    self.isUnderstood = node != nil
    self.conditions = conditions
    self.startBytes = info.startBytes
    self.cost = PatternCost(of: node, startBytes: info.startBytes)
    self.captureGroupCount = info.captureCount
    self.minBytes = max(1, info.minLength, conditions.minBytes)
    self.isAnchored = info.isAnchored
    self.usesJIT = jit
    self.hasDoubtfulGroups = info.captureCount > 0 && node?.hasPossessiveGroup ?? true
  }

  deinit { unsafe pcre2_code_free_8(code) }

  // MARK: Compiling

  private static func compile(
    _ text: [UInt8], isCaseless: Bool
  ) throws(PatternError) -> OpaquePointer {
    var options =
      PCRE2_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT
    if isCaseless { options |= PCRE2_CASELESS }
    guard let context = unsafe pcre2_compile_context_create_8(nil) else {
      throw PatternError(.tooLarge, at: nil, "pattern does not compile: out of memory")
    }
    defer { unsafe pcre2_compile_context_free_8(context) }
    unsafe pcre2_set_max_pattern_length_8(context, patternBytesMax)
    // Asked for by name, so that a library built with another default reads `.` and `$` alike.
    unsafe pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
    unsafe pcre2_set_bsr_8(context, UInt32(PCRE2_BSR_UNICODE))
    var error: Int32 = 0
    var offset = 0
    let code = unsafe text.withUnsafeBufferPointer { bytes in
      unsafe pcre2_compile_8(
        bytes.baseAddress, bytes.count, UInt32(bitPattern: Int32(truncatingIfNeeded: options)),
        &error, &offset, context)
    }
    guard let code = unsafe code else {
      throw .syntax(error, at: offset, PCRE2.message(error))
    }
    return unsafe code
  }

  private static func compileJIT(_ code: OpaquePointer) throws(PatternError) {
    let status = unsafe pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
    let jitBytes = unsafe CompiledInfo(code).jitBytes
    guard jitBytes <= jitBytesMax else {
      throw .refused(
        .tooLarge, at: nil,
        "its machine code has \(jitBytes) bytes and at most \(jitBytesMax) are allowed; "
          + "use smaller repeat counts")
    }
    guard status == 0, jitBytes > 0 else {
      throw PatternError(
        .jitUnavailable, at: nil,
        "PCRE2 cannot compile the pattern to machine code: \(PCRE2.message(status)); "
          + "simplify the pattern or allow executable memory")
    }
  }

  private static func checkInfo(_ info: CompiledInfo) throws(PatternError) {
    guard !info.hasLimits else {
      throw .refused(.limitSetting, at: nil, "it sets a match limit of its own; remove the setting")
    }
    guard info.backReferenceMax == 0 else {
      throw .refused(
        .backReference, at: nil, "back references are not allowed; write the text again")
    }
    guard !info.matchesEmpty else {
      throw .refused(
        .matchesEmpty, at: nil, "it can match the empty text; demand at least one character")
    }
    guard info.lookbehindMax <= lookbehindCharactersMax else {
      throw .refused(
        .lookbehindTooLong, at: nil,
        "a lookbehind looks at \(info.lookbehindMax) characters and at most "
          + "\(lookbehindCharactersMax) are allowed; shorten it")
    }
    guard info.captureCount <= captureGroupsMax else {
      throw .refused(
        .tooManyGroups, at: nil,
        "it has \(info.captureCount) capture groups and at most \(captureGroupsMax) are allowed; "
          + "use (?:...)")
    }
    guard info.compiledBytes <= compiledBytesMax else {
      throw .refused(
        .tooLarge, at: nil,
        "its compiled form has \(info.compiledBytes) bytes and at most \(compiledBytesMax) are "
          + "allowed; use smaller repeat counts")
    }
  }
}
