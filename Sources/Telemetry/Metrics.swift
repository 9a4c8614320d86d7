/// A number to publish: counted, never with a label that comes from data.
public struct Metric: Sendable, Equatable {
  /// Whether it only rises.
  public enum Kind: String, Sendable { case counter, gauge }

  /// The name, in Prometheus' form: `maskline_records_in_total`.
  public let name: String
  /// One sentence.
  public let help: String
  /// Whether it only rises.
  public let kind: Kind
  /// Labels, in order: words of this program and names of the configuration.
  public let labels: [(name: String, value: String)]
  /// The value.
  public let value: UInt64

  /// A metric.
  public init(
    _ name: String, _ help: String, kind: Kind = .counter,
    labels: [(name: String, value: String)] = [], value: UInt64
  ) {
    self.name = name
    self.help = help
    self.kind = kind
    self.labels = labels
    self.value = value
  }

  public static func == (left: Metric, right: Metric) -> Bool {
    left.name == right.name && left.help == right.help && left.kind == right.kind
      && left.value == right.value
      && left.labels.elementsEqual(right.labels) { $0.name == $1.name && $0.value == $1.value }
  }
}

extension Sequence<Metric> {
  /// The text format of Prometheus (0.0.4). Metrics of one name must follow each other.
  public func prometheusText() -> String {
    var text = ""
    var last = ""
    for metric in self {
      if metric.name != last {
        text += "# HELP \(metric.name) \(Self.escaped(metric.help, quotes: false))\n"
        text += "# TYPE \(metric.name) \(metric.kind.rawValue)\n"
        last = metric.name
      }
      text += metric.name
      if !metric.labels.isEmpty {
        let labels = metric.labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
        text += "{\(labels.joined(separator: ","))}"
      }
      text += " \(metric.value)\n"
    }
    return text
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += #"\\"#
      case "\n": result += #"\n"#
      case "\"" where quotes: result += #"\""#
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
