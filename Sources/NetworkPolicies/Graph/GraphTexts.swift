extension ConnectionGraph {
  /// The graph in the language of Graphviz.
  public var dot: String {
    var text = "digraph connections {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n"
    for (number, namespace) in namespaces.enumerated() {
      text += "  subgraph cluster_\(number) {\n    label=\(Self.quoted(namespace));\n"
      for (index, node) in nodes.enumerated() where node.namespace == namespace {
        text += "    n\(index) [label=\(Self.quoted("\(node.name)\n\(node.note)"))];\n"
      }
      text += "  }\n"
    }
    for edge in edges {
      let style = edge.kind.dashes.isEmpty ? "solid" : "dashed"
      text += "  n\(edge.source) -> n\(edge.destination) [color=\"\(edge.kind.color)\","
      text += " style=\(style), label=\(Self.quoted(edge.connections)),"
      text += " tooltip=\(Self.quoted(edge.kind.meaning))];\n"
    }
    return text + "}\n"
  }

  /// The graph in the language of Mermaid, which code review tools draw.
  public var mermaid: String {
    var text = "flowchart LR\n"
    for (number, namespace) in namespaces.enumerated() {
      text += "  subgraph s\(number)[\(Self.entity(namespace))]\n"
      for (index, node) in nodes.enumerated() where node.namespace == namespace {
        text += "    n\(index)[\(Self.entity(node.name))]\n"
      }
      text += "  end\n"
    }
    for edge in edges {
      text += "  n\(edge.source) -->|\(Self.entity(edge.connections))| n\(edge.destination)\n"
    }
    for kind in EdgeKind.allCases {
      let numbers = edges.indices.filter { edges[$0].kind == kind }.map(String.init)
      guard !numbers.isEmpty else { continue }
      text += "  linkStyle \(numbers.joined(separator: ",")) stroke:\(kind.color)"
      text += kind.dashes.isEmpty ? "\n" : ",stroke-dasharray:\(kind.dashes)\n"
    }
    return text
  }

  private static func quoted(_ text: String) -> String { JSONValue.quoted(text) }

  private static func entity(_ text: String) -> String {
    let names: [Unicode.Scalar: String] = [
      "\"": "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "\n": " ", "\r": " ",
    ]
    return "\"" + replaced(text, names) + "\""
  }

  /// A text in HTML or SVG.
  static func escaped(_ text: String) -> String {
    replaced(text, ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"])
  }

  /// A text in a cell of a Markdown table.
  static func cell(_ text: String) -> String {
    replaced(text, ["|": "\\|", "\n": " ", "\r": " ", "<": "&lt;", "&": "&amp;"])
  }

  /// Scalar by scalar: a mark that combines with a quote does not hide it.
  private static func replaced(_ text: String, _ names: [Unicode.Scalar: String]) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let name = names[scalar] {
        result += name.unicodeScalars
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }
}
