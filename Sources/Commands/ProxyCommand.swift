public import ArgumentParser
internal import EventLoops
internal import Logging
internal import Masking
public import Proxy
internal import Rules
internal import Telemetry

struct ProxyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proxy",
    abstract: "Forwards TCP and Unix socket streams, masked.",
    discussion: """
      Each client gets a connection of its own to the upstream. SIGTERM drains: no new clients,
      open sessions are read until they end, are idle, or the drain time is over. Logs are JSON
      lines on standard error and never hold payload. Examples:

        maskline proxy --listen 127.0.0.1:5170 --upstream collector:5170
        maskline proxy --listen unix:/run/maskline.sock --upstream unix:/run/collector.sock
        maskline proxy --config maskline.yaml
      """)

  @OptionGroup var options: MaskOptions
  @OptionGroup var flags: StreamFlags

  @Option(
    help: ArgumentHelp("Where clients connect: host:port or unix:/path.", valueName: "address"))
  var listen: String?

  @Option(
    help: ArgumentHelp("Where masked records go: host:port or unix:/path.", valueName: "address"))
  var upstream: String?

  @Option(help: "Which direction is masked: outbound (client to upstream), inbound or both.")
  var mask: MaskedDirections = .outbound

  @Option(help: "The direction that is not masked: close (a byte there ends the session) or pass.")
  var unmasked: UnmaskedAction = .close

  @Option(help: "Without an upstream: close the client, or hold it until the upstream is back.")
  var onUpstreamDown: UpstreamDownAction = .close

  @Option(help: "Log level: debug, info, warning or error.")
  var logLevel: LogLevel = .info

  func validate() throws {
    if options.config == nil || listen != nil || upstream != nil {
      guard listen != nil, upstream != nil else {
        throw ValidationError(
          "give both --listen and --upstream, or --config with `listeners`; see maskline proxy --help"
        )
      }
    }
  }

  func run() throws {
    var loaded = try LoadedConfiguration.load(options)
    flags.apply(to: &loaded.stream)
    var configuration = ProxyConfiguration(listeners: try listeners(loaded.declaration))
    configuration.stream = loaded.stream
    if let declaration = loaded.declaration {
      configuration.apply(declaration.timeouts)
      configuration.limits.sessionsMax = declaration.limits.sessionsMax
    }
    var logger = Logger(label: "maskline") { [level = logLevel.level] _ in
      JSONLogHandler(level: level)
    }
    logger.logLevel = logLevel.level
    let log = EventLog(logger)
    if let rules = TestNumbers.rules(loaded.rules) {
      log(.warning, "published test card numbers are let through", [("rules", .configured(rules))])
    }
    let end: ProxyExit
    do throws(ProxyStartError) {
      end = try ProxyServer.run(
        configuration: configuration, policy: loaded.policy, log: log)
    } catch {
      throw ExitStatus.fail(
        error.description,
        error.isConfiguration ? ExitStatus.badConfiguration : ExitStatus.ioFailure)
    }
    if end != .drained { throw ExitCode(end.rawValue) }
  }

  /// The listener of the flags; without them those of the config file.
  private func listeners(_ declaration: ConfigDeclaration?) throws -> [ListenerConfiguration] {
    guard let listen, let upstream else {
      return declaration?.listeners.map { ListenerConfiguration($0) } ?? []
    }
    return [
      ListenerConfiguration(
        name: "listen", listen: Endpoint(try address(listen, "--listen", .listen)),
        upstream: Endpoint(try address(upstream, "--upstream", .upstream)), mask: mask,
        unmasked: unmasked, onUpstreamDown: onUpstreamDown)
    ]
  }

  private func address(_ text: String, _ flag: String, _ use: Address.Use) throws -> Address {
    do throws(Address.ParseError) {
      return try Address(parsing: text, for: use)
    } catch {
      throw ValidationError("\(flag): \(error)")
    }
  }
}

/// Log levels by their names on the command line.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  case debug
  case info
  case warning
  case error

  var level: Logger.Level {
    switch self {
    case .debug: .debug
    case .info: .info
    case .warning: .warning
    case .error: .error
    }
  }
}

extension MaskedDirections: ExpressibleByArgument {}
extension UnmaskedAction: ExpressibleByArgument {}
extension UpstreamDownAction: ExpressibleByArgument {}

extension Endpoint {
  init(_ address: Address) {
    switch address {
    case .tcp(let host, let port): self = .tcp(host: host, port: port)
    case .unix(let path): self = .unix(path: path)
    }
  }
}

extension ListenerConfiguration {
  init(_ declaration: ListenerDeclaration) {
    self.init(
      name: declaration.name.value, listen: Endpoint(declaration.listen.value),
      upstream: Endpoint(declaration.upstream.value),
      mask: MaskedDirections(rawValue: declaration.mask.rawValue) ?? .outbound,
      unmasked: UnmaskedAction(rawValue: declaration.unmasked.rawValue) ?? .close,
      onUpstreamDown: UpstreamDownAction(rawValue: declaration.onUpstreamDown.rawValue) ?? .close)
  }
}

extension ProxyConfiguration {
  mutating func apply(_ declared: TimeoutsDeclaration) {
    if let time = declared.connect { timeouts.connect = time }
    if let time = declared.line { timeouts.line = time }
    if let time = declared.writeStall { timeouts.writeStall = time }
    if let time = declared.idle { timeouts.idle = time }
    if let time = declared.halfClosed { timeouts.halfClosed = time }
    if let time = declared.drain { timeouts.drain = time }
  }
}
