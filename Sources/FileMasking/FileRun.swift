internal import EventLoops
public import Masking
internal import Streams
internal import Synchronization

/// Static masking: masked copies of files and folders in another folder.
///
/// Large files are worked on by all workers together, one after the other; then each worker takes
/// small ones by itself. Which is which changes nothing in the copies.
public struct FileRun: Sendable {
  /// From this size on a file is worth more than one worker.
  static let largeBytesMin: Int64 = 16 << 20

  /// What stops a run before anything is written.
  public enum Refusal: Error, Sendable {
    /// The command line asks for what cannot be: one sentence each.
    case usage([String])
    /// The output folder cannot be used.
    case output(String)
  }

  private let tree: FileTree
  private let settings: FileRunSettings
  private let jobs: Int

  /// Looks for the files and opens the output folder.
  ///
  /// - Parameters:
  ///   - inputs: files and folders.
  ///   - out: the folder of the copies; made if it is missing.
  ///   - rules: a digest of all that decides what comes out. A copy that a run with the same digest
  ///     has finished is not made again.
  ///   - overwrites: makes finished copies again, and writes over files that no run made.
  ///   - jobs: how many workers.
  ///   - tell: shows a line of progress in the place of the last one; nil shows none.
  /// - Throws: `Refusal`.
  public init(
    _ inputs: [String], out: String, policy: MaskPolicy, options: StreamOptions, rules: String,
    overwrites: Bool, jobs: Int, tell: (@Sendable (String) -> Void)?
  ) throws(Refusal) {
    let out = Paths.trimmed(out)
    tree = FileTree(inputs, out: out)
    guard tree.problems.isEmpty else { throw .usage(tree.problems) }
    do throws(SystemError) {
      try FileCalls.makeFolders(out)
    } catch {
      throw .output("--out \(out): \(error)")
    }
    let journal: Journal
    do throws(Journal.Refusal) {
      journal = try Journal(in: out)
    } catch {
      throw .output(error.text)
    }
    let bytes = tree.tasks.reduce(0) { $0 + $1.status.size }
    let fileCount = tree.tasks.count
    settings = FileRunSettings(
      policy: policy, options: options, rules: rules, overwrites: overwrites, journal: journal,
      progress: tell.map {
        FileProgress(bytesInAll: bytes, filesInAll: fileCount, tell: $0)
      })
    self.jobs = max(1, min(jobs, Workers.countMax))
  }

  /// Masks all files; one that fails does not stop the others.
  ///
  /// - Returns: what became of each, sorted by path.
  public func run() -> [FileResult] {
    BlockingStreams.ignoreBrokenPipes()
    let isShared = { [jobs] (task: FileTask) in jobs > 1 && task.status.size >= Self.largeBytesMin }
    let large = tree.tasks.filter(isShared).map {
      FileJob($0, settings: settings, workersMax: jobs)
    }
    let small = tree.tasks.filter { !isShared($0) }.map {
      FileJob($0, settings: settings, workersMax: 1)
    }
    let next = Atomic(0)
    Workers.run(min(jobs, max(1, large.isEmpty ? small.count : jobs))) { [settings] _ in
      var tools = FileTools(policy: settings.policy)
      for job in large { job.work(with: &tools) }
      while true {
        let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard place < small.count else { return }
        small[place].work(with: &tools)
      }
    }
    return ((large + small).map(\.result) + tree.others).sorted {
      $0.source.utf8.lexicographicallyPrecedes($1.source.utf8)
    }
  }
}
