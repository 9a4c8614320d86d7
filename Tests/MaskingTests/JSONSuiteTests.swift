import Foundation
import TestSupport
import Testing

@testable import Masking

/// JSONTestSuite (nst/JSONTestSuite) on the parser itself, line breaks included.
@Suite struct JSONSuiteTests {
  private static let folder = TestPaths.data("json-test-suite")

  private func files(_ prefix: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = try #require(Self.folder)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasPrefix(prefix) }.sorted()
      .map { ($0, Array(try Data(contentsOf: folder.appendingPathComponent($0)))) }
  }

  @Test(.enabled(if: folder != nil, "\(TestPaths.dataMissing)"))
  func everyTextThatMustBeAcceptedIs() throws {
    let files = try files("y_")
    #expect(files.count == 95)
    var parser = JSONText()
    for (name, bytes) in files { #expect(parser.fault(in: bytes) == nil, "\(name)") }
  }

  @Test(.enabled(if: folder != nil, "\(TestPaths.dataMissing)"))
  func everyTextThatMustBeRejectedIs() throws {
    let files = try files("n_")
    #expect(files.count == 188)
    var parser = JSONText()
    for (name, bytes) in files { #expect(parser.fault(in: bytes) != nil, "\(name)") }
  }

  @Test(.enabled(if: folder != nil, "\(TestPaths.dataMissing)"))
  func textsThatMayBeEitherFollowTheFixedTable() throws {
    let files = try files("i_")
    #expect(files.count == 35)
    var parser = JSONText()
    for (name, bytes) in files {
      let accepts = name.hasPrefix("i_number")
      #expect((parser.fault(in: bytes) == nil) == accepts, "\(name)")
    }
    let deep = files.first { $0.name.contains("500_nested") }?.bytes ?? []
    #expect(parser.fault(in: deep) == .tooDeep)
  }

  @Test func nestingIsLimitedExactly() {
    var parser = JSONText(depthMax: 128)
    for depth in [1, 127, 128] {
      let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      #expect(parser.fault(in: Array(text.utf8)) == nil)
    }
    let text = String(repeating: "[", count: 129) + String(repeating: "]", count: 129)
    #expect(parser.fault(in: Array(text.utf8)) == .tooDeep)
  }
}
