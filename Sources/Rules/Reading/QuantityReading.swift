import YAML

extension NodeReader {
  /// Reads `65536`, `64KiB`, `1MiB`.
  mutating func size(_ node: YAMLNode, _ what: String, _ range: ClosedRange<Int>) -> Int? {
    guard let scalar = scalar(node, what) else { return nil }
    let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("", 1)]
    guard let bytes = quantity(scalar.text, units) else {
      report(node, "\(what) must be a size such as 65536, 64KiB or 1MiB, not \(shown(scalar.text))")
      return nil
    }
    guard range.contains(bytes) else {
      report(
        node,
        "\(what) must be from \(range.lowerBound) to \(range.upperBound) bytes, "
          + "not \(shown(scalar.text))")
      return nil
    }
    return bytes
  }

  /// Reads `500ms`, `1s`, `10m`, `1h`.
  mutating func duration(_ node: YAMLNode, _ what: String, max: Duration) -> Duration? {
    guard let scalar = scalar(node, what) else { return nil }
    let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
    guard let milliseconds = quantity(scalar.text, units) else {
      report(
        node, "\(what) must be a time such as 500ms, 30s, 10m or 1h, not \(shown(scalar.text))")
      return nil
    }
    let duration = Duration.milliseconds(milliseconds)
    let min = RulesLimits.timeoutMin
    guard duration >= min, duration <= max else {
      report(
        node,
        "\(what) must be from \(Self.spelled(min)) to \(Self.spelled(max)), not \(shown(scalar.text))"
      )
      return nil
    }
    return duration
  }

  private func quantity(_ text: String, _ units: [(suffix: String, factor: Int)]) -> Int? {
    for (suffix, factor) in units where text.hasSuffix(suffix) {
      let digits = text.dropLast(suffix.count)
      guard (1...15).contains(digits.utf8.count),
        digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(digits)
      else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: factor)
      return overflow ? Int.max : product
    }
    return nil
  }

  private static func spelled(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    if seconds == 0 { return "\(duration.components.attoseconds / 1_000_000_000_000_000)ms" }
    if seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
  }
}
