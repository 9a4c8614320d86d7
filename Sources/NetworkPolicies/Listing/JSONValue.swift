/// A JSON text to write, members in the order that they were given.
public enum JSONValue: Sendable {
  case text(String)
  case number(Int)
  case boolean(Bool)
  case list([JSONValue])
  case object([(String, JSONValue)])

  /// The text, indented by two blanks a level, or on one line.
  public func text(indented: Bool = true) -> String {
    var output = ""
    write(to: &output, indented ? "\n" : nil)
    return output
  }

  private func write(to output: inout String, _ lineBreak: String?) {
    let inner = lineBreak.map { $0 + "  " }
    switch self {
    case .text(let text): output += Self.quoted(text)
    case .number(let number): output += "\(number)"
    case .boolean(let value): output += "\(value)"
    case .list(let items):
      output += "["
      for (index, item) in items.enumerated() {
        if index > 0 { output += "," }
        output += inner ?? ""
        item.write(to: &output, inner)
      }
      if !items.isEmpty { output += lineBreak ?? "" }
      output += "]"
    case .object(let members):
      output += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { output += "," }
        output += (inner ?? "") + Self.quoted(member.0) + (inner == nil ? ":" : ": ")
        member.1.write(to: &output, inner)
      }
      if !members.isEmpty { output += lineBreak ?? "" }
      output += "}"
    }
  }

  /// A text in double quotes, also safe inside a script element of HTML.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "<": result += "\\u003c"
      case _ where scalar.value < 0x20 || scalar.value == 0x2028 || scalar.value == 0x2029:
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
