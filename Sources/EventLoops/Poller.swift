internal import CPlatform

// Unsafe code here hands the kernel an array of events together with its own length; the pointer
// does not outlive the call.

/// What a descriptor is watched for, or ready for.
struct Readiness: OptionSet, Sendable {
  let rawValue: UInt32

  /// Bytes, a connection, the end of the stream.
  static let read = Readiness(rawValue: UInt32(CPlatform_ready_read))
  /// Room in the kernel's buffer, or a connection that was made or refused.
  static let write = Readiness(rawValue: UInt32(CPlatform_ready_write))
  /// A reset, another error, or both directions ended: told in any case.
  static let failure = Readiness(
    rawValue: UInt32(CPlatform_ready_error) | UInt32(CPlatform_ready_hangup))
}

/// The descriptors that one loop watches: an epoll set, and the table of who wants to know.
///
/// ```
///   event's token:  | generation (32 bits) | slot (32 bits) |
///   slots:          | watch, generation | free, generation | watch, generation | ...
/// ```
/// An event names a slot and its generation, never an address: the generation goes up whenever a
/// watch ends, so that an event of a descriptor that was closed earlier in the same batch finds
/// nobody, even when the slot has a new owner by then.
///
/// Level-triggered: bytes that a handler left unread are told again, so that a handler may stop
/// wherever it wants, and a hang-up cannot be missed. The price is one system call more when interest
/// changes, which is when backpressure begins or ends.
///
/// Confined to its loop, but for `wake`.
final class Poller: @unchecked Sendable {
  // @unchecked: `wake` touches nothing but a descriptor that never changes; all else is the loop's.

  private struct Slot {
    var generation: UInt32 = 0
    var watch: Watch?
  }

  private static let eventsMax = 64
  private static let wakeToken = UInt64.max

  /// The epoll set: ready to be read when any of its descriptors is ready.
  let number: Int32
  private let wakeup: Int32
  private var slots: [Slot] = []
  private var freeSlots: [UInt32] = []
  private var events = [CPlatform_event](repeating: CPlatform_event(), count: eventsMax)

  /// An empty set.
  ///
  /// - Throws: `SystemError` when there is no descriptor left.
  init() throws(SystemError) {
    let number = try plainSystemCall("epoll_create1") { CPlatform_epoll_create() }
    var wakeup: Int32 = -1
    do throws(SystemError) {
      wakeup = try plainSystemCall("eventfd") { CPlatform_wakeup_create() }
      let opened = wakeup
      try plainSystemCall("epoll_ctl") {
        CPlatform_epoll_add(number, opened, Readiness.read.rawValue, Self.wakeToken)
      }
    } catch {
      FileDescriptor.close(number)
      if wakeup >= 0 { FileDescriptor.close(wakeup) }
      throw error
    }
    self.number = number
    self.wakeup = wakeup
  }

  deinit {
    FileDescriptor.close(wakeup)
    FileDescriptor.close(number)
  }

  /// Ends a wait, or the next one. May be called from anywhere.
  func wake() { _ = CPlatform_wakeup_raise(wakeup) }

  /// Waits for events, at most so long.
  ///
  /// - Returns: how many there are, for `tellOwners`.
  func wait(milliseconds: Int32) -> Int {
    let taken = unsafe events.withUnsafeMutableBufferPointer { events in
      unsafe CPlatform_epoll_wait(number, events.baseAddress, Int32(events.count), milliseconds)
    }
    // A signal is an empty answer; anything else cannot happen to a descriptor that is ours.
    precondition(taken >= 0 || taken == -Errno.interrupted, "epoll_wait refuses our own set")
    return max(0, Int(taken))
  }

  /// Tells the owners of the first `count` events.
  ///
  /// - Returns: how many events of descriptors there were; being woken is none.
  func tellOwners(_ count: Int) -> Int {
    var told = 0
    for index in 0..<count {
      let event = events[index]
      if event.token == Self.wakeToken {
        _ = CPlatform_wakeup_clear(wakeup)
        continue
      }
      told += 1
      let slot = slots[Int(UInt32(truncatingIfNeeded: event.token))]
      if slot.generation == UInt32(truncatingIfNeeded: event.token >> 32) {
        slot.watch?.tell(Readiness(rawValue: event.ready))
      }
    }
    return told
  }

  // MARK: For watches

  /// A slot for a new watch, and the token of its events.
  fileprivate func enter(_ watch: Watch) -> UInt64 {
    let slot = freeSlots.popLast() ?? UInt32(slots.count)
    if slot == slots.count { slots.append(Slot()) }
    slots[Int(slot)].watch = watch
    return UInt64(slots[Int(slot)].generation) << 32 | UInt64(slot)
  }

  /// From now on nobody is told of `token`.
  fileprivate func leave(_ token: UInt64) {
    let slot = UInt32(truncatingIfNeeded: token)
    slots[Int(slot)].watch = nil
    slots[Int(slot)].generation &+= 1
    freeSlots.append(slot)
  }
}

/// One descriptor in the set of its loop, while somebody wants to know about it.
///
/// ```
///             want(read, write)                          end()
///   made ──────────────────────► in the set ◄─► not in it ─────► ended
/// ```
/// It is in the set only while something is wanted: the kernel tells of hang-ups whether they are
/// wanted or not, and would tell without end.
///
/// Confined to its loop. Holds its handler, and is held by the loop, until `end`.
final class Watch {
  private let loop: EventLoop
  private let number: Int32
  private var token: UInt64 = 0
  private var onReady: ((Readiness) -> Void)?
  private var wanted: Readiness = []
  /// What the kernel has been asked for.
  private var watched: Readiness = []

  /// A watch that wants nothing yet. `onReady` is called with what is wanted and ready; after a
  /// failure, with all that is wanted.
  init(_ number: Int32, on loop: EventLoop, _ onReady: @escaping (Readiness) -> Void) {
    loop.preconditionOnLoop()
    self.loop = loop
    self.number = number
    self.onReady = onReady
    token = loop.poller.enter(self)
  }

  /// Whether this is wanted now.
  func wants(_ readiness: Readiness) -> Bool { wanted.contains(readiness) }

  /// Adds or takes away a wish; harmless when it is so already.
  func want(_ readiness: Readiness, _ isWanted: Bool) {
    let before = wanted
    if isWanted { wanted.formUnion(readiness) } else { wanted.subtract(readiness) }
    if wanted != before { update() }
  }

  private func update() {
    guard onReady != nil, wanted != watched else { return }
    let set = loop.poller.number
    let result =
      if wanted.isEmpty {
        CPlatform_epoll_remove(set, number)
      } else if watched.isEmpty {
        CPlatform_epoll_add(set, number, wanted.rawValue, token)
      } else {
        CPlatform_epoll_modify(set, number, wanted.rawValue, token)
      }
    if result == 0 {
      watched = wanted
    } else {
      precondition(
        result != -Errno.badDescriptor, "a descriptor was closed while it was being watched")
      // No memory for one more: the timeouts go on, and so does the session when there is some.
      loop.runAfter(Self.pause) { [weak self] in self?.update() }
    }
  }

  private static let pause = Duration.milliseconds(100)

  /// Called by the poller.
  fileprivate func tell(_ ready: Readiness) {
    let told = ready.isDisjoint(with: .failure) ? ready.intersection(wanted) : wanted
    if !told.isEmpty { onReady?(told) }
  }

  /// Nothing is told any more. Before the descriptor is closed; once only.
  func end() {
    precondition(onReady != nil, "a watch ends once")
    wanted = []
    update()
    onReady = nil
    loop.poller.leave(token)
  }
}
