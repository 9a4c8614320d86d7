internal import CPlatform
public import Logging

/// Writes each event as one line of JSON to standard error:
/// `{"ts":"2026-02-28T23:59:59.123Z","level":"info","event":"listening","listener":"app-logs"}`.
///
/// The message is the event's name; metadata become members in the order of their names.
public struct JSONLogHandler: LogHandler {
  /// Members of every line of this logger.
  public var metadata: Logger.Metadata = [:]
  /// Adds members for each line.
  public var metadataProvider: Logger.MetadataProvider?
  /// Lines below this level are not written.
  public var logLevel: Logger.Level
  private let output: LogOutput
  private let now: @Sendable () -> (seconds: Int64, nanoseconds: Int32)

  /// A handler that writes to `output`, with the system's time.
  public init(level: Logger.Level = .info, output: LogOutput = .standardError) {
    self.init(level: level, output: output) {
      var seconds: Int64 = 0
      var nanoseconds: Int32 = 0
      unsafe CPlatform_realtime(&seconds, &nanoseconds)
      return (seconds, nanoseconds)
    }
  }

  /// A handler with its own time; for tests.
  public init(
    level: Logger.Level, output: LogOutput,
    now: @escaping @Sendable () -> (seconds: Int64, nanoseconds: Int32)
  ) {
    logLevel = level
    self.output = output
    self.now = now
  }

  /// One member of `metadata`.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one event.
  public func log(event: LogEvent) {
    var members = metadata
    if let provider = metadataProvider { members.merge(provider.get()) { $1 } }
    if let own = event.metadata { members.merge(own) { $1 } }
    let line = line(event.level, event.message.description, members)
    output.write(line) { lost in
      self.line(.warning, "logLinesLost", ["lines": .stringConvertible(lost)])
    }
  }

  private func line(
    _ level: Logger.Level, _ event: String, _ members: Logger.Metadata
  ) -> [UInt8] {
    let time = now()
    var line: [UInt8] = []
    line.reserveCapacity(256)
    line.append(contentsOf: #"{"ts":""#.utf8)
    line.append(
      contentsOf: Timestamp.rfc3339(seconds: time.seconds, nanoseconds: time.nanoseconds).utf8)
    line.append(contentsOf: #"","level":""#.utf8)
    line.append(contentsOf: level.rawValue.utf8)
    line.append(contentsOf: #"","event":"#.utf8)
    JSONText.append(event, bytesMax: Self.textBytesMax, to: &line)
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      let before = line.count
      line.append(0x2C)
      JSONText.append(name, bytesMax: Self.textBytesMax, to: &line)
      line.append(0x3A)
      append(value, to: &line)
      // Room for the closing brace and the line feed; a member that does not fit is left out whole.
      if line.count > LogOutput.lineBytesMax - 2 { line.removeSubrange(before...) }
    }
    line.append(contentsOf: "}\n".utf8)
    return line
  }

  /// Longer texts are cut: whoever sends one must not push the rest of the line out.
  private static let textBytesMax = 512

  private func append(_ value: Logger.Metadata.Value, to line: inout [UInt8]) {
    switch value {
    case .string(let text):
      JSONText.append(text, bytesMax: Self.textBytesMax, to: &line)
    case .stringConvertible(let value):
      // Numbers and truth values as such; anything else in quotes.
      switch value {
      case is any FixedWidthInteger, is Bool:
        line.append(contentsOf: value.description.utf8)
      default:
        JSONText.append(value.description, bytesMax: Self.textBytesMax, to: &line)
      }
    case .array(let values):
      line.append(0x5B)
      for (index, value) in values.enumerated() {
        if index > 0 { line.append(0x2C) }
        append(value, to: &line)
      }
      line.append(0x5D)
    case .dictionary(let members):
      line.append(0x7B)
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { line.append(0x2C) }
        JSONText.append(member.key, bytesMax: Self.textBytesMax, to: &line)
        line.append(0x3A)
        append(member.value, to: &line)
      }
      line.append(0x7D)
    @unknown default:
      JSONText.append("", bytesMax: 0, to: &line)
    }
  }
}
