import Foundation
import Testing
import Validators

/// Numbers of persons and firms: one published by the issuer or in the literature, and its broken twin.
@Suite("National numbers") struct NationalNumberTests {
  @Test(
    "A published number passes, and its broken twin fails",
    arguments: [
      // Americas. Wikipedia, "Social insurance number"; Receita Federal; AFIP; SII; SEGOB.
      (Validator.sin, "130 692 544", "130 692 545"), (.sin, "123-456-782", "046-454-286"),
      (.cpf, "529.982.247-25", "529.982.247-24"), (.cpf, "390.533.447-05", "111.111.111-11"),
      (.cnpj, "16.727.230/0001-97", "16.727.230/0001-98"),
      // Serpro's example of a number with letters.
      (.cnpj, "12.ABC.345/01DE-35", "12.ABC.345/01DE-36"),
      (.cuit, "20-05536168-2", "20-05536168-3"), (.cuit, "20267565393", "20267565392"),
      (.rut, "76086428-5", "76086428-6"), (.rut, "12.531.909-2", "12.531.909-3"),
      (.curp, "BOXW310820HNERXN09", "BOXW310820HNERXN08"),
      (.mbi, "1EG4-TE5-MK73", "1EG4-TE5-MK7S"), (.mbi, "1EG4TE5MK73", "0EG4TE5MK73"),
      // CMS's example of the check digit; DEA's example.
      (.npi, "1234567893", "1234567894"), (.dea, "AB1234563", "AB1234564"),
      // Asia and the Pacific. ATO; ABR; METeOR; IRD; UIDAI; ICA; MOIS; MIC; GB 11643; DOPA.
      (.tfn, "123 456 782", "123 456 783"), (.abn, "83 914 571 673", "83 914 571 674"),
      (.abn, "51 824 753 556", "51 824 753 557"), (.medicareAU, "2123 45670 1", "2123 45680 1"),
      (.ird, "49-091-850", "49-091-851"), (.ird, "136410132", "136410133"),
      (.aadhaar, "2341 2341 2346", "2341 2341 2347"), (.nric, "S1234567D", "S1234567E"),
      (.nric, "T1234567J", "T1234567K"), (.nric, "F1234567N", "F1234567P"),
      (.nric, "G1234567X", "G1234567L"), (.nric, "M1234567K", "M1234567L"),
      (.rrn, "971013-9019902", "971013-9019903"), (.myNumber, "6214 9832 0257", "6214 9832 0258"),
      (.residentIDCN, "360426199101010071", "360426199101010072"),
      (.residentIDCN, "11010519491231002X", "110105194912310021"),
      (.citizenIDTH, "3100600445635", "3100600445636"),
      (.citizenIDZA, "7503305044089", "8503305044089"),
      // Europe.
      (.steuerID, "36 574 261 809", "36 554 266 806"), (.steuerID, "86095742719", "86095742710"),
      (.nir, "2 95 10 99 126 111 93", "2 95 10 99 126 111 99"),
      (.nir, "253072B07300470", "253072C07300443"), (.nif, "54362315K", "54362315Z"),
      (.nif, "X-2482300-W", "X-2482300-A"), (.nif, "B64717838", "B64717839"),
      (.nif, "12345678Z", "12345678A"), (.codiceFiscale, "RCCMNL83S18D969H", "RCCMNL83S18D969I"),
      (.codiceFiscale, "RSSMRA85T10A562S", "RSSMRA85Z10A562S"),
      // The same with digits written as letters (omocodia).
      (.codiceFiscale, "RSSMRA85T10A56NH", "RSSMRA85T10A56NS"),
      (.bsn, "1112.22.333", "1112.52.333"),
      (.nationalNumberBE, "85.07.30-033.28", "85.07.30-033.29"),
      (.nationalNumberBE, "17 07 30 033 84", "17 07 30 033 85"),
      (.taxNumberPT, "501 964 843", "501 964 842"), (.pesel, "44051401359", "44051401358"),
      (.pesel, "02070803628", "02130803628"), (.nip, "856-734-62-15", "856-734-62-16"),
      (.personnummer, "880320-0016", "880320-0018"),
      (.personnummer, "19811228-9874", "19811328-9874"),
      (.fodselsnummer, "151086 95088", "151086 95077"), (.cpr, "211062-5629", "511062-5629"),
      (.hetu, "131052-308T", "131052-308U"), (.hetu, "010200A9618", "310252A308Y"),
      (.pps, "6433435F", "6433435E"), (.pps, "6433435OA", "6433435OB"),
      (.rodneCislo, "710319/2745", "710319/2746"), (.cnp, "1630615123457", "1632215123457"),
      (.egn, "8032056031", "8019010008"), (.amka, "01013099997", "01013099999"),
      (.isikukood, "36805280109", "36805280108"), (.isikukood, "33309240064", "33309240164"),
      (.kennitala, "450401-3150", "320174-3399"), (.tckn, "17291716060", "17291716050"),
      (.socialInsuranceAT, "1237 010180", "2237 010180"),
      (.ahv, "756.9217.0769.85", "756.9217.0769.84"), (.utr, "1955839661", "2955839661"),
      (.vat, "DE136695976", "DE136695977"), (.vat, "ATU13585627", "ATU13585626"),
      (.vat, "BE0428759497", "BE0428759498"), (.vat, "DK13585628", "DK13585627"),
      (.vat, "FI20774740", "FI20774741"), (.vat, "FR40303265045", "FR41303265045"),
      (.vat, "NL004495445B01", "NL004495446B01"), (.vat, "PL8567346215", "PL8567346216"),
      (.vat, "LU15027442", "LU15027443"), (.vat, "SE123456789701", "SE123456789101"),
      (.vat, "EL094259216", "EL094259217"), (.vat, "HU12892312", "HU12892313"),
      (.vat, "MT11679112", "MT11679113"), (.vat, "EE100931558", "EE100931559"),
      (.vat, "SK2022749619", "SK2022749618"), (.vat, "IT00743110157", "IT00743110158"),
      (.bic, "AGRIFRPP882", "AGRIFRPP8"), (.bic, "DEUTDEFF", "DEUTQQFF"),
      // 49 CFR 565's example.
      (.vin, "1M8GDM9AXKP042788", "1M8GDM9A1KP042788"),
      // ORCID's documentation; ISO 17442's example.
      (.iso7064mod11x2, "0000-0002-1825-0097", "0000-0002-1825-0098"),
      (.iso7064mod11x2, "079X", "0791"),
      (.iso7064mod97x10, "213800KUD8LAJWSQ9D15", "213800KUD8LXJWSQ9D15"),
    ])
  func published(validator: Validator, number: String, twin: String) {
    #expect(accepts(validator, number))
    #expect(accepts(validator, number.lowercased()), "case does not matter")
    #expect(!accepts(validator, twin))
    // These come in several lengths.
    guard ![.medicareAU, .ird, .iso7064mod11x2].contains(validator) else { return }
    #expect(!accepts(validator, number + "7"), "a character too many")
    #expect(!accepts(validator, String(number.dropLast())), "a character too few")
  }

  @Test(
    "Nothing, blanks, and zeros alone are refused",
    arguments: [
      Validator.sin, .tfn, .abn, .medicareAU, .ird, .aadhaar, .cpf, .cnpj, .cuit, .curp, .nric,
      .rrn, .myNumber, .residentIDCN, .citizenIDTH, .citizenIDZA, .steuerID, .nir, .bsn,
      .nationalNumberBE, .taxNumberPT, .pesel, .nip, .personnummer, .fodselsnummer, .cpr, .hetu,
      .rodneCislo, .cnp, .egn, .amka, .isikukood, .kennitala, .tckn, .socialInsuranceAT, .ahv, .utr,
      .mbi, .npi, .dea, .vat, .bic, .vin,
    ])
  func empty(validator: Validator) {
    #expect(!accepts(validator, ""))
    #expect(!accepts(validator, " - "))
    for count in 6...18 {
      #expect(!accepts(validator, String(repeating: "0", count: count)), "\(count) zeros")
    }
  }

  @Test("A date of birth must be a day that exists")
  func days() {
    for (validator, good, bad) in [
      // 29 February of 2000 and 2004 exist, those of 1900 and 2001 do not.
      (Validator.cpr, "290200-4002", "290200-1002"), (.cpr, "290204-4000", "290201-4000"),
      (.cpr, "310164-1001", "310464-1001"), (.cpr, "010164-1001", "000164-1001"),
    ] {
      #expect(accepts(validator, good))
      #expect(!accepts(validator, bad))
    }
  }
}

/// Wallet addresses: the vectors of their specifications.
@Suite("Wallet addresses") struct WalletTests {
  @Test(
    "An address passes, and with any one character changed it fails",
    arguments: [
      // Bitcoin Wiki's example, the first block's address, a script hash; Litecoin; Tron; Dogecoin.
      (Validator.base58Check, "16UwLL9Risc3QfPqBUvKofHmBQ7wMtjvM"),
      (.base58Check, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
      (.base58Check, "3P14159f73E4gFr7JterCCQh9QjiTjiZrG"),
      (.base58Check, "1NEDqZPvTWRaoho48qXuLLsrYomMXPABfD"),
      // BIP 173 and BIP 350.
      (.bech32, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
      (.bech32, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
      // EIP-55.
      (.eip55, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
      (.eip55, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
      (.eip55, "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"),
      (.eip55, "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"),
    ])
  func vectors(validator: Validator, address: String) {
    #expect(accepts(validator, address))
    var characters = Array(address)
    for index in characters.indices.dropFirst(4) {
      let held = characters[index]
      characters[index] = held == "4" ? "5" : "4"
      #expect(!accepts(validator, String(characters)))
      characters[index] = held
    }
  }

  @Test("Case is checked where it must be, and does not mix in Bech32")
  func cases() {
    let bech32 = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    #expect(accepts(.bech32, bech32.uppercased()))
    #expect(!accepts(.bech32, "BC1" + bech32.dropFirst(3)))
    let address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    #expect(accepts(.eip55, address.lowercased()))
    #expect(accepts(.eip55, "0x" + address.dropFirst(2).uppercased()))
    #expect(!accepts(.eip55, address.replacingOccurrences(of: "aAeb", with: "AAeb")))
    #expect(!accepts(.eip55, String(address.dropLast())))
  }
}
