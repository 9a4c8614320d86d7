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
  /// A Canadian social insurance number.
  case sin
  /// An Australian tax file number.
  case tfn
  /// An Australian business number.
  case abn
  /// An Australian Medicare card number.
  case medicareAU = "medicare-au"
  /// A New Zealand tax number.
  case ird
  /// An Indian Aadhaar number.
  case aadhaar
  /// A Brazilian number of a natural person.
  case cpf
  /// A Brazilian number of a legal person.
  case cnpj
  /// An Argentinian tax or labour number.
  case cuit
  /// A Chilean tax number.
  case rut
  /// A Mexican population registry code.
  case curp
  /// A Singapore identity card number or FIN.
  case nric
  /// A Korean resident registration number.
  case rrn
  /// A Japanese individual number.
  case myNumber = "my-number"
  /// A Chinese resident identity number.
  case residentIDCN = "cn-id"
  /// A Thai citizen number.
  case citizenIDTH = "th-id"
  /// A South African identity number.
  case citizenIDZA = "za-id"
  /// A German tax identification number.
  case steuerID = "steuer-id"
  /// A French social security number with its key.
  case nir
  /// A Spanish DNI, NIE, NIF or CIF.
  case nif
  /// An Italian tax code of a person.
  case codiceFiscale = "codice-fiscale"
  /// A Dutch citizen service number.
  case bsn
  /// A Belgian national register number.
  case nationalNumberBE = "be-nn"
  /// A Portuguese tax number.
  case taxNumberPT = "pt-nif"
  /// A Polish national identification number.
  case pesel
  /// A Polish tax number.
  case nip
  /// A Swedish personal identity number.
  case personnummer
  /// A Norwegian birth number.
  case fodselsnummer
  /// A Danish personal number: its date of birth.
  case cpr
  /// A Finnish personal identity code, with its sign for the century.
  case hetu
  /// An Irish personal public service number.
  case pps
  /// A Czech or Slovak birth number.
  case rodneCislo = "rodne-cislo"
  /// A Romanian personal numeric code.
  case cnp
  /// A Bulgarian uniform civil number.
  case egn
  /// A Greek social security number.
  case amka
  /// An Estonian or Lithuanian personal code.
  case isikukood
  /// An Icelandic identification number.
  case kennitala
  /// A Turkish identification number.
  case tckn
  /// An Austrian social insurance number.
  case socialInsuranceAT = "at-svnr"
  /// A Swiss social security number.
  case ahv
  /// A unique taxpayer reference of the United Kingdom.
  case utr
  /// A United States Medicare beneficiary identifier: its form.
  case mbi
  /// A United States national provider identifier.
  case npi
  /// A registration number of the United States DEA.
  case dea
  /// A value added tax number with its country's letters.
  case vat
  /// A business identifier code of a bank: its form and country.
  case bic
  /// A vehicle identification number with its check character.
  case vin
  /// The pure system MOD 11-2 of ISO/IEC 7064; ORCID and Chinese numbers carry it.
  case iso7064mod11x2 = "iso7064mod11-2"
  /// The pure system MOD 97-10 of ISO/IEC 7064; LEIs carry it.
  case iso7064mod97x10 = "iso7064mod97-10"
  /// A wallet address in Base58Check.
  case base58Check = "base58check"
  /// A wallet address in Bech32 or Bech32m.
  case bech32
  /// An Ethereum address; in mixed case with its check.
  case eip55

  /// Whether `text` passes the check.
  ///
  /// Numbers may be written with separators: every byte that is neither an ASCII letter nor an
  /// ASCII digit is passed over. `entropy`, `ipv4`, `hetu` and the wallet addresses take the text as
  /// it stands.
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
    case .sin: SIN.accepts(text)
    case .tfn: TFN.accepts(text)
    case .abn: ABN.accepts(text)
    case .medicareAU: MedicareAU.accepts(text)
    case .ird: IRD.accepts(text)
    case .aadhaar: Aadhaar.accepts(text)
    case .cpf: CPF.accepts(text)
    case .cnpj: CNPJ.accepts(text)
    case .cuit: CUIT.accepts(text)
    case .rut: RUT.accepts(text)
    case .curp: CURP.accepts(text)
    case .nric: NRIC.accepts(text)
    case .rrn: RRN.accepts(text)
    case .myNumber: MyNumber.accepts(text)
    case .residentIDCN: ResidentIDCN.accepts(text)
    case .citizenIDTH: CitizenIDTH.accepts(text)
    case .citizenIDZA: CitizenIDZA.accepts(text)
    case .steuerID: SteuerID.accepts(text)
    case .nir: NIR.accepts(text)
    case .nif: NIF.accepts(text)
    case .codiceFiscale: CodiceFiscale.accepts(text)
    case .bsn: BSN.accepts(text)
    case .nationalNumberBE: NationalNumberBE.accepts(text)
    case .taxNumberPT: TaxNumberPT.accepts(text)
    case .pesel: PESEL.accepts(text)
    case .nip: NIP.accepts(text)
    case .personnummer: Personnummer.accepts(text)
    case .fodselsnummer: Fodselsnummer.accepts(text)
    case .cpr: CPR.accepts(text)
    case .hetu: HETU.accepts(text)
    case .pps: PPS.accepts(text)
    case .rodneCislo: RodneCislo.accepts(text)
    case .cnp: CNP.accepts(text)
    case .egn: EGN.accepts(text)
    case .amka: AMKA.accepts(text)
    case .isikukood: Isikukood.accepts(text)
    case .kennitala: Kennitala.accepts(text)
    case .tckn: TCKN.accepts(text)
    case .socialInsuranceAT: SocialInsuranceAT.accepts(text)
    case .ahv: AHV.accepts(text)
    case .utr: UTR.accepts(text)
    case .mbi: MBI.accepts(text)
    case .npi: NPI.accepts(text)
    case .dea: DEA.accepts(text)
    case .vat: VAT.accepts(text)
    case .bic: BIC.accepts(text)
    case .vin: VIN.accepts(text)
    case .iso7064mod11x2: ISO7064.Mod11x2.accepts(text)
    case .iso7064mod97x10: ISO7064.Mod97x10.accepts(text)
    case .base58Check: Base58Check.accepts(text)
    case .bech32: Bech32.accepts(text)
    case .eip55: EIP55.accepts(text)
    }
  }
}
