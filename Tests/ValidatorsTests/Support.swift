import Foundation
import Validators

/// Whether `validator` accepts the UTF-8 of `text`.
func accepts(_ validator: Validator, _ text: String) -> Bool {
  let bytes = Array(text.utf8)
  return validator.accepts(bytes.span)
}

/// What `finder` finds in the UTF-8 of `text`.
func find(_ finder: NumberFinder, in text: String, isNumber: Bool = false) -> [NumberMatch] {
  find(finder, in: Array(text.utf8), isNumber: isNumber)
}

/// What `finder` finds in `bytes`.
func find(_ finder: NumberFinder, in bytes: [UInt8], isNumber: Bool = false) -> [NumberMatch] {
  var matches: [NumberMatch] = []
  finder.find(in: bytes.span, isNumber: isNumber, into: &matches)
  return matches
}

/// The texts that `finder` finds, with a `?` before those that need a keyword.
func found(_ finder: NumberFinder, in text: String, isNumber: Bool = false) -> [String] {
  let bytes = Array(text.utf8)
  return find(finder, in: bytes, isNumber: isNumber).map {
    ($0.needsKeyword ? "?" : "") + String(decoding: bytes[$0.range], as: UTF8.self)
  }
}

/// Whether a match that needs no keyword covers all digits of `number` in `text`.
func isFound(_ finder: NumberFinder, _ number: String, in text: String) -> Bool {
  guard let place = text.range(of: number) else { return false }
  let start = text.utf8.distance(from: text.startIndex, to: place.lowerBound)
  let range = start..<(start + number.utf8.count)
  return find(finder, in: text).contains {
    !$0.needsKeyword && $0.range.lowerBound <= range.lowerBound
      && $0.range.upperBound >= range.upperBound
  }
}

/// Random numbers by SplitMix64: the same for the same seed on every machine.
struct Draw: RandomNumberGenerator {
  private var state: UInt64

  /// Draws for the test called `name`; prints the seed, and takes it from `MASKLINE_SEED`.
  init(for name: String) {
    let given = ProcessInfo.processInfo.environment["MASKLINE_SEED"].flatMap(UInt64.init)
    let seed = given ?? UInt64.random(in: 1...UInt64(UInt32.max))
    say("\(name): MASKLINE_SEED=\(seed)")
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// `count` random digits.
  mutating func digits(_ count: Int) -> String {
    String((0..<count).map { _ in Character(String(Int.random(in: 0...9, using: &self))) })
  }

  /// `count` characters out of `alphabet`.
  mutating func word(_ alphabet: String, _ count: Int) -> String {
    let letters = Array(alphabet)
    return String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &self)] })
  }

  /// A number of `count` digits that begins with `prefix` and ends in its Luhn check digit.
  mutating func card(_ prefix: String, _ count: Int) -> String {
    withLuhnDigit(prefix + digits(count - 1 - prefix.count))
  }

  /// One of `choices`, which is not empty.
  mutating func pick<T>(_ choices: [T]) -> T {
    choices[Int.random(in: 0..<choices.count, using: &self)]
  }

  /// True once in `count` draws.
  mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}

/// Whether digits pass Luhn, the schoolbook way: apart from the code under test.
func passesLuhn(_ digits: String) -> Bool {
  let sum = digits.reversed().enumerated().reduce(0) { sum, item in
    let digit = item.element.wholeNumberValue ?? 0
    let value = item.offset % 2 == 0 ? digit : digit * 2
    return sum + value / 10 + value % 10
  }
  return sum % 10 == 0
}

/// `digits` with the digit after them that makes them pass Luhn.
func withLuhnDigit(_ digits: String) -> String {
  (0...9).map { digits + String($0) }.first(where: passesLuhn) ?? digits
}

/// `number` with its last digit changed, which breaks every check digit.
func brokenTwin(_ number: String) -> String {
  var characters = Array(number)
  for index in characters.indices.reversed() {
    if let digit = characters[index].wholeNumberValue, characters[index].isASCII {
      characters[index] = Character(String((digit + 1) % 10))
      return String(characters)
    }
  }
  return number
}

/// Writes a line to standard error, for seeds and figures.
func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

/// The folder of test data: `MASKLINE_DATA`, else `../shared/data` beside the package; nil if absent.
let dataFolder: URL? = {
  let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let named = ProcessInfo.processInfo.environment["MASKLINE_DATA"].map {
    URL(fileURLWithPath: $0, isDirectory: true)
  }
  let folder = named ?? package.deletingLastPathComponent().appendingPathComponent("shared/data")
  return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
}()
