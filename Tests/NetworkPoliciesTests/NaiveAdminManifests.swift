/// Writes the cluster-wide kinds of a naive cluster.
extension NaiveCluster {
  func text(_ policy: AdminPolicy) -> String {
    let isNewer = policy.kind == "ClusterNetworkPolicy"
    let subject = subject(policy)
    let rules =
      #""ingress":\#(list(policy.ingress, "from", isNewer)),"#
      + #""egress":\#(list(policy.egress, "to", isNewer))"#
    let tier = isNewer ? #""tier":"\#(policy.tier)","# : ""
    let isRanked = policy.kind != "BaselineAdminNetworkPolicy"
    let priority = isRanked ? #""priority":\#(policy.priority),"# : ""
    return object(
      "policy.networking.k8s.io/\(isNewer ? "v1alpha2" : "v1alpha1")", policy.kind, nil,
      policy.name,
      spec: #"{\#(tier)\#(priority)"subject":\#(subject),\#(rules)}"#)
  }

  /// Without requirements for pods it is one of whole namespaces.
  private func subject(_ policy: AdminPolicy) -> String {
    let namespaces = text(policy.namespaces)
    if policy.pods.labels.isEmpty && policy.pods.expressions.isEmpty {
      return #"{"namespaces":\#(namespaces)}"#
    }
    return #"{"pods":{"namespaceSelector":\#(namespaces),"podSelector":\#(text(policy.pods))}}"#
  }

  private func list(_ rules: [AdminRule], _ key: String, _ isNewer: Bool) -> String {
    let items = rules.map { rule in
      let peers = rule.peers.map { peer in
        if let block = peer.block {
          return #"{"networks":["\#(block.base.text)/\#(block.length)"]}"#
        }
        let namespaces = text(peer.namespaces ?? Selector())
        guard let pods = peer.pods else { return #"{"namespaces":\#(namespaces)}"# }
        return #"{"pods":{"namespaceSelector":\#(namespaces),"podSelector":\#(text(pods))}}"#
      }
      var members = [#""action":"\#(rule.action)""#, "\"\(key)\":[\(joined(peers))]"]
      if let ports = rule.ports {
        let texts = ports.map { isNewer ? newer($0) : older($0) }
        members.append("\"\(isNewer ? "protocols" : "ports")\":[\(joined(texts))]")
      }
      return "{" + joined(members) + "}"
    }
    return "[" + joined(items) + "]"
  }

  private func newer(_ port: Port) -> String {
    if let name = port.name { return #"{"destinationNamedPort":"\#(name)"}"# }
    let name = (port.transport ?? "TCP").lowercased()
    guard let number = port.number else { return #"{"\#(name)":{}}"# }
    let match = port.end.map { #"{"range":{"start":\#(number),"end":\#($0)}}"# }
    return #"{"\#(name)":{"destinationPort":\#(match ?? "{\"number\":\(number)}")}}"#
  }

  private func older(_ port: Port) -> String {
    if let name = port.name { return #"{"namedPort":"\#(name)"}"# }
    let name = port.transport ?? "TCP"
    let number = port.number ?? 1
    guard let end = port.end else {
      return #"{"portNumber":{"protocol":"\#(name)","port":\#(number)}}"#
    }
    return #"{"portRange":{"protocol":"\#(name)","start":\#(number),"end":\#(end)}}"#
  }
}
