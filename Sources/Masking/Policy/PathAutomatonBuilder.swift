/// The subset construction behind `PathAutomaton`.
///
/// A path that begins with `**` is under way everywhere, so the sets leave its first step out: what
/// it does on a symbol is the same in every state and is worked out once. Mask files hold hundreds
/// of such paths; with them in the sets, every state would carry them all.
struct PathAutomatonBuilder {
  /// A path and how many of its steps are done.
  struct Item: Hashable, Comparable {
    var path: Int
    var step: Int
    static func < (a: Item, b: Item) -> Bool { (a.path, a.step) < (b.path, b.step) }
  }

  private let paths: [[PathStep]]
  private let symbols: [PathStep: Int]
  private let symbolCount: Int
  private let isElementSymbol: [Bool]
  /// For each symbol, where the paths that begin with `**` get by it.
  private var everywhereNext: [[Item]] = []
  /// Paths that are `**` alone.
  private let holdingEverywhere: [Int]
  private(set) var sets: [[Item]] = []
  /// The transitions, `symbolCount` for each set.
  private(set) var rows: [UInt16] = []
  private var numbers: [[Item]: Int] = [:]

  init(paths: [[PathStep]], symbols: [PathStep: Int], symbolCount: Int) {
    self.paths = paths
    self.symbols = symbols
    self.symbolCount = symbolCount
    var isElement = [Bool](repeating: false, count: symbolCount)
    isElement[PathAutomaton.otherElement] = true
    for (step, symbol) in symbols { if case .element = step { isElement[symbol] = true } }
    isElementSymbol = isElement
    holdingEverywhere = paths.indices.filter { paths[$0] == [.anyDepth] }
    let everywhere = paths.indices.filter { paths[$0].first == .anyDepth && paths[$0].count > 1 }
    everywhereNext = .init(repeating: [], count: symbolCount)
    for path in everywhere {
      for symbol in symbolsTaken(by: paths[path][1]) {
        everywhereNext[symbol].append(Item(path: path, step: 2))
      }
    }
    for symbol in 0..<symbolCount { everywhereNext[symbol] = closure(everywhereNext[symbol]) }
  }

  /// Builds all sets and transitions; false if there are more than `statesMax` sets.
  mutating func build(statesMax: Int) -> Bool {
    let root = paths.indices.filter { paths[$0].first != .anyDepth }
    _ = number(of: closure(root.map { Item(path: $0, step: 0) }))
    let everywhereNumbers = everywhereNext.map { number(of: $0) }
    var done = 0
    while done < sets.count {
      guard sets.count <= statesMax else { return false }
      var row = everywhereNumbers
      for (symbol, items) in moves(of: sets[done]) {
        row[symbol] = number(of: closure(items + everywhereNext[symbol]))
      }
      rows += row.map { UInt16(truncatingIfNeeded: $0) }
      done += 1
    }
    return true
  }

  /// The paths that end in a state.
  func holding(_ set: [Item]) -> [Int] {
    holdingEverywhere + set.filter { $0.step == paths[$0.path].count }.map(\.path)
  }

  /// For each symbol that moves an item of the set, the items after it.
  private func moves(of set: [Item]) -> [Int: [Item]] {
    var moves: [Int: [Item]] = [:]
    for item in set where item.step < paths[item.path].count {
      let step = paths[item.path][item.step]
      let after = step == .anyDepth ? item : Item(path: item.path, step: item.step + 1)
      for symbol in symbolsTaken(by: step) { moves[symbol, default: []].append(after) }
    }
    return moves
  }

  private func symbolsTaken(by step: PathStep) -> [Int] {
    switch step {
    case .key, .element: symbols[step].map { [$0] } ?? []
    case .anyKey: (0..<symbolCount).filter { !isElementSymbol[$0] }
    case .anyElement: (0..<symbolCount).filter { isElementSymbol[$0] }
    case .anyDepth: Array(0..<symbolCount)
    }
  }

  private mutating func number(of set: [Item]) -> Int {
    if let known = numbers[set] { return known }
    numbers[set] = sets.count
    sets.append(set)
    return sets.count - 1
  }

  /// The items and, where the next step may be none at all, those behind it.
  private func closure(_ items: [Item]) -> [Item] {
    guard !items.isEmpty else { return [] }
    var all = Set(items)
    var open = items
    while let item = open.popLast() {
      guard item.step < paths[item.path].count, paths[item.path][item.step] == .anyDepth else {
        continue
      }
      let after = Item(path: item.path, step: item.step + 1)
      if all.insert(after).inserted { open.append(after) }
    }
    return all.sorted()
  }
}
