internal import CPlatform

/// Settings of this process.
public enum ProcessLimits {
  /// No core dumps, and no reading of the process's memory by others: both would show records.
  ///
  /// - Throws: `SystemError` of `setrlimit` or `prctl`.
  public static func disableCoreDumps() throws(SystemError) {
    try plainSystemCall("prctl") { CPlatform_disable_core_dumps() }
  }

  /// Gives back the memory that only the start needs, of data and of code: reading files, compiling
  /// rules. Code that is needed again comes back from the program's file, a page at a time.
  public static func releaseProgramPages() { CPlatform_release_program_pages() }

  /// How many descriptors the process may have open (the soft limit).
  ///
  /// - Throws: `SystemError` of `getrlimit`.
  public static func descriptorsMax() throws(SystemError) -> Int {
    var soft: UInt64 = 0
    try plainSystemCall("getrlimit") { unsafe CPlatform_descriptor_limit(&soft) }
    return Int(clamping: soft)
  }

  /// Random bits of the kernel, to seed a generator whose values need not be secret.
  public static func randomSeed() -> UInt64 {
    var seed: UInt64 = 0
    unsafe withUnsafeMutableBytes(of: &seed) { bytes in
      _ = unsafe CPlatform_getrandom(bytes.baseAddress, bytes.count)
    }
    return seed
  }
}
