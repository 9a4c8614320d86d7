/// One fault, as logs and the summary tell it: never any byte of the record.
public struct FaultNote: Sendable, Equatable {
  /// The record's number in its stream and direction, from 1.
  public var record: UInt64
  /// Where in the stream the fault was seen, in bytes from 0.
  public var byteOffset: UInt64
  public var reason: FaultReason
  /// What was wrong, for `malformed`.
  public var kind: MalformedKind?

  /// `record 3, byte 120: malformed (unexpected byte)`.
  public var text: String {
    let detail = kind.map { " (\($0.rawValue))" } ?? ""
    return "record \(record), byte \(byteOffset): \(reason.rawValue)\(detail)"
  }
}

/// The first faults of a stream; the counters tell how many there were in all.
public struct FaultNotes: Sendable {
  /// How many are kept.
  public static let countMax = 16
  /// The notes, oldest first.
  public private(set) var notes: [FaultNote] = []

  public init() {}

  mutating func add(_ note: FaultNote) {
    if notes.count < Self.countMax { notes.append(note) }
  }

  /// Hands the notes over and forgets them; for a log that is written as the stream goes.
  public mutating func take() -> [FaultNote] {
    guard !notes.isEmpty else { return [] }
    defer { notes = [] }
    return notes
  }
}
