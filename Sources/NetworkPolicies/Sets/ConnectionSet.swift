/// The protocols that a NetworkPolicy can name.
public enum TransportProtocol: String, Sendable, CaseIterable, Hashable {
  case sctp = "SCTP"
  case tcp = "TCP"
  case udp = "UDP"
}

/// Ports of each protocol: what may pass from one end to another.
///
/// ICMP is left to the network plugin by the specification; it is in a set only where it is asked for.
public struct ConnectionSet: Hashable, Sendable, CustomStringConvertible {
  public typealias Ports = IntervalSet<UInt16>

  /// Every port that a flow can have.
  public static let allPorts: Ports = Ports(1...65535)
  public static let none: ConnectionSet = ConnectionSet()
  public static let all: ConnectionSet = ConnectionSet(
    tcp: allPorts, udp: allPorts, sctp: allPorts)

  public var tcp: Ports = Ports()
  public var udp: Ports = Ports()
  public var sctp: Ports = Ports()
  /// Whether ICMP, which has no ports, is among it.
  public var hasICMP = false

  /// The empty set.
  public init() {}

  /// Ports of one protocol.
  public init(_ transport: TransportProtocol, _ ports: Ports) { self[transport] = ports }

  private init(tcp: Ports, udp: Ports, sctp: Ports, hasICMP: Bool = false) {
    self.tcp = tcp
    self.udp = udp
    self.sctp = sctp
    self.hasICMP = hasICMP
  }

  public subscript(transport: TransportProtocol) -> Ports {
    get {
      switch transport {
      case .tcp: tcp
      case .udp: udp
      case .sctp: sctp
      }
    }
    set {
      switch transport {
      case .tcp: tcp = newValue
      case .udp: udp = newValue
      case .sctp: sctp = newValue
      }
    }
  }

  public var isEmpty: Bool { tcp.isEmpty && udp.isEmpty && sctp.isEmpty && !hasICMP }
  /// Whether it is every port of every protocol that a policy can name.
  public var isAll: Bool {
    tcp == Self.allPorts && udp == Self.allPorts && sctp == Self.allPorts
  }

  public func contains(_ transport: TransportProtocol, _ port: UInt16) -> Bool {
    self[transport].contains(port)
  }

  public func union(_ other: Self) -> Self {
    Self(
      tcp: tcp.union(other.tcp), udp: udp.union(other.udp), sctp: sctp.union(other.sctp),
      hasICMP: hasICMP || other.hasICMP)
  }

  public func intersection(_ other: Self) -> Self {
    Self(
      tcp: tcp.intersection(other.tcp), udp: udp.intersection(other.udp),
      sctp: sctp.intersection(other.sctp), hasICMP: hasICMP && other.hasICMP)
  }

  public func subtracting(_ other: Self) -> Self {
    Self(
      tcp: tcp.subtracting(other.tcp), udp: udp.subtracting(other.udp),
      sctp: sctp.subtracting(other.sctp), hasICMP: hasICMP && !other.hasICMP)
  }

  public func isSubset(of other: Self) -> Bool { subtracting(other).isEmpty }

  /// `All Connections`, or the protocols by name with their ports: `SCTP 7070,TCP 8080-8081,90`.
  public var description: String {
    if isAll { return "All Connections" }
    if isEmpty { return "No Connections" }
    var parts = TransportProtocol.allCases.compactMap { transport -> String? in
      let ports = self[transport].ranges.map {
        $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
      }
      return ports.isEmpty ? nil : "\(transport.rawValue) \(ports.joined(separator: ","))"
    }
    if hasICMP { parts.append("ICMP") }
    return parts.joined(separator: ",")
  }
}
