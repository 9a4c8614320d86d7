internal import Bytes

/// How the lines of a file are packed: told by its first bytes, never by its name.
enum FileFormat: String, Sendable {
  case plain
  case gzip
  case zstd

  /// How many first bytes decide.
  static let signatureBytes = 6

  /// What a file that begins with `bytes` is.
  ///
  /// - Throws: `UnknownPacking` for a form that Maskline does not read: its bytes are no lines.
  init(_ bytes: [UInt8]) throws(UnknownPacking) {
    func begins(_ signature: [UInt8]) -> Bool { bytes.starts(with: signature) }
    if begins([0x1F, 0x8B]) {
      self = .gzip
    } else if begins([0x28, 0xB5, 0x2F, 0xFD])
      || bytes.count >= 4 && bytes[0] & 0xF0 == 0x50 && begins([bytes[0], 0x2A, 0x4D, 0x18])
    {
      // The second form is a skippable frame (RFC 8878 3.1.2).
      self = .zstd
    } else if begins([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      throw UnknownPacking(name: "xz")
    } else if begins(Array("BZh".utf8)) {
      throw UnknownPacking(name: "bzip2")
    } else if begins([0x50, 0x4B, 0x03, 0x04]) {
      throw UnknownPacking(name: "zip")
    } else if begins([0x04, 0x22, 0x4D, 0x18]) {
      throw UnknownPacking(name: "lz4")
    } else {
      self = .plain
    }
  }

  /// How much is masked, and packed, at a time. Each block of a packed file becomes a gzip member or
  /// a zstd frame of its own, so that all cores can pack; smaller ones would pack worse.
  var blockBytes: Int { self == .plain ? 256 << 10 : 1 << 20 }
}

/// A packed form that is not read.
struct UnknownPacking: Error, CustomStringConvertible {
  var name: String
  var description: String { "is packed with \(name); plain, gzip and zstd files are read" }
}
