internal import Synchronization

/// A flag that can be set once, from any thread.
final class OnceFlag: Sendable {
  private let flag = Atomic(false)

  /// Sets it. True for the first caller only.
  func set() -> Bool { !flag.exchange(true, ordering: .acquiringAndReleasing) }
}
