/// A sign of a lead, and how common it is.
struct SignChoice {
  var sign = TriggerPlan.Sign.none
  /// How often it is met, roughly: a share of all places.
  var share = 1.0

  /// A sign that is met more often than this is worth less than a keyword.
  private static let weakShare = 0.002

  /// Whether it is rarer than a keyword.
  var isStrong: Bool { share <= Self.weakShare }
}

/// Chooses for a lead the sign that ordinary text has the least often.
struct SignChooser {
  /// A stretch that can be written in more ways makes too many grams.
  private static let gramsMax = 48
  /// Grams that are met less often are looked for in any case: windows are for what has none.
  private static let gramShareMax = 0.0008
  /// How many of the places where a window stands begin a word.
  private static let wordStartShare = 0.15

  /// What one place of a lead is worth.
  private struct Place {
    /// The bytes without their case, if they are few and all ASCII.
    var folded: [UInt8]?
    var weight: Double
    var digitShare: Double
    var letterShare: Double
    /// Where such a byte stands in typical text.
    var column: [UInt64]

    init(_ set: ByteSet) {
      let bytes = set.bytes
      weight = min(1, bytes.reduce(0) { $0 + TriggerPlan.weight($1) })
      digitShare = Double(set.ascii.intersection(.digits).count) / 10
      letterShare = Double(set.ascii.intersection(.letters).count) / 52
      column = TypicalText.places(of: bytes)
      guard let last = bytes.last, last < 0x80, bytes.count <= 2 * SignChooser.gramsMax else {
        return
      }
      folded = ByteSet(bytes.lazy.map(TriggerPlan.fold)).bytes
    }

    /// How often the place is met behind `before`. Digits and letters come in runs: behind one of a
    /// kind another is likely.
    func share(after before: Place) -> Double {
      let run =
        0.7 * digitShare * before.digitShare + 0.7 * letterShare * before.letterShare
      return max(weight, min(run, 1))
    }
  }

  private var places: [ByteSet: Place] = [:]

  private mutating func place(_ set: ByteSet) -> Place {
    if let known = places[set] { return known }
    let place = Place(set)
    places[set] = place
    return place
  }

  /// The lead of a way whose sign is the rarest.
  mutating func rarest(_ leads: [Lead]) -> (lead: Lead, choice: SignChoice) {
    var best = (lead: Lead.unknown, choice: SignChoice())
    for lead in leads {
      let choice = choice(lead)
      if choice.share < best.choice.share { best = (lead, choice) }
    }
    return best
  }

  private mutating func choice(_ lead: Lead) -> SignChoice {
    guard !lead.sets.isEmpty else { return SignChoice() }
    let places = lead.sets.map { place($0) }
    let window = Self.window(lead, places)
    if let grams = Self.grams(places), grams.share < max(window.share * 4, Self.gramShareMax) {
      return SignChoice(sign: .grams(grams.grams), share: grams.share)
    }
    return SignChoice(
      sign: .window(window.window, distance: window.distance), share: window.share)
  }

  /// How often the places are met one behind the other: as counted in typical text, and as rare as
  /// their bytes are, for what the text has not. `limit` if it is not less.
  private static func share(
    _ places: ArraySlice<Place>, _ border: TriggerPlan.Border = .anywhere, below limit: Double
  ) -> Double {
    var share = (border == .word ? wordStartShare : 1.0) / 4
    var before: Place?
    for place in places {
      share *= before.map { place.share(after: $0) } ?? place.weight
      before = place
    }
    guard share < limit else { return limit }
    return min(limit, share + TypicalText.share(of: places.map(\.column), border))
  }

  private static func grams(_ places: [Place]) -> (grams: [TriggerPlan.Gram], share: Double)? {
    guard places.count >= 4 else { return nil }
    var best: [(start: Int, share: Double)?] = [nil, nil]
    for start in 0...places.count - 3 {
      let ways = (0..<3).reduce(1) { $0 * (places[start + $1].folded?.count ?? gramsMax + 1) }
      guard ways <= gramsMax else { continue }
      let limit = best[start & 1]?.share ?? 1
      let share = share(places[start..<start + 3], below: limit)
      if share < limit { best[start & 1] = (start, share) }
    }
    guard let even = best[0], let odd = best[1] else { return nil }
    return (grams(places, even.start) + grams(places, odd.start), (even.share + odd.share) / 2)
  }

  private static func grams(_ places: [Place], _ start: Int) -> [TriggerPlan.Gram] {
    var grams: [UInt32] = [0]
    for place in 0..<3 {
      let bytes = places[start + place].folded ?? []
      grams = grams.flatMap { gram in bytes.map { gram | UInt32($0) << UInt32(8 * place) } }
    }
    return grams.map { TriggerPlan.Gram(bytes: $0, distance: start) }
  }

  private static func window(
    _ lead: Lead, _ places: [Place]
  ) -> (window: TriggerPlan.Window, distance: Int, share: Double) {
    let length = TriggerPlan.windowBytes
    var best = (start: 0, share: 1.0)
    for start in 0..<max(1, places.count - length + 1) {
      let border = start == 0 && lead.beginsWord ? TriggerPlan.Border.word : .anywhere
      let share = share(
        places[start..<min(start + length, places.count)], border, below: best.share)
      if share < best.share { best = (start, share) }
    }
    var sets = Array(lead.sets[best.start..<min(best.start + length, lead.sets.count)])
    while sets.count < length { sets.append(ByteSet(.all).union(.nonASCII)) }
    let border = best.start == 0 && lead.beginsWord ? TriggerPlan.Border.word : .anywhere
    let window = TriggerPlan.Window(sets: sets, border: border)
    return (window, best.start, best.share)
  }
}

extension TriggerPlan {
  /// How often a byte is met in the strings of log records, roughly.
  public static func weight(_ byte: UInt8) -> Double { weights[Int(byte)] }

  private static let weights: [Double] = (UInt8.min...UInt8.max).map { byte in
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): 0.02
    case UInt8(ascii: "a")...UInt8(ascii: "f"): 0.04
    case UInt8(ascii: "g")...UInt8(ascii: "z"): "gkjqxzvw".utf8.contains(byte) ? 0.006 : 0.03
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): 0.003
    case UInt8(ascii: " "), UInt8(ascii: "-"): 0.04
    case UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"): 0.02
    case UInt8(ascii: "_"), UInt8(ascii: "="), UInt8(ascii: ","): 0.008
    case 0x80...: 0.003
    default: 0.001
    }
  }
}
