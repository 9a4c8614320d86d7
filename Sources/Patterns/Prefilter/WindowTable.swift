// Unsafe code here reads the table's own memory, whose size its counts give, and a text inside its
// count.

/// Tells which windows stand at a place of a text, all at once: for each place in a window and each
/// byte one bit per window.
@safe
final class WindowTable: @unchecked Sendable {  // immutable after init
  let isEmpty: Bool
  /// For each word of 64 windows, each place and each byte: the windows that have the byte there.
  let bits: UnsafeMutablePointer<UInt64>
  let wordCount: Int
  /// For each window where its ways begin, and the ways.
  private let starts: UnsafeMutablePointer<Int32>
  private let ways: UnsafeMutablePointer<Int32>

  private static let wordBytes = TriggerPlan.windowBytes * 256

  init(_ windows: [(window: TriggerPlan.Window, way: Int32)]) {
    var numbers: [[ByteSet]: Int] = [:]
    var waysOfWindow: [[Int32]] = []
    for (window, way) in windows {
      let number = numbers[window.sets, default: waysOfWindow.count]
      if number == waysOfWindow.count {
        numbers[window.sets] = number
        waysOfWindow.append([])
      }
      waysOfWindow[number].append(way)
    }
    isEmpty = windows.isEmpty
    wordCount = (waysOfWindow.count + 63) / 64
    unsafe bits = .allocate(capacity: max(1, wordCount * Self.wordBytes))
    unsafe bits.initialize(repeating: 0, count: max(1, wordCount * Self.wordBytes))
    unsafe starts = .allocate(capacity: waysOfWindow.count + 1)
    unsafe ways = .allocate(capacity: max(1, windows.count))
    var count: Int32 = 0
    for (number, found) in waysOfWindow.enumerated() {
      unsafe starts[number] = count
      for way in found {
        unsafe ways[Int(count)] = way
        count += 1
      }
    }
    unsafe starts[waysOfWindow.count] = count
    for (sets, number) in numbers {
      for (place, set) in sets.enumerated() {
        for byte in set.bytes {
          let entry = number / 64 * Self.wordBytes + place * 256 + Int(byte)
          unsafe bits[entry] |= 1 << UInt64(number % 64)
        }
      }
    }
  }

  deinit {
    unsafe bits.deallocate()
    unsafe starts.deallocate()
    unsafe ways.deallocate()
  }

  /// Calls `body` with each way whose window stands at `start` of `text`. What lies behind the text
  /// counts as zero bytes.
  @inline(__always)
  func forEachWay(
    _ text: UnsafeBufferPointer<UInt8>, at start: Int, _ body: (Int32) -> Void
  ) {
    guard let base = text.baseAddress else { return }
    let at = unsafe base + start
    let left = text.count &- start
    let second = left > 1 ? Int(unsafe at[1]) : 0
    let third = left > 2 ? Int(unsafe at[2]) : 0
    let fourth = left > 3 ? Int(unsafe at[3]) : 0
    let fifth = left > 4 ? Int(unsafe at[4]) : 0
    for word in 0..<wordCount {
      let table = unsafe bits + word &* Self.wordBytes
      var found = unsafe table[Int(at[0])] & table[256 &+ second] & table[512 &+ third]
      unsafe found &= table[768 &+ fourth] & table[1024 &+ fifth]
      while found != 0 {
        let window = word << 6 | found.trailingZeroBitCount
        found &= found &- 1
        for number in unsafe starts[window]..<starts[window &+ 1] {
          body(unsafe ways[Int(number)])
        }
      }
    }
  }
}
