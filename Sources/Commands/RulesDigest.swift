internal import Crypto
internal import Masking
internal import Rules

/// A digest of everything that decides how a record is masked, apart from the record.
enum RulesDigest {
  /// 32 hexadecimal digits. Keys are told by their ids: a key file never changes.
  static func make(_ options: MaskOptions, _ loaded: LoadedConfiguration) throws -> String {
    var problems: [Diagnostic] = []
    var text = Array("\(Version.text)\n".utf8)
    if options.allowTestNumbers { text += Array("allow test numbers\n".utf8) }
    for file in try MaskFiles.read(
      masks: options.masks, config: loaded.declaration, problems: &problems)
    {
      text += Array("mask \(file.bytes.count)\n".utf8) + file.bytes
    }
    if let config = options.config {
      do throws(FileError) {
        text += Array("config\n".utf8) + (try FileAccess.read(config))
      } catch {
        throw ExitStatus.fail("--config: \(error)", ExitStatus.badConfiguration)
      }
    }
    text += Array("decode \(loaded.stream.decodes.rawValue)\n".utf8)
    if case .files(let ring) = loaded.keys {
      for key in ring.keys { text += Array("key \(key.id.text)\n".utf8) }
    }
    do throws(CryptoError) {
      // The key is public: what is wanted is only the digest.
      var hash = try HMACSHA256(key: .test)
      let digest = try hash.digest(of: text.span)
      var hexadecimal = ""
      for place in 0..<16 {
        let byte = String(digest[place], radix: 16)
        hexadecimal += byte.count == 1 ? "0" + byte : byte
      }
      return hexadecimal
    } catch {
      throw ExitStatus.fail("the rules cannot be digested: \(error)", ExitStatus.ioFailure)
    }
  }
}
