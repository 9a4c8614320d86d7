/// Where nodes and namespaces lie: namespaces side by side in rows, their workloads below each other.
///
/// Boxes are as wide as their texts in a font of fixed width, so that no label crosses another.
struct GraphLayout {
  struct Box {
    var x: Int
    var y: Int
    var width: Int
    var height: Int
  }

  static let characterWidth = 8
  static let nodeHeight = 40
  static let gap = 22
  /// Workloads below each other before a namespace gets another column.
  static let rowsMax = 8

  private(set) var nodes: [Box]
  private(set) var groups: [(name: String, box: Box)] = []
  private(set) var width = 0
  private(set) var height = 0

  init(_ graph: ConnectionGraph) {
    nodes = graph.nodes.map { node in
      let longest = max(node.name.count, node.note.count)
      return Box(x: 0, y: 0, width: longest * Self.characterWidth + 20, height: Self.nodeHeight)
    }
    var y = Self.gap
    for row in graph.namespaceRows {
      // Wider than high: screens are.
      let square = Int(Double(row.count).squareRoot().rounded(.up))
      let columns = row.count <= 5 ? 5 : max(4, square + 1)
      for start in stride(from: 0, to: row.count, by: columns) {
        y += place(row[start..<min(start + columns, row.count)], at: y, graph) + 70
      }
    }
    height = y - 70 + Self.gap
  }

  /// Places namespaces beside each other and gives the height of the highest.
  private mutating func place(_ row: ArraySlice<String>, at y: Int, _ graph: ConnectionGraph) -> Int
  {
    var x = Self.gap
    var rowHeight = 0
    for namespace in row {
      let members = graph.nodes.indices.filter { graph.nodes[$0].namespace == namespace }
        .sorted { graph.nodes[$0].name < graph.nodes[$1].name }
      let box = place(members, at: (x, y), title: namespace)
      groups.append((namespace, box))
      x += box.width + 110
      rowHeight = max(rowHeight, box.height)
      width = max(width, box.x + box.width + 90)
    }
    return rowHeight
  }

  private mutating func place(_ members: [Int], at corner: (x: Int, y: Int), title: String) -> Box {
    var x = corner.x + Self.gap
    var bottom = corner.y
    for start in stride(from: 0, to: members.count, by: Self.rowsMax) {
      let column = members[start..<min(start + Self.rowsMax, members.count)]
      let columnWidth = column.map { nodes[$0].width }.max() ?? 0
      var y = corner.y + 38
      for member in column {
        nodes[member].x = x
        nodes[member].y = y
        nodes[member].width = columnWidth
        y += Self.nodeHeight + Self.gap
      }
      bottom = max(bottom, y)
      x += columnWidth + 70
    }
    let titleWidth = title.count * Self.characterWidth + 2 * Self.gap
    let width = max(x - 70 + Self.gap - corner.x, titleWidth)
    return Box(x: corner.x, y: corner.y, width: width, height: bottom - corner.y)
  }

  /// The curve of an edge. Edges of one pair of ends and the two ways between them part.
  func path(_ edge: ConnectionGraph.Edge, shift: Int) -> String {
    let from = nodes[edge.source]
    let to = nodes[edge.destination]
    let startY = from.y + from.height / 2 + shift
    let endY = to.y + to.height / 2 + shift
    let isSameColumn = from.x < to.x + to.width && to.x < from.x + from.width
    if isSameColumn {
      // Around the right side, the farther the longer the way.
      let start = from.x + from.width
      let end = to.x + to.width
      let bend = max(start, end) + 26 + min(60, abs(endY - startY) / 6)
      return "M\(start) \(startY) C\(bend) \(startY) \(bend) \(endY) \(end + 2) \(endY)"
    }
    let isRight = to.x > from.x
    let start = isRight ? from.x + from.width : from.x
    let end = isRight ? to.x - 2 : to.x + to.width + 2
    if abs(end - start) > 160, abs(endY - startY) < Self.nodeHeight {
      // Below what stands between the two, instead of behind it.
      let low = max(from.y, to.y) + from.height + 34
      let middle = (start + end) / 2
      let side = isRight ? 60 : -60
      return "M\(start) \(startY) C\(start + side) \(startY) \(start + side / 2) \(low)"
        + " \(middle) \(low) S\(end - side) \(endY) \(end) \(endY)"
    }
    let bend = max(40, abs(end - start) / 2)
    let first = isRight ? start + bend : start - bend
    let second = isRight ? end - bend : end + bend
    return "M\(start) \(startY) C\(first) \(startY) \(second) \(endY) \(end) \(endY)"
  }
}
