public import ArgumentParser
internal import EventLoops

/// `maskline`: parses the command line, calls one library function, maps errors to exit codes.
public struct MasklineCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "maskline",
    abstract: "Masks card numbers and personal data in newline-delimited JSON as it streams by.",
    discussion: """
      Only masked records are forwarded. What cannot be masked for sure is withheld, and a stub
      stands in its place. Examples:

        echo '{"note":"card 4111 1111 1111 1111"}' | maskline pipe
        maskline proxy --listen 127.0.0.1:5170 --upstream collector:5170
        maskline check masks/

      Exit codes: 0 done, 1 input or output failed, 64 usage, 65 records withheld (--strict),
      78 bad configuration.
      """,
    version: Version.text,
    subcommands: [
      PipeCommand.self, FilesCommand.self, ProxyCommand.self, CheckCommand.self,
      ExplainCommand.self, RulesCommand.self, LearnCommand.self, KeysCommand.self,
      BenchCommand.self, KubernetesCommand.self,
    ])

  public init() {}

  /// Runs the program: what `main` calls. Never returns.
  ///
  /// Core dumps are switched off before anything is read: they would hold payload and keys.
  public static func runProgram() -> Never {
    do {
      try ProcessLimits.disableCoreDumps()
    } catch {
      Console.error("maskline: core dumps cannot be switched off: \(error)")
      exit(withError: ExitStatus.ioFailure)
    }
    Console.openMissing()
    main()
    exit()
  }
}

/// The version of the program.
enum Version {
  static let text = "maskline 0.1.0"
}
