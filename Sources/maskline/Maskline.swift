@main
enum Maskline {
  static func main() {}
}
