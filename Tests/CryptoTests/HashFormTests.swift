import Bytes
import Testing

@testable import Crypto

@Suite struct HashFormTests {
  private func form(_ message: String) throws -> String {
    var mac = try HMACSHA256(key: .test)
    var buffer = ByteBuffer()
    HashForm.append(try mac.digest(of: Array(message.utf8).span), keyID: mac.keyID, to: &buffer)
    return String(decoding: buffer.toArray(), as: UTF8.self)
  }

  private func matches(_ text: String) -> Bool { HashForm.matches(Array(text.utf8).span) }

  private func length(_ text: [UInt8], at start: Int) -> Int? {
    HashForm.length(in: text.span, at: start)
  }

  private func letters(of digest: HMACSHA256.Digest) -> String {
    var buffer = ByteBuffer()
    HashForm.append(digest, keyID: .test, to: &buffer)
    return String(decoding: buffer.toArray().dropFirst(10), as: UTF8.self)
  }

  @Test("the form is the key's name and 26 letters, computed by hand elsewhere")
  func known() throws {
    #expect(try form("") == "hmac:test:dohgdokdwiyvnsnirfvsxcukfc")
    #expect(try form("4111111111111111") == "hmac:test:jeerudwqkdasxikfudulgqvdfg")
    #expect(try form("jo@example.com") == "hmac:test:giuwmgaadovoqedvxsonyxloqe")
  }

  @Test("the letters are the number's digits to the base 26, least significant first")
  func digits() {
    var digest = HMACSHA256.Digest(repeating: 0)
    #expect(letters(of: digest) == String(repeating: "a", count: 26))
    digest[31] = 27
    #expect(letters(of: digest) == "bb" + String(repeating: "a", count: 24))
    #expect(letters(of: HMACSHA256.Digest(repeating: 0xFF)) == "pkbrizstavkrllzkullzgbvank")
  }

  @Test("own forms are recognized, and nothing else is")
  func recognized() throws {
    let own = try form("x")
    #expect(matches(own))
    #expect(own.utf8.count <= HashForm.bytesMax)
    let longest =
      "hmac:" + String(repeating: "k", count: 32) + ":" + String(repeating: "z", count: 26)
    #expect(longest.utf8.count == HashForm.bytesMax)
    #expect(matches(longest))
    let others = [
      "", "hmac:", "hmac:test:", String(own.dropLast()), own + "a", own + "1", own + " ", " " + own,
      own.uppercased(), "hmac::" + String(repeating: "a", count: 26),
      "hmac:T:" + String(repeating: "a", count: 26), "hmac:k1:" + String(repeating: "1", count: 26),
      "hmac:" + String(repeating: "k", count: 33) + ":" + String(repeating: "z", count: 26),
      "hmac:411111111:" + String(repeating: "a", count: 26),
      "hmac:k1:" + String(repeating: "a", count: 25) + "{",
    ]
    for other in others { #expect(!matches(other), "\(other)") }
  }

  @Test("a form inside a text is measured where it begins, and only there")
  func inside() throws {
    let own = try form("x")
    let text = Array("a \(own), b \(own)a".utf8)
    #expect(length(text, at: 2) == own.utf8.count)
    #expect(length(text, at: 3) == nil)
    #expect(length(text, at: 2 + own.utf8.count + 4) == nil)
    #expect(length(text, at: text.count) == nil)
    #expect(length(text, at: -1) == nil)
  }

  @Test("no digit comes out of any digest but those of the key's name")
  func lettersOnly() throws {
    var mac = try HMACSHA256(key: .test)
    var seen: Set<[UInt8]> = []
    for number in 0..<2000 {
      var buffer = ByteBuffer()
      HashForm.append(
        try mac.digest(of: Array("\(number)".utf8).span), keyID: mac.keyID, to: &buffer)
      let bytes = buffer.toArray()
      #expect(!bytes.contains(where: ASCII.isDigit))
      #expect(matches(String(decoding: bytes, as: UTF8.self)))
      seen.insert(bytes)
    }
    #expect(seen.count == 2000)
  }
}
