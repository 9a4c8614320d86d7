internal import Masking

/// One JSON object for listings, written member by member.
struct JSONObject {
  private var members: [String] = []

  /// The object on one line.
  var text: String { "{" + members.joined(separator: ",") + "}" }

  mutating func add(_ name: String, _ value: String) {
    members.append(Self.quoted(name) + ":" + Self.quoted(value))
  }

  mutating func add(_ name: String, _ value: some BinaryInteger) {
    members.append(Self.quoted(name) + ":\(value)")
  }

  mutating func add(_ name: String, _ value: Bool) {
    members.append(Self.quoted(name) + ":\(value)")
  }

  /// `value` must be finite.
  mutating func add(_ name: String, _ value: Double) {
    members.append(Self.quoted(name) + ":\((value * 1000).rounded() / 1000)")
  }

  mutating func add(_ name: String, _ value: JSONObject) {
    members.append(Self.quoted(name) + ":" + value.text)
  }

  mutating func add(_ name: String, _ values: [JSONObject]) {
    members.append(
      Self.quoted(name) + ":[" + values.map(\.text).joined(separator: ",") + "]")
  }

  mutating func add(_ name: String, range: Range<Int>) {
    members.append(Self.quoted(name) + ":[\(range.lowerBound),\(range.upperBound)]")
  }

  private static func quoted(_ text: String) -> String {
    String(decoding: JSONString.encoded(Array(text.utf8)), as: UTF8.self)
  }
}
