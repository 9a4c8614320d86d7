internal import ArgumentParser
internal import Crypto

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Makes key files for keyed transforms.",
    subcommands: [New.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new",
      abstract: "Makes a key file of 32 random bytes, readable by its owner only.",
      discussion: """
        The key never appears on the terminal, and an existing file is never overwritten. Example:

          maskline keys new --id 2026a --keys keys/
          maskline pipe --keys keys/ --masks ./masks/acme.yaml
        """)

    @Option(help: "Name of the key: lower-case letters, digits and dashes, at most 32.")
    var id: String

    @Option(
      help: ArgumentHelp(
        "Folder to write to, made with mode 0700 if it is not there.", valueName: "folder"))
    var keys = "keys"

    func run() throws {
      do throws(FileError) {
        try FileAccess.makePrivateFolder(keys)
      } catch {
        throw ExitStatus.fail("--keys: \(error)", ExitStatus.ioFailure)
      }
      do throws(CryptoError) {
        let path = try KeyFile.create(id: KeyID(id), in: keys)
        Console.line(path)
      } catch {
        throw ExitStatus.fail("\(error)", ExitStatus.ioFailure)
      }
    }
  }
}
