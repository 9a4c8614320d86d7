/// What a YAML file may cost. Files are written by operators, but a ConfigMap can be swapped under a
/// running process, so that each cost has a bound.
public enum YAMLLimits {
  /// The longest file, in bytes. Well above any rule file, far below what an alias bomb needs.
  public static let fileBytesMax = 1 << 20
  /// The deepest nesting of sequences and mappings. The rule file's own form needs seven.
  public static let depthMax = 32
  /// The longest file of Kubernetes manifests: what `kubectl get -o yaml` prints of a large cluster.
  public static let manifestBytesMax = 64 << 20
  /// The deepest nesting of manifests: schemas of custom resources go to about fifty.
  public static let manifestDepthMax = 100
  /// The number of errors after which a file is given up.
  public static let errorsMax = 100
}
