/// Writes a naive cluster as JSON documents in one YAML stream.
extension NaiveCluster {
  var manifests: String {
    var parts: [String] = namespaces.map { namespace in
      object("v1", "Namespace", nil, namespace.name, labels: namespace.labels, spec: nil)
    }
    for pod in pods {
      let ports = pod.ports.map { port in
        #"{"name":"\#(port.name)","containerPort":\#(port.number),"protocol":"\#(port.transport)"}"#
      }
      parts.append(
        object(
          "v1", "Pod", pod.namespace, pod.name, labels: pod.labels,
          spec: #"{"containers":[{"name":"c","image":"i","ports":[\#(joined(ports))]}]}"#,
          status: #"{"podIP":"\#(pod.address.text)"}"#))
    }
    parts += policies.map(text) + adminPolicies.map(text)
    return parts.joined(separator: "\n---\n") + "\n"
  }

  func object(
    _ version: String, _ kind: String, _ namespace: String?, _ name: String,
    labels: [String: String] = [:], spec: String?, status: String? = nil
  ) -> String {
    var meta = #""name":"\#(name)""#
    if let namespace { meta += #","namespace":"\#(namespace)""# }
    if !labels.isEmpty { meta += #","labels":\#(text(labels))"# }
    var text = #"{"apiVersion":"\#(version)","kind":"\#(kind)","metadata":{\#(meta)}"#
    if let spec { text += #","spec":\#(spec)"# }
    if let status { text += #","status":\#(status)"# }
    return text + "}"
  }

  func joined(_ parts: [String]) -> String { parts.joined(separator: ",") }

  private func text(_ labels: [String: String]) -> String {
    "{" + joined(labels.sorted { $0.key < $1.key }.map { #""\#($0.key)":"\#($0.value)""# }) + "}"
  }

  func text(_ selector: Selector) -> String {
    var members: [String] = []
    if !selector.labels.isEmpty { members.append(#""matchLabels":\#(text(selector.labels))"#) }
    if !selector.expressions.isEmpty {
      let items = selector.expressions.map { item in
        var text = #"{"key":"\#(item.key)","operator":"\#(item.name)""#
        if !item.values.isEmpty {
          text += #","values":[\#(joined(item.values.map { "\"\($0)\"" }))]"#
        }
        return text + "}"
      }
      members.append(#""matchExpressions":[\#(joined(items))]"#)
    }
    return "{" + joined(members) + "}"
  }

  private func text(_ peer: Peer) -> String {
    var members: [String] = []
    if let block = peer.block {
      let except = block.except.map { "\"\($0.0.text)/\($0.1)\"" }
      let holes = except.isEmpty ? "" : #","except":[\#(joined(except))]"#
      members.append(#""ipBlock":{"cidr":"\#(block.base.text)/\#(block.length)"\#(holes)}"#)
    }
    if let namespaces = peer.namespaces {
      members.append(#""namespaceSelector":\#(text(namespaces))"#)
    }
    if let pods = peer.pods { members.append(#""podSelector":\#(text(pods))"#) }
    return "{" + joined(members) + "}"
  }

  private func text(_ port: Port) -> String {
    var members: [String] = []
    if let transport = port.transport { members.append(#""protocol":"\#(transport)""#) }
    if let name = port.name { members.append(#""port":"\#(name)""#) }
    if let number = port.number { members.append(#""port":\#(number)"#) }
    if let end = port.end { members.append(#""endPort":\#(end)"#) }
    return "{" + joined(members) + "}"
  }

  private func text(_ rules: [Rule], _ key: String) -> String {
    let items = rules.map { rule in
      var members: [String] = []
      if let peers = rule.peers { members.append("\"\(key)\":[\(joined(peers.map(text)))]") }
      if let ports = rule.ports { members.append("\"ports\":[\(joined(ports.map(text)))]") }
      return "{" + joined(members) + "}"
    }
    return "[" + joined(items) + "]"
  }

  private func text(_ policy: Policy) -> String {
    var members: [String] = []
    if let selector = policy.selector { members.append(#""podSelector":\#(text(selector))"#) }
    if let types = policy.types {
      members.append(#""policyTypes":[\#(joined(types.map { "\"\($0)\"" }))]"#)
    }
    if let ingress = policy.ingress { members.append(#""ingress":\#(text(ingress, "from"))"#) }
    if let egress = policy.egress { members.append(#""egress":\#(text(egress, "to"))"#) }
    return object(
      "networking.k8s.io/v1", "NetworkPolicy", policy.namespace, policy.name,
      spec: "{" + joined(members) + "}")
  }
}

extension NaiveCluster.Address {
  var text: String {
    if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map {
      String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16)
    }.joined(separator: ":")
  }
}
