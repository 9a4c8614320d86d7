import Rules
import Testing

@Suite struct AddressTests {
  static let addresses: [(String, Address)] = [
    ("127.0.0.1:5170", .tcp(host: "127.0.0.1", port: 5170)),
    ("collector:1", .tcp(host: "collector", port: 1)),
    ("a-b.c_d.svc.cluster.local:65535", .tcp(host: "a-b.c_d.svc.cluster.local", port: 65535)),
    ("example.com.:80", .tcp(host: "example.com.", port: 80)),
    ("0.0.0.0:0", .tcp(host: "0.0.0.0", port: 0)),
    ("[::1]:9", .tcp(host: "::1", port: 9)),
    ("[::]:9", .tcp(host: "::", port: 9)),
    ("[2001:db8:0:1:2:3:4:5]:9", .tcp(host: "2001:db8:0:1:2:3:4:5", port: 9)),
    ("[2001:DB8::5]:9", .tcp(host: "2001:DB8::5", port: 9)),
    ("[::ffff:10.0.0.1]:9", .tcp(host: "::ffff:10.0.0.1", port: 9)),
    ("[1:2:3:4:5:6:10.0.0.1]:9", .tcp(host: "1:2:3:4:5:6:10.0.0.1", port: 9)),
    ("[fe80::1%eth0]:9", .tcp(host: "fe80::1%eth0", port: 9)),
    ("unix:/run/maskline.sock", .unix(path: "/run/maskline.sock")),
    ("unix:/a:1", .unix(path: "/a:1")),
  ]

  @Test(arguments: addresses)
  func `An address is read, and written as it was read`(text: String, address: Address) throws {
    #expect(try Address(parsing: text, for: .listen) == address)
    #expect(address.description == text)
  }

  static let noName =
    "has a host that is no name and no IPv4 address; use letters, digits, '.', '-', '_'"
  static let noPort = "has no port; write host:port, [::1]:port or unix:/path"
  static let badPort = "has no port; a port is a number from 1 to 65535"
  static let noIPv6 = "has no IPv6 address in its brackets"
  static let noPath = "must name a socket by its absolute path: unix:/run/maskline.sock"
  static let colons = "has too many colons; write an IPv6 address in brackets: [::1]:port"
  static let errors: [(String, String)] = [
    ("", noPort),
    ("localhost", noPort),
    ("localhost:", badPort),
    ("localhost:http", badPort),
    ("localhost:65536", badPort),
    ("localhost:-1", badPort),
    ("localhost:+1", badPort),
    ("localhost: 1", badPort),
    (":80", "has no host; write 127.0.0.1:80, or 0.0.0.0:80 for all interfaces"),
    ("::1:80", colons),
    ("http://host:80", colons),
    ("host:80:90", colons),
    ("1.2.3:80", noName),
    ("127.1:80", noName),
    ("256.0.0.1:80", noName),
    ("010.0.0.1:80", noName),
    ("1:80", noName),
    ("a..b:80", noName),
    ("-a:80", noName),
    ("a b:80", noName),
    ("bücher:80", noName),
    ("[]:80", noIPv6),
    ("[::1::2]:80", noIPv6),
    ("[1:2:3]:80", noIPv6),
    ("[1:2:3:4:5:6:7:8:9]:80", noIPv6),
    ("[::12345]:80", noIPv6),
    ("[::g]:80", noIPv6),
    ("[:::]:80", noIPv6),
    ("[1:2:3:4:5:6:7:8::]:80", noIPv6),
    ("[::+1]:80", noIPv6),
    ("[::1.2.3]:80", noIPv6),
    ("[fe80::1%]:80", noIPv6),
    ("[localhost]:80", noIPv6),
    ("unix:", noPath),
    ("unix:run/a.sock", noPath),
    ("unix:/run/", noPath),
    ("unix:@abstract", noPath),
    ("unix:/a\nb", "has a control character in its path"),
  ]

  @Test(arguments: errors)
  func `What is no address is refused with the part that is wrong`(text: String, error: String) {
    let shown = text.replacing("\n", with: "?")
    #expect {
      try Address(parsing: text, for: .listen)
    } throws: {
      "\($0)" == "address '\(shown)' \(error)"
    }
  }

  @Test func `A socket path may have 107 bytes and no more`() throws {
    let path = "/" + String(repeating: "a", count: 106)
    #expect(try Address(parsing: "unix:\(path)", for: .listen) == .unix(path: path))
    let shown = "'unix:/" + String(repeating: "a", count: 34) + "...'"
    #expect {
      try Address(parsing: "unix:\(path)a", for: .listen)
    } throws: {
      "\($0)" == "address \(shown) has a path of 108 bytes; the limit is 107"
    }
  }

  @Test func `Port 0 is for listening only`() throws {
    #expect(try Address(parsing: "a:0", for: .listen) == .tcp(host: "a", port: 0))
    #expect {
      try Address(parsing: "a:0", for: .upstream)
    } throws: {
      "\($0)"
        == "address 'a:0' has port 0, which nothing listens on; write a port from 1 to 65535"
    }
  }
}
