/// Labels of a pod or a namespace.
public typealias Labels = [String: String]

/// A label selector; without requirements it selects everything.
public struct LabelSelector: Hashable, Sendable, CustomStringConvertible {
  public enum Requirement: Hashable, Sendable {
    case isIn(key: String, values: [String])
    /// Also met where the key is absent.
    case isNotIn(key: String, values: [String])
    case exists(key: String)
    case doesNotExist(key: String)

    public var key: String {
      switch self {
      case .isIn(let key, _), .isNotIn(let key, _), .exists(let key), .doesNotExist(let key): key
      }
    }

    var values: [String] {
      switch self {
      case .isIn(_, let values), .isNotIn(_, let values): values
      case .exists, .doesNotExist: []
      }
    }

    func isMet(by labels: Labels) -> Bool {
      switch self {
      case .isIn(let key, let values): labels[key].map(values.contains) ?? false
      case .isNotIn(let key, let values): !(labels[key].map(values.contains) ?? false)
      case .exists(let key): labels[key] != nil
      case .doesNotExist(let key): labels[key] == nil
      }
    }
  }

  public var requirements: [Requirement]

  public static let everything: LabelSelector = LabelSelector([])

  public init(_ requirements: [Requirement]) { self.requirements = requirements }

  /// A selector of equal labels.
  public init(matching labels: Labels) {
    requirements = labels.sorted { $0.key < $1.key }.map { .isIn(key: $0.key, values: [$0.value]) }
  }

  public var isEverything: Bool { requirements.isEmpty }

  public func matches(_ labels: Labels) -> Bool { requirements.allSatisfy { $0.isMet(by: labels) } }

  /// Whether some labels may meet both, as far as shows at once.
  func isCompatible(with other: LabelSelector) -> Bool {
    !requirements.contains { requirement in
      guard case .isIn(let key, let values) = requirement else { return false }
      return other.requirements.contains { other in
        if case .isIn(key, let others) = other { return !others.contains(where: values.contains) }
        return false
      }
    }
  }

  /// How many label sets may stand for one selector.
  static let representativesMax = 256

  /// The label sets that the selector matches, one for each choice among the values that it lists,
  /// with nothing in them that it does not ask for; nil when they are too many.
  var representatives: [Labels]? {
    var choices: [Labels] = [[:]]
    var seen: Set<String> = []
    for case .isIn(let key, let values) in requirements where seen.insert(key).inserted {
      let possible = Set(values).sorted().filter { value in
        requirements.allSatisfy { $0.key != key || $0.isMet(by: [key: value]) }
      }
      guard choices.count * possible.count <= Self.representativesMax else { return nil }
      choices = choices.flatMap { labels in
        possible.map { labels.merging([key: $0]) { _, new in new } }
      }
    }
    for case .exists(let key) in requirements where seen.insert(key).inserted {
      let taken = Set(requirements.filter { $0.key == key }.flatMap(\.values))
      // One that no requirement speaks of.
      let fresh = ["any", "any-other"] + (2...(taken.count + 2)).map { "any-\($0)" }
      let value = fresh.first { !taken.contains($0) } ?? "any"
      choices = choices.map { $0.merging([key: value]) { _, new in new } }
    }
    return choices.filter(matches)
  }

  public var description: String {
    if requirements.isEmpty { return "{}" }
    return requirements.map { requirement in
      switch requirement {
      case .isIn(let key, let values) where values.count == 1: "\(key)=\(values[0])"
      case .isIn(let key, let values): "\(key) in (\(values.joined(separator: ", ")))"
      case .isNotIn(let key, let values): "\(key) not in (\(values.joined(separator: ", ")))"
      case .exists(let key): key
      case .doesNotExist(let key): "not \(key)"
      }
    }.joined(separator: ", ")
  }
}
