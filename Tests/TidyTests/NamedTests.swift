import TestSupport
import Testing

/// Every hostile test (T) and every bypass (J) has a test that says its number.
@Suite("The hostile tests are there")
struct NamedTests {
  /// The numbers that the names of tests and suites hold, such as `T12` and `J3`.
  private static let named: Set<String> = {
    var numbers: Set<String> = []
    for file in Repository.swiftFiles(below: "Tests") {
      for name in file.text.matches(of: /@(?:Test|Suite)\(\s*"([^"]*)"/) {
        // Not those that a name gives as a range.
        let single = String(name.output.1).replacing(/[TJ][0-9]+ to [TJ][0-9]+/, with: "")
        for number in single.matches(of: /\b[TJ][0-9]+\b/) {
          numbers.insert(String(number.output))
        }
      }
    }
    return numbers
  }()

  @Test("T1 to T29, but for T17, which comes with joined fields")
  func hostileTests() {
    let missing = (1...29).filter { $0 != 17 }.map { "T\($0)" }.filter {
      !Self.named.contains($0)
    }
    #expect(missing == [])
  }

  @Test("J1 to J16, J18, J19, J21, J22")
  func bypasses() {
    let missing = (Array(1...16) + [18, 19, 21, 22]).map { "J\($0)" }.filter {
      !Self.named.contains($0)
    }
    #expect(missing == [])
  }
}
