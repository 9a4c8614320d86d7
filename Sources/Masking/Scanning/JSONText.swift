/// The parser by itself: JSON text of any number of lines, as a string value may hold it.
///
/// The same scanner that masks records; no rule is applied.
public struct JSONText: ~Copyable {
  private var core: EngineCore

  /// A parser with a limit on nesting.
  public init(depthMax: Int = 128) {
    core = EngineCore(policy: .empty)
    core.setDepthMax(depthMax)
  }

  /// What is wrong with `bytes` as one JSON text (RFC 8259), or nil if nothing is.
  public mutating func fault(in bytes: [UInt8]) -> FaultReason? {
    var text = TextBuffer()
    text.reset(room: bytes.count)
    for (place, byte) in bytes.enumerated() {
      text.append(byte, start: UInt32(place), end: UInt32(place + 1))
    }
    text.terminate()
    // Level 1 takes line feeds as blanks; nothing of level 0 is looked at.
    core.texts[1] = text.view
    core.origins[1] = .chunk
    guard core.levels[1].index(text.view, lines: false, triggers: core.triggers) else {
      return .invalidUTF8
    }
    core.levels[1].index.append(UInt32(bytes.count))
    switch core.walk(level: 1, from: 0, state: PathAutomaton.root) {
    case .done: return nil
    case .tooDeep: return .tooDeep
    default: return .malformed
    }
  }
}
