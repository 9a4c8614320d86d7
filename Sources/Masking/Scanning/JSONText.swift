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
    // The last level only decides whether a text is JSON: line feeds are blanks there, and strings
    // are not entered.
    let level = EngineCore.levelCount - 1
    core.texts[level] = text.view
    core.origins[level] = .chunk
    guard core.levels[level].index(text.view, lines: false, triggers: core.triggers) else {
      return .invalidUTF8
    }
    core.levels[level].index.append(UInt32(bytes.count))
    switch core.walk(level: level, from: 0, state: PathAutomaton.root) {
    case .done: return nil
    case .tooDeep: return .tooDeep
    default: return .malformed
    }
  }
}
