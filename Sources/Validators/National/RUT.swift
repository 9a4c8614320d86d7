/// Chilean tax numbers (RUT, RUN).
///
/// Source: Servicio de Impuestos Internos, "Cálculo del dígito verificador": seven or eight digits and
/// a check character modulo 11 with the weights 2 to 7 from the right; 10 is written K, 11 as 0.
enum RUT {
  /// Whether `text` holds such a number.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 8...9), code.areDigits(0..<(code.count - 1)) else {
      return false
    }
    var sum = 0
    for index in 0..<(code.count - 1) {
      sum += code.digit(index) * (2 + (code.count - 2 - index) % 6)
    }
    let check = 11 - sum % 11
    let last = code[code.count - 1]
    return last == (check == 11 ? 0x30 : check == 10 ? 0x4B : UInt8(0x30 + check))
  }
}
