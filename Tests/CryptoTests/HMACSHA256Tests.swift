import Crypto
import Foundation
import Testing

@testable import Crypto

/// The digest as hexadecimal digits.
func hexadecimal(_ digest: HMACSHA256.Digest) -> String {
  digest.indices.map { String(format: "%02x", digest[$0]) }.joined()
}

/// The digest of an array, as hexadecimal digits.
func hexadecimalDigest(_ message: [UInt8], _ mac: inout HMACSHA256) throws -> String {
  hexadecimal(try mac.digest(of: message.span))
}

@Suite struct HMACSHA256Tests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let name: String
    let key: [UInt8]
    let message: [UInt8]
    let digest: String
    var testDescription: String { name }
  }

  /// RFC 4231, section 4; of case 5 the RFC gives the first 128 bits.
  static let vectors: [Vector] = [
    Vector(
      name: "1", key: [UInt8](repeating: 0x0B, count: 20), message: Array("Hi There".utf8),
      digest: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    Vector(
      name: "2, a key shorter than the hash", key: Array("Jefe".utf8),
      message: Array("what do ya want for nothing?".utf8),
      digest: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    Vector(
      name: "3", key: [UInt8](repeating: 0xAA, count: 20),
      message: [UInt8](repeating: 0xDD, count: 50),
      digest: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    Vector(
      name: "4", key: Array(0x01...0x19), message: [UInt8](repeating: 0xCD, count: 50),
      digest: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    Vector(
      name: "5, truncated", key: [UInt8](repeating: 0x0C, count: 20),
      message: Array("Test With Truncation".utf8), digest: "a3b6167473100ee06e0c796c2955552b"),
    Vector(
      name: "6, a key longer than a block", key: [UInt8](repeating: 0xAA, count: 131),
      message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      digest: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    Vector(
      name: "7, key and message longer than a block", key: [UInt8](repeating: 0xAA, count: 131),
      message: Array(
        ("This is a test using a larger than block-size key and a larger than block-size data. "
          + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
      digest: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
  ]

  @Test("the digests of RFC 4231 come out, the first time and again", arguments: vectors)
  func vector(_ vector: Vector) throws {
    var mac = try HMACSHA256(testKey: vector.key)
    for _ in 0..<3 {
      let digest = try hexadecimalDigest(vector.message, &mac)
      #expect(digest.hasPrefix(vector.digest))
      // Another message in between leaves nothing behind.
      _ = try mac.digest(of: [1, 2, 3].span)
    }
  }

  @Test("an empty message has a digest of its own")
  func empty() throws {
    let none: [UInt8] = []
    var mac = try HMACSHA256(key: .test)
    let digest = try hexadecimalDigest(none, &mac)
    let again = try hexadecimalDigest(none, &mac)
    let other = try hexadecimalDigest([0], &mac)
    #expect(digest == again)
    #expect(digest != other)
  }

  @Test("contexts on many threads, one each, agree with one on one thread")
  func concurrency() async throws {
    let messages = (0..<200).map { Array("value \($0)".utf8) }
    var alone = try HMACSHA256(key: .test)
    var expected: [String] = []
    for message in messages { expected.append(hexadecimal(try alone.digest(of: message.span))) }
    let wanted = expected
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var mac = try HMACSHA256(key: .test)
          for _ in 0..<10 {
            for (index, message) in messages.enumerated()
            where hexadecimal(try mac.digest(of: message.span)) != wanted[index] { return false }
          }
          return true
        }
      }
      for try await agrees in group { #expect(agrees) }
    }
  }

  @Test("a secret is zero after its release")
  func zeroing() {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
    defer { unsafe memory.deallocate() }
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0xA5)
    do {
      let secret = unsafe SecretBytes(over: memory)
      #expect(secret.count == 64)
      #expect(unsafe memory.allSatisfy { $0 == 0xA5 })
      #expect(secret.withSpan { $0[63] } == 0xA5)
    }
    #expect(unsafe memory.allSatisfy { $0 == 0 })
  }

  @Test("random secrets differ and are not zero")
  func random() throws {
    let one = try SecretBytes.random(count: 32)
    let two = try SecretBytes.random(count: 32)
    let left = one.withSpan { span in span.indices.map { span[$0] } }
    let right = two.withSpan { span in span.indices.map { span[$0] } }
    #expect(left != right)
    #expect(left.contains { $0 != 0 })
  }
}
