internal import Bytes

/// One step of a field path as rules write it.
package enum PathStep: Hashable, Sendable {
  /// This key, decoded, compared with ASCII case folded (the bytes are folded already).
  case key([UInt8])
  /// Any one key.
  case anyKey
  /// Any one element.
  case anyElement
  /// The element with this number.
  case element(Int)
  /// Any number of steps, none included.
  case anyDepth
}

/// The path rules of all mask files as one automaton, walked along with the parser: a state per
/// place in the record, one table look-up per key.
///
/// A path holds for the place it names and for everything below it.
@safe
final class PathAutomaton: @unchecked Sendable {  // immutable after init; the tables are its own
  /// The state of a whole record.
  static let root: UInt16 = 0
  /// The most states; a rule set that needs more is refused at load.
  static let statesMax = 16_384

  /// The symbol of a key that no path names.
  static let otherKey = 0
  private static let otherElement = 1
  private static let firstNamed = 2

  let stateCount: Int
  private let symbolCount: Int
  private let table: UnsafeMutablePointer<UInt16>
  private let elementSymbols: [Int: Int]
  /// Whether any path names an element by its number.
  let countsElements: Bool
  let keys: KeyTable
  /// For each state, the numbers of the paths that hold there.
  let holding: [[Int]]

  /// The automaton of no paths at all.
  static var empty: PathAutomaton {
    guard let automaton = PathAutomaton(paths: []) else { preconditionFailure("one state fits") }
    return automaton
  }

  /// Builds the automaton; nil if it would need more than `statesMax` states.
  init?(paths: [[PathStep]]) {
    var symbols: [PathStep: Int] = [:]
    for step in paths.joined() {
      switch step {
      case .key, .element:
        if symbols[step] == nil { symbols[step] = Self.firstNamed + symbols.count }
      case .anyKey, .anyElement, .anyDepth: break
      }
    }
    symbolCount = Self.firstNamed + symbols.count
    var named: [([UInt8], Int)] = []
    var elements: [Int: Int] = [:]
    for (step, symbol) in symbols {
      switch step {
      case .key(let bytes): named.append((bytes, symbol))
      case .element(let number): elements[number] = symbol
      default: break
      }
    }
    keys = KeyTable(named.sorted { $0.1 < $1.1 })
    elementSymbols = elements
    countsElements = !elements.isEmpty

    var builder = Builder(paths: paths, symbols: symbols, symbolCount: symbolCount)
    guard builder.build(statesMax: Self.statesMax) else { return nil }
    stateCount = builder.sets.count
    unsafe table = .allocate(capacity: builder.rows.count)
    for (place, next) in builder.rows.enumerated() { unsafe table[place] = next }
    holding = builder.sets.map { set in
      set.filter { $0.step == paths[$0.path].count }.map(\.path)
    }
  }

  deinit { unsafe table.deallocate() }

  /// The state of a member's value.
  @inline(__always)
  func next(_ state: UInt16, symbol: Int) -> UInt16 {
    unsafe table[Int(state) &* symbolCount &+ symbol]
  }

  /// The state of an element.
  @inline(__always)
  func element(_ state: UInt16, number: UInt32) -> UInt16 {
    let symbol = countsElements ? elementSymbols[Int(number)] ?? Self.otherElement : 1
    return next(state, symbol: symbol)
  }

  /// A path and how many of its steps are done.
  private struct Item: Hashable, Comparable {
    var path: Int
    var step: Int
    static func < (a: Item, b: Item) -> Bool { (a.path, a.step) < (b.path, b.step) }
  }

  /// The subset construction.
  private struct Builder {
    let paths: [[PathStep]]
    let symbols: [PathStep: Int]
    let symbolCount: Int
    var sets: [[Item]] = []
    var rows: [UInt16] = []
    private var numbers: [[Item]: Int] = [:]

    init(paths: [[PathStep]], symbols: [PathStep: Int], symbolCount: Int) {
      self.paths = paths
      self.symbols = symbols
      self.symbolCount = symbolCount
    }

    mutating func build(statesMax: Int) -> Bool {
      _ = number(of: closure(paths.indices.map { Item(path: $0, step: 0) }))
      var done = 0
      let kinds = symbolKinds()
      while done < sets.count {
        guard sets.count <= statesMax else { return false }
        for symbol in 0..<symbolCount {
          let next = closure(sets[done].flatMap { follow($0, symbol: symbol, kind: kinds[symbol]) })
          rows.append(UInt16(truncatingIfNeeded: number(of: next)))
        }
        done += 1
      }
      return sets.count <= statesMax
    }

    private enum Kind { case key, element }

    private func symbolKinds() -> [Kind] {
      var kinds = [Kind](repeating: .key, count: symbolCount)
      kinds[1] = .element
      for (step, symbol) in symbols { if case .element = step { kinds[symbol] = .element } }
      return kinds
    }

    private mutating func number(of set: [Item]) -> Int {
      if let known = numbers[set] { return known }
      numbers[set] = sets.count
      sets.append(set)
      return sets.count - 1
    }

    private func closure(_ items: [Item]) -> [Item] {
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

    private func follow(_ item: Item, symbol: Int, kind: Kind) -> [Item] {
      let path = paths[item.path]
      guard item.step < path.count else { return [item] }
      let after = Item(path: item.path, step: item.step + 1)
      switch path[item.step] {
      case .anyDepth: return [item]
      case .anyKey: return kind == .key ? [after] : []
      case .anyElement: return kind == .element ? [after] : []
      case .key, .element: return symbols[path[item.step]] == symbol ? [after] : []
      }
    }
  }
}
