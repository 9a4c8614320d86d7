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
/// A state says which paths end at a place. That a path holds for everything below it, too, is the
/// walker's matter (`EngineCore.held`): in the states it would multiply them without end.
@safe
final class PathAutomaton: @unchecked Sendable {  // immutable after init; the tables are its own
  /// The state of a whole record.
  static let root: UInt16 = 0
  /// The most states; a rule set that needs more is refused at load.
  static let statesMax = 16_384

  /// The symbol of a key that no path names.
  static let otherKey = 0
  static let otherElement = 1
  private static let firstNamed = 2

  let stateCount: Int
  private let symbolCount: Int
  /// The rows that differ: below most places the same paths go on, so most states share one.
  private let table: UnsafeMutablePointer<UInt16>
  /// For each state, where its row begins in the table.
  private let rowStarts: UnsafeMutablePointer<UInt32>
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

    var builder = PathAutomatonBuilder(paths: paths, symbols: symbols, symbolCount: symbolCount)
    guard builder.build(statesMax: Self.statesMax) else { return nil }
    stateCount = builder.sets.count
    unsafe rowStarts = .allocate(capacity: stateCount)
    var rows: [UInt16] = []
    var startOfRow: [ArraySlice<UInt16>: Int] = [:]
    for state in 0..<stateCount {
      let row = builder.rows[state * symbolCount..<(state + 1) * symbolCount]
      if startOfRow[row] == nil {
        startOfRow[row] = rows.count
        rows += row
      }
      unsafe rowStarts[state] = UInt32(startOfRow[row] ?? 0)
    }
    unsafe table = .allocate(capacity: rows.count)
    for (place, next) in rows.enumerated() { unsafe table[place] = next }
    holding = builder.sets.map { builder.holding($0) }
  }

  deinit {
    unsafe table.deallocate()
    unsafe rowStarts.deallocate()
  }

  /// The state of a member's value.
  @inline(__always)
  func next(_ state: UInt16, symbol: Int) -> UInt16 {
    unsafe table[Int(rowStarts[Int(state)]) &+ symbol]
  }

  /// The state of an element.
  @inline(__always)
  func element(_ state: UInt16, number: UInt32) -> UInt16 {
    let symbol = countsElements ? elementSymbols[Int(number)] ?? Self.otherElement : 1
    return next(state, symbol: symbol)
  }
}
