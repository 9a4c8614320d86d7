internal import Bytes
internal import EventLoops
internal import Masking

/// How a session ends: timeouts, the drain, closing with a flush, and the last accounts.
extension Session {
  /// Looks at all timeouts; called by the worker's one timer.
  func sweep(_ now: UInt64) {
    switch state {
    case .connecting: sweepConnecting(now)
    case .open: sweepOpen(now)
    case .closing: if now >= closeDeadline { finish(end ?? .stopped) }
    case .closed: break
    }
  }

  private func sweepConnecting(_ now: UInt64) {
    connector?.tick(now)
    guard state == .connecting else { return }
    if now >= worker.drainDeadline { return finish(.drainDeadline) }
    if !holds, now >= connectDeadline, connector == nil { finish(.upstreamDown) }
  }

  private func sweepOpen(_ now: UInt64) {
    let times = worker.shared.times
    if now >= breakDeadline {
      if broken == .upstream, holds { return upstreamLost() }
      return beginClosing(broken == .client ? .clientReset : .upstreamReset)
    }
    if now >= worker.drainDeadline { return beginClosing(.drainDeadline) }
    for direction in [outbound, inbound] {
      if let since = direction.partialSince, !direction.isPaused, !direction.hasSourceEnded,
        now.since(since) >= times.line
      {
        return beginClosing(.lineTimeout)
      }
      if direction.unsentCount > 0, now.since(direction.lastProgress) >= times.writeStall {
        return beginClosing(.writeStall)
      }
      direction.releaseEmptyBuffer()
    }
    // Writing counts as activity: a slow reader is the business of the write stall timeout.
    let quiet = now.since(max(lastActivity, outbound.lastProgress, inbound.lastProgress))
    if outbound.isDone != inbound.isDone, quiet >= times.halfClosed {
      return beginClosing(.halfClosed)
    }
    let isPending = outbound.unsentCount > 0 || inbound.unsentCount > 0
    if !isPending, quiet >= times.idle { return beginClosing(.idle) }
    if worker.isDraining, !isPending {
      sweepDraining(now, min(quiet, now.since(worker.drainSince)))
    }
  }

  /// Draining: idle at a record border for a while is the end of what the client sends; idle once more
  /// after that is the end of the session.
  private func sweepDraining(_ now: UInt64, _ quiet: UInt64) {
    guard quiet >= worker.shared.times.drainIdle else { return }
    guard !outbound.hasPartialRecord, !inbound.hasPartialRecord, broken == nil else { return }
    if outbound.hasSourceEnded { return beginClosing(.drained) }
    client.stopReading()
    lastActivity = now
    finishSource(outbound)
  }

  // MARK: Closing

  /// Takes no more bytes, drops unfinished records, flushes whole ones, sends the end to both sides and
  /// waits a moment for theirs: a close with unread bytes would be a reset, and could take the last
  /// records with it.
  func beginClosing(_ why: SessionEnd) {
    guard state == .open else { return }
    move(to: .closing)
    end = why
    let now = MonotonicClock.now()
    closeDeadline = now + flushTime(why)
    for direction in [outbound, inbound] {
      direction.isPaused = false
      let isSinkDead =
        direction.sink == .gone || (direction === outbound && why == .upstreamReset)
        || (direction === inbound && why == .clientReset)
      if !direction.hasSourceEnded {
        direction.hasSourceEnded = true
        let (_, result) = finishMasker(direction, .reset)
        if case .failed? = result { direction.abandonPending() }
      }
      if isSinkDead, direction.sink == .open { direction.abandonPending() }
    }
    if why == .upstreamReset, inbound.unsentCount == 0, client.sendQueueBytes == 0 {
      return finish(why)
    }
    if !hasClientEnded { client.startReading() }
    if !hasUpstreamEnded { upstream?.startReading() }
    for direction in [outbound, inbound] where direction.sink == .open && state == .closing {
      afterPush(nil, direction)
    }
    checkClosed()
  }

  private func flushTime(_ why: SessionEnd) -> UInt64 {
    let times = worker.shared.times
    return switch why {
    case .clientReset, .upstreamReset: times.reset
    case .drainDeadline: times.drainFlush
    // It has taken nothing for minutes.
    case .writeStall: 0
    default: times.drain
    }
  }

  func checkClosed() {
    guard state == .closing, outbound.sink != .open, inbound.sink != .open else { return }
    closeDeadline = min(closeDeadline, MonotonicClock.now() + worker.shared.times.reset)
    let isClientGone = hasClientEnded || inbound.sink == .gone
    let isUpstreamGone = hasUpstreamEnded || outbound.sink == .gone
    if isClientGone, isUpstreamGone { finish(end ?? .stopped) }
  }

  /// While closing: bytes come too late to be forwarded, but they have to be taken to reach the end.
  func discard(_ side: Side, _ socket: StreamSocket) {
    let readBytes = worker.shared.configuration.limits.readBytes
    worker.input.removeAll()
    switch socket.read(into: &worker.input, upTo: readBytes) {
    case .bytes, .wouldBlock: break
    case .end, .failed:
      socket.stopReading()
      if side == .client { hasClientEnded = true } else { hasUpstreamEnded = true }
      checkClosed()
    }
    worker.input.removeAll()
  }

  /// Closes both sockets now, and makes up the accounts.
  func finish(_ why: SessionEnd) {
    guard state != .closed else { return }
    end = why
    connector?.cancel()
    connector = nil
    for direction in [outbound, inbound] {
      if direction.hasPartialRecord { _ = finishDropped(direction) }
      if let sink = socket(sinkSide(of: direction)) {
        // The end of the stream counts as one byte until it is acknowledged.
        let queued = sink.sendQueueBytes - (direction.sink == .finished ? 1 : 0)
        direction.counters.kernelQueueBytes += UInt64(max(0, queued))
      }
      direction.abandonPending()
    }
    move(to: .closed)
    let isReset = why == .upstreamDown || why == .upstreamReset
    client.close(reset: isReset && client.sendQueueBytes == 0)
    upstream?.close(reset: false)
    upstream = nil
    worker.account(for: self, why)
    worker.remove(self)
  }

  /// Drops an unfinished record of a session that is cut off.
  private func finishDropped(_ direction: Direction) -> StreamVerdict {
    direction.masker?.finish(.reset, with: worker.engine, into: &direction.pending) ?? .proceed
  }
}

extension UInt64 {
  /// The time from `earlier` until this one; 0 when it is not earlier.
  func since(_ earlier: UInt64) -> UInt64 { self > earlier ? self - earlier : 0 }
}
