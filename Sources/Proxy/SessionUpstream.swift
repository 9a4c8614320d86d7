internal import EventLoops

/// How a session gets its upstream, and what it does without one.
extension Session {
  /// One attempt, from the state `connecting`.
  func connect() {
    let now = MonotonicClock.now()
    let deadline = holds ? now + worker.shared.times.connect : connectDeadline
    let connector = UpstreamConnector(
      to: listener.configuration.upstream, on: worker.loop, resolver: worker.shared.resolver,
      deadline: deadline)
    self.connector = connector
    connector.start { [self] result in
      self.connector = nil
      switch result {
      case .success(let socket): attach(socket)
      case .failure(let failure): connectFailed(failure)
      }
    }
  }

  private func connectFailed(_ failure: ConnectFailure) {
    worker.totals.upstreamConnectFailures += 1
    listener.noteDown(failure.description, worker.shared.log)
    let now = MonotonicClock.now()
    let delay = backOff.next(&worker.random)
    if !holds, now + delay.nanosecondsClamped >= connectDeadline {
      reason = failure.description
      return finish(.upstreamDown)
    }
    retry(after: delay)
  }

  private func retry(after delay: Duration) {
    worker.loop.runAfter(delay) { [self] in
      if state == .connecting, connector == nil { connect() }
    }
  }

  private func attach(_ socket: StreamSocket) {
    let now = MonotonicClock.now()
    move(to: .open)
    upstream = socket
    upstreamSince = now
    lastActivity = now
    hasUpstreamEnded = false
    worker.totals.upstreamConnects += 1
    listener.noteUp(worker.shared.log)
    setOptions(of: socket)
    socket.onReadable = { [self] in readable(.upstream) }
    socket.onWritable = { [self] in upstreamWritable() }
    inbound.isPaused = inbound.unsentCount >= worker.shared.configuration.limits.pendingBytesMax
    if !inbound.isPaused { socket.startReading() }
    outbound.isPaused = false
    outbound.restartRecordTime(at: now)
    outbound.lastProgress = now
    if !outbound.hasSourceEnded { client.startReading() }
    afterPush(outbound.push(to: socket, now: now), outbound)
  }

  /// `hold`: the client waits, and what was written of an unfinished record is kept to be sent whole
  /// to the next upstream.
  func upstreamLost() {
    guard let lost = upstream else { return }
    let now = MonotonicClock.now()
    worker.totals.upstreamBreaks += 1
    listener.noteDown(reason ?? "the upstream closed the connection", worker.shared.log)
    reason = nil
    outbound.counters.kernelQueueBytes += UInt64(lost.sendQueueBytes)
    outbound.rewind(now: now)
    outbound.isPaused = true
    client.stopReading()
    inbound.restartMasker(with: worker.engine, options: worker.shared.configuration.stream)
    broken = nil
    breakDeadline = .max
    upstream = nil
    lost.close(reset: false)
    move(to: .connecting)
    // An upstream that takes connections and drops them is not back: its waits go on growing.
    if now - upstreamSince >= worker.shared.times.backOffReset { backOff.reset() }
    retry(after: backOff.next(&worker.random))
  }
}
