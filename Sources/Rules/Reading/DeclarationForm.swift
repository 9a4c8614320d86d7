import YAML

/// Which of the two kinds of file a YAML file is meant to be.
public enum DeclarationForm: Sendable, Equatable {
  case maskFile
  case config

  /// Guesses from the top keys, so that `maskline check` can be given either. A file that could be
  /// both or neither counts as a mask file: its errors then say what is missing.
  public static func guess(bytes: [UInt8]) -> DeclarationForm {
    guard case .mapping(let pairs) = YAMLDocument.parse(bytes).root?.content else {
      return .maskFile
    }
    let keys = Set(pairs.map(\.key.text))
    if !keys.isDisjoint(with: ["mask", "rules", "overrides"]) { return .maskFile }
    let configKeys: Set = ["masks", "keys", "listeners", "limits", "timeouts", "onFault", "admin"]
    return keys.isDisjoint(with: configKeys) ? .maskFile : .config
  }
}
