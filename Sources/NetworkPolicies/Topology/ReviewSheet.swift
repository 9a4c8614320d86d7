/// The generated policies as a table to be read, questioned and signed.
public enum ReviewSheet {
  private static let head = [
    "environment", "namespace", "policy", "opens", "reason", "owner", "PCI DSS 4.0.1",
    "still needed?",
  ]

  private static func cells(_ policy: PolicyGenerator.Generated) -> [String] {
    [
      policy.environment, policy.namespace, policy.name, policy.opens, policy.reason, policy.owner,
      policy.requirements.joined(separator: ", "), "",
    ]
  }

  private static let introduction =
    "Every policy and what it opens. Requirement 1.2.7 wants this reviewed at least every six months:"
    + " strike what is no longer needed, and change the topology."

  public static func markdown(_ policies: [PolicyGenerator.Generated]) -> String {
    var text = "# Review of network policies\n\n\(introduction)\n\n"
    text += "| " + head.joined(separator: " | ") + " |\n"
    text += "|" + String(repeating: "---|", count: head.count) + "\n"
    for policy in policies {
      let row = cells(policy).map(ConnectionGraph.cell)
      text += "| " + row.joined(separator: " | ") + " |\n"
    }
    return text + "\nReviewed by: ______________________  Date: ______________\n"
  }

  public static func html(_ policies: [PolicyGenerator.Generated]) -> String {
    func row(_ cells: [String], _ tag: String) -> String {
      "<tr>" + cells.map { "<\(tag)>\(ConnectionGraph.escaped($0))</\(tag)>" }.joined() + "</tr>\n"
    }
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>Review of network policies</title>
      <style>body{font:14px/1.4 system-ui,sans-serif;margin:24px}table{border-collapse:collapse}
      th,td{border:1px solid #9aa5b0;padding:4px 9px;text-align:left;vertical-align:top}
      th{background:#f0f3f5}td:last-child{min-width:6em}</style></head><body>
      <h1>Review of network policies</h1>
      <p>\(introduction)</p>
      <table><thead>
      \(row(head, "th"))</thead><tbody>
      \(policies.map { row(cells($0), "td") }.joined())</tbody></table>
      <p>Reviewed by: ______________________ &nbsp; Date: ______________</p>
      </body></html>

      """
  }
}
