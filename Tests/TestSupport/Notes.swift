import Foundation

/// Says a figure or a seed beside the tests' own lines.
public func note(_ text: String) {
  FileHandle.standardError.write(Data((text + "\n").utf8))
}
