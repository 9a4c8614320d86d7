/// Business identifier codes of banks.
///
/// Source: ISO 9362:2022: four letters (letters or digits since 2014, in practice letters), the country
/// by ISO 3166-1 (and XK for Kosovo), two letters or digits, and three more for a branch.
enum BIC {
  /// Whether `text` holds eight or eleven characters of that form.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 8...11), code.count == 8 || code.count == 11,
      code.areLetters(0..<6)
    else { return false }
    return isCountry(code[4], code[5])
  }

  private static func isCountry(_ first: UInt8, _ second: UInt8) -> Bool {
    countries.withUTF8Buffer { letters in
      var at = 0
      while at < letters.count {
        if unsafe letters[at] == first, unsafe letters[at + 1] == second { return true }
        at += 2
      }
      return false
    }
  }

  /// The pairs of ISO 3166-1, and XK.
  private static let countries: StaticString =
    """
    ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCN\
    COCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHM\
    HNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMK\
    MLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURW\
    SASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVI\
    VNVUWFWSXKYEYTZAZMZW
    """
}
