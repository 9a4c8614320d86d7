internal import Glibc

/// Why a file or folder could not be read or written: one sentence.
struct FileError: Error, CustomStringConvertible {
  var path: String
  var problem: String
  var description: String { "\(path): \(problem)" }
}

/// Reading small files and listing folders over POSIX calls (Foundation stays out of the sidecar).
enum FileAccess {
  /// The largest file that is read whole into memory by configuration code.
  static let smallFileBytesMax = 16 << 20

  /// Reads a file of at most `limit` bytes.
  static func read(_ path: String, limit: Int = smallFileBytesMax) throws(FileError) -> [UInt8] {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, "cannot be read") }
    defer { Glibc.close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure(path, "cannot be read") }
      if count == 0 { return bytes }
      bytes += chunk[0..<count]
      guard bytes.count <= limit else {
        throw FileError(path: path, problem: "is larger than \(limit) bytes")
      }
    }
  }

  /// Opens a file for reading; `close` ends it.
  static func open(_ path: String) throws(FileError) -> Int32 {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, "cannot be read") }
    return descriptor
  }

  /// Closes what `open` opened.
  static func close(_ descriptor: Int32) { Glibc.close(descriptor) }

  /// Writes a new file, or over an old one, readable by its owner and group.
  static func write(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw failure(path, "cannot be written") }
    defer { Glibc.close(descriptor) }
    guard Console.write(bytes, to: descriptor) else { throw failure(path, "cannot be written") }
  }

  /// Whether the path is a folder.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether the path is a file with bytes of its own: no pipe, socket or device.
  static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The `.yaml` and `.yml` files of a folder, sorted by name.
  static func yamlFiles(in folder: String) throws(FileError) -> [String] {
    guard let handle = unsafe opendir(folder) else { throw failure(folder, "cannot be listed") }
    defer { unsafe closedir(handle) }
    var names: [String] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { pointer in
        unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
      }
      if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { names.append(name) }
    }
    return names.sorted().map { folder.hasSuffix("/") ? folder + $0 : folder + "/" + $0 }
  }

  /// `path`, taken from the folder of `file` if it is relative.
  static func resolve(_ path: String, besides file: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return String(file[...slash]) + path
  }

  /// Makes a folder that only its owner may enter, unless it is there.
  static func makePrivateFolder(_ path: String) throws(FileError) {
    guard unsafe mkdir(path, 0o700) != 0, errno != EEXIST else { return }
    throw failure(path, "the folder cannot be made")
  }

  private static func failure(_ path: String, _ what: String) -> FileError {
    let reason = unsafe String(cString: strerror(errno))
    return FileError(path: path, problem: "\(what): \(reason)")
  }
}

/// Standard output and standard error.
enum Console {
  /// Whether this descriptor is a terminal.
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Opens what a parent closed of descriptors 0 to 2, so that no file or socket takes their place:
  /// an empty input, and outputs that fail.
  static func openMissing() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
      _ = unsafe open(descriptor == 0 ? "/dev/null" : "/dev/full", O_RDWR)
    }
  }

  /// Writes a line to standard error.
  static func error(_ line: String) { write(Array((line + "\n").utf8), to: 2) }

  /// Writes bytes; false if the reader has gone.
  @discardableResult
  static func write(_ bytes: [UInt8], to descriptor: Int32 = 1) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(
          descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Writes a line to standard output.
  static func line(_ text: String) { write(Array((text + "\n").utf8)) }
}
