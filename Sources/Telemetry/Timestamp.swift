/// RFC 3339 time in UTC with milliseconds, without Foundation.
public enum Timestamp {
  /// `2026-02-28T23:59:59.123Z`, for seconds and nanoseconds since 1970-01-01T00:00:00Z.
  public static func rfc3339(seconds: Int64, nanoseconds: Int32) -> String {
    let (days, second) = flooredQuotientAndRemainder(seconds, by: 86_400)
    let (year, month, day) = civil(fromDays: days)
    var text = ""
    text.reserveCapacity(24)
    append(year, width: 4, to: &text)
    text += "-"
    append(month, width: 2, to: &text)
    text += "-"
    append(day, width: 2, to: &text)
    text += "T"
    append(second / 3600, width: 2, to: &text)
    text += ":"
    append(second / 60 % 60, width: 2, to: &text)
    text += ":"
    append(second % 60, width: 2, to: &text)
    text += "."
    append(Int64(nanoseconds / 1_000_000), width: 3, to: &text)
    text += "Z"
    return text
  }

  /// Year, month and day of a day number, proleptic Gregorian. Years are taken to begin in March, so
  /// that the leap day is their last; 146,097 days make 400 years.
  private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = flooredQuotientAndRemainder(days + 719_468, by: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func flooredQuotientAndRemainder(
    _ value: Int64, by divisor: Int64
  ) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func append(_ number: Int64, width: Int, to text: inout String) {
    let digits = String(number)
    for _ in 0..<max(0, width - digits.utf8.count) { text += "0" }
    text += digits
  }
}
