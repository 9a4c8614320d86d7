import Foundation
import Testing
import Validators

@Suite("Validators") struct ValidatorTests {
  @Test("The names are the ones that mask files use")
  func names() {
    #expect(
      Validator.allCases.map(\.rawValue) == [
        "luhn", "iban", "ssn", "itin", "aba", "verhoeff", "mod11", "iso7064mod11-10", "nhs",
        "imei", "entropy", "ipv4", "sin", "tfn", "abn", "medicare-au", "ird", "aadhaar", "cpf",
        "cnpj", "cuit", "rut", "curp", "nric", "rrn", "my-number", "cn-id", "th-id", "za-id",
        "steuer-id", "nir", "nif", "codice-fiscale", "bsn", "be-nn", "pt-nif", "pesel", "nip",
        "personnummer", "fodselsnummer", "cpr", "hetu", "pps", "rodne-cislo", "cnp", "egn",
        "amka", "isikukood", "kennitala", "tckn", "at-svnr", "ahv", "utr", "mbi", "npi", "dea",
        "vat", "bic", "vin", "iso7064mod11-2", "iso7064mod97-10", "base58check", "bech32",
        "eip55",
      ])
  }

  @Test(
    "A published number passes, and with any one digit changed it fails",
    arguments: [
      // ISO/IEC 7812-1 annex B; the brands' test cards.
      (Validator.luhn, "79927398713"), (.luhn, "4111111111111111"), (.luhn, "378282246310005"),
      // Verhoeff 1969 as worked through by Wikipedia; UIDAI's sample Aadhaar number.
      (.verhoeff, "2363"), (.verhoeff, "123451"), (.verhoeff, "234123412346"),
      // ISBN Users' Manual; the weights 2, 3, 4 ... are those of ISBN-10.
      (.mod11, "0306406152"), (.mod11, "9434765919"),
      // ISO 7064 examples; Croatian tax authority; German Federal Central Tax Office.
      (.iso7064mod11x10, "07945"), (.iso7064mod11x10, "33392005961"),
      (.iso7064mod11x10, "86095742719"), (.iso7064mod11x10, "002006673085"),
      // The number in the NHS's own examples of formatting, and one of a test system.
      (.nhs, "9434765919"), (.nhs, "4010232137"),
      // Wikipedia's worked examples of 3GPP TS 23.003.
      (.imei, "490154203237518"), (.imei, "352099001761481"),
      // Routing numbers of JPMorgan Chase, the Federal Reserve and Bank of America.
      (.aba, "021000021"), (.aba, "011000015"), (.aba, "026009593"),
      // The SWIFT registry's examples.
      (.iban, "DE89370400440532013000"), (.iban, "GB29NWBK60161331926819"),
      (.iban, "NO9386011117947"), (.iban, "MT84MALT011000012345MTLCAST001S"),
      (.iban, "FR1420041010050500013M02606"), (.iban, "LC55HEMM000100010012001200023015"),
    ])
  func oneDigitWrong(validator: Validator, number: String) {
    #expect(accepts(validator, number))
    let characters = Array(number)
    for index in characters.indices {
      guard let digit = characters[index].wholeNumberValue else { continue }
      for other in 0...9 where other != digit {
        var twin = characters
        twin[index] = Character(String(other))
        #expect(!accepts(validator, String(twin)))
      }
    }
  }

  @Test("Separators between the characters of a number are passed over")
  func separators() {
    #expect(accepts(.luhn, "4111-1111 1111.1111"))
    #expect(accepts(.luhn, "4111\u{2011}1111\u{A0}1111\u{2212}1111"))
    #expect(accepts(.iban, "de89 3704 0044 0532 0130 00"))
    #expect(accepts(.ssn, "123-45-6789"))
    #expect(accepts(.itin, "912-70-1234"))
    #expect(accepts(.aba, "0210-0002-1"))
    #expect(accepts(.verhoeff, "2341 2341 2346"))
    #expect(accepts(.mod11, "0-306-40615-2"))
    #expect(accepts(.iso7064mod11x10, "86 095 742 719"))
    #expect(accepts(.nhs, "943 476 5919"))
    #expect(accepts(.imei, "35-209900-176148-1"))
  }

  @Test(
    "A letter in a number, and no digits at all, are refused",
    arguments: [
      Validator.luhn, .ssn, .itin, .aba, .verhoeff, .mod11, .iso7064mod11x10, .nhs, .imei,
    ])
  func lettersRefused(validator: Validator) {
    let good: [Validator: String] = [
      .luhn: "4111111111111111", .ssn: "123456789", .itin: "912701234", .aba: "021000021",
      .verhoeff: "2363", .mod11: "0306406152", .iso7064mod11x10: "07945", .nhs: "9434765919",
      .imei: "490154203237518",
    ]
    let number = good[validator] ?? ""
    #expect(accepts(validator, number))
    #expect(!accepts(validator, number + "x"))
    #expect(!accepts(validator, "a" + number))
    #expect(!accepts(validator, ""))
    #expect(!accepts(validator, "--"))
    #expect(!accepts(validator, "0"))
  }

  @Test("Numbers of a fixed length refuse a digit more or less")
  func lengths() {
    for (validator, number) in [
      (Validator.ssn, "123456789"), (.itin, "912701234"), (.aba, "021000021"),
      (.nhs, "9434765919"), (.imei, "490154203237518"),
    ] {
      #expect(accepts(validator, number))
      for digit in 0...9 { #expect(!accepts(validator, number + String(digit))) }
      #expect(!accepts(validator, String(number.dropLast())))
    }
  }

  @Test("A social security number of a range never issued is refused")
  func ssnRanges() {
    for good in ["001-01-0001", "665-99-9999", "667-01-0001", "899-99-9999", "078-05-1120"] {
      #expect(accepts(.ssn, good))
    }
    for bad in [
      "000-12-3456", "666-12-3456", "900-12-3456", "999-12-3456", "123-00-4567",
      "123-45-0000",
    ] {
      #expect(!accepts(.ssn, bad))
    }
  }

  @Test("An ITIN begins with 9 and has a fourth and fifth digit in the issued ranges")
  func itinRanges() {
    let issued = Set(50...65).union(70...88).union(90...92).union(94...99)
    for middle in 0...99 {
      let number = "9" + "12" + String(format: "%02d", middle) + "1234"
      #expect(accepts(.itin, number) == issued.contains(middle))
    }
    #expect(!accepts(.itin, "812-70-1234"))
  }

  @Test("A routing number begins with a Federal Reserve prefix")
  func abaPrefixes() {
    let used = Set(0...12).union(21...32).union(61...72).union([80])
    for prefix in 0...99 {
      let head = String(format: "%02d", prefix) + "100002"
      let weights = [3, 7, 1, 3, 7, 1, 3, 7]
      let sum = zip(head, weights).reduce(0) { $0 + ($1.0.wholeNumberValue ?? 0) * $1.1 }
      #expect(accepts(.aba, head + String((10 - sum % 10) % 10)) == used.contains(prefix))
    }
    #expect(!accepts(.aba, "000000000"))
  }

  @Test("Numbers of zeros alone are refused where they would pass the check digit")
  func zeros() {
    #expect(!accepts(.nhs, "0000000000"))
    #expect(!accepts(.imei, "000000000000000"))
  }

  @Test("Verhoeff finds every swap of two neighbours")
  func verhoeffSwaps() {
    let number = Array("234123412346")
    for index in 0..<(number.count - 1) where number[index] != number[index + 1] {
      var twin = number
      twin.swapAt(index, index + 1)
      #expect(!accepts(.verhoeff, String(twin)))
    }
  }

  @Test("A check digit of 10 modulo 11 is refused, and 11 is written 0")
  func mod11Edges() {
    // 1·2 leaves 2, and 11 - 2 is 9. 5·2 leaves 10: 1. 6·2 leaves 1: 10, which is refused.
    #expect(accepts(.mod11, "19"))
    #expect(accepts(.mod11, "51"))
    for digit in 0...9 { #expect(!accepts(.mod11, "6" + String(digit))) }
    #expect(accepts(.mod11, "1234560"))
    #expect(!accepts(.mod11, "1234567"))
    // The eleventh weight is 11 itself and does not count; the weights go on after it.
    #expect(accepts(.mod11, "90000000000"))
    #expect(!accepts(.mod11, "100000000000"))
  }

  @Test("An IPv4 address has four octets of 0 to 255")
  func ipv4() {
    // RFC 5737's documentation addresses.
    for good in [
      "192.0.2.1", "198.51.100.255", "203.0.113.0", "0.0.0.0", "255.255.255.255",
      "192.168.001.001",
    ] {
      #expect(accepts(.ipv4, good))
    }
    for bad in [
      "", "192.0.2", "192.0.2.1.5", "256.0.2.1", "192.0.2.256", "192.0..1", ".192.0.2.1",
      "192.0.2.1.", "192.0.2.1 ", "192.0.2.0001", "192,0,2,1", "a.b.c.d", "1.2.3.999",
    ] {
      #expect(!accepts(.ipv4, bad))
    }
  }

  @Test("Three bits per character part random text from words")
  func entropy() {
    #expect(accepts(.entropy, "abcdefgh"))
    #expect(accepts(.entropy, "aabbccddeeffgghh"))
    #expect(accepts(.entropy, "aaabbbcccdddeeefffggghhh"))
    #expect(accepts(.entropy, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))
    #expect(accepts(.entropy, "9f86d081884c7d659a2feaa0c55ad015"))
    #expect(!accepts(.entropy, ""))
    #expect(!accepts(.entropy, "abcdefg"))
    #expect(!accepts(.entropy, "abcdefga"))
    #expect(!accepts(.entropy, "password"))
    #expect(!accepts(.entropy, "xxxxxxxxxxxxxxxxxxxxxxxx"))
    #expect(!accepts(.entropy, "0000000000000000"))
    #expect(!accepts(.entropy, "changemechangeme"))
  }

  @Test("The entropy agrees with the C library's logarithm away from the threshold")
  func entropyAgainstLog2() {
    var draw = Draw(for: "entropy")
    for _ in 0..<2_000 {
      let text = draw.word("abcdefghijkl", Int.random(in: 1...60, using: &draw))
      let counts = text.reduce(into: [Character: Double]()) { $0[$1, default: 0] += 1 }
      let total = Double(text.count)
      let bits = -counts.values.reduce(0) { $0 + $1 / total * log2($1 / total) }
      guard abs(bits - 3) > 1e-6 else { continue }
      #expect(accepts(.entropy, text) == (bits > 3))
    }
  }
}
