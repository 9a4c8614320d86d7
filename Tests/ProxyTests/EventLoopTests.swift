import Bytes
import CPlatform
import EventLoops
import Foundation
import Synchronization
import Testing

extension SocketTests {
  /// The loop's own promises, without a proxy on it.
  @Suite struct EventLoopTests {
    let collector: Collector
    let loop: EventLoop

    init() throws {
      collector = try Collector()
      loop = try EventLoopGroup(count: 1).loops[0]
    }

    /// Both ends of a connection: a plain one, and the number of the other.
    func pair() throws -> (peer: Peer, number: Int32) {
      let peer = try Peer.connect(port: collector.port)
      return (peer, try collector.accept().release())
    }

    @Test func `an event of a socket closed in the same batch reaches nobody, nor the next owner`()
      throws
    {
      for _ in 0..<50 {
        let (peers, numbers) = try (0..<2).map { _ in try pair() }.reduce(
          into: ([Peer](), [Int32]())
        ) {
          $0.0.append($1.peer)
          $0.1.append($1.number)
        }
        let (quiet, quietNumber) = try pair()
        for peer in peers { try peer.send("x") }
        let calls = Counter()
        let wrongCalls = Counter()
        let loop = self.loop
        let held = loop.runAndWait {
          let sockets = numbers.map { StreamSocket(owning: $0, on: loop) }
          let held = Held()
          held.sockets = sockets
          for index in 0..<2 {
            sockets[index].onReadable = {
              calls.increment()
              // The other one's event has been taken from the kernel already, and its slot is free.
              held.sockets[1 - index].close(reset: false)
              let next = StreamSocket(owning: quietNumber, on: loop)
              next.onReadable = { wrongCalls.increment() }
              next.startReading()
              held.sockets[1 - index] = next
              held.sockets[index].stopReading()
            }
            sockets[index].startReading()
          }
          return LoopBound(held, on: loop)
        }
        #expect(eventually { calls.value > 0 })
        loop.runAndWait {
          for socket in held.value.sockets { socket.close(reset: false) }
          held.value.sockets = []
        }
        #expect(calls.value == 1)
        #expect(wrongCalls.value == 0)
        withExtendedLifetime(quiet) {}
      }
    }

    @Test func `jobs and timers have their turn while traffic never pauses`() throws {
      let (peer, number) = try pair()
      let loop = self.loop
      let isOver = Counter()
      let fired = Counter()
      let held = loop.runAndWait {
        let held = Held()
        let socket = StreamSocket(owning: number, on: loop)
        held.sockets = [socket]
        socket.onReadable = {
          held.buffer.removeAll()
          if case .bytes = socket.read(into: &held.buffer, upTo: 100) {
            _ = socket.write(held.buffer, from: 0)
          }
        }
        socket.startReading()
        func tick() {
          fired.increment()
          if fired.value < 50 { loop.runAfter(.milliseconds(1)) { tick() } }
        }
        loop.runAfter(.milliseconds(1)) { tick() }
        return LoopBound(held, on: loop)
      }
      let player = inBackground {
        var rounds = 0
        while isOver.value == 0, (try? peer.send("ping")) != nil,
          peer.receive(exactly: 4).count == 4
        {
          rounds += 1
        }
        return rounds
      }
      var answers = 0
      for _ in 0..<500 {
        answers += loop.runAndWait { 1 }
        usleep(100)
      }
      #expect(answers == 500)
      let ran = Counter()
      for _ in 0..<500 { loop.run { ran.increment() } }
      #expect(eventually { ran.value == 500 })
      #expect(eventually { fired.value == 50 })
      isOver.increment()
      #expect(player() > 0)
      loop.runAndWait { held.value.sockets[0].close(reset: false) }
    }

    @Test func `bytes that a handler leaves are told again until it stops reading`() throws {
      let (peer, number) = try pair()
      try peer.send(String(repeating: "x", count: 1000))
      peer.close()
      let loop = self.loop
      let taken = Counter()
      let ended = Counter()
      let held = loop.runAndWait {
        let held = Held()
        let socket = StreamSocket(owning: number, on: loop)
        held.sockets = [socket]
        socket.onReadable = {
          held.buffer.removeAll()
          switch socket.read(into: &held.buffer, upTo: 1) {
          case .bytes(let count): taken.add(count)
          case .end:
            ended.increment()
            socket.stopReading()
          case .wouldBlock, .failed: break
          }
        }
        socket.startReading()
        return LoopBound(held, on: loop)
      }
      #expect(eventually { ended.value > 0 })
      pause(seconds: 0.05)
      #expect(taken.value == 1000)
      #expect(ended.value == 1)
      loop.runAndWait { held.value.sockets[0].close(reset: false) }
    }

    @Test func `a loop gives its descriptors back`() async {
      await #expect(processExitsWith: .success) {
        story {
          _ = try EventLoopGroup(count: 2)
          pause(seconds: 0.1)
          let before = openDescriptors()
          for _ in 0..<20 {
            for loop in try EventLoopGroup(count: 3).loops { loop.runAndWait {} }
          }
          demand(eventually { openDescriptors() <= before }, 11, "\(openDescriptors()), \(before)")
        }
      }
    }

    @Test func `loops without descriptors are an error that says what to raise`() async {
      await #expect(processExitsWith: .success) {
        story {
          let collector = try Collector()
          _ = CPlatform_set_descriptor_limit(64)
          var taken: [Peer] = []
          while let number = try? emptySocket() { taken.append(Peer(owning: number)) }
          do {
            _ = try ProxyHarness(collector)
            demand(false, 11, "it started")
          } catch {
            let text =
              "cannot start event loops: epoll_create1: Too many open files (EMFILE); raise"
            demand("\(error)".hasPrefix(text), 12, "\(error)")
          }
          withExtendedLifetime(taken) {}
        }
      }
    }
  }

  /// Sockets and a buffer of a test, on their loop.
  final class Held {
    var sockets: [StreamSocket] = []
    var buffer = ByteBuffer()
  }
}
