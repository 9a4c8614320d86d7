internal import Bytes

// Unsafe code here copies stretches of the chunk and of the plan's text, both valid until the call
// ends.

/// Carries a plan out: copies what lies between the edits in one piece each.
enum Renderer {
  static func render(_ chunk: ByteView, _ plan: borrowing Plan, into output: inout ByteBuffer) {
    output.reserve(chunk.count + plan.text.count)
    var done = 0
    for place in 0..<plan.edits.count {
      let edit = plan.edits[place]
      unsafe output.append(chunk[done..<Int(edit.start)].buffer)
      unsafe output.append(
        UnsafeBufferPointer(start: plan.text.base + Int(edit.textStart), count: Int(edit.textCount))
      )
      done = Int(edit.end)
    }
    unsafe output.append(chunk[done..<chunk.count].buffer)
  }
}
