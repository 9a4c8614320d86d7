import Bytes
import Foundation
import TestSupport
import Testing

@testable import Samples

@Suite("The generator of log records")
struct SampleGeneratorTests {
  /// FNV-1a over the bytes of 300 records (3 of the long ones) of seed 1.
  static let goldenHashes: [(SampleShape, UInt64)] = [
    (.mixed, 0x204E_07CD_9426_F23E),
    (.dense, 0x18EB_9115_1AEA_A948),
    (.clean, 0x03B6_829E_1126_9E8A),
    (.long, 0x21E4_9AAD_F29F_611B),
    (.escaped, 0xF875_D347_664E_5511),
    (.numbers, 0xFFAD_1D61_F271_4086),
    (.tiny, 0x969E_958B_FB78_2BAD),
    (.nonascii, 0x0A8D_F3DE_3F6B_21CD),
  ]

  @Test("a seed gives the same bytes for ever", arguments: goldenHashes)
  func goldenHash(shape: SampleShape, hash: UInt64) {
    let (bytes, _) = make(shape, seed: 1, count: shape == .long ? 3 : 300)
    #expect(fnv1a(bytes) == hash, "the bytes of shape \(shape) have changed")
  }

  @Test("two seeds give different bytes", arguments: SampleShape.allCases)
  func seedsDiffer(shape: SampleShape) {
    let count = shape == .long ? 1 : 50
    #expect(make(shape, seed: 1, count: count).bytes != make(shape, seed: 2, count: count).bytes)
  }

  @Test("noting the secrets does not change the bytes", arguments: SampleShape.allCases)
  func secretsDoNotChangeBytes(shape: SampleShape) {
    let count = shape == .long ? 1 : 200
    var plain = SampleGenerator(seed: 7, shape: shape)
    var output = ByteBuffer(capacity: 1 << 16)
    for _ in 0..<count { plain.appendRecord(to: &output) }
    #expect(output.toArray() == make(shape, seed: 7, count: count).bytes)
  }

  @Test("every record is one line of valid JSON", arguments: SampleShape.allCases)
  func recordsAreJSON(shape: SampleShape) throws {
    let count = shape == .long ? 1 : 1000
    let lines = CommandRunner.lines(of: make(shape, seed: 3, count: count).bytes)
    #expect(lines.count == count)
    for line in lines {
      #expect(throws: Never.self, "\(String(decoding: line.prefix(300), as: UTF8.self))") {
        _ = try JSONSerialization.jsonObject(with: Data(line), options: .fragmentsAllowed)
      }
    }
  }

  @Test("a mixed record has about 350 bytes, and one in six holds a secret")
  func mixedProportions() {
    let count = 6000
    let (bytes, secrets) = make(.mixed, seed: 11, count: count)
    let mean = bytes.count / count
    #expect((320...380).contains(mean), "the mean is \(mean) bytes")
    let share = Double(secrets.count(where: { !$0.isEmpty })) / Double(count)
    #expect((0.15...0.185).contains(share), "the share is \(share)")
    let kinds = Set(secrets.flatMap { $0 }.map(\.kind))
    #expect(kinds == Set(SeededSecret.Kind.allCases))
  }

  @Test("a dense record holds a card number, an address and a telephone number")
  func denseRecords() {
    for secrets in make(.dense, seed: 5, count: 200).secrets {
      #expect(Set(secrets.map(\.kind)) == [.pan, .email, .phone])
    }
  }

  @Test("a clean record holds nothing that looks like a finding")
  func cleanRecords() {
    let (bytes, secrets) = make(.clean, seed: 5, count: 3000)
    #expect(secrets.allSatisfy { $0.isEmpty })
    #expect(!bytes.contains(UInt8(ascii: "@")))
    // Runs of digits of a card's length occur only as epoch milliseconds, which begin with 177.
    let text = String(decoding: bytes, as: UTF8.self)
    for run in text.split(whereSeparator: { !$0.isWholeNumber }) where run.count >= 10 {
      #expect(run.hasPrefix("177") && run.count == 13, "\(run)")
    }
  }

  @Test("a long line has 1 MiB with its line feed")
  func longLines() {
    for line in CommandRunner.lines(of: make(.long, seed: 2, count: 3).bytes) {
      #expect(line.count + 1 == SampleGenerator.longLineBytes)
    }
  }

  @Test("a tiny record has 2 to 40 bytes")
  func tinyRecords() {
    for line in CommandRunner.lines(of: make(.tiny, seed: 2, count: 2000).bytes) {
      #expect((2...40).contains(line.count))
    }
  }

  @Test(
    "the leak check reads every card number placed, in every shape", arguments: SampleShape.allCases
  )
  func everyCardIsReadable(shape: SampleShape) {
    let count = shape == .long ? 1 : 1500
    let (bytes, secrets) = make(shape, seed: 9, count: count)
    var placed = 0
    for (line, secrets) in zip(CommandRunner.lines(of: bytes), secrets) {
      let cards = secrets.filter { $0.kind == .pan }.map(\.text)
      if cards.isEmpty { continue }
      placed += cards.count
      let checker = LeakChecker(cards: cards, fragmentDigitsMin: 19)
      let readable = Set(checker.leaks(inLine: line).map(\.digits))
      #expect(Set(cards).subtracting(readable) == [], "not readable in their record")
    }
    #expect(shape == .clean ? placed == 0 : placed > 20)
  }

  @Test("card numbers pass the Luhn check and account numbers the check of ISO 13616")
  func checkDigits() {
    var cards = 0
    var accounts = 0
    for secret in make(.mixed, seed: 4, count: 6000).secrets.flatMap({ $0 }) {
      switch secret.kind {
      case .pan:
        cards += 1
        let sum = secret.text.reversed().enumerated().reduce(0) { sum, pair in
          let value = (pair.element.wholeNumberValue ?? 0) * (pair.offset % 2 == 1 ? 2 : 1)
          return sum + (value > 9 ? value - 9 : value)
        }
        #expect(sum % 10 == 0, "\(secret.text)")
      case .iban:
        accounts += 1
        let compact = secret.text.filter { $0 != " " }
        let remainder = (compact.dropFirst(4) + compact.prefix(4)).reduce(0) { rest, character in
          let value = Int(String(character), radix: 36) ?? 0
          return (rest * (value > 9 ? 100 : 10) + value) % 97
        }
        #expect(remainder == 1, "\(secret.text)")
      default: break
      }
    }
    #expect(cards > 200 && accounts > 20)
  }

  @Test("the date of a day agrees with the calendar from 1970 to 2100")
  func civilDates() {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .gmt
    for day in stride(from: 0, to: 47_482, by: 13) {
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day], from: date)
      let civil = SampleGenerator.civilDate(daysSince1970: day)
      #expect(civil == (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0))
    }
  }

  private func make(
    _ shape: SampleShape, seed: UInt64, count: Int
  ) -> (bytes: [UInt8], secrets: [[SeededSecret]]) {
    var generator = SampleGenerator(seed: seed, shape: shape)
    var output = ByteBuffer(capacity: 1 << 16)
    let secrets = (0..<count).map { _ in generator.appendSeededRecord(to: &output) }
    return (output.toArray(), secrets)
  }

  private func fnv1a(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
