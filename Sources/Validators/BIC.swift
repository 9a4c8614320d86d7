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
    for at in stride(from: 0, to: countries.count, by: 2)
    where countries[at] == first && countries[at + 1] == second { return true }
    return false
  }

  /// The pairs of ISO 3166-1, and XK.
  private static let countries = Letters(
    """
    ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCN\
    COCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHM\
    HNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMK\
    MLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURW\
    SASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVI\
    VNVUWFWSXKYEYTZAZMZW
    """)
}
