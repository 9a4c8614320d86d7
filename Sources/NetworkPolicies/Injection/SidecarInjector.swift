public import Rules
internal import YAML

/// Puts the masking sidecar into workloads, as an init container that goes on running.
///
/// The file's own text stays as it is, comments and order too: lines are put in. What has a sidecar
/// already is left alone, so that injecting twice changes nothing.
public struct SidecarInjector: Sendable {
  public struct Settings: Sendable {
    public var image: String
    /// Where programs send to in the pod, and where the sidecar sends to.
    public var listen = "127.0.0.1:5170"
    public var upstream: String
    /// The ConfigMap with the rules, mounted as a folder.
    public var rules: String
    /// The Secret with the keys; nil for rules that need none.
    public var keys: String?
    public var userID = 65532
    /// Only workloads with these labels on their pods; empty: all.
    public var labels: Labels = [:]

    public init(image: String, upstream: String, rules: String) {
      self.image = image
      self.upstream = upstream
      self.rules = rules
    }
  }

  /// What was done to a file.
  public struct Result: Sendable {
    public var text: String
    public var injected: [String]
    public var skipped: [String]
    public var problems: [Diagnostic]
  }

  private let settings: Settings

  public init(_ settings: Settings) { self.settings = settings }

  /// The file with sidecars in its workloads.
  public func inject(into bytes: [UInt8], file: String) -> Result {
    var result = Result(
      text: String(decoding: bytes, as: UTF8.self), injected: [], skipped: [], problems: [])
    let stream = YAMLStream.parse(bytes, as: .manifests)
    for error in stream.errors {
      let place = SourceLocation(file: file, line: error.line, column: error.column)
      result.problems.append(Diagnostic(location: place, text: error.text))
    }
    guard stream.errors.isEmpty else { return result }
    var insertions: [Insertion] = []
    for document in stream.documents {
      for object in objects(in: document) { plan(object, file, &insertions, &result) }
    }
    var lines = result.text.split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    for insertion in insertions.sorted(by: { $0.line > $1.line }) {
      lines.insert(contentsOf: insertion.lines, at: insertion.line - 1)
    }
    result.text = lines.joined(separator: "\n")
    return result
  }

  private struct Insertion {
    /// The line before which the new ones go, from 1.
    var line: Int
    var lines: [String]
  }

  private func objects(in document: YAMLNode) -> [YAMLNode] {
    guard let items = document["items"], case .sequence(let nodes) = items.content else {
      return [document]
    }
    return nodes
  }

  private func plan(
    _ object: YAMLNode, _ file: String, _ insertions: inout [Insertion], _ result: inout Result
  ) {
    guard let kind = object["kind"]?.text, ManifestDecoder.workloadKinds.contains(kind) else {
      return
    }
    let name = "\(kind) \(object["metadata"]?["name"]?.text ?? "?")"
    var template: YAMLNode? = object
    if kind == "CronJob" { template = template?["spec"]?["jobTemplate"] }
    if kind != "Pod" { template = template?["spec"]?["template"] }
    guard let template, let spec = template["spec"], case .mapping(let pairs) = spec.content,
      let first = pairs.first
    else { return }
    for (key, value) in settings.labels where template["metadata"]?["labels"]?[key]?.text != value {
      result.skipped.append("\(name): labels")
      return
    }
    let lists = ["containers", "initContainers"].compactMap { spec[$0] }
    let names = lists.flatMap { list -> [String] in
      guard case .sequence(let items) = list.content else { return [] }
      return items.compactMap { $0["name"]?.text }
    }
    guard !names.contains("maskline") else {
      result.skipped.append("\(name): has a container 'maskline'")
      return
    }
    func refuse(_ why: String) {
      let place = SourceLocation(file: file, line: first.line, column: first.column)
      result.problems.append(Diagnostic(location: place, text: "\(name): \(why)"))
    }
    // A flow mapping ({a: b}) has its pairs on the lines of other things.
    guard pairs.allSatisfy({ $0.column == first.column }),
      first.line > (spec.keyLine(in: template) ?? 0)
    else { return refuse("write the pod's spec in block style, one key a line") }
    let indent = String(repeating: " ", count: first.column - 1)
    if settings.keys != nil {
      // Keys are readable by the sidecar's group only, which the pod must give to the mounted files.
      let group = spec["securityContext"]?["fsGroup"]
      if spec["securityContext"] == nil {
        let lines = ["securityContext:", "  fsGroup: \(settings.userID)"].map { indent + $0 }
        insertions.append(Insertion(line: first.line, lines: lines))
      } else if group == nil {
        return refuse("add 'fsGroup: \(settings.userID)' to the pod's securityContext for the keys")
      }
    }
    for (key, lines) in [("initContainers", container), ("volumes", volumes)] {
      guard let pair = pairs.first(where: { $0.key.text == key }) else {
        let text = ["\(indent)\(key):"] + lines.map { "\(indent)\($0)" }
        insertions.append(Insertion(line: first.line, lines: text))
        continue
      }
      guard case .sequence(let items) = pair.value.content, let item = items.first,
        item.line > pair.line
      else { return refuse("write '\(key)' in block style, one item a line") }
      // The item's mapping begins two columns after its dash.
      let dash = String(repeating: " ", count: pair.value.column - 1)
      insertions.append(Insertion(line: item.line, lines: lines.map { "\(dash)\($0)" }))
    }
    result.injected.append(name)
  }

  private var container: [String] {
    var lines = """
      - name: maskline
        image: \(settings.image)
        restartPolicy: Always
        args:
        - proxy
        - --listen
        - \(settings.listen)
        - --upstream
        - \(settings.upstream)
        - --masks
        - /etc/maskline/masks/
      """.split(separator: "\n").map(String.init)
    if settings.keys != nil { lines += ["  - --keys", "  - /etc/maskline/keys"] }
    lines += """
        startupProbe:
          exec:
            command: [maskline, check, /etc/maskline/masks/]
          periodSeconds: 2
          failureThreshold: 30
        securityContext:
          runAsUser: \(settings.userID)
          runAsGroup: \(settings.userID)
          runAsNonRoot: true
          readOnlyRootFilesystem: true
          allowPrivilegeEscalation: false
          privileged: false
          capabilities:
            drop: [ALL]
          seccompProfile:
            type: RuntimeDefault
        resources:
          requests: {cpu: 50m, memory: 32Mi}
          limits: {memory: 128Mi}
        volumeMounts:
        - name: maskline-rules
          mountPath: /etc/maskline/masks
          readOnly: true
      """.split(separator: "\n").map(String.init)
    if settings.keys != nil {
      lines += [
        "  - name: maskline-keys", "    mountPath: /etc/maskline/keys", "    readOnly: true",
      ]
    }
    return lines
  }

  private var volumes: [String] {
    var lines = [
      "- name: maskline-rules", "  configMap:", "    name: \(settings.rules)",
    ]
    if let keys = settings.keys {
      lines += [
        "- name: maskline-keys", "  secret:", "    secretName: \(keys)", "    defaultMode: 0440",
      ]
    }
    return lines
  }
}

extension YAMLNode {
  /// The value of a key of a mapping.
  fileprivate subscript(key: String) -> YAMLNode? {
    guard case .mapping(let pairs) = content else { return nil }
    return pairs.first { $0.key.text == key }?.value
  }

  fileprivate var text: String? {
    guard case .scalar(let scalar) = content else { return nil }
    return scalar.text
  }

  /// The line of the key whose value this node is.
  fileprivate func keyLine(in parent: YAMLNode) -> Int? {
    guard case .mapping(let pairs) = parent.content else { return nil }
    return pairs.first { $0.value == self }?.line
  }
}
