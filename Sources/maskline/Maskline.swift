import Commands

@main
enum Maskline {
  static func main() { MasklineCommand.runProgram() }
}
