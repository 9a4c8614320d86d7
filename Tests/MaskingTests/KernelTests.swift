import CScan
import Patterns
import TestSupport
import Testing

@testable import Masking

/// The vector kernel and the portable one must agree bit for bit.
@Suite(.serialized) struct KernelTests {
  struct Outcome: Equatable {
    var index: [UInt32]
    var blocks: [[UInt64]]
    var isUTF8: Bool
  }

  /// Signs of every kind: grams, windows anywhere and where a word or a keyword begins, digit runs.
  private static let plan = TriggerPlan(
    ["AKIA[0-9]{4}", "[0-9]\\.[0-9]", "(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}", "[0-9]{9}", "@.\\."]
      .map {
        TriggerPlan.Rule(shape: RuleShape(parsing: $0), keywords: nil)
      } + [
        TriggerPlan.Rule(
          shape: RuleShape(parsing: "[0-9][A-Z]"), keywords: ["pin", "hp"].map { Array($0.utf8) })
      ])

  /// Made once: that takes longest. Only read.
  nonisolated(unsafe) private static let triggers = KernelTriggers(
    plan, SignIndex(plan, wordCount: 3, keywordBit: 128) { $0 })

  private func run(_ bytes: [UInt8], lines: Bool, portable: Bool) -> Outcome {
    CScan_use_portable(portable)
    defer { CScan_use_portable(false) }
    var level = ScanLevel()
    var text = TextBuffer()
    text.reset(room: bytes.count)
    for byte in bytes { text.append(byte, start: 0, end: 0) }
    let isUTF8 = unsafe level.index(text.view, lines: lines, triggers: Self.triggers)
    return Outcome(
      index: (0..<level.index.count).map { level.index[$0] },
      blocks: (0..<(bytes.count + 63) / 64).map {
        let block = level.blocks[$0]
        return [
          block.hot, block.signs, block.longRuns, block.backslashes, block.nonASCII, block.digits,
          block.closes, block.encoded,
        ]
      },
      isUTF8: isUTF8)
  }

  @Test func vectorAndPortableKernelsAgree() {
    var random = SeededRandom(for: "kernels agree")
    let texts = "\"\"\\\\{}[]:,\n\r\t 019aeE.-@AKIAghp_pinPIN\u{0}\u{B}\u{C}\u{1A}é日😀"
    let codes = "\"%%&&==++#x;;34E9amp/_-NDExMTExMTExMTExMTIzUGlQ"
    for round in 0..<5_000 {
      let alphabet = Array((round % 2 == 0 ? texts : codes).utf8)
      let count = Int.random(in: 0...300, using: &random)
      let raw = Int.random(in: 0..<10, using: &random) == 0
      let bytes = (0..<count).map { _ in
        raw
          ? UInt8.random(in: 0...255, using: &random) : alphabet.randomElement(using: &random) ?? 0
      }
      for lines in [true, false] {
        #expect(
          run(bytes, lines: lines, portable: false) == run(bytes, lines: lines, portable: true),
          "\(bytes) lines: \(lines)")
      }
    }
  }

  /// Nine digits with what may stand between them, across the borders of blocks.
  @Test func longDigitRunsAreMarkedAndNoOthers() {
    var random = SeededRandom(for: "long digit runs")
    let alphabet = Array("0123456789012345678901234567890123456789 -._/\txé".utf8)
    for _ in 0..<3_000 {
      let count = Int.random(in: 1...260, using: &random)
      let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      for portable in [false, true] {
        let marked = longRuns(bytes, portable: portable)
        var start = 0
        while start < count {
          let isInRun = { bytes[$0] >= 0x80 || TriggerPlan.digitRunSet.contains(bytes[$0]) }
          var end = start
          while end < count, isInRun(end) { end += 1 }
          let digits = bytes[start..<end].count { (0x30...0x39).contains($0) }
          let isMarked = marked.contains { (start..<end).contains($0) }
          #expect(isMarked == (digits >= 9), "\(bytes[start..<end]) at \(start)")
          start = end + 1
        }
        #expect(marked.allSatisfy { (0x30...0x39).contains(bytes[$0]) })
      }
    }
  }

  /// The places that the kernel marks in a text by itself.
  private func longRuns(_ bytes: [UInt8], portable: Bool) -> [Int] {
    CScan_use_portable(portable)
    defer { CScan_use_portable(false) }
    var blocks = [CScan_Block](repeating: CScan_Block(), count: bytes.count / 64 + 1)
    let padded = bytes + .init(repeating: 0x39, count: Int(CScan_PADDING))
    unsafe CScan_find_signs(padded, bytes.count, Self.triggers.pointer, &blocks)
    return bytes.indices.filter { blocks[$0 / 64].longRuns >> UInt64($0 % 64) & 1 == 1 }
  }

  @Test func utf8IsJudgedAsSwiftJudgesIt() {
    var random = SeededRandom(for: "utf-8")
    let pieces: [[UInt8]] = [
      [0x41], [0xC2, 0x80], [0xC1, 0xBF], [0xE0, 0xA0, 0x80], [0xE0, 0x9F, 0xBF],
      [0xED, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF0, 0x90, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xE2],
      [0x80], [0xE2, 0x82], [0xC3, 0xA9], Array("日本語 text of some length to cross blocks".utf8),
    ]
    for _ in 0..<5_000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        let bad = Int.random(in: 0..<60, using: &random) == 0
        let piece =
          bad
          ? pieces.randomElement(using: &random)
          : [pieces[0], pieces[15], pieces[16]]
            .randomElement(using: &random)
        bytes += piece ?? []
      }
      let expected = String(validating: bytes, as: UTF8.self) != nil
      #expect(run(bytes, lines: true, portable: false).isUTF8 == expected, "\(bytes)")
      #expect(run(bytes, lines: true, portable: true).isUTF8 == expected, "\(bytes)")
    }
  }
}
