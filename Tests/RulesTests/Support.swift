import Rules
import Testing

/// Reads one mask file that must be without errors.
func maskFile(_ text: String, file: String = "f") throws -> MaskFileDeclaration {
  let (declaration, diagnostics) = MaskFileDeclaration.parse(bytes: Array(text.utf8), file: file)
  try #require(diagnostics.map(\.description) == [])
  return try #require(declaration)
}

/// Reads one config file that must be without errors.
func config(_ text: String) throws -> ConfigDeclaration {
  let (declaration, diagnostics) = ConfigDeclaration.parse(bytes: Array(text.utf8), file: "c")
  try #require(diagnostics.map(\.description) == [])
  return try #require(declaration)
}

/// Reads the rules of several mask files by name.
func readSet(_ files: [(String, String)]) -> (rules: [RuleDeclaration], errors: [String]) {
  let files = files.map { MaskSet.File(name: $0.0, bytes: Array($0.1.utf8)) }
  let (rules, diagnostics) = MaskSet.read(files)
  return (rules, diagnostics.map(\.description))
}

func place(_ file: String, _ line: Int, _ column: Int) -> Rules.SourceLocation {
  Rules.SourceLocation(file: file, line: line, column: column)
}

enum Example {
  /// The example of design.md 6, as the contract has it; the overrides name rules of other packs.
  static let maskFile = #"""
    version: 1                      # of this format
    mask: pci                       # the pack's name; rule ids are pci/pan, pci/cvv ...
    rules:
      - id: pan
        class: pan                  # pan | sad | pii | secret | health | other; sets what is allowed
        description: Payment card number, 12 to 19 digits, any one separator
        match:
          number: card              # a built-in number finder (card, iban, ssn ...)
          in: [strings, numbers, keys]    # default: all three
          paths: { exclude: ['trace_id', '**.span_id'] }      # a plain list means include
        transform: { keep: { last: 4 }, fill: '*' }
        allow: ['^4242']            # patterns searched in the match; what they hit is left alone
        tests:
          - { in: 'card 4111 1111 1111 1111 ok', out: 'card **** **** **** 1111 ok' }
          - { in: 'order 4111111111111112' }           # no out: unchanged
      - id: member-number
        class: pii
        match:
          pattern: '\b(M-[0-9]{7})\b'    # PCRE2 on the matching view
          group: 1                  # required when the pattern has capture groups
          validate: [mod11]         # all must pass
          keywords: { any: [member, card], within: 32 }        # required, near the match
        transform: { redact: { text: '[MEMBER]' } }
        tests: [ { in: 'member M-1234567', out: 'member [MEMBER]' }, { in: 'ref M-1234567' } ]
      - id: password
        class: secret
        match: { paths: ['**.password', '**.passwd', '**.client_secret'] }   # no pattern
        transform: redact
        tests: [ { record: '{"db":{"password":"x"}}', out: '{"db":{"password":"[REDACTED]"}}' } ]
    overrides:                      # change a pack's rule without copying it
      - { rule: pii/ipv4, disabled: true }
      - { rule: pci/pan, paths: { exclude: ['order_no'] }, transform: redact }
    """#

  /// The config example of design.md 6, without the key `admin`, which no version takes yet.
  static let config = """
    version: 1
    masks: [pci, pii, ids, secrets]
    keys: keys/                     # folder of key files, mode 0600
    listeners:
      - name: app-logs
        listen: 127.0.0.1:5170      # host:port, [::1]:port, unix:/run/maskline.sock
        upstream: collector:5170    # resolved off the loop at each connect
        mask: outbound              # outbound | inbound | both
        unmasked: close             # the other direction: close (default) | pass
        onUpstreamDown: close       # close (default) | hold
    limits: { lineBytesMax: 1MiB, depthMax: 128, sessionsMax: 1000 }
    timeouts: { connect: 1s, line: 30s, writeStall: 10m, idle: 1h, halfClosed: 60s, drain: 25s }
    onFault: { malformed: stub }
    """
}
