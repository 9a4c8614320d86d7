import Foundation
import Glibc
import TestSupport
import Testing

/// `maskline files`: what is copied, in which form, and what is said about it.
@Suite("Static masking of files")
struct FilesTests {
  static let card = "{\"card\":\"4111111111111111\"}\n"
  static let masked = "{\"card\":\"************1111\"}\n"

  @Test("files and folders are copied masked, each to its place, and told line by line")
  func golden() throws {
    let place = try FilesPlace()
    try place.folder.write(Self.card + "{\"b\":1}\n", to: "in/app/a.log")
    try place.folder.write("{\"n\":2}\nnot json\n", to: "in/app/deep/b.log")
    try place.folder.write("", to: "in/app/empty.log")
    try place.folder.write(Self.card, to: "in/single.ndjson")
    let result = try place.run(["in/app/", "in/single.ndjson"])
    #expect(result.exitCode == 0, "\(result.errorText)")
    #expect(result.error.isEmpty, "no progress is shown off a terminal")
    #expect(
      result.outputText == """
        masked in/app/a.log -> out/app/a.log: 2 records, 1 findings, 0 withheld, 0 dropped, 36 B to 36 B
        masked in/app/deep/b.log -> out/app/deep/b.log: 2 records, 0 findings, 1 withheld, 0 dropped, 17 B to 58 B
          record 2, byte 8: malformed (unexpected byte)
        masked in/app/empty.log -> out/app/empty.log: 0 records, 0 findings, 0 withheld, 0 dropped, 0 B to 0 B
        masked in/single.ndjson -> out/single.ndjson: 1 records, 1 findings, 0 withheld, 0 dropped, 28 B to 28 B
        4 masked, 0 finished before, 0 skipped, 0 failed, 0 closed; 5 records, 2 findings, 1 withheld, 0 dropped

        """)
    #expect(try place.text("out/app/a.log") == Self.masked + "{\"b\":1}\n")
    #expect(try place.text("out/app/deep/b.log") == "{\"n\":2}\n" + stub("malformed", 2) + "\n")
    #expect(try place.text("out/app/empty.log").isEmpty)
    #expect(try place.names("out/app") == ["a.log", "deep", "empty.log"])
  }

  @Test("--output json gives an object for each file and one for all")
  func json() throws {
    let place = try FilesPlace()
    try place.folder.write(Self.card, to: "in/a.log")
    let result = try place.run(["in/a.log", "in/missing.log", "--output", "json"])
    #expect(result.exitCode == 1)
    let lines = result.lines.map { String(decoding: $0, as: UTF8.self) }
    #expect(
      lines == [
        #"{"file":"in/a.log","copy":"out/a.log","outcome":"masked","records":1,"withheld":0,"dropped":0,"findings":{"test/card":1},"bytesRead":28,"bytesWritten":28}"#,
        #"{"file":"in/missing.log","outcome":"failed","reason":"stat: No such file or directory (ENOENT)"}"#,
        #"{"total":true,"masked":1,"finishedBefore":0,"skipped":0,"failed":1,"closed":0,"records":1,"withheld":0,"dropped":0,"findings":{"test/card":1}}"#,
      ])
  }

  @Test("gzip and zstd files are told by their content and come out in the same form")
  func packed() throws {
    let place = try FilesPlace()
    let plain = String(repeating: Self.card + "{\"pad\":\"xxxxxxxxxxxxxxxx\"}\n", count: 80_000)
    let expected = plain.replacing("411111111111", with: "************")
    try place.folder.write(plain, to: "in/x")
    for (tool, arguments, name) in [
      ("gzip", ["-c"], "a.gz"), ("zstd", ["-qc"], "b.zst"), ("gzip", ["-c"], "c.log"),
    ] {
      try place.shell("\(tool) \(arguments.joined(separator: " ")) in/x > in/\(name)")
    }
    // Two members and two frames in one file, zeros at the end of a gzip file.
    try place.shell("cat in/a.gz in/a.gz > in/two.gz; cat in/b.zst in/b.zst > in/two.zst")
    try place.shell("cp in/a.gz in/zeros.gz; head -c 1000 /dev/zero >> in/zeros.gz; rm in/x")
    try place.shell("printf '' | gzip -c > in/none.gz; printf '' | zstd -qc > in/none.zst")
    for jobs in ["1", "3"] {
      let result = try place.run(["in", "--jobs", jobs, "--overwrite"])
      #expect(result.exitCode == 0, "\(result.allText)")
      for (command, name, copies) in [
        ("gzip -dc", "a.gz", 1), ("zstd -qdc", "b.zst", 1), ("gzip -dc", "c.log", 1),
        ("gzip -dc", "two.gz", 2), ("zstd -qdc", "two.zst", 2), ("gzip -dc", "zeros.gz", 1),
        ("gzip -dc", "none.gz", 0), ("zstd -qdc", "none.zst", 0),
      ] {
        let unpacked = try place.shell("\(command) out/in/\(name)")
        let isSame = unpacked == Array(String(repeating: expected, count: copies).utf8)
        #expect(isSame, "\(name), --jobs \(jobs)")
      }
    }
  }

  @Test("damaged, cut off and foreign packings are errors of their file alone")
  func damaged() throws {
    let place = try FilesPlace()
    // Lines that differ: packed they are still long enough to be cut and damaged.
    let lines = (0..<20_000).map { "{\"n\":\($0 &* 7919 % 1_000_003)}\n" }
    try place.folder.write(lines.joined(), to: "in/x")
    try place.shell(
      """
      gzip -c in/x > in/a.gz; zstd -qc in/x > in/b.zst
      head -c 500 in/a.gz > in/cut.gz; head -c 500 in/b.zst > in/cut.zst
      (head -c 300 in/a.gz; head -c 400 /dev/zero | tr '\\0' x; tail -c +701 in/a.gz) > in/bad.gz
      (head -c 30 in/b.zst; head -c 40 /dev/zero | tr '\\0' x; tail -c +71 in/b.zst) > in/bad.zst
      (cat in/a.gz; echo junk) > in/junk.gz
      printf 'BZh91AY' > in/d.bz2; printf '\\3757zXZ\\0\\0' > in/e.xz
      """)
    let result = try place.run(["in"])
    #expect(result.exitCode == 1)
    let text = result.outputText
    for expected in [
      "failed in/cut.gz: ends in the middle of its gzip data",
      "failed in/cut.zst: ends in the middle of its zstd data",
      "failed in/bad.gz: is damaged: its gzip data cannot be unpacked",
      "failed in/bad.zst: is damaged: its zstd data cannot be unpacked",
      "failed in/junk.gz: has bytes after its end that are not gzip",
      "failed in/d.bz2: is packed with bzip2; plain, gzip and zstd files are read",
      "failed in/e.xz: is packed with xz; plain, gzip and zstd files are read",
      "3 masked, 0 finished before, 0 skipped, 7 failed, 0 closed;",
    ] { #expect(text.contains(expected), "\(expected) in \(text)") }
    #expect(try place.names("out/in") == ["a.gz", "b.zst", "x"], "nothing half-written is left")
  }

  @Test("symbolic links in folders and special files are skipped, named links are followed")
  func linksAndSpecialFiles() throws {
    let place = try FilesPlace()
    try place.folder.write(Self.card, to: "else/a.log")
    try place.shell(
      """
      mkdir in; mkfifo in/pipe; ln -s ../else/a.log in/link.log; ln -s ../else in/folder
      ln -s else/a.log named.log; ln -s nowhere in/dangling
      """)
    let result = try place.run(["in", "named.log"])
    #expect(result.exitCode == 0, "\(result.allText)")
    #expect(
      result.outputText.hasPrefix(
        """
        skipped in/dangling: a symbolic link
        skipped in/folder: a symbolic link
        skipped in/link.log: a symbolic link
        skipped in/pipe: no file: a pipe, a socket or a device
        masked named.log -> out/named.log: 1 records
        """), "\(result.outputText)")
    #expect(try place.text("out/named.log") == Self.masked)
    let named = try place.run(["in/pipe", "/dev/null"])
    #expect(named.exitCode == 1)
    #expect(named.outputText.contains("failed in/pipe: is no file and no folder"))
  }

  @Test("a copy has the mode and the time of its file")
  func attributes() throws {
    let place = try FilesPlace()
    try place.folder.write(Self.card, to: "a.log")
    try place.shell("chmod 640 a.log; touch -d '2024-05-06 07:08:09.123456789 UTC' a.log")
    #expect(try place.run(["a.log"]).exitCode == 0)
    let shown = String(decoding: try place.shell("stat -c '%a %y' out/a.log"), as: UTF8.self)
    #expect(shown.hasPrefix("640 2024-05-06 "), "\(shown)")
    #expect(shown.contains(":08:09.123456789"), "\(shown)")
  }

  @Test("an --out inside a folder is skipped there, the first time and later")
  func outInside() throws {
    let place = try FilesPlace()
    try place.folder.write(Self.card, to: "in/a.log")
    for text in ["1 masked, 0 finished before, 0", "0 masked, 1 finished before, 1"] {
      let result = try place.run(["in/.", "--out", "in/masked"], out: nil)
      #expect(result.exitCode == 0, "\(result.allText)")
      #expect(result.outputText.contains(text), "\(result.outputText)")
      #expect(try place.names("in/masked") == [".maskline-files", "a.log"])
    }
  }

  @Test("two files for one place, a copy over its own file, and a folder into itself are refused")
  func refused() throws {
    let place = try FilesPlace()
    try place.folder.write(Self.card, to: "one/a.log")
    try place.folder.write(Self.card, to: "two/a.log")
    for (arguments, text) in [
      (["one/a.log", "two/a.log", "--out", "out"], "would both be written to out/a.log"),
      (["one/a.log", "--out", "one"], "would be written over itself"),
      (["one", "--out", "one"], "one is to be masked and is --out itself"),
    ] {
      let result = try place.run(arguments, out: nil)
      #expect(result.exitCode == 64, "\(arguments)")
      #expect(result.errorText.contains(text), "\(result.errorText)")
      #expect(result.output.isEmpty)
    }
    #expect(try place.text("one/a.log") == Self.card)
  }

  @Test("a file in the place of a copy is kept unless --overwrite is given")
  func overwrite() throws {
    let place = try FilesPlace()
    try place.folder.write(Self.card, to: "a.log")
    try place.folder.write("precious", to: "out/a.log")
    let kept = try place.run(["a.log"])
    #expect(kept.exitCode == 1)
    #expect(kept.outputText.contains("out/a.log is there, and no run of maskline files made it"))
    #expect(try place.text("out/a.log") == "precious")
    #expect(try place.run(["a.log", "--overwrite"]).exitCode == 0)
    #expect(try place.text("out/a.log") == Self.masked)
  }

  @Test("--strict gives 65 when a record was withheld, after all files are done")
  func strict() throws {
    let place = try FilesPlace()
    try place.folder.write("oops\n", to: "in/a.log")
    try place.folder.write(Self.card, to: "in/b.log")
    #expect(try place.run(["in"]).exitCode == 0)
    let strict = try place.run(["in", "--strict", "--overwrite"])
    #expect(strict.exitCode == 65)
    #expect(try place.text("out/in/b.log") == Self.masked)
  }

  @Test("a fault whose action is close leaves no copy, and gives 65")
  func close() throws {
    let place = try FilesPlace()
    try place.folder.write(Self.card + "oops\n" + Self.card, to: "in/a.log")
    try place.folder.write(Self.card, to: "in/b.log")
    let config = try place.folder.write("version: 1\nonFault: { malformed: close }\n", to: "c.yaml")
    let result = try place.run(["in", "--config", config])
    #expect(result.exitCode == 65)
    #expect(result.outputText.contains("closed in/a.log: no copy is made, as onFault says"))
    #expect(try place.names("out/in") == ["b.log"])
  }

  @Test("a full disk is an error of the file and leaves no copy")
  func fullDisk() throws {
    let place = try FilesPlace()
    try place.folder.write(String(repeating: Self.card, count: 50_000), to: "in/big.log")
    try place.folder.write(Self.card, to: "in/small.log")
    let binary = try #require(TestPaths.binary).path
    // The limit on file sizes stands for the full disk; the signal is ignored by the shell's child.
    let result = try CommandRunner.run(
      "/bin/bash",
      [
        "-c", "trap '' XFSZ; ulimit -f 100; exec '\(binary)' files in --out out --masks test.yaml",
      ], folder: place.folder.url.path)
    #expect(result.exitCode == 1, "\(result.allText)")
    #expect(result.outputText.contains("failed in/big.log: write: File too large (EFBIG)"))
    #expect(try place.names("out/in") == ["small.log"])
  }

  @Test(
    "what is missing on the command line is named", arguments: [[], ["a.log"], ["", "--out", "x"]])
  func usage(arguments: [String]) throws {
    let result = try CommandRunner.maskline(["files"] + arguments)
    #expect(result.exitCode == 64)
  }
}

/// A folder with a mask file, in which `maskline files` runs.
struct FilesPlace {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Pipe.cardRule, to: "test.yaml")
  }

  /// Runs with relative paths; `out` nil leaves `--out` to the arguments.
  func run(_ arguments: [String], out: String? = "out") throws -> CommandResult {
    try CommandRunner.maskline(
      ["files", "--masks", "./test.yaml"] + arguments + (out.map { ["--out", $0] } ?? []),
      folder: folder.url.path)
  }

  /// Standard output of a shell's commands.
  @discardableResult
  func shell(_ script: String) throws -> [UInt8] {
    let result = try CommandRunner.run("/bin/bash", ["-ec", script], folder: folder.url.path)
    #expect(result.exitCode == 0, "\(script): \(result.errorText)")
    return result.output
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  func names(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path(name)).sorted()
  }
}
