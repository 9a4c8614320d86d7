/// What a kind of file may hold, and what it may cost.
public struct YAMLForm: Sendable, Equatable {
  /// The longest file, in bytes.
  public var fileBytesMax: Int
  /// The deepest nesting of sequences and mappings.
  public var depthMax: Int
  /// Whether documents may follow each other after `---`; then there may be none, too.
  public var holdsManyDocuments: Bool

  /// Mask files and config files: one document.
  public static let ruleFile = YAMLForm(
    fileBytesMax: YAMLLimits.fileBytesMax, depthMax: YAMLLimits.depthMax, holdsManyDocuments: false)
  /// Kubernetes manifests: documents one after the other, in large files.
  public static let manifests = YAMLForm(
    fileBytesMax: YAMLLimits.manifestBytesMax, depthMax: YAMLLimits.manifestDepthMax,
    holdsManyDocuments: true)
}

/// The documents of a YAML or JSON file, read as strictly as `YAMLDocument` reads one.
public struct YAMLStream: Sendable, Equatable {
  /// The top nodes, in the order of the file. With errors they hold what could be read.
  public let documents: [YAMLNode]
  /// What is wrong with the file, in the order of the file.
  public let errors: [YAMLError]

  /// Reads the bytes of a YAML file.
  public static func parse(_ bytes: [UInt8], as form: YAMLForm) -> YAMLStream {
    do {
      let source = try YAMLSource(bytes, bytesMax: form.fileBytesMax)
      var builder = TreeBuilder(try YAMLEventReader(source), form)
      return builder.stream()
    } catch {
      return YAMLStream(documents: [], errors: [error])
    }
  }
}
