internal import EventLoops
public import Streams

/// What became of one file.
public struct FileResult: Sendable {
  /// How it ended.
  public enum Outcome: Sendable {
    /// Masked and written whole.
    case masked(StreamSummary)
    /// An earlier run had finished it, and nothing has changed since.
    case finishedBefore
    /// Passed over, by rule: why.
    case passed(String)
    /// Nothing was written: why.
    case failed(String)
    /// Nothing was written: a fault whose action is `close` came up in it.
    case closed(StreamSummary)
  }

  /// The file that was to be masked.
  public var source: String
  /// Where its copy is, or would be; empty when it never had a place.
  public var target: String
  /// How it ended.
  public var outcome: Outcome
  /// Bytes of the file, as it lies on the disk.
  public var bytesRead: Int64 = 0
  /// Bytes of its copy.
  public var bytesWritten: Int64 = 0

  static func failed(_ source: String, _ reason: String) -> FileResult {
    FileResult(source: source, target: "", outcome: .failed(reason))
  }

  static func passed(_ source: String, _ reason: String) -> FileResult {
    FileResult(source: source, target: "", outcome: .passed(reason))
  }
}
