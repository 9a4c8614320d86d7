internal import Bytes
internal import EventLoops
internal import Masking
internal import Streams
internal import Synchronization

/// What all files of a run share.
struct FileRunSettings: Sendable {
  var policy: MaskPolicy
  var options: StreamOptions
  /// A digest of everything that decides what comes out: another one masks again.
  var rules: String
  /// Whether finished copies are made again, and files that are not ours written over.
  var overwrites: Bool
  var journal: Journal
  var progress: FileProgress?
}

/// What one worker needs, for all files.
struct FileTools {
  let engine: MaskingEngine
  private var gzip: GzipEncoder?
  private var zstd: ZstdEncoder?

  init(policy: MaskPolicy) { engine = MaskingEngine(policy: policy) }

  mutating func encoder(of format: FileFormat) throws(StreamFailure) -> (any BlockEncoder)? {
    switch format {
    case .plain: return nil
    case .gzip:
      let encoder = if let gzip { gzip } else { try GzipEncoder() }
      gzip = encoder
      return encoder
    case .zstd:
      let encoder = if let zstd { zstd } else { try ZstdEncoder() }
      zstd = encoder
      return encoder
    }
  }
}

/// One file: opened by the first worker that comes, finished by the last one that leaves. The copy is
/// written beside its place, put on the disk, and renamed into place when it is whole.
///
/// ```
///   waiting ──first worker──► open (n workers) ──last one leaves──► finishing ──► done
///      └────────────────── cannot be opened, or was finished before ───────────────┘
/// ```
final class FileJob: Sendable {
  private struct Open: Sendable {
    var stream: LineStream<FileSource, DescriptorSink>
    var source: SharedDescriptor
    var copy: SharedDescriptor
    var format: FileFormat
    var status: FileStatus
    var workers = 0
  }

  private enum State {
    case waiting
    case open(Open)
    case finishing
    case done(FileResult)
  }

  let task: FileTask
  private let settings: FileRunSettings
  private let workersMax: Int
  private let state = Mutex(State.waiting)

  init(_ task: FileTask, settings: FileRunSettings, workersMax: Int) {
    self.task = task
    self.settings = settings
    self.workersMax = workersMax
  }

  /// How it ended. Only when all workers have left.
  var result: FileResult {
    state.withLock { state in
      guard case .done(let result) = state else {
        return self.result(.failed("was not worked on to its end"))
      }
      return result
    }
  }

  /// Takes part until nothing is left to do in this file.
  func work(with tools: inout FileTools) {
    guard let open = enter() else { return }
    do throws(StreamFailure) {
      open.stream.work(with: tools.engine, encoder: try tools.encoder(of: open.format))
    } catch {
      // Without an encoder this worker takes no block; the others, or `finish`, say what is wrong.
      open.stream.noteFailure(error)
    }
    leave(&tools)
  }

  private func enter() -> Open? {
    state.withLock { state in
      switch state {
      case .finishing, .done: return nil
      case .waiting:
        do throws(FileTrouble) {
          guard var open = try begin() else {
            state = .done(result(.finishedBefore))
            return nil
          }
          open.workers = 1
          state = .open(open)
          return open
        } catch {
          FileCalls.remove(Paths.unfinished(task.target))
          state = .done(result(.failed(error.text)))
          return nil
        }
      case .open(var open):
        open.workers += 1
        state = .open(open)
        return open
      }
    }
  }

  private func leave(_ tools: inout FileTools) {
    let last: Open? = state.withLock { state in
      guard case .open(var open) = state else { return nil }
      open.workers -= 1
      state = open.workers == 0 ? .finishing : .open(open)
      return open.workers == 0 ? open : nil
    }
    guard let last else { return }
    // Without the lock: a disk takes its time, and the other workers go on with other files.
    let result: FileResult
    do throws(FileTrouble) {
      result = try end(last, &tools)
    } catch {
      FileCalls.remove(Paths.unfinished(task.target))
      result = self.result(.failed(error.text))
    }
    state.withLock { $0 = .done(result) }
    settings.progress?.addFile()
  }

  private struct FileTrouble: Error {
    var text: String
  }

  /// Opens the file and its copy; nil when the copy is whole already.
  private func begin() throws(FileTrouble) -> Open? {
    do {
      if !settings.overwrites {
        if settings.journal.isFinished(task, rules: settings.rules) {
          settings.progress?.add(bytes: Int(task.status.size))
          settings.progress?.addFile()
          return nil
        }
        if !settings.journal.isOurs(task.target), isThere(task.target) {
          throw FileTrouble(
            text: "\(task.target) is there, and no run of maskline files made it;"
              + " move it away, or use --overwrite")
        }
      }
      let source = SharedDescriptor(
        try FileCalls.openToRead(task.source, followsLinks: task.isNamed))
      let status = try FileCalls.status(ofOpen: source.number)
      guard status.kind == .file else { throw FileTrouble(text: "is no longer a file") }
      let format = try format(of: source.number)
      try FileCalls.makeFolders(Paths.folder(of: task.target))
      try settings.journal.noteBegin(task.target)
      let copy = SharedDescriptor(try FileCalls.openToWrite(Paths.unfinished(task.target)))
      let decoder = try decoder(of: format)
      let stream = LineStream(
        from: FileSource(source.number, decoder, settings.progress),
        to: DescriptorSink(copy.number), options: settings.options, workers: workersMax,
        blockBytes: format.blockBytes)
      return Open(stream: stream, source: source, copy: copy, format: format, status: status)
    } catch let error as FileTrouble {
      throw error
    } catch {
      throw FileTrouble(text: "\(error)")
    }
  }

  /// Puts the whole copy into its place.
  private func end(_ open: Open, _ tools: inout FileTools) throws(FileTrouble) -> FileResult {
    do {
      let summary = try open.stream.finish()
      if summary.closedBy != nil {
        FileCalls.remove(Paths.unfinished(task.target))
        return result(.closed(summary))
      }
      guard try FileCalls.status(ofOpen: open.source.number).isSameContent(as: open.status) else {
        throw FileTrouble(text: "was changed while it was read; mask it again when it is at rest")
      }
      if let encoder = try tools.encoder(of: open.format), summary.counters.bytesOut == 0 {
        // Even nothing has a packed form.
        var packed = ByteBuffer()
        try encoder.encode(ByteBuffer(), into: &packed)
        try BlockingStreams.writeAll(&packed, to: open.copy.number)
      }
      try FileCalls.complete(open.copy.number, like: open.status)
      let copySize = try FileCalls.status(ofOpen: open.copy.number).size
      try FileCalls.rename(Paths.unfinished(task.target), to: task.target)
      try settings.journal.noteEnd(
        task.target, open.status, copySize: copySize, rules: settings.rules)
      var whole = result(.masked(summary))
      whole.bytesRead = open.status.size
      whole.bytesWritten = copySize
      return whole
    } catch let error as FileTrouble {
      throw error
    } catch {
      throw FileTrouble(text: "\(error)")
    }
  }

  private func format(of number: Int32) throws -> FileFormat {
    var first = ByteBuffer()
    while first.count < FileFormat.signatureBytes,
      try BlockingStreams.read(number, into: &first, upTo: FileFormat.signatureBytes - first.count)
        > 0
    {}
    try FileCalls.rewind(number)
    return try FileFormat(first.toArray())
  }

  private func decoder(of format: FileFormat) throws(StreamFailure) -> (any BlockDecoder)? {
    switch format {
    case .plain: nil
    case .gzip: try GzipDecoder()
    case .zstd: try ZstdDecoder()
    }
  }

  private func isThere(_ path: String) -> Bool {
    (try? FileCalls.status(of: path, followsLinks: false)) != nil
  }

  private func result(_ outcome: FileResult.Outcome) -> FileResult {
    FileResult(source: task.source, target: task.target, outcome: outcome)
  }
}

/// A descriptor that several workers hold; closed with the last of them.
private final class SharedDescriptor: Sendable {
  private let descriptor: FileDescriptor
  var number: Int32 { descriptor.number }
  init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}
