internal import Bytes
internal import EventLoops
internal import Synchronization

/// The file in the output folder that makes a run resumable. A line is added before a copy is begun
/// and after it is whole, in its place and on the disk:
///
/// ```
/// maskline-files 1
/// begun  <path>  .
/// done   <size> <seconds> <nanoseconds> <size of the copy> <rules>  <path>  .
/// ```
/// Fields are parted by tabs. The path is that of the copy in the output folder; bytes that would end
/// a field are written as `%XX`. A line that was cut off has no point at its end and does not count. A file is taken as finished only while its size,
/// its time, the copy's size and the digest of the rules are those of the line. The journal is locked
/// while a run goes on, so that two runs never write the same copies.
final class Journal: Sendable {
  /// Its name in the output folder.
  static let name = ".maskline-files"
  private static let header = "maskline-files 1"

  /// What a line says of a finished copy.
  struct Entry: Equatable, Sendable {
    var size: Int64
    var seconds: Int64
    var nanoseconds: Int64
    var copySize: Int64
    var rules: String
  }

  /// Why there is no journal.
  struct Refusal: Error { var text: String }

  private let folder: String
  private let file: FileDescriptor
  private let finished: [String: Entry]
  private let begun: Set<String>
  private let writing = Mutex(())

  /// Opens the journal of `folder`, which exists.
  init(in folder: String) throws(Refusal) {
    self.folder = folder
    let path = Paths.join(folder, Self.name)
    var finished: [String: Entry] = [:]
    var begun: Set<String> = []
    do {
      guard let file = try FileCalls.openLocked(path) else {
        throw Refusal(text: "another run of maskline files writes to \(folder)")
      }
      let text = String(decoding: try FileCalls.readAll(file.number), as: UTF8.self)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      if let first = lines.first, !first.isEmpty, lines.count > 1, first != Self.header {
        throw Refusal(text: "\(path) is not a journal of this version; move it away")
      }
      for line in lines.dropLast() { Self.read(line, &finished, &begun) }
      // What a killed run left behind is never read, and would only take room.
      for path in begun where finished[path] == nil {
        FileCalls.remove(Paths.unfinished(Paths.join(folder, path)))
      }
      var begin = ByteBuffer()
      if !text.isEmpty, !text.hasSuffix("\n") { begin.append("\n") }
      if text.isEmpty { begin.append(Self.header + "\n") }
      try BlockingStreams.writeAll(&begin, to: file.number)
      self.file = file
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(text: "\(path): \(error)")
    }
    self.finished = finished
    self.begun = begun
  }

  /// Whether an earlier run made the copy at `target`, or began to.
  func isOurs(_ target: String) -> Bool { begun.contains(inFolder(target)) }

  /// Whether the copy of `task` is whole and up to date.
  func isFinished(_ task: FileTask, rules: String) -> Bool {
    guard let entry = finished[inFolder(task.target)],
      let copy = try? FileCalls.status(of: task.target, followsLinks: false), copy.kind == .file
    else { return false }
    return entry
      == Entry(
        size: task.status.size, seconds: task.status.modifiedSeconds,
        nanoseconds: task.status.modifiedNanoseconds, copySize: copy.size, rules: rules)
  }

  /// Notes that the copy at `target` is being made.
  func noteBegin(_ target: String) throws(SystemError) {
    try write("begun\t\(Self.escaped(inFolder(target)))\t.")
  }

  /// Notes that the copy of a file is whole.
  func noteEnd(_ target: String, _ status: FileStatus, copySize: Int64, rules: String)
    throws(SystemError)
  {
    try write(
      "done\t\(status.size) \(status.modifiedSeconds) \(status.modifiedNanoseconds) \(copySize)"
        + " \(rules)\t\(Self.escaped(inFolder(target)))\t.")
  }

  private func write(_ line: String) throws(SystemError) {
    try writing.withLock { _ throws(SystemError) in
      var buffer = ByteBuffer()
      buffer.append(line + "\n")
      try BlockingStreams.writeAll(&buffer, to: file.number)
    }
  }

  private func inFolder(_ target: String) -> String {
    String(target.dropFirst(Paths.join(folder, "").count))
  }

  private static func read(
    _ line: Substring, _ finished: inout [String: Entry], _ begun: inout Set<String>
  ) {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
    guard fields.last == "." else { return }
    if fields.count == 3, fields[0] == "begun" {
      let path = unescaped(fields[1])
      begun.insert(path)
      finished[path] = nil
    } else if fields.count == 4, fields[0] == "done" {
      let words = fields[1].split(separator: " ")
      let numbers = words.prefix(4).compactMap { Int64($0) }
      guard words.count == 5, numbers.count == 4 else { return }
      finished[unescaped(fields[2])] = Entry(
        size: numbers[0], seconds: numbers[1], nanoseconds: numbers[2], copySize: numbers[3],
        rules: String(words[4]))
    }
  }

  static func escaped(_ path: String) -> String {
    var text: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in path.utf8 {
      if byte < ASCII.space || byte == UInt8(ascii: "%") || byte == 0x7F {
        text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      } else {
        text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let high = ASCII.hexValue(rest[rest.startIndex]),
        let low = ASCII.hexValue(rest[rest.startIndex + 1])
      {
        bytes.append(high << 4 | low)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
