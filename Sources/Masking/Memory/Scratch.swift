/// A growable array of plain values whose memory is kept for the next record.
///
/// Why not `Array`: no uniqueness check, no reference count and no bounds check on the hot path.
/// What makes it safe: it is noncopyable, so it has one owner; indices are checked in debug builds.
@safe
struct Scratch<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int = 16) {
    self.capacity = capacity
    unsafe base = .allocate(capacity: capacity)
  }

  deinit { unsafe base.deallocate() }

  @inline(__always)
  var isEmpty: Bool { count == 0 }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return unsafe base[index]
    }
    set {
      assert(index >= 0 && index < count)
      unsafe base[index] = newValue
    }
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow(to: capacity * 2) }
    unsafe base[count] = element
    count &+= 1
  }

  /// Forgets the elements, keeps the memory.
  @inline(__always)
  mutating func removeAll() { count = 0 }

  @inline(__always)
  mutating func truncate(to newCount: Int) {
    assert(newCount <= count)
    count = newCount
  }

  /// Room for `count` elements, whose values are whatever the memory holds; for C to fill.
  mutating func resizeUninitialized(to newCount: Int) {
    if newCount > capacity { grow(to: max(newCount, capacity * 2)) }
    count = newCount
  }

  /// Gives memory above `limit` elements back; the elements are forgotten.
  mutating func shrink(to limit: Int) {
    count = 0
    guard capacity > limit else { return }
    unsafe base.deallocate()
    unsafe base = .allocate(capacity: limit)
    capacity = limit
  }

  /// Insertion sort: stable, in place, for the few elements of one value or one record.
  mutating func sort(from start: Int = 0, by precedes: (Element, Element) -> Bool) {
    guard count - start > 1 else { return }
    for index in start + 1..<count {
      let element = self[index]
      var hole = index
      while hole > start, precedes(element, self[hole - 1]) {
        self[hole] = self[hole - 1]
        hole -= 1
      }
      self[hole] = element
    }
  }

  private mutating func grow(to newCapacity: Int) {
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: newCapacity)
    unsafe moved.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = moved
    capacity = newCapacity
  }
}
