import Foundation
import Glibc
import TestSupport
import Testing

/// Debian's syslog-ng and socat about a running `maskline proxy`, all on the loopback interface.
final class RealPrograms {
  /// Whether both programs are here. On a build server they must be: there the tests run and fail.
  static let canRun: Bool =
    TestPaths.isContinuousIntegration
    || (TestPaths.program("syslog-ng") != nil && TestPaths.program("socat") != nil)

  let folder: TemporaryFolder
  let proxyPort: UInt16
  let collectorPort: UInt16
  private(set) var proxy: ChildProcess?
  private var collector: ChildProcess?
  private var clients: [ChildProcess] = []

  init() throws {
    folder = try TemporaryFolder()
    proxyPort = try freeLoopbackPort()
    collectorPort = try freeLoopbackPort()
  }

  deinit {
    for child in clients + [collector, proxy].compactMap({ $0 }) { child.send(SIGKILL) }
  }

  /// What the collector has written so far.
  var collected: [UInt8] {
    (try? Data(contentsOf: URL(fileURLWithPath: folder.path("out.ndjson")))).map(Array.init) ?? []
  }

  /// How many bytes the collector has written so far.
  var collectedByteCount: Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: folder.path("out.ndjson"))
    return attributes?[.size] as? Int ?? 0
  }

  func startProxy(onUpstreamDown: String = "close") throws {
    let config = """
      version: 1
      listeners:
        - name: logs
          listen: 127.0.0.1:\(proxyPort)
          upstream: 127.0.0.1:\(collectorPort)
          onUpstreamDown: \(onUpstreamDown)
      """
    try folder.write(Pipe.cardRule, to: "cards.yaml")
    let path = try folder.write(config, to: "maskline.yaml")
    let binary = try #require(TestPaths.binary)
    let child = try ChildProcess(
      binary.path,
      ["proxy", "--config", path, "--masks", folder.path("cards.yaml")])
    proxy = child
    let listens = eventually(seconds: 20) { child.poll() != nil || Self.listens(proxyPort) }
    try #require(listens && child.poll() == nil, "the proxy does not listen")
  }

  /// Ends the proxy as Kubernetes would, and gives how it ended.
  func stopProxy() throws -> ChildExit {
    let child = try #require(proxy)
    child.send(SIGTERM)
    return try #require(child.wait(seconds: 40), "the proxy does not drain")
  }

  func startCollector() throws {
    let child = try startSyslog(
      "collector",
      """
      source s { network(ip("127.0.0.1") port(\(collectorPort)) transport("tcp") flags(no-parse)
        log-iw-size(10000)); };
      destination d { file("\(folder.path("out.ndjson"))" template("${MESSAGE}\\n")); };
      """)
    collector = child
    try #require(eventually(seconds: 20) { Self.listens(collectorPort) }, "syslog-ng is not up")
  }

  func stopCollector() throws {
    let child = try #require(collector)
    child.send(SIGTERM)
    _ = try #require(child.wait(seconds: 20), "syslog-ng does not end")
    collector = nil
  }

  /// syslog-ng follows the file `name` and sends its lines to the proxy.
  func startFollower(of name: String) throws {
    clients.append(
      try startSyslog(
        "client",
        """
        source s { file("\(folder.path(name))" flags(no-parse) follow-freq(0.2)
          log-iw-size(10000)); };
        destination d { network("127.0.0.1" port(\(proxyPort)) transport("tcp")
          template("${MESSAGE}\\n")); };
        """))
  }

  /// socat sends the file `name` to the proxy and ends.
  func sendWithSocat(_ name: String) throws -> CommandResult {
    let socat = try #require(TestPaths.program("socat"), "install socat")
    return try CommandRunner.run(
      socat, ["-u", "FILE:\(folder.path(name))", "TCP:127.0.0.1:\(proxyPort)"], secondsMax: 120)
  }

  private func startSyslog(_ name: String, _ sourceAndDestination: String) throws -> ChildProcess {
    let syslog = try #require(TestPaths.program("syslog-ng"), "install syslog-ng-core")
    let config = """
      @version: 3.38
      options { stats-freq(0); keep-hostname(yes); log-msg-size(2097152); time-reopen(1); };
      \(sourceAndDestination)
      log { source(s); destination(d); flags(flow-control); };

      """
    let path = try folder.write(config, to: "\(name).conf")
    return try ChildProcess(
      syslog,
      [
        "-F", "--no-caps", "-f", path, "-R", folder.path("\(name).persist"),
        "-c", folder.path("\(name).ctl"), "-p", folder.path("\(name).pid"),
      ])
  }

  /// Whether a process listens on 127.0.0.1 at `port` (proc(5): state 0A). Asking by a connection
  /// would make a session of its own.
  static func listens(_ port: UInt16) -> Bool {
    let table = (try? String(contentsOfFile: "/proc/net/tcp", encoding: .ascii)) ?? ""
    let hex = String(port, radix: 16, uppercase: true)
    let address = "0100007F:" + String(repeating: "0", count: 4 - hex.count) + hex
    return table.split(separator: "\n").contains { line in
      let fields = line.split(separator: " ")
      return fields.count > 3 && fields[1] == address && fields[3] == "0A"
    }
  }
}
