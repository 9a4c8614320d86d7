internal import Bytes
internal import CPlatform
internal import EventLoops

// Unsafe code here hands C pointers to values and texts that live until the call returns.

/// What kind of thing a path leads to, and what tells whether it has changed.
struct FileStatus: Equatable, Sendable {
  enum Kind { case file, folder, link, special }

  var kind = Kind.file
  var device: UInt64 = 0
  var inode: UInt64 = 0
  var size: Int64 = 0
  var modifiedSeconds: Int64 = 0
  var modifiedNanoseconds: Int64 = 0
  var mode: UInt32 = 0

  /// The same content, as far as the file system tells.
  func isSameContent(as other: FileStatus) -> Bool {
    inode == other.inode && size == other.size && modifiedSeconds == other.modifiedSeconds
      && modifiedNanoseconds == other.modifiedNanoseconds
  }

  fileprivate init(_ status: CPlatform_status) {
    switch status.kind {
    case CPlatform_kind_file: kind = .file
    case CPlatform_kind_folder: kind = .folder
    case CPlatform_kind_link: kind = .link
    default: kind = .special
    }
    device = status.device
    inode = status.inode
    size = status.size
    modifiedSeconds = status.modifiedSeconds
    modifiedNanoseconds = status.modifiedNanoseconds
    mode = status.mode
  }
}

/// The calls on files and folders that static masking makes.
enum FileCalls {
  static func status(
    of path: String, followsLinks: Bool
  ) throws(SystemError) -> FileStatus {
    var status = CPlatform_status()
    try check("stat") { unsafe CPlatform_status_of(path, followsLinks ? 1 : 0, &status) }
    return FileStatus(status)
  }

  static func status(ofOpen number: Int32) throws(SystemError) -> FileStatus {
    var status = CPlatform_status()
    try check("fstat") { unsafe CPlatform_status_of_open(number, &status) }
    return FileStatus(status)
  }

  static func openToRead(_ path: String, followsLinks: Bool) throws(SystemError) -> FileDescriptor {
    FileDescriptor(
      owning: try check("open") { unsafe CPlatform_open_to_read(path, followsLinks ? 1 : 0) })
  }

  static func openToWrite(_ path: String) throws(SystemError) -> FileDescriptor {
    FileDescriptor(owning: try check("open") { unsafe CPlatform_open_to_write(path) })
  }

  /// Nil when another process holds the lock.
  static func openLocked(_ path: String) throws(SystemError) -> FileDescriptor? {
    do throws(SystemError) {
      return FileDescriptor(owning: try check("open") { unsafe CPlatform_open_locked(path) })
    } catch {
      if error.name == "EAGAIN" || error.name == "EWOULDBLOCK" { return nil }
      throw error
    }
  }

  /// Gives an open file the mode and the time of `source`, and puts it on the disk.
  static func complete(_ number: Int32, like source: FileStatus) throws(SystemError) {
    try check("futimens") {
      CPlatform_set_mode_and_time(
        number, source.mode & 0o777, source.modifiedSeconds, source.modifiedNanoseconds)
    }
    try sync(number)
  }

  /// Goes back to the begin of an open file.
  static func rewind(_ number: Int32) throws(SystemError) {
    try check("lseek") { CPlatform_rewind(number) }
  }

  static func sync(_ number: Int32) throws(SystemError) {
    try check("fsync") { CPlatform_sync(number) }
  }

  static func rename(_ from: String, to path: String) throws(SystemError) {
    try check("rename") { unsafe CPlatform_rename(from, path) }
    try check("fsync") { unsafe CPlatform_sync_folder(Paths.folder(of: path)) }
  }

  static func remove(_ path: String) { _ = unsafe CPlatform_unlink(path) }

  /// Makes `path` and the folders above it that are missing.
  static func makeFolders(_ path: String) throws(SystemError) {
    if let status = try? status(of: path, followsLinks: true), status.kind == .folder { return }
    let above = Paths.folder(of: path)
    if above != path { try makeFolders(above) }
    do throws(SystemError) {
      try check("mkdir") { unsafe CPlatform_make_folder(path) }
    } catch {
      // Another worker may have made it meanwhile; a file in its place is an error.
      guard let status = try? status(of: path, followsLinks: true), status.kind == .folder else {
        throw error
      }
    }
  }

  /// The names in a folder, sorted by their bytes; a name that is not UTF-8 is told, mended, apart.
  static func names(
    in path: String
  ) throws(SystemError) -> (names: [String], mended: [String]) {
    var code: Int32 = 0
    guard let folder = unsafe CPlatform_open_folder(path, &code) else {
      throw SystemError(code: -code, call: "opendir")
    }
    defer { unsafe CPlatform_close_folder(folder) }
    var names: [String] = []
    var mended: [String] = []
    while let name = unsafe CPlatform_next_name(folder, &code) {
      if let text = unsafe String(validatingCString: name) {
        names.append(text)
      } else {
        unsafe mended.append(String(cString: name))
      }
    }
    if code < 0 { throw SystemError(code: -code, call: "readdir") }
    return (names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, mended.sorted())
  }

  /// All bytes of an open file, from where it stands.
  static func readAll(_ number: Int32) throws(SystemError) -> [UInt8] {
    var buffer = ByteBuffer()
    while try BlockingStreams.read(number, into: &buffer, upTo: 1 << 20) > 0 {}
    return buffer.toArray()
  }

  @discardableResult
  private static func check(
    _ call: StaticString, _ body: () -> Int32
  ) throws(SystemError) -> Int32 {
    let result = body()
    if result < 0 { throw SystemError(code: -result, call: call) }
    return result
  }
}

/// Paths as text.
enum Paths {
  /// `a/b` of `a/b/c`; `.` of a bare name.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `c` of `a/b/c`.
  static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// Without slashes at the end.
  static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// Where a file is written until it is whole: in the same folder, so that it can be renamed.
  static func unfinished(_ path: String) -> String {
    join(folder(of: path), ".\(name(of: path)).maskline-part")
  }
}
