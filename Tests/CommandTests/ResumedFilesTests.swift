import Foundation
import Glibc
import TestSupport
import Testing

/// `maskline files` that is killed, and goes on when it is run again.
@Suite("Static masking goes on where it was killed")
struct ResumedFilesTests {
  @Test("a second run skips what is finished, and masks what has changed")
  func skips() throws {
    let place = try FilesPlace()
    try place.folder.write(FilesTests.card, to: "in/a.log")
    try place.folder.write(FilesTests.card, to: "in/b.log")
    #expect(try place.run(["in"]).exitCode == 0)
    let again = try place.run(["in"])
    #expect(again.exitCode == 0)
    #expect(
      again.outputText.hasPrefix(
        "finished before in/a.log -> out/in/a.log\nfinished before in/b.log -> out/in/b.log\n"))
    try place.folder.write(FilesTests.card + FilesTests.card, to: "in/b.log")
    let changed = try place.run(["in"])
    #expect(changed.outputText.contains("1 masked, 1 finished before"), "\(changed.outputText)")
    #expect(try place.text("out/in/b.log") == FilesTests.masked + FilesTests.masked)
    try place.shell("rm out/in/a.log")
    #expect(try place.run(["in"]).outputText.contains("1 masked, 1 finished before"))
    #expect(try place.text("out/in/a.log") == FilesTests.masked)
  }

  @Test("other rules, another configuration and other keys mask everything again")
  func otherRules() throws {
    let place = try FilesPlace()
    try place.folder.write(FilesTests.card, to: "in/a.log")
    #expect(try place.run(["in"]).outputText.contains("1 masked, 0 finished"))
    try place.folder.write(
      Pipe.rule("{ pattern: '4[0-9]{15}' }", "redact"), to: "test.yaml")
    #expect(try place.run(["in"]).outputText.contains("1 masked, 0 finished"))
    #expect(try place.text("out/in/a.log") == "{\"card\":\"[REDACTED]\"}\n")
    let config = try place.folder.write("version: 1\nlimits: { depthMax: 9 }\n", to: "c.yaml")
    #expect(try place.run(["in", "--config", config]).outputText.contains("1 masked, 0 finished"))
    #expect(try place.run(["in", "--config", config]).outputText.contains("0 masked, 1 finished"))
  }

  @Test("killed at any moment, no copy is half-written, and the next run makes the same copies")
  func killed() throws {
    let place = try FilesPlace()
    var random = SeededRandom(for: "files kill")
    let line = FilesTests.card + "{\"pad\":\"\(String(repeating: "x", count: 300))\"}\n"
    for number in 0..<24 {
      try place.folder.write(
        String(repeating: line, count: number % 6 == 0 ? 60_000 : 4000),
        to: "in/\(number % 3)/f\(number).log")
    }
    try place.shell("gzip -1 in/1/*.log; zstd -q --rm in/2/*.log")
    #expect(try place.run(["in"], out: "whole").exitCode == 0)
    let binary = try #require(TestPaths.binary).path
    var kills = 0
    for _ in 0..<12 {
      let child = try ChildProcess(
        binary, ["files", "in", "--out", "out", "--masks", "./test.yaml", "--jobs", "2"],
        folder: place.folder.url.path)
      usleep(UInt32.random(in: 20_000...600_000, using: &random))
      child.send(SIGKILL)
      if child.wait(seconds: 10)?.signal == SIGKILL { kills += 1 }
      // Every copy that is in its place is whole.
      try place.shell(
        """
        if [ -d out/in ]; then cd out/in; find . -type f ! -name '*.maskline-part' | while read -r f; do
          cmp "$f" "../../whole/in/$f"; done; fi
        """)
    }
    let last = try place.run(["in"])
    #expect(last.exitCode == 0, "\(last.allText)")
    // Journal and times apart, the two folders are the same; nothing unfinished is left.
    let same = try CommandRunner.run(
      "/usr/bin/diff", ["-r", "-x", ".maskline-files", "whole", "out"],
      folder: place.folder.url.path)
    #expect(same.exitCode == 0, "seed \(random.seed): \(same.allText)")
    #expect(kills > 0, "no run was killed")
  }

  @Test("two runs into one folder at the same time are refused")
  func locked() throws {
    let place = try FilesPlace()
    try place.folder.write(FilesTests.card, to: "a.log")
    try place.shell("mkdir out")
    let holder = try ChildProcess(
      "/usr/bin/flock", [place.folder.path("out/.maskline-files"), "-c", "echo held; sleep 60"])
    var byte: UInt8 = 0
    #expect(unsafe Glibc.read(holder.output, &byte, 1) == 1)
    let result = try place.run(["a.log"])
    #expect(result.exitCode == 1)
    #expect(result.errorText == "maskline: another run of maskline files writes to out\n")
  }

  @Test("a journal that was cut off or belongs to another program is seen for what it is")
  func journals() throws {
    let place = try FilesPlace()
    try place.folder.write(FilesTests.card, to: "a.log")
    try place.folder.write(FilesTests.card, to: "b.log")
    #expect(try place.run(["a.log", "b.log"]).exitCode == 0)
    try place.shell("truncate -s -3 out/.maskline-files")
    let cut = try place.run(["a.log", "b.log"])
    #expect(cut.exitCode == 0, "\(cut.allText)")
    #expect(cut.outputText.contains("1 masked, 1 finished before"))
    #expect(try place.run(["a.log", "b.log"]).outputText.contains("0 masked, 2 finished before"))
    try place.folder.write("something else\n", to: "out/.maskline-files")
    let foreign = try place.run(["a.log"])
    #expect(foreign.exitCode == 1)
    #expect(foreign.errorText.contains("is not a journal of this version; move it away"))
  }
}
