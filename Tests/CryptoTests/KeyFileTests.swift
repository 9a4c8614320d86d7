import Foundation
import Testing

@testable import Crypto

/// A folder that is removed when its owner goes.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "maskline-keys-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
    let file = path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    return file
  }
}

/// The bytes of a secret, for comparison.
func copy(_ secret: borrowing SecretBytes) -> [UInt8] {
  secret.withSpan { span in span.indices.map { span[$0] } }
}

/// The text of the error that `body` throws.
func errorText(_ body: () throws -> Void) -> String? {
  do { try body() } catch { return "\(error)" }
  return nil
}

let hexKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
let base64Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

func keyText(
  first: String = "maskline-key 1", id: String = "k1", purpose: String = "hmac",
  key: String = base64Key
) -> String {
  "\(first)\nid: \(id)\npurpose: \(purpose)\nkey: \(key)\n"
}

@Suite struct KeyFileTests {
  private func parse(_ text: String, expected: String? = nil) throws -> [UInt8] {
    let id = try expected.map { try KeyID($0) }
    let file = try KeyFile.parse(Array(text.utf8).span, name: "keys/k1.key", expectedID: id)
    #expect(file.id.text == "k1")
    return copy(file.secret)
  }

  @Test("a key is read from base64 and from hexadecimal digits")
  func bothForms() throws {
    #expect(try parse(keyText()) == Array(0...31))
    #expect(try parse(keyText(key: hexKey)) == Array(0...31))
    #expect(try parse(keyText(key: hexKey.uppercased()), expected: "k1") == Array(0...31))
  }

  @Test("a written key is read back the same")
  func roundTrip() throws {
    for _ in 0..<50 {
      let file = try KeyFile.generate(id: try KeyID("k1"))
      let text = file.text()
      let again = try text.withSpan { span in try KeyFile.parse(span, name: "k1.key") }
      #expect(copy(again.secret) == copy(file.secret))
      #expect(again.id == file.id)
      #expect(copy(text).suffix(2) == Array("=\n".utf8))
    }
  }

  static let faults: [(String, String)] = [
    ("", "line 1: a line feed is missing at its end; make the key anew"),
    (keyText(first: "maskline-key 2"), "line 1: the first line must be 'maskline-key 1'"),
    (keyText(first: "maskline-key 1\r"), "line 1: the first line must be 'maskline-key 1'"),
    ("maskline-key 1\n", "line 2: a line feed is missing at its end; make the key anew"),
    ("maskline-key 1\nname: k1\n", "line 2: it must be 'id: ' and a value"),
    ("maskline-key 1\nid: \n", "line 2: it must be 'id: ' and a value"),
    (
      keyText(id: "K_1"),
      "line 2: a key id has 1 to 32 of a-z, 0-9 and '-', with at most 8 digits; correct it or make "
        + "the key anew"
    ),
    (keyText(id: "test"), "line 2: the id 'test' is kept for rules' own tests; choose another"),
    (
      keyText(id: "k2"),
      "line 2: the id is 'k2' and the file's name says 'k1'; name the file k2.key"
    ),
    (keyText(purpose: "ff1"), "line 3: the purpose must be 'hmac'; make a key for it"),
    (keyText() + "\n", "line 5: nothing may follow the key; remove the rest"),
    (String(keyText().dropLast()), "line 4: a line feed is missing at its end; make the key anew"),
    (
      String(repeating: "x", count: 4097),
      "it has 4097 bytes and a key file at most 4096; this is not a key file, remove it"
    ),
  ]

  @Test("each fault of the text is told with its line and the remedy", arguments: faults)
  func fault(_ text: String, _ message: String) {
    #expect(errorText { _ = try parse(text, expected: "k1") } == "keys/k1.key: \(message)")
  }

  @Test(
    "key bytes that are not exactly 32 well-formed bytes are refused",
    arguments: [
      "", String(hexKey.dropLast()), hexKey + "00", String(base64Key.dropLast()), base64Key + "=",
      hexKey.dropLast() + "g", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",
      "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8A",
      "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH-8=",
      " " + base64Key,
    ].map { String($0) })
  func badKeyBytes(_ key: String) {
    let text = errorText { _ = try parse(keyText(key: key)) }
    guard !key.isEmpty else {
      #expect(text == "keys/k1.key: line 4: it must be 'key: ' and a value")
      return
    }
    #expect(
      text == "keys/k1.key: line 4: the key must be 32 bytes in base64 (44 characters) or "
        + "hexadecimal (64 digits); make it with 'maskline keys new'")
  }

  @Test("key ids are short names with few digits")
  func ids() throws {
    for good in ["k", "k1", "prod-2026-11-21", String(repeating: "a", count: 32), "-"] {
      #expect(try KeyID(good).text == good)
    }
    for bad in [
      "", "K1", "k_1", "k 1", "k\n", "\u{E9}", String(repeating: "a", count: 33), "k123456789",
    ] {
      #expect(
        errorText { _ = try KeyID(bad) }
          == "a key id has 1 to 32 of a-z, 0-9 and '-', with at most 8 digits; choose one such as 'k1'"
      )
    }
  }

  @Test("the test key is the bytes 0 to 31, and its name is kept from files")
  func testKey() throws {
    #expect(copy(HMACKey.test.secret) == Array(0...31))
    #expect(KeyRing.test.key(.test) != nil)
    let folder = try TemporaryFolder()
    #expect(
      errorText { try KeyFile.create(id: .test, in: folder.path) }
        == "the id 'test' is kept for rules' own tests; choose another --id")
  }
}

@Suite struct KeyFolderTests {
  @Test("a new key file has mode 0600 and is loaded again, others beside it")
  func createAndLoad() throws {
    let folder = try TemporaryFolder()
    let old = umask(0o277)
    defer { umask(old) }
    for id in ["k2", "k1", "prod-a"] {
      let path = try KeyFile.create(id: try KeyID(id), in: folder.path)
      #expect(path == "\(folder.path)/\(id).key")
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
    try folder.write("not a key", to: "README", mode: 0o644)
    try folder.write("hidden", to: ".k3.key", mode: 0o644)
    let ring = try KeyRing.load(directory: folder.path + "/")
    #expect(ring.keys.map(\.id.text) == ["k1", "k2", "prod-a"])
    #expect(ring.key(try KeyID("k2")) != nil)
    #expect(ring.key(try KeyID("k9")) == nil)
    let digests = try ring.keys.map { key in
      var mac = try HMACSHA256(key: key)
      return hexadecimal(try mac.digest(of: [1].span))
    }
    #expect(Set(digests).count == 3)
  }

  @Test("a key file is never overwritten")
  func exists() throws {
    let folder = try TemporaryFolder()
    let id = try KeyID("k1")
    let path = try KeyFile.create(id: id, in: folder.path)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(
      errorText { try KeyFile.create(id: id, in: folder.path) }
        == "\(path): it exists already and keys are never overwritten; choose another --id")
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test(
    "permissions that let others in are refused with what they let them do",
    arguments: [
      (0o644, "0644", "read"), (0o640, "0640", "read"), (0o620, "0620", "write"),
      (0o666, "0666", "read and write"),
    ])
  func permissions(mode: Int, digits: String, deed: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(keyText(), to: "k1.key", mode: mode)
    #expect(
      errorText { _ = try KeyRing.load(directory: folder.path) }
        == "\(path): permissions \(digits) let others \(deed) it; run chmod 600 \(path)")
  }

  @Test("0600 and 0400 are fine")
  func finePermissions() throws {
    for mode in [0o600, 0o400] {
      let folder = try TemporaryFolder()
      try folder.write(keyText(), to: "k1.key", mode: mode)
      #expect(try KeyRing.load(directory: folder.path).keys.count == 1)
    }
  }

  @Test("another user's file is refused, root's mounted one is taken when only its group reads it")
  func owners() throws {
    func check(owner: UInt32, mode: UInt32, user: UInt32) -> String? {
      var status = stat()
      status.st_mode = S_IFREG | mode
      status.st_uid = owner
      return errorText { try KeyFolder.check(status, "k/a.key", user: user) }
    }
    #expect(
      check(owner: 7, mode: 0o600, user: 9)
        == "k/a.key: it belongs to user 7 and not to user 9; run chown 9 k/a.key")
    #expect(check(owner: 9, mode: 0o600, user: 9) == nil)
    #expect(check(owner: 0, mode: 0o440, user: 9) == nil)
    let refused = "k/a.key: permissions 0440 let others read it; run chmod 600 k/a.key"
    #expect(check(owner: 9, mode: 0o440, user: 9) == refused)
    #expect(check(owner: 0, mode: 0o440, user: 0) == refused)
    #expect(
      check(owner: 0, mode: 0o460, user: 9)?.contains("0460 let others read and write") == true)
    #expect(check(owner: 0, mode: 0o444, user: 9)?.contains("0444 let others read it") == true)
  }

  @Test("what is no regular file, too large, misnamed or missing is told by name")
  func others() throws {
    var folder = try TemporaryFolder()
    #expect(
      errorText { _ = try KeyRing.load(directory: folder.path) }
        == "\(folder.path): there is no key file; run 'maskline keys new --id k1'")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/k1.key", withIntermediateDirectories: false)
    #expect(
      errorText { _ = try KeyRing.load(directory: folder.path) }
        == "\(folder.path)/k1.key: it is not a regular file; remove it or rename it")

    folder = try TemporaryFolder()
    let made = unsafe mkfifo(folder.path + "/k1.key", 0o600)
    #expect(made == 0)
    #expect(
      errorText { _ = try KeyRing.load(directory: folder.path) }
        == "\(folder.path)/k1.key: it is not a regular file; remove it or rename it")

    folder = try TemporaryFolder()
    try folder.write(String(repeating: "a", count: 5000), to: "k1.key")
    #expect(
      errorText { _ = try KeyRing.load(directory: folder.path) }
        == "\(folder.path)/k1.key: it has 5000 bytes and a key file at most 4096; "
        + "this is not a key file, remove it")

    folder = try TemporaryFolder()
    try folder.write(keyText(), to: "K\u{1B}1.key")
    #expect(
      errorText { _ = try KeyRing.load(directory: folder.path) }
        == "\(folder.path)/K?1.key: its name is no key id; use 1 to 32 of a-z, 0-9 and '-', "
        + "with at most 8 digits")

    folder = try TemporaryFolder()
    try folder.write(keyText(id: "k2"), to: "k1.key")
    #expect(
      errorText { _ = try KeyRing.load(directory: folder.path) }
        == "\(folder.path)/k1.key: line 2: the id is 'k2' and the file's name says 'k1'; "
        + "name the file k2.key")

    let missing = folder.path + "/none"
    let text = "\(missing): there is no such file or folder; create the folder with mode 0700"
    #expect(errorText { _ = try KeyRing.load(directory: missing) } == text)
    #expect(errorText { try KeyFile.create(id: try KeyID("k1"), in: missing) } == text)
    let file = folder.path + "/k1.key"
    #expect(
      errorText { _ = try KeyRing.load(directory: file) }
        == "\(file): it is not a folder; name the folder of the keys")
  }

  @Test("a link, as in a mounted secret, leads to the file that is checked")
  func links() throws {
    let folder = try TemporaryFolder()
    try folder.write(keyText(), to: "data", mode: 0o600)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/k1.key", withDestinationPath: "data")
    #expect(try KeyRing.load(directory: folder.path).keys.count == 1)
    try folder.write(keyText(), to: "data", mode: 0o644)
    #expect(
      errorText { _ = try KeyRing.load(directory: folder.path) }?.contains("0644 let others read")
        == true)
  }

  @Test("system errors name the deed")
  func systemErrors() {
    #expect(
      KeyFolder.failure(EACCES, "k/a.key", "open").text
        == "k/a.key: this user may not open it; run as the user that owns it or change the owner")
    #expect(
      KeyFolder.failure(EIO, "k/a.key", "read").text
        == "k/a.key: cannot read it (errno 5); check the file system")
    #expect(KeyFolder.failure(EIO, "k/a.key", "read").code == .system(EIO))
  }
}
