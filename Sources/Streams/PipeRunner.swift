public import EventLoops
public import Masking

/// `maskline pipe`: reads a descriptor to its end, masks, and writes to another one. Blocks.
public struct PipeRunner: Sendable {
  private let input: Int32
  private let output: Int32
  private let policy: MaskPolicy
  private let options: StreamOptions
  private let jobs: Int
  private let nextReadBytes: @Sendable () -> Int

  /// A pipe between two descriptors, which stay their owner's.
  ///
  /// - Parameters:
  ///   - jobs: how many workers mask side by side.
  ///   - nextReadBytes: the size of each read; tests give small ones.
  public init(
    from input: Int32 = 0, to output: Int32 = 1, policy: MaskPolicy, options: StreamOptions,
    jobs: Int = 1, nextReadBytes: @escaping @Sendable () -> Int = { .max }
  ) {
    self.input = input
    self.output = output
    self.policy = policy
    self.options = options
    self.jobs = max(1, min(jobs, Workers.countMax))
    self.nextReadBytes = nextReadBytes
  }

  /// Runs to the end of the input, or until the output is closed. What is whole is written when the
  /// input pauses.
  ///
  /// - Throws: `SystemError` of `read`, `write` or `poll`; a closed output is no error, the summary
  ///   says it.
  public func run() throws(SystemError) -> StreamSummary {
    BlockingStreams.ignoreBrokenPipes()
    BlockingStreams.growPipe(input, to: StreamLimits.pipeBytes)
    BlockingStreams.growPipe(output, to: StreamLimits.pipeBytes)
    // One worker that waits for input cannot miss that the output failed: it is the one that writes.
    let bell = jobs > 1 ? try WakeBell() : nil
    let stream = LineStream(
      from: DescriptorSource(input, bell: bell), to: DescriptorSink(output), options: options,
      workers: jobs, nextReadBytes: nextReadBytes, stop: { bell?.ring() })
    Workers.run(jobs) { [policy] _ in
      stream.work(with: MaskingEngine(policy: policy))
    }
    do throws(StreamFailure) {
      return try stream.finish()
    } catch {
      guard case .system(let error) = error else {
        preconditionFailure("a descriptor's bytes have no format that could be wrong")
      }
      throw error
    }
  }
}
