// Judges digits: Luhn, the ranges of the great brands, and whether they stand by themselves.
#include "Digits.h"

enum { digitsMax = 19 };

// The digits of one number as they are gathered.
typedef struct {
  uint8_t digits[2 * digitsMax];
  size_t count;
} Number;

static void gather(Number *number, const uint8_t *bytes, size_t start, size_t end) {
  for (size_t i = start; i < end; i += 1) {
    if (number->count < sizeof number->digits) number->digits[number->count++] = bytes[i] - '0';
  }
}

// Whether a brand issues numbers with these first four digits and this length: Visa, Mastercard and
// Maestro, American Express, Diners Club, JCB, Discover, UnionPay, RuPay, Mir and Troy.
static bool isIssued(unsigned prefix, size_t count) {
  unsigned two = prefix / 100;
  bool isMaestro = two == 50 || (two >= 56 && two <= 69);
  switch (count) {
  case 13: return prefix / 1000 == 4;
  case 14: return (prefix >= 3000 && prefix <= 3059) || two == 36 || two == 38 || two == 39;
  case 15: return two == 34 || two == 37;
  case 16:
    return prefix / 1000 == 4 || (two >= 51 && two <= 55) || isMaestro || two == 81 || two == 82 ||
           (prefix >= 2200 && prefix <= 2204) || (prefix >= 2221 && prefix <= 2720) ||
           (prefix >= 3528 && prefix <= 3589) || prefix == 9792;
  case 17: case 18: return two == 62;
  case 19: return prefix / 1000 == 4 || isMaestro;
  default: return false;
  }
}

static bool isCard(const Number *number) {
  const uint8_t *digits = number->digits;
  if (number->count < 13 || number->count > digitsMax) return false;
  unsigned prefix = digits[0] * 1000u + digits[1] * 100u + digits[2] * 10u + digits[3];
  if (!isIssued(prefix, number->count)) return false;
  unsigned sum = 0;
  for (size_t i = 0; i < number->count; i += 1) {
    // From the right every second digit counts twice, its digits added.
    bool isDoubled = (number->count - i) % 2 == 0;
    sum += isDoubled ? digits[i] * 2 / 10 + digits[i] * 2 % 10 : digits[i];
  }
  return sum % 10 == 0;
}

static bool isWord(uint8_t byte) { return isDigit(byte) || isLetter(byte); }

// Whether a byte joins the parts of an identifier or number.
static bool joins(uint8_t byte) {
  return byte == '-' || byte == '.' || byte == '_' || byte == '+' || byte == '/';
}

// Whether the letter behind a backslash makes an escape for a blank or a mark.
static bool isPlainEscape(uint8_t letter) {
  switch (letter) {
  case '"': case '/': case 'b': case 'f': case 'n': case 'r': case 't': return true;
  default: return false;
  }
}

// What stands beside a word, and where the word really begins: the letters of an escape are none of it.
typedef struct {
  size_t place;
  bool hides, isLetter;
} Beside;

static Beside judged(size_t place, uint32_t scalar) {
  bool isOther = CSecondOpinion_is_letter(scalar);
  return (Beside){place, !isOther && mayHide(scalar), isOther};
}

// The character of an escape `\u0034` whose letter stands at `at`; false if it is none.
static bool readEscape(const uint8_t *bytes, size_t at, size_t count, uint32_t *scalar) {
  if (at + 5 > count || bytes[at] != 'u') return false;
  *scalar = 0;
  for (size_t k = at + 1; k < at + 5; k += 1) {
    if (hexValue(bytes[k]) < 0) return false;
    *scalar = *scalar << 4 | (uint32_t)hexValue(bytes[k]);
  }
  return true;
}

static Beside before(const uint8_t *bytes, size_t count, size_t at) {
  if (at == 0) return (Beside){at, false, false};
  uint32_t scalar;
  if (bytes[at - 1] == '\\') {
    if (at < count && isPlainEscape(bytes[at])) return (Beside){at + 1, false, false};
    return readEscape(bytes, at, count, &scalar) ? judged(at + 5, scalar)
                                                 : (Beside){at, false, false};
  }
  if (bytes[at - 1] < 0x80) return (Beside){at, false, false};
  size_t start = at - 1;
  while (start > 0 && at - start < 4 && bytes[start] < 0xC0) start -= 1;
  return judged(at, scalarAt(bytes, start, count));
}

static Beside behind(const uint8_t *bytes, size_t at, size_t count) {
  if (at < count && bytes[at] >= 0x80) return judged(at, scalarAt(bytes, at, count));
  if (at == count || bytes[at] != '\\') return (Beside){at, false, false};
  size_t letter = at;
  while (letter < count && bytes[letter] == '\\') letter += 1;
  uint32_t scalar;
  return readEscape(bytes, letter, count, &scalar) ? judged(at, scalar)
                                                   : (Beside){at, false, false};
}

// How far a word is followed: a longer one is no card number's.
enum { wordMax = 256 };

// Whether the digits are no part of a hexadecimal word, an identifier or a fraction.
static bool standsAlone(const uint8_t *bytes, size_t count, size_t first, size_t last) {
  size_t start = first, end = last;
  while (start > 0 && first - start < wordMax && isWord(bytes[start - 1])) start -= 1;
  while (end < count && end - last < wordMax && isWord(bytes[end])) end += 1;
  if (first - start == wordMax || end - last == wordMax) return false;
  // What stands beside the word may be a letter of another script; or the next reading has to say.
  Beside left = before(bytes, count, start), right = behind(bytes, end, count);
  if (left.hides || right.hides) return false;
  start = left.place < first ? left.place : first;
  if (start < first || end > last || left.isLetter || right.isLetter) {
    bool isPlain = left.isLetter || right.isLetter;
    for (size_t i = start; i < end; i += 1) {
      if (isLetter(bytes[i]) && (bytes[i] | 0x20) > 'f') isPlain = true;
    }
    if (!isPlain) return false;
  }
  if (start > 1 && joins(bytes[start - 1]) && isWord(bytes[start - 2])) return false;
  return !(end + 1 < count && joins(bytes[end]) && isWord(bytes[end + 1]));
}

bool isCardRun(const uint8_t *bytes, size_t count, size_t start, size_t *end) {
  size_t at = start;
  while (at < count && isDigit(bytes[at])) at += 1;
  if (at - start > digitsMax) return false;
  Number number = {.count = 0};
  gather(&number, bytes, start, at);
  *end = at;
  return isCard(&number) && standsAlone(bytes, count, start, at);
}

// The end of the digits at `at`, and how many there are.
static size_t groupEnd(const uint8_t *bytes, size_t at, size_t count, size_t *size) {
  size_t start = at;
  while (at < count && isDigit(bytes[at])) at += 1;
  *size = at - start;
  return at;
}

bool isCardInGroups(const uint8_t *bytes, size_t count, size_t start, bool hasPlus, size_t *end) {
  uint8_t separator = bytes[start + 4];
  if (separator != ' ' && separator != '-' && separator != '.' && separator != '_' &&
      separator != '/' && !(hasPlus && separator == '+')) {
    return false;
  }
  enum { groupsMax = 6 };
  size_t starts[groupsMax], ends[groupsMax], sizes[groupsMax], groups = 0, at = start;
  while (groups < groupsMax) {
    starts[groups] = at;
    ends[groups] = groupEnd(bytes, at, count, &sizes[groups]);
    at = ends[groups] + 1;
    groups += 1;
    if (at >= count || bytes[at - 1] != separator || !isDigit(bytes[at])) break;
  }
  // 4-6-4 and 4-6-5; 4-4-4 and the rest, which may begin a fifth group, the longer one first.
  bool isLong = groups > 2 && sizes[1] == 6 && (sizes[2] == 4 || sizes[2] == 5);
  bool isFours = groups > 3 && sizes[1] == 4 && sizes[2] == 4;
  if (!isLong && !isFours) return false;
  for (size_t used = isLong ? 3 : 5; used >= (isLong ? 3 : 4); used -= 1) {
    if (used > groups) continue;
    if (isFours && used == 5 && sizes[3] != 4) continue;
    // Other ends than four digits have to be the end of it all.
    if (isFours && !(used == 4 && sizes[3] == 4) && groups != used) continue;
    Number number = {.count = 0};
    for (size_t k = 0; k < used; k += 1) gather(&number, bytes, starts[k], ends[k]);
    *end = ends[used - 1];
    if (isCard(&number) && standsAlone(bytes, count, start, *end)) return true;
  }
  return false;
}

// Whether a number of JSON may begin at `start`: behind a colon, a comma or a bracket.
static bool beginsNumber(const uint8_t *bytes, size_t start) {
  if (start > 0 && bytes[start - 1] == '-') start -= 1;
  while (start > 0 && (bytes[start - 1] == ' ' || bytes[start - 1] == '\t')) start -= 1;
  if (start == 0 || bytes[start - 1] == '[' || bytes[start - 1] == ',') return true;
  if (bytes[start - 1] != ':') return false;
  start -= 1;
  while (start > 0 && bytes[start - 1] == ' ') start -= 1;
  return start > 0 && bytes[start - 1] == '"';
}

static bool endsNumber(const uint8_t *bytes, size_t end, size_t count) {
  while (end < count && (bytes[end] == ' ' || bytes[end] == '\t' || bytes[end] == '\r')) end += 1;
  return end == count || bytes[end] == ',' || bytes[end] == '}' || bytes[end] == ']';
}

bool isCardWrittenOut(const uint8_t *bytes, size_t count, size_t start, size_t *end) {
  if (!beginsNumber(bytes, start)) return false;
  Number number = {.count = 0};
  long fraction = 0, exponent = 0;
  bool hasPoint = false;
  size_t at = start;
  for (; at < count && (isDigit(bytes[at]) || (bytes[at] == '.' && !hasPoint)); at += 1) {
    if (bytes[at] == '.') {
      hasPoint = true;
      continue;
    }
    if (number.count == 0 && bytes[at] == '0' && !hasPoint) continue;
    if (number.count == sizeof number.digits) return false;
    number.digits[number.count++] = bytes[at] - '0';
    if (hasPoint) fraction += 1;
  }
  if (at < count && (bytes[at] | 0x20) == 'e') {
    at += 1;
    bool isNegative = at < count && bytes[at] == '-';
    if (at < count && (bytes[at] == '-' || bytes[at] == '+')) at += 1;
    for (; at < count && isDigit(bytes[at]) && exponent < 100; at += 1) {
      exponent = exponent * 10 + (bytes[at] - '0');
    }
    if (isNegative) exponent = -exponent;
  }
  if (!endsNumber(bytes, at, count)) return false;
  while (exponent < fraction && number.count > 0 && number.digits[number.count - 1] == 0) {
    number.count -= 1;
    fraction -= 1;
  }
  if (exponent < fraction || exponent - fraction > digitsMax) return false;
  for (; exponent > fraction; fraction += 1) {
    if (number.count == sizeof number.digits) return false;
    number.digits[number.count++] = 0;
  }
  // Zeros before the point of a number below one lead it.
  size_t zeros = 0;
  while (zeros < number.count && number.digits[zeros] == 0) zeros += 1;
  for (size_t i = zeros; i < number.count; i += 1) number.digits[i - zeros] = number.digits[i];
  number.count -= zeros;
  *end = at;
  return isCard(&number);
}

static size_t skipBlanks(const uint8_t *bytes, size_t at, size_t count) {
  while (at < count && (bytes[at] == ' ' || bytes[at] == '\t')) at += 1;
  return at;
}

// Steps over a quote, with the backslashes before it where the array stands in a string.
static size_t skipQuote(const uint8_t *bytes, size_t at, size_t count) {
  size_t start = at;
  while (at < count && bytes[at] == '\\' && at - start < 7) at += 1;
  return at < count && bytes[at] == '"' ? at + 1 : start;
}

bool isCardInArray(const uint8_t *bytes, size_t count, size_t start, size_t *end) {
  Number number = {.count = 0};
  size_t at = start + 1, elements = 0;
  bool areSingles = true, areFours = true, areSix = true;
  while (true) {
    at = skipQuote(bytes, skipBlanks(bytes, at, count), count);
    size_t first = at;
    while (at < count && isDigit(bytes[at])) at += 1;
    size_t size = at - first;
    if (size == 0 || size > 6 || elements == digitsMax) return false;
    elements += 1;
    areSingles &= size == 1;
    areFours &= size == 4;
    areSix &= elements == 1 ? size == 4 : elements == 2 ? size == 6 : size == 4 || size == 5;
    gather(&number, bytes, first, at);
    at = skipBlanks(bytes, skipQuote(bytes, at, count), count);
    if (at >= count) return false;
    if (bytes[at] == ']') break;
    if (bytes[at] != ',') return false;
    at += 1;
  }
  *end = at + 1;
  bool isUsual = areSingles || (areFours && elements == 4) || (areSix && elements == 3);
  return isUsual && isCard(&number);
}
