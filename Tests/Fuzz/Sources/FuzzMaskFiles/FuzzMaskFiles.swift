import FuzzChecks

nonisolated(unsafe) private let check = MaskFileCheck()

/// What libFuzzer calls with each input; a problem ends the program, and libFuzzer keeps the input.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if let problem = check.problem(in: bytes) { fatalError(problem) }
  return 0
}
