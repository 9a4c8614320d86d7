/// A check that a text must pass before a pattern's match counts as a finding.
///
/// The raw value is the name that a mask file's `validate` list uses.
public enum Validator: String, CaseIterable, Sendable {
  /// The check digit of payment cards and many other numbers (ISO/IEC 7812-1, annex B).
  case luhn
  /// An international bank account number: country, length and check digits (ISO 13616-1).
  case iban
  /// A United States social security number: its never-issued ranges are refused.
  case ssn
  /// A United States individual taxpayer identification number: only its issued ranges.
  case itin
  /// A United States bank routing number: check digit and Federal Reserve prefix.
  case aba
  /// The dihedral check digit of J. Verhoeff (1969); Aadhaar numbers carry it.
  case verhoeff
  /// A check digit modulo 11 with the weights 2, 3, 4 ... from the right.
  case mod11
  /// The hybrid system MOD 11,10 of ISO/IEC 7064; German tax numbers and Croatian OIBs carry it.
  case iso7064mod11x10 = "iso7064mod11-10"
  /// A National Health Service number of England and Wales: ten digits, modulo 11.
  case nhs
  /// The identity of a mobile device: 15 digits with a Luhn check digit (3GPP TS 23.003).
  case imei
  /// At least 3 bits of Shannon entropy per character: random text rather than words.
  case entropy
  /// An IPv4 address: four numbers of 0 to 255 with dots between.
  case ipv4

  /// Whether `text` passes the check.
  ///
  /// Numbers may be written with separators: every byte that is neither an ASCII letter nor an
  /// ASCII digit is passed over. `entropy` and `ipv4` take the text as it stands.
  public func accepts(_ text: Span<UInt8>) -> Bool {
    switch self {
    case .luhn: Luhn.accepts(text)
    case .iban: IBAN.accepts(text)
    case .ssn: SSN.accepts(text)
    case .itin: ITIN.accepts(text)
    case .aba: ABA.accepts(text)
    case .verhoeff: Verhoeff.accepts(text)
    case .mod11: Mod11.accepts(text)
    case .iso7064mod11x10: ISO7064.accepts(text)
    case .nhs: NHS.accepts(text)
    case .imei: IMEI.accepts(text)
    case .entropy: Entropy.accepts(text)
    case .ipv4: IPv4.accepts(text)
    }
  }
}
