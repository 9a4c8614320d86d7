internal import EventLoops

/// One file to mask.
struct FileTask: Sendable {
  /// Where it is.
  var source: String
  /// Where its masked copy goes.
  var target: String
  /// Whether it was named itself: then a symbolic link is followed.
  var isNamed: Bool
  var status: FileStatus
}

/// Finds the files below what the command line names, and where each goes:
///
/// - a named file `a/x.log` goes to `OUT/x.log`;
/// - the files of a named folder `a/logs` go to `OUT/logs/...`, of `.` and `..` and `/` to `OUT/...`;
/// - symbolic links are followed where they are named, and skipped inside folders: what they lead to
///   may lie anywhere, and twice;
/// - the folder of the copies is skipped when it lies in a named one: copies are not masked again;
/// - pipes, sockets and devices are skipped, and never opened; named ones are an error.
struct FileTree {
  private(set) var tasks: [FileTask] = []
  /// What was passed over or failed, by its path.
  private(set) var others: [FileResult] = []
  /// What must be mended before anything is written: one sentence each.
  private(set) var problems: [String] = []

  private let out: String
  private var outStatus: FileStatus?
  private var sources: [String: String] = [:]
  /// Folders on the way from a named one to the place in hand, against loops of mounts.
  private static let depthMax = 256

  /// Looks at `inputs`.
  init(_ inputs: [String], out: String) {
    self.out = out
    outStatus = try? FileCalls.status(of: out, followsLinks: true)
    for input in inputs { addNamed(input) }
    tasks.sort { $0.source.utf8.lexicographicallyPrecedes($1.source.utf8) }
  }

  private mutating func addNamed(_ input: String) {
    let path = Paths.trimmed(input)
    do throws(SystemError) {
      let status = try FileCalls.status(of: path, followsLinks: true)
      switch status.kind {
      case .file: add(path, Paths.join(out, Paths.name(of: path)), status, isNamed: true)
      case .folder:
        guard !isOut(status) else {
          problems.append("\(path) is to be masked and is --out itself; choose another --out")
          return
        }
        let name = Paths.name(of: path)
        let isPlace = [".", "..", "", "/"].contains(name)
        walk(path, isPlace ? out : Paths.join(out, name), depth: 0)
      case .link, .special: others.append(.failed(path, "is no file and no folder"))
      }
    } catch {
      others.append(.failed(path, error.description))
    }
  }

  private func isOut(_ status: FileStatus) -> Bool {
    guard let outStatus else { return false }
    return outStatus.inode == status.inode && outStatus.device == status.device
  }

  private mutating func walk(_ folder: String, _ target: String, depth: Int) {
    guard depth <= Self.depthMax else {
      others.append(.failed(folder, "lies more than \(Self.depthMax) folders deep"))
      return
    }
    do throws(SystemError) {
      let (names, mended) = try FileCalls.names(in: folder)
      for name in mended {
        others.append(.failed(Paths.join(folder, name), "has a name that is not UTF-8; rename it"))
      }
      for name in names { visit(Paths.join(folder, name), Paths.join(target, name), depth: depth) }
    } catch {
      others.append(.failed(folder, error.description))
    }
  }

  private mutating func visit(_ path: String, _ target: String, depth: Int) {
    do throws(SystemError) {
      let status = try FileCalls.status(of: path, followsLinks: false)
      switch status.kind {
      case .file: add(path, target, status, isNamed: false)
      case .folder:
        if isOut(status) {
          others.append(.passed(path, "the folder of the copies"))
        } else {
          walk(path, target, depth: depth + 1)
        }
      case .link: others.append(.passed(path, "a symbolic link"))
      case .special: others.append(.passed(path, "no file: a pipe, a socket or a device"))
      }
    } catch {
      others.append(.failed(path, error.description))
    }
  }

  private mutating func add(
    _ path: String, _ target: String, _ status: FileStatus, isNamed: Bool
  ) {
    if let other = sources.updateValue(path, forKey: target) {
      if other != path {
        problems.append("\(other) and \(path) would both be written to \(target)")
      }
      return
    }
    if let existing = try? FileCalls.status(of: target, followsLinks: true),
      existing.inode == status.inode, existing.device == status.device
    {
      problems.append("\(path) would be written over itself; choose another --out")
      return
    }
    tasks.append(FileTask(source: path, target: target, isNamed: isNamed, status: status))
  }
}
