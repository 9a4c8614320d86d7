internal import CPacks

// Unsafe code here reads the packs' bytes, which are constants of the binary and valid for ever.

/// The mask files that are built into the binary.
public enum Packs {
  /// The packs that are used when none are named.
  public static let defaultNames = ["pci", "pii", "ids", "secrets"]

  /// The names of all packs.
  public static var names: [String] {
    (0..<Int(CPacks_count)).map { unsafe String(cString: CPacks_at($0).name) }
  }

  /// The file of a pack, or nil if there is none of that name.
  public static func file(_ name: String) -> [UInt8]? {
    for number in 0..<Int(CPacks_count) {
      let pack = unsafe CPacks_at(number)
      if unsafe String(cString: pack.name) == name {
        return unsafe Array(UnsafeBufferPointer(start: pack.bytes, count: pack.count))
      }
    }
    return nil
  }
}
