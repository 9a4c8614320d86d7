internal import Bytes
internal import CScan

/// The literals of all rules that need one, for the vector kernel and for checking its candidates.
///
/// A literal goes into one of eight buckets by its first bytes; the kernel reports the places
/// where the first three bytes of some bucket may stand. There `forEachLiteral` looks the first two
/// bytes up (the first, for literals of one byte) and compares whole literals.
@safe
struct TriggerTable: ~Copyable {
  private let table: UnsafeMutablePointer<CScan_Triggers>
  /// All literals one after the other, and where each begins.
  private var bytes = Scratch<UInt8>(capacity: 1024)
  private var starts = Scratch<Int32>(capacity: 256)
  private var areCaseless = Scratch<Bool>(capacity: 256)
  /// Chains of literals by `slot` of their first two bytes; -1 ends a chain.
  private var heads: Scratch<Int32>
  private var nexts: Scratch<Int32>
  private static let slotCount = 4096

  struct Literal: Sendable, Hashable {
    /// Lower case when caseless.
    var bytes: [UInt8]
    var isCaseless: Bool
  }

  init(_ literals: [Literal]) {
    unsafe table = .allocate(capacity: 1)
    unsafe table.initialize(to: CScan_Triggers())
    heads = Scratch(capacity: Self.slotCount + 256)
    for _ in 0..<Self.slotCount + 256 { heads.append(-1) }
    nexts = Scratch(capacity: max(literals.count, 1))
    for number in literals.indices {
      let bytes = literals[number].bytes
      let slot =
        bytes.count > 1
        ? Self.slot(bytes[0], bytes[1]) : Self.slotCount + Int(ASCII.lowercased(bytes[0]))
      nexts.append(heads[slot])
      heads[slot] = Int32(number)
      starts.append(Int32(self.bytes.count))
      areCaseless.append(literals[number].isCaseless)
      for byte in bytes { self.bytes.append(byte) }
    }
    starts.append(Int32(bytes.count))
    for (bucket, members) in Self.buckets(of: literals).enumerated() {
      for member in members { add(literals[member], bucket: bucket) }
    }
  }

  deinit { unsafe table.deallocate() }

  var pointer: UnsafePointer<CScan_Triggers> { unsafe UnsafePointer(table) }

  private func add(_ literal: Literal, bucket: Int) {
    let bit = UInt8(1) << UInt8(bucket)
    for place in 0..<3 {
      if place < literal.bytes.count {
        let byte = literal.bytes[place]
        mark(byte, place: place, bit: bit)
        if literal.isCaseless && ASCII.isLetter(byte) {
          mark(byte ^ 0x20, place: place, bit: bit)
        }
      } else {
        for byte in UInt8.min...UInt8.max { mark(byte, place: place, bit: bit) }
      }
    }
  }

  private func mark(_ byte: UInt8, place: Int, bit: UInt8) {
    let lowStart = place * 16 + Int(byte & 15)
    let highStart = place * 16 + Int(byte >> 4)
    unsafe UnsafeMutableRawPointer(table).withMemoryRebound(to: UInt8.self, capacity: 96) {
      unsafe $0[lowStart] |= bit
      unsafe $0[48 + highStart] |= bit
    }
  }

  @inline(__always)
  private static func slot(_ first: UInt8, _ second: UInt8) -> Int {
    let pair = UInt32(ASCII.lowercased(first)) << 8 | UInt32(ASCII.lowercased(second))
    return Int((pair &* 0x9E37_79B1) >> 20)
  }

  /// Calls `body` with the number of each literal that stands at `index`.
  @inline(__always)
  func forEachLiteral(_ text: ByteView, at index: Int, _ body: (Int) -> Void) {
    let first = text[index]
    chain(heads[Self.slotCount + Int(ASCII.lowercased(first))], text, index, body)
    if index + 1 < text.count { chain(heads[Self.slot(first, text[index + 1])], text, index, body) }
  }

  @inline(__always)
  private func chain(_ head: Int32, _ text: ByteView, _ index: Int, _ body: (Int) -> Void) {
    var number = head
    while number >= 0 {
      if stands(Int(number), text, at: index) { body(Int(number)) }
      number = nexts[Int(number)]
    }
  }

  @inline(__always)
  private func stands(_ number: Int, _ text: ByteView, at index: Int) -> Bool {
    let start = Int(starts[number])
    let count = Int(starts[number + 1]) - start
    guard index + count <= text.count else { return false }
    let isCaseless = areCaseless[number]
    for place in 0..<count {
      let byte = text[index + place]
      if (isCaseless ? ASCII.lowercased(byte) : byte) != bytes[start + place] { return false }
    }
    return true
  }

  /// Shares the literals out to the kernel's eight buckets. A bucket lets through whatever mixes the
  /// bytes of its literals place by place, so literals of one byte, which leave the second and third
  /// place open, stay among themselves, and literals that begin alike go together.
  private static func buckets(of literals: [Literal]) -> [[Int]] {
    var buckets = [[Int]](repeating: [], count: 8)
    let singles = literals.indices.filter { literals[$0].bytes.count == 1 }
    for (place, literal) in singles.enumerated() { buckets[place % 3].append(literal) }
    let free = min(singles.count, 3)
    let longer = literals.indices.filter { literals[$0].bytes.count > 1 }.sorted {
      literals[$0].bytes.map(ASCII.lowercased).lexicographicallyPrecedes(
        literals[$1].bytes.map(ASCII.lowercased))
    }
    let pairs = longer.filter { literals[$0].bytes.count == 2 }
    let rest = longer.filter { literals[$0].bytes.count > 2 }
    let restStart = pairs.isEmpty ? free : free + 1
    if !pairs.isEmpty { buckets[free] = pairs }
    for (place, literal) in rest.enumerated() {
      buckets[restStart + place * (8 - restStart) / rest.count].append(literal)
    }
    return buckets
  }
}
