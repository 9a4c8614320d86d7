/// The sign that is chosen for a lead: the one that ordinary text has the least often.
struct SignChoice {
  var sign = TriggerPlan.Sign.none
  /// How often it is met, roughly: a share of all places.
  var share = 1.0

  /// A sign that is met more often than this is worth less than a keyword.
  private static let weakShare = 0.002

  /// Whether it is rarer than a keyword. A digit run is not.
  var isStrong: Bool {
    if case .digitRun = sign { return false }
    return share <= Self.weakShare
  }

  /// How often a digit run is met. It is looked for in any case.
  private static let digitRunShare = 0.001
  /// A stretch that can be written in more ways makes too many grams.
  private static let gramsMax = 48
  /// Grams that are met less often are looked for in any case: windows are for what has none.
  private static let gramShareMax = 0.003
  /// How many of the places where a window stands begin a word.
  private static let wordStartShare = 0.15

  init(_ lead: Lead) {
    guard !lead.sets.isEmpty else { return }
    let places = lead.sets.map(Place.init)
    let window = Self.window(lead, places)
    let grams = Self.grams(places)
    if let grams, grams.share < max(window.share * 4, Self.gramShareMax) {
      sign = .grams(grams.grams)
      share = grams.share
    } else if Self.hasDigitRun(lead.sets) {
      sign = .digitRun(window.window, distance: window.distance)
      share = Self.digitRunShare
    } else {
      sign = .window(window.window, distance: window.distance)
      share = window.share
    }
  }

  /// What one place of a lead is worth.
  private struct Place {
    /// The bytes without their case, if they are few and all ASCII.
    var folded: [UInt8]?
    var weight: Double
    var digitShare: Double
    var letterShare: Double

    init(_ set: ByteSet) {
      let bytes = set.bytes
      weight = min(1, bytes.reduce(0) { $0 + TriggerPlan.weight($1) })
      digitShare = Double(set.ascii.intersection(.digits).count) / 10
      letterShare = Double(set.ascii.intersection(.letters).count) / 52
      guard let last = bytes.last, last < 0x80, bytes.count <= 2 * SignChoice.gramsMax else {
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

  private static func share(_ places: ArraySlice<Place>) -> Double {
    var share = 1.0
    var before: Place?
    for place in places {
      share *= before.map { place.share(after: $0) } ?? place.weight
      before = place
    }
    return share
  }

  private static func hasDigitRun(_ sets: [ByteSet]) -> Bool {
    let wanted = ByteSet(TriggerPlan.digitRunSet).union(.nonASCII)
    var run = 0
    for set in sets {
      run = set.isSubset(of: wanted) ? run + 1 : 0
      if run == TriggerPlan.digitRunBytes { return true }
    }
    return false
  }

  private static func grams(_ places: [Place]) -> (grams: [TriggerPlan.Gram], share: Double)? {
    guard places.count >= 4 else { return nil }
    var best: [(start: Int, share: Double)?] = [nil, nil]
    for start in 0...places.count - 3 {
      let ways = (0..<3).reduce(1) { $0 * (places[start + $1].folded?.count ?? gramsMax + 1) }
      guard ways <= gramsMax else { continue }
      let share = share(places[start..<start + 3])
      if share < best[start & 1]?.share ?? 1 { best[start & 1] = (start, share) }
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
    var best = (start: 0, share: Double.infinity)
    for start in 0..<max(1, places.count - 2) {
      let share =
        share(places[start..<min(start + 3, places.count)])
        * (start == 0 && lead.beginsWord ? wordStartShare : 1)
      if share < best.share { best = (start, share) }
    }
    var sets = Array(lead.sets[best.start..<min(best.start + 3, lead.sets.count)])
    while sets.count < 3 { sets.append(ByteSet(.all).union(.nonASCII)) }
    let window = TriggerPlan.Window(sets: sets, beginsWord: best.start == 0 && lead.beginsWord)
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
    case 0x80...: 0.0001
    default: 0.001
    }
  }
}
