import Bytes

/// IPv4 addresses in dotted decimal.
///
/// Source: RFC 3986, section 3.2.2 (`dec-octet`), but leading zeros are let pass (`192.168.001.001`
/// is an address to whoever wrote it): an octet is one to three digits, at most 255.
enum IPv4 {
  /// Whether `text` is four octets with dots between, and nothing else.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    var octets = 0
    var octet = 0
    var digits = 0
    for index in text.indices {
      let byte = text[index]
      if ASCII.isDigit(byte) {
        octet = octet * 10 + Int(byte - ASCII.zero)
        digits += 1
        guard digits <= 3, octet <= 255 else { return false }
      } else {
        guard byte == ASCII.period, digits > 0, octets < 3 else { return false }
        octets += 1
        (octet, digits) = (0, 0)
      }
    }
    return octets == 3 && digits > 0
  }
}
