internal import Rules

/// W9, W10, W20: ports that name nothing, or something else.
extension PolicyLint {
  mutating func checkPorts(of policy: NetworkPolicy) {
    for direction in Direction.allCases {
      for rule in policy.rules(direction) {
        let destinations =
          direction == .ingress
          ? subjects(of: policy) : rule.peers.flatMap { pods(of: $0, in: policy) }
        for port in rule.ports {
          checkNumber(port, direction, destinations)
          checkName(port, rule, destinations)
          checkProtocol(port)
        }
      }
    }
  }

  private mutating func checkNumber(
    _ port: PolicyPort, _ direction: Direction,
    _ destinations: [(workload: Workload, pod: PodTemplate)]
  ) {
    guard case .numbers(let range) = port.kind, range.count == 1, !destinations.isEmpty else {
      return
    }
    let number = range.lowerBound
    let isContainerPort = destinations.contains { _, pod in
      pod.ports.contains { $0.number == number && $0.transport == port.transport }
    }
    guard !isContainerPort else { return }
    for (workload, pod) in destinations {
      for service in cluster.services
      where service.namespace == workload.namespace && service.selector?.matches(pod.labels) == true
      {
        for servicePort in service.ports
        where servicePort.number == number && servicePort.transport == port.transport {
          let targets = service.connections(of: servicePort, at: pod.ports)[port.transport].ranges
          guard let target = targets.first?.lowerBound, target != number else { continue }
          warn(
            "W9", port.location,
            "\(port.description) is the port of Service \(service.namespace)/\(service.name); its"
              + " pods listen on \(target)",
            readings: [
              "as written: port \(number) of the pods, where nothing listens",
              "as it may be meant: port \(target) of the pods, which the Service sends to",
            ], fix: "ports:\n- {protocol: \(port.transport.rawValue), port: \(target)}")
          return
        }
      }
    }
  }

  private mutating func checkName(
    _ port: PolicyPort, _ rule: PolicyRule, _ destinations: [(workload: Workload, pod: PodTemplate)]
  ) {
    guard case .named(let name) = port.kind else { return }
    if rule.peers.contains(where: { $0.addresses != nil }) {
      warn(
        "W9", port.location, "the named port '\(name)' means nothing at addresses of an ipBlock",
        readings: [
          "as written: no port of the ipBlock", "as it may be meant: the port by its number",
        ], fix: "ports:\n- {protocol: \(port.transport.rawValue), port: 443}")
    }
    guard !destinations.isEmpty else { return }
    let numbers = destinations.map { _, pod in
      pod.ports.filter { $0.name == name && $0.transport == port.transport }.map(\.number)
    }
    let found = Set(numbers.flatMap(\.self)).sorted()
    guard let example = found.first else {
      let other = destinations.lazy.flatMap(\.pod.ports).first { $0.name == name }
      let known = destinations.flatMap { $0.pod.ports.compactMap(\.name) }
      let hint =
        other.map { "protocol \($0.transport.rawValue)" }
        ?? nearest(to: name, among: known).map { "the port '\($0)'" } ?? "the port by its number"
      let number = other?.number ?? destinations.first?.pod.ports.first?.number ?? 8080
      let transport = other?.transport ?? port.transport
      warn(
        "W9", port.location,
        "no pod at the far end has a \(port.transport.rawValue) port named '\(name)'",
        readings: ["as written: no port", "as it may be meant: \(hint)"],
        fix: "ports:\n- {protocol: \(transport.rawValue), port: \(number)}")
      return
    }
    guard found.count > 1 || numbers.contains([]) else { return }
    let list = found.map(String.init).joined(separator: ", ")
    warn(
      "W9", port.location,
      numbers.contains([])
        ? "some of the pods have no \(port.transport.rawValue) port named '\(name)'"
        : "the port '\(name)' has different numbers at different pods: \(list)",
      readings: [
        "as written: the number that each pod gives to the name",
        "as it may be meant: one number for all",
      ], fix: "ports:\n- {protocol: \(port.transport.rawValue), port: \(example)}")
  }

  private mutating func checkProtocol(_ port: PolicyPort) {
    if case .numbers(let range) = port.kind, range.contains(53), range.count == 1,
      !port.namesProtocol
    {
      warn(
        "W10", port.location, "port 53 without a protocol is TCP; DNS asks over UDP first",
        readings: [
          "as written: TCP 53 only: most look-ups fail", "as it may be meant: DNS, UDP and TCP",
        ], fix: "ports:\n- {protocol: UDP, port: 53}\n- {protocol: TCP, port: 53}")
    }
    if port.transport == .sctp {
      warn(
        "W20", port.location, "SCTP is not supported by every network plugin",
        readings: [
          "as written: the pods are isolated, and SCTP may be blocked altogether",
          "as it may be meant: TCP",
        ], fix: "ports:\n- {protocol: TCP, port: \(Self.number(port))}")
    }
  }

  private static func number(_ port: PolicyPort) -> String {
    switch port.kind {
    case .numbers(let range): "\(range.lowerBound)"
    case .named(let name): name
    case .every: "8080"
    }
  }
}
