/// What kind of records a `SampleGenerator` makes.
public enum SampleShape: String, Sendable, CaseIterable {
  /// Web access, application, payment, Kubernetes, audit and metrics records; about one in six
  /// holds one sensitive value.
  case mixed
  /// Each record holds a card number, an email address and a phone number.
  case dense
  /// As `mixed`, with nothing that a rule should find: no addresses, no people, no long digits.
  case clean
  /// Lines of exactly 1 MiB, line feed included: batches of mixed records.
  case long
  /// Strings full of escapes, surrogate pairs and JSON inside strings.
  case escaped
  /// Arrays of numbers in every spelling that RFC 8259 section 6 allows.
  case numbers
  /// Records of 2 to 40 bytes.
  case tiny
  /// Text in many scripts, with digits of other scripts now and then.
  case nonascii
}

/// A sensitive value that a `SampleGenerator` placed in a record, for checks that none survives.
public struct SeededSecret: Sendable, Equatable {
  /// What the value is.
  public enum Kind: String, Sendable, CaseIterable {
    case pan
    case email
    case phone
    case ssn
    case iban
    case apiKey
    case password
    case jwt
  }

  /// What the value is.
  public let kind: Kind
  /// The value itself: for `pan` the digits alone, else the text as a reader of the decoded record
  /// would see it.
  public let text: String

  public init(kind: Kind, text: String) {
    self.kind = kind
    self.text = text
  }
}
