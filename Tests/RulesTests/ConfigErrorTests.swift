import Testing

/// Written in full: an error text is what an operator works from.
@Suite struct ConfigErrorTests {
  @Test("A config file is checked key by key", arguments: cases)
  func reported(_ golden: Golden) {
    #expect(golden.actual == golden.expected)
  }

  static let cases: [Golden] = [
    Golden(
      .config,
      #"mask: m"#,
      #"f:2:1: unknown key 'mask' in config file; did you mean 'masks'?"#),
    Golden(
      .config,
      #"decode: [percent, rot13]"#,
      #"f:2:19: unknown encoding 'rot13' in 'decode'; use percent, html, base64 or quotedPrintable"#
    ),
    Golden(
      .config,
      #"decode: off"#,
      #"f:2:9: decode must be 'none' or a list of percent, html, base64 and quotedPrintable"#),
    Golden(
      .config,
      #"masks: pci"#,
      #"f:2:8: masks must be a list"#),
    Golden(
      .config,
      #"masks: [pci, pci, '']"#,
      #"f:2:14: 'pci' is twice in masks; remove one"#,
      #"f:2:19: mask must not be empty"#),
    Golden(
      .config,
      #"keys: []"#,
      #"f:2:7: keys must be one text, not a list"#),
    Golden(
      .config,
      #"admin: 127.0.0.1:9901"#,
      #"f:2:8: admin is not available in this version; remove the key"#),
    Golden(
      .config,
      #"admin: localhost"#,
      #"f:2:8: admin: address 'localhost' has no port; write host:port, [::1]:port or unix:/path"#,
      #"f:2:8: admin is not available in this version; remove the key"#),
    Golden(
      .config,
      #"listeners: []"#,
      #"f:2:12: listeners must have at least one entry"#),
    Golden(
      .config,
      #"listeners: [ {} ]"#,
      #"f:2:14: listener has no 'name'; add it"#,
      #"f:2:14: listener has no 'listen'; add it"#,
      #"f:2:14: listener has no 'upstream'; add it"#),
    Golden(
      .config,
      #"listeners: [ { name: a, listen: '127.0.0.1:1' } ]"#,
      #"f:2:14: listener 'a' has no 'upstream'; add it"#),
    Golden(
      .config,
      #"listeners: [ { name: A b, listen: '127.0.0.1:1', upstream: 'b:2', mask: both, unmasked: pass } ]"#,
      #"f:2:22: listener name 'A b' may hold only a to z, 0 to 9 and '-'"#,
      #"f:2:89: unmasked has no meaning with 'mask: both': no direction is unmasked; remove it"#),
    Golden(
      .config,
      #"listeners: [ { name: a, listen: '127.0.0.1:1', upstream: 'b:2', mask: out, unmasked: mask, onUpstreamDown: wait } ]"#,
      #"f:2:71: unknown direction 'out' in 'mask'; use outbound, inbound or both"#,
      #"f:2:86: unknown action 'mask' in 'unmasked'; use close or pass"#,
      #"f:2:108: unknown action 'wait' in 'onUpstreamDown'; use close or hold"#),
    Golden(
      .config,
      #"listeners: [ { name: a, listen: '127.0.0.1:1', upstream: 'b:2' }, { name: a, listen: '127.0.0.1:1', upstream: 'b:2' } ]"#,
      #"f:2:75: 'a' is twice in names of listeners; remove one"#,
      #"f:2:86: '127.0.0.1:1' is twice in addresses of listeners; remove one"#),
    Golden(
      .config,
      #"listeners: [ { name: a, listen: '127.0.0.1:1', upstream: '127.0.0.1:1' } ]"#,
      #"f:2:58: upstream is the listener's own address; write the collector's"#),
    Golden(
      .config,
      #"listeners: [ { name: a, listen: '127.0.0.1:0', upstream: 'b:0', upsteam: c } ]"#,
      #"f:2:58: upstream: address 'b:0' has port 0, which nothing listens on; write a port from 1 to 65535"#,
      #"f:2:65: unknown key 'upsteam' in listener; did you mean 'upstream'?"#),
    Golden(
      .config,
      #"limits: { lineBytesMax: 1MB, depthMax: 0, sessionsMax: 100001 }"#,
      #"f:2:25: lineBytesMax must be a size such as 65536, 64KiB or 1MiB, not '1MB'"#,
      #"f:2:40: depthMax must be from 1 to 1000, not '0'"#,
      #"f:2:56: sessionsMax must be from 1 to 100000, not '100001'"#),
    Golden(
      .config,
      #"limits: { lineBytesMax: 1023, depthMax: 1001, sessionsMax: many }"#,
      #"f:2:25: lineBytesMax must be from 1024 to 67108864 bytes, not '1023'"#,
      #"f:2:41: depthMax must be from 1 to 1000, not '1001'"#,
      #"f:2:60: sessionsMax must be a whole number without quotes, not 'many'"#),
    Golden(
      .config,
      #"limits: { lineBytesMax: 65MiB, depth_max: 3 }"#,
      #"f:2:25: lineBytesMax must be from 1024 to 67108864 bytes, not '65MiB'"#,
      #"f:2:32: unknown key 'depth_max' in limits; did you mean 'depthMax'?"#),
    Golden(
      .config,
      #"limits: { lineBytesMax: 999999999999999GiB }"#,
      #"f:2:25: lineBytesMax must be from 1024 to 67108864 bytes, not '999999999999999GiB'"#),
    Golden(
      .config,
      #"limits: { lineBytesMax: 1.5MiB }"#,
      #"f:2:25: lineBytesMax must be a size such as 65536, 64KiB or 1MiB, not '1.5MiB'"#),
    Golden(
      .config,
      #"limits: 5"#,
      #"f:2:9: limits must be a mapping with lineBytesMax, depthMax and sessionsMax"#),
    Golden(
      .config,
      #"timeouts: { connect: 1, line: 1d, writeStall: 25h, idle: 169h, halfClosed: 9ms, drain: -1s }"#,
      #"f:2:22: connect must be a time such as 500ms, 30s, 10m or 1h, not '1'"#,
      #"f:2:31: line must be a time such as 500ms, 30s, 10m or 1h, not '1d'"#,
      #"f:2:47: writeStall must be from 10ms to 24h, not '25h'"#,
      #"f:2:58: idle must be from 10ms to 168h, not '169h'"#,
      #"f:2:76: halfClosed must be from 10ms to 1h, not '9ms'"#,
      #"f:2:88: drain must be a time such as 500ms, 30s, 10m or 1h, not '-1s'"#),
    Golden(
      .config,
      #"timeouts: { connect: 6m, line: 61m, halfClosed: 2h, drain: 2h, write_stall: 1s }"#,
      #"f:2:22: connect must be from 10ms to 5m, not '6m'"#,
      #"f:2:32: line must be from 10ms to 1h, not '61m'"#,
      #"f:2:49: halfClosed must be from 10ms to 1h, not '2h'"#,
      #"f:2:60: drain must be from 10ms to 1h, not '2h'"#,
      #"f:2:64: unknown key 'write_stall' in timeouts; did you mean 'writeStall'?"#),
    Golden(
      .config,
      #"onFault: { malformed: pass, limit: ignore }"#,
      #"f:2:23: there is no action 'pass': what cannot be masked for sure is never forwarded as it came; malformed takes stub, drop, close or text"#,
      #"f:2:36: there is no action 'ignore': what cannot be masked for sure is never forwarded as it came; limit takes stub, drop, close or maskValue"#
    ),
    Golden(
      .config,
      #"onFault: { malformed: quarantine, overlong: maskValue, tooDeep: text, keyMissing: text }"#,
      #"f:2:23: action 'quarantine' is not available in this version; malformed takes stub, drop, close or text"#,
      #"f:2:45: action 'maskValue' goes with limit, keyMissing and vaultDown only; overlong takes stub, drop or close"#,
      #"f:2:65: action 'text' goes with malformed only; tooDeep takes stub, drop or close"#,
      #"f:2:83: action 'text' goes with malformed only; keyMissing takes stub, drop, close or maskValue"#
    ),
    Golden(
      .config,
      #"onFault: { malformed: stubb, invalidUtf8: stub, vaultDown: retry, limit: }"#,
      #"f:2:23: unknown action 'stubb' for malformed; did you mean 'stub'?"#,
      #"f:2:30: unknown key 'invalidUtf8' in onFault; did you mean 'invalidUTF8'?"#,
      #"f:2:60: unknown action 'retry' for vaultDown; use stub, drop, close or maskValue"#,
      #"f:2:74: limit has no value"#),
    Golden(
      .config,
      #"onFault: stub"#,
      #"f:2:10: onFault must be a mapping with malformed, overlong, invalidUTF8, tooDeep, limit, keyMissing and vaultDown"#
    ),
  ]
}
