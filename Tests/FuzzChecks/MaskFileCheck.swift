import Bytes
import Masking
import Rules

/// Any bytes as a mask file and as a config file: either every error has its place, or the policy
/// masks.
public struct MaskFileCheck {
  public init() {}

  /// What is wrong, or nil.
  public func problem(in bytes: [UInt8]) -> String? {
    let lineCount = bytes.count { $0 == 0x0A } + 1
    func problem(of diagnostics: [Diagnostic]) -> String? {
      if diagnostics.isEmpty { return "refused without a reason" }
      for diagnostic in diagnostics {
        let place = diagnostic.location
        if place.line < 1 || place.line > lineCount + 1 || place.column < 1
          || diagnostic.text.isEmpty
          || diagnostic.text.contains("\n")
        {
          return "a diagnostic without a place or a text: \(diagnostic)"
        }
      }
      return nil
    }
    let (declaration, found) = ConfigDeclaration.parse(bytes: bytes, file: "fuzz.yaml")
    if declaration == nil || !found.isEmpty, let problem = problem(of: found) { return problem }
    do throws(Diagnostics) {
      let rules = try MaskSet.load([.init(name: "fuzz.yaml", bytes: bytes)])
      let policy = try MaskPolicy.compile(rules, keys: .fixedTestKey)
      return mask(with: policy)
    } catch {
      return problem(of: error.diagnostics)
    }
  }

  private func mask(with policy: MaskPolicy) -> String? {
    let engine = MaskingEngine(policy: policy)
    var masker = StreamMasker(options: StreamOptions())
    var input = ByteBuffer()
    input.append(
      "{\"a\":\"4111111111111111 S-1234 x\",\"password\":\"p\",\"n\":[12.50,true,{\"b\":\"\"}]}\n[]\n"
    )
    var output = ByteBuffer()
    _ = masker.consume(input, with: engine, into: &output)
    for line in output.toArray().split(separator: 0x0A) {
      guard (try? ReferenceJSON.read(Array(line))) != nil else { return "no JSON: \(shown(line))" }
    }
    return nil
  }
}
