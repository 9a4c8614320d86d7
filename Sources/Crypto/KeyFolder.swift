internal import Bytes
internal import Glibc

/// System calls on key files. The only file here that reads errno.
extension KeyRing {
  /// Reads every `<id>.key` in `directory`.
  ///
  /// A key file must be a regular file of at most `KeyFile.fileBytesMax` bytes, owned by this user or by
  /// root, that no one else can read or write. One exception serves Kubernetes, which mounts secrets as
  /// root's files readable by the pod's `fsGroup`: a file of root's may be readable by its group.
  /// Links are followed (such mounts are links); what is checked is the file that was opened.
  ///
  /// - Throws: the first fault, in the order of the names.
  public static func load(directory: String) throws(CryptoError) -> KeyRing {
    let names = try KeyFolder.names(in: directory)
    guard !names.isEmpty else {
      throw CryptoError(
        .noKeys,
        "\(KeyFolder.shown(directory)): there is no key file; run 'maskline keys new --id k1'")
    }
    var keys: [HMACKey] = []
    for name in names {
      let path = KeyFolder.join(directory, name)
      guard let id = try? KeyID(String(name.dropLast(KeyFolder.suffix.count))) else {
        throw CryptoError(
          .badKeyID,
          "\(KeyFolder.shown(path)): its name is no key id; "
            + "use 1 to 32 of a-z, 0-9 and '-', with at most 8 digits")
      }
      let text = try KeyFolder.read(path)
      let file = try text.withSpan { (span) throws(CryptoError) in
        try KeyFile.parse(span, name: KeyFolder.shown(path), expectedID: id)
      }
      keys.append(HMACKey(file))
    }
    return KeyRing(keys)
  }
}

extension KeyFile {
  /// Makes a new random key and writes it to `<id>.key` in `directory`, mode 0600, on disk when this
  /// returns.
  ///
  /// - Returns: the path of the file.
  /// - Throws: `CryptoError`, also when the file exists: keys are never overwritten.
  @discardableResult
  public static func create(
    id: KeyID, in directory: String
  ) throws(CryptoError) -> String {
    guard id != .test else {
      throw CryptoError(.wrongID, "the id 'test' is kept for rules' own tests; choose another --id")
    }
    let file = try generate(id: id)
    let path = KeyFolder.join(directory, id.text + KeyFolder.suffix)
    try KeyFolder.write(file.text(), to: path, in: directory)
    return path
  }
}

enum KeyFolder {
  static let suffix = ".key"

  static func join(_ directory: String, _ name: String) -> String {
    directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }

  /// A path for a message: what is not printable ASCII is not shown as it is.
  static func shown(_ path: String) -> String {
    String(
      decoding: path.utf8.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") },
      as: UTF8.self)
  }

  /// The names that end in `.key`, in their order.
  static func names(in directory: String) throws(CryptoError) -> [String] {
    guard let stream = unsafe opendir(directory) else { throw failure(errno, directory, "open") }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        guard errno == 0 else { throw failure(errno, directory, "read") }
        break
      }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name.hasSuffix(suffix), !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// The whole file, after its kind, owner, mode and size were found right.
  static func read(_ path: String) throws(CryptoError) -> SecretBytes {
    // Non-blocking, so that a named pipe does not hold the start.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw failure(errno, path, "open") }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure(errno, path, "read") }
    try check(status, shown(path), user: geteuid())
    var text = SecretBytes(count: KeyFile.fileBytesMax + 1)
    var count = 0
    while count <= KeyFile.fileBytesMax {
      let result = unsafe text.edit { bytes in
        unsafe Glibc.read(descriptor, bytes.extracting(count...).baseAddress, bytes.count - count)
      }
      if result == 0 { break }
      if result < 0 {
        guard errno == EINTR else { throw failure(errno, path, "read") }
        continue
      }
      count += result
    }
    guard count <= KeyFile.fileBytesMax else { throw KeyFile.tooLarge(shown(path), bytes: count) }
    return text.truncated(to: count)
  }

  /// Kind, owner, mode and size.
  static func check(_ status: stat, _ path: String, user: UInt32) throws(CryptoError) {
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CryptoError(.notAFile, "\(path): it is not a regular file; remove it or rename it")
    }
    guard status.st_uid == user || status.st_uid == 0 else {
      throw CryptoError(
        .owner,
        "\(path): it belongs to user \(status.st_uid) and not to user \(user); "
          + "run chown \(user) \(path)")
    }
    let mode = status.st_mode & 0o7777
    let isMountedSecret = status.st_uid == 0 && user != 0 && mode & 0o037 == 0
    guard mode & 0o077 == 0 || isMountedSecret else {
      let digits = String(mode, radix: 8)
      let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      let deed = mode & 0o022 == 0 ? "read" : mode & 0o044 == 0 ? "write" : "read and write"
      throw CryptoError(
        .permissions, "\(path): permissions \(padded) let others \(deed) it; run chmod 600 \(path)")
    }
    guard status.st_size <= KeyFile.fileBytesMax else {
      throw KeyFile.tooLarge(path, bytes: Int(status.st_size))
    }
  }

  /// Writes a new file and waits until it, and its name, are on disk.
  static func write(
    _ text: borrowing SecretBytes, to path: String, in directory: String
  ) throws(CryptoError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      if errno == ENOENT { throw failure(ENOENT, directory, "open") }
      throw failure(errno, path, "create")
    }
    do throws(CryptoError) {
      defer { close(descriptor) }
      // The mode above is cut by the umask; it must be exactly this.
      guard fchmod(descriptor, 0o600) == 0 else { throw failure(errno, path, "set the mode of") }
      try writeAll(text, to: descriptor, path)
      guard fsync(descriptor) == 0 else { throw failure(errno, path, "write") }
    } catch {
      // Half a key is no key.
      unsafe unlink(path)
      throw error
    }
    let folder = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw failure(errno, directory, "open") }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw failure(errno, directory, "write") }
  }

  private static func writeAll(
    _ text: borrowing SecretBytes, to descriptor: Int32, _ path: String
  ) throws(CryptoError) {
    var written = 0
    while written < text.count {
      let from = written
      let result = text.withSpan { span in
        unsafe span.withUnsafeBufferPointer { bytes in
          unsafe Glibc.write(
            descriptor, bytes.extracting(from...).baseAddress, bytes.count - from)
        }
      }
      if result < 0 {
        guard errno == EINTR else { throw failure(errno, path, "write") }
        continue
      }
      written += result
    }
  }

  /// The sentence for a system call that failed with `number`.
  static func failure(_ number: Int32, _ path: String, _ deed: String) -> CryptoError {
    let path = shown(path)
    switch number {
    case ENOENT:
      return CryptoError(
        .missing, "\(path): there is no such file or folder; create the folder with mode 0700")
    case EEXIST:
      return CryptoError(
        .exists, "\(path): it exists already and keys are never overwritten; choose another --id")
    case EACCES, EPERM:
      return CryptoError(
        .system(number),
        "\(path): this user may not \(deed) it; run as the user that owns it or change the owner")
    case ENOTDIR:
      return CryptoError(
        .system(number), "\(path): it is not a folder; name the folder of the keys")
    default:
      return CryptoError(
        .system(number), "\(path): cannot \(deed) it (errno \(number)); check the file system")
    }
  }
}
