internal import Bytes
public import Crypto

/// The keys that `hash` may use.
public enum HashKeys: Sendable {
  /// The key files of one folder.
  case files(KeyRing)
  /// The fixed, public test key in the place of every key: for the rules' own tests.
  case fixedTestKey

  /// No keys: a rule with `hash` does not compile.
  public static var none: HashKeys { .files(KeyRing([])) }

  /// The key that a rule names, or the only one there is if it names none.
  func key(named name: String?) -> HMACKey? {
    switch self {
    case .fixedTestKey: return .test
    case .files(let ring):
      guard let name else { return ring.keys.count == 1 ? ring.keys.first : nil }
      return ring.keys.first { $0.id.text == name }
    }
  }

  /// The names of all keys.
  var names: [String] {
    switch self {
    case .fixedTestKey: []
    case .files(let ring): ring.keys.map(\.id.text)
    }
  }
}

/// One key's hasher in an engine.
final class KeyedHasher {
  private var hmac: HMACSHA256
  private let id: KeyID

  /// Nil if the library refuses: the engine then reports `keyMissing` for each value.
  init?(_ key: HMACKey) {
    guard let hmac = try? HMACSHA256(key: key) else { return nil }
    self.hmac = hmac
    id = key.id
  }

  /// Appends `hmac:<key id>:<letters>` of `message`; false if there was no answer.
  func append(_ message: ByteView, to text: inout Scratch<UInt8>) -> Bool {
    guard let digest = message.withSpan({ try? hmac.digest(of: $0) }) else { return false }
    form.removeAll()
    HashForm.append(digest, keyID: id, to: &form)
    form.withSpan { span in
      for index in span.indices { text.append(span[index]) }
    }
    return true
  }

  private var form = ByteBuffer(capacity: 80)
}
