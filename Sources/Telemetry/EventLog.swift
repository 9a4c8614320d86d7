public import Logging

/// The log of the data path: events by name with fields of few types.
///
/// No field takes bytes, and the texts that it takes come from the configuration or the system, so
/// that a record cannot get into the log by way of a convenient string.
public struct EventLog: Sendable {
  /// How much an event matters.
  public enum Level: Sendable, Comparable { case debug, info, warning, error }

  /// One field of an event.
  public enum Value: Sendable, Equatable {
    /// A count, a size, an id.
    case count(UInt64)
    /// A word of this program.
    case word(String)
    /// A name or an address out of the configuration.
    case configured(String)
    /// The text of a system error.
    case reason(String)
  }

  private let emitEvent: @Sendable (Level, String, [(String, Value)]) -> Void
  private let isEnabled: @Sendable (Level) -> Bool

  /// A log that goes to `logger`.
  public init(_ logger: Logger) {
    isEnabled = { Self.level($0) >= logger.logLevel }
    emitEvent = { level, event, fields in
      var metadata: Logger.Metadata = [:]
      for (name, value) in fields {
        switch value {
        case .count(let number): metadata[name] = .stringConvertible(number)
        case .word(let text), .configured(let text), .reason(let text):
          metadata[name] = .string(text)
        }
      }
      logger.log(level: Self.level(level), "\(event)", metadata: metadata)
    }
  }

  /// A log that goes to `sink`, at every level; for tests.
  public init(sink: @escaping @Sendable (Level, String, [(String, Value)]) -> Void) {
    isEnabled = { _ in true }
    emitEvent = sink
  }

  /// Writes one event.
  public func callAsFunction(
    _ level: Level, _ event: StaticString, _ fields: @autoclosure () -> [(String, Value)] = []
  ) {
    guard isEnabled(level) else { return }
    emitEvent(level, event.description, fields())
  }

  private static func level(_ level: Level) -> Logger.Level {
    switch level {
    case .debug: .debug
    case .info: .info
    case .warning: .warning
    case .error: .error
    }
  }
}
