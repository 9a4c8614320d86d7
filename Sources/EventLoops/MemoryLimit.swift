internal import CPlatform

// Unsafe code here hands the kernel a buffer together with its own length; the pointer does not
// outlive the call.

/// The memory that this process may use before the kernel ends it, as its control groups say.
public enum MemoryLimit {
  /// The smallest limit of the process's own group and those above it, in bytes; nil for none.
  public static func bytes() -> Int? { bytes(groups: "/proc/self/cgroup", root: "/sys/fs/cgroup") }

  /// The same with other files; for tests.
  ///
  /// - Parameters:
  ///   - groups: lines of `id:controllers:path`; version 2 has one with no controllers.
  ///   - root: where the groups' own folders are.
  public static func bytes(groups: String, root: String) -> Int? {
    var smallest: Int?
    for line in text(groups).split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isVersion2 = parts[1].isEmpty
      guard isVersion2 || parts[1].split(separator: ",").contains("memory") else { continue }
      let folder = isVersion2 ? root : root + "/memory"
      let file = isVersion2 ? "/memory.max" : "/memory.limit_in_bytes"
      // Inside a container the path may be the host's: what is not there says nothing.
      var path = parts[2][...]
      while true {
        if let limit = number(in: folder + path + file) { smallest = min(limit, smallest ?? limit) }
        guard let slash = path.lastIndex(of: "/") else { break }
        path = path[..<slash]
      }
    }
    return smallest
  }

  /// `max`, and the huge numbers that version 1 writes for it, are no limit.
  private static func number(in path: String) -> Int? {
    guard let digits = text(path).split(separator: "\n").first, let limit = Int(digits) else {
      return nil
    }
    return limit < 1 << 60 ? limit : nil
  }

  private static func text(_ path: String) -> String {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      unsafe count = max(0, CPlatform_read_file(path, buffer.baseAddress, buffer.count))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
