internal import CScan

// Unsafe code here fills the table's own memory, whose size its counts give.

/// Tells which windows stand at a place of a text, all at once: for each place in a window and each
/// byte one bit per window.
@safe
final class WindowTable: @unchecked Sendable {  // immutable after init
  /// For each word of 64 windows, each place and each byte: the windows that have the byte there.
  let bits: UnsafeMutablePointer<UInt64>
  let wordCount: Int
  /// How many of those words are of windows that count anywhere; they come first.
  let anywhereCount: Int
  /// For each window where its ways begin, and the end of the last; and the ways.
  let starts: UnsafeMutablePointer<Int32>
  let ways: UnsafeMutablePointer<Int32>

  private static let wordBytes = TriggerPlan.windowBytes * 256

  init(_ windows: [(window: TriggerPlan.Window, way: Int32)]) {
    // Those that count anywhere have words of their own: the kernel asks for either kind by itself.
    var numbers: [TriggerPlan.Window: Int] = [:]
    var waysOfWindow: [[Int32]] = []
    func add(_ kind: [(window: TriggerPlan.Window, way: Int32)]) {
      for (window, way) in kind {
        let number = numbers[window, default: waysOfWindow.count]
        if number == waysOfWindow.count {
          numbers[window] = number
          waysOfWindow.append([])
        }
        waysOfWindow[number].append(way)
      }
    }
    add(windows.filter { $0.window.border == .anywhere })
    anywhereCount = (waysOfWindow.count + 63) / 64
    waysOfWindow += .init(repeating: [], count: anywhereCount * 64 - waysOfWindow.count)
    add(windows.filter { $0.window.border != .anywhere })
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
    for (window, number) in numbers {
      for (place, set) in window.sets.enumerated() {
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
}
