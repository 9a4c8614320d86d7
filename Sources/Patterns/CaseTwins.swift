internal import Bytes

// U+017F and U+212A, which `(?i)` takes for `s` and `k`: the signs of patterns leave them out. Text with
// one of them is looked at a second time with the plain letters in their places, where every such match
// is a match of plain letters, unless the pattern could also take one of them for no letter.
extension Pattern {
  /// Whether a match could hold one of the two as a letter, and another one, or the place before it, asks
  /// for anything but a letter.
  public var mixesCaseTwins: Bool {
    guard let node else { return true }
    // Where one of the two begins a word, a letter may stand before it: `\b` takes neither for a letter.
    return node.takesCaseTwins
      && (node.takesOthersAlone || StartGuard.startsAtBoundary(node))
  }
}

extension PatternNode {
  private static let twins: [[UInt8]] = [[0xC5, 0xBF], [0xE2, 0x84, 0xAA]]

  /// Whether a set takes one of the two for a letter.
  fileprivate var takesCaseTwins: Bool {
    holdsSet { set in
      switch set.others {
      case .none: false
      case .known(let forms): forms.contains { Self.twins.contains($0) }
      case .any: set.possible.contains(UInt8(ascii: "s"))
      }
    }
  }

  /// Whether a set takes any character outside ASCII, and not the letters that the two stand for.
  fileprivate var takesOthersAlone: Bool {
    holdsSet { set in
      set.others == .any && !"sSkK".utf8.allSatisfy { set.certain.contains($0) }
    }
  }

  private func holdsSet(_ isWanted: (CharacterSet) -> Bool) -> Bool {
    switch self {
    case .set(let set): isWanted(set)
    case .boundary: false
    case .sequence(let nodes), .alternation(let nodes):
      nodes.contains { $0.holdsSet(isWanted) }
    case .repetition(let inner, _, _, _), .atomic(let inner), .lookaround(let inner, _, _):
      inner.holdsSet(isWanted)
    }
  }
}
