internal import EventLoops
internal import Synchronization

/// How far a run is: counts bytes and files of the input, and tells them ten times a second at most.
public final class FileProgress: Sendable {
  private struct State {
    var bytes: Int64 = 0
    var files = 0
    var toldAt: UInt64 = 0
  }

  private static let nanosecondsBetween: UInt64 = 100_000_000

  private let state = Mutex(State())
  private let begin = MonotonicClock.now()
  private let bytesInAll: Int64
  private let filesInAll: Int
  private let tell: @Sendable (String) -> Void

  /// A run over so many bytes and files.
  ///
  /// - Parameter tell: shows a line in the place of the last one; called by one worker at a time.
  init(bytesInAll: Int64, filesInAll: Int, tell: @escaping @Sendable (String) -> Void) {
    self.bytesInAll = bytesInAll
    self.filesInAll = filesInAll
    self.tell = tell
  }

  func add(bytes: Int) { add(Int64(bytes), files: 0) }
  func addFile() { add(0, files: 1) }

  private func add(_ bytes: Int64, files: Int) {
    state.withLock { state in
      state.bytes += bytes
      state.files += files
      let now = MonotonicClock.now()
      guard now &- state.toldAt >= Self.nanosecondsBetween else { return }
      state.toldAt = now
      tell(
        Self.line(
          bytes: state.bytes, of: bytesInAll, files: state.files, of: filesInAll,
          seconds: Double(now &- begin) / 1e9))
    }
  }

  /// `[#######.............]  35 %  3.1 of 8.9 GB  410 MB/s  14 s left  3 of 12 files`
  static func line(
    bytes: Int64, of bytesInAll: Int64, files: Int, of filesInAll: Int, seconds: Double
  ) -> String {
    let share = bytesInAll > 0 ? min(1, Double(bytes) / Double(bytesInAll)) : 1
    let full = Int(share * 20)
    let bar = String(repeating: "#", count: full) + String(repeating: ".", count: 20 - full)
    let rate = seconds > 0 ? Double(bytes) / seconds : 0
    var text =
      "[\(bar)] \(Int(share * 100)) %  \(amount(bytes)) of \(amount(bytesInAll))"
      + "  \(amount(Int64(rate)))/s"
    if rate > 0, bytes > 0 {
      text += "  \(duration(Double(max(0, bytesInAll - bytes)) / rate)) left"
    }
    return text + "  \(files) of \(filesInAll) files"
  }

  /// `812 MB`, `1.2 GB`
  public static func amount(_ bytes: Int64) -> String {
    var value = Double(bytes)
    for unit in ["B", "kB", "MB"] {
      if value < 1000 { return "\(Int(value)) \(unit)" }
      value /= 1000
    }
    return "\((value * 10).rounded() / 10) GB"
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded(.up))
    if whole < 120 { return "\(whole) s" }
    return whole < 7200 ? "\(whole / 60) min" : "\(whole / 3600) h"
  }
}
