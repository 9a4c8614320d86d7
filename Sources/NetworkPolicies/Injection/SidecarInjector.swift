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
    guard result.problems.isEmpty else { return result }
    // By bytes: a Character may be a carriage return with its line feed.
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    for insertion in insertions.sorted(by: { $0.line > $1.line }) {
      let place = insertion.line - 1
      let ending: [UInt8] = lines[place].last == 0x0D ? [0x0D] : []
      lines.insert(contentsOf: insertion.lines.map { Array($0.utf8) + ending }, at: place)
    }
    let injected = Array(lines.joined(separator: [0x0A]))
    guard Self.keeps(stream.documents, YAMLStream.parse(injected, as: .manifests)) else {
      let place = SourceLocation(file: file, line: 1, column: 1)
      result.problems.append(
        Diagnostic(
          location: place,
          text: "the sidecar does not fit into the way that this file is written; write its pods in"
            + " block style, one key a line"))
      return result
    }
    result.text = String(decoding: injected, as: UTF8.self)
    return result
  }

  /// Whether the changed file says all that the old one says, in the same order, and no more than the
  /// sidecar's keys and items: nothing that was there may have come to mean something else.
  private static func keeps(_ old: [YAMLNode], _ new: YAMLStream) -> Bool {
    new.errors.isEmpty && new.documents.count == old.count
      && zip(old, new.documents).allSatisfy(keeps)
  }

  private static func keeps(_ old: YAMLNode, _ new: YAMLNode) -> Bool {
    switch (old.content, new.content) {
    case (.scalar(let old), .scalar(let new)): return old == new
    case (.sequence(let old), .sequence(let new)):
      // The sidecar's items come first.
      let added = new.dropLast(old.count)
      return new.count >= old.count
        && added.allSatisfy { $0["name"]?.text?.hasPrefix("maskline") ?? false }
        && zip(old, new.suffix(old.count)).allSatisfy(keeps)
    case (.mapping(let old), .mapping(let new)):
      let keys = Set(old.map(\.key.text))
      let added = new.filter { !keys.contains($0.key.text) }.map(\.key.text)
      let kept = new.filter { keys.contains($0.key.text) }
      return added.allSatisfy { ["initContainers", "volumes", "securityContext"].contains($0) }
        && kept.map(\.key) == old.map(\.key)
        && zip(old, kept).allSatisfy { keeps($0.value, $1.value) }
    default: return false
    }
  }

  private struct Insertion {
    /// The line before which the new ones go, from 1.
    var line: Int
    var lines: [String]
  }

  private static func items(_ node: YAMLNode) -> [YAMLNode] {
    if case .sequence(let items) = node.content { items } else { [] }
  }

  /// A setting as YAML that is read as this text.
  private static func scalar(_ text: String) -> String {
    let isPlain =
      text.wholeMatch(of: /[A-Za-z0-9][-A-Za-z0-9_.\/@:]*[A-Za-z0-9]/) != nil
      && text.contains(where: \.isLetter)
      || text.wholeMatch(of: /[0-9]+(\.[0-9]+){3}:[0-9]+/) != nil
    return isPlain && !ManifestDecoder.isTyped(text) && text.lowercased() != "null"
      ? text : JSONValue.quoted(text)
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
    let taken = (spec["volumes"].map(Self.items) ?? []).compactMap { $0["name"]?.text }
    func refuse(_ why: String) {
      let place = SourceLocation(file: file, line: first.line, column: first.column)
      result.problems.append(Diagnostic(location: place, text: "\(name): \(why)"))
    }
    if let volume = ["maskline-rules", "maskline-keys"].first(where: taken.contains) {
      return refuse("it has a volume '\(volume)' already; rename that")
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
        item.line > pair.line, item.line == pair.value.line
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
        image: \(Self.scalar(settings.image))
        restartPolicy: Always
        args:
        - proxy
        - --listen
        - \(Self.scalar(settings.listen))
        - --upstream
        - \(Self.scalar(settings.upstream))
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
      "- name: maskline-rules", "  configMap:", "    name: \(Self.scalar(settings.rules))",
    ]
    if let keys = settings.keys {
      lines += [
        "- name: maskline-keys", "  secret:", "    secretName: \(Self.scalar(keys))",
        "    defaultMode: 0440",
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
