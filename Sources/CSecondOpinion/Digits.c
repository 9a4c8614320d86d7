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

// Whether a brand issues numbers with these first four digits and this length.
static bool isIssued(unsigned prefix, size_t count) {
  switch (count) {
  case 13: return prefix / 1000 == 4;
  case 14:
    return (prefix >= 3000 && prefix <= 3059) || prefix / 100 == 36 || prefix / 100 == 38 ||
           prefix / 100 == 39;
  case 15: return prefix / 100 == 34 || prefix / 100 == 37;
  case 16:
    return prefix / 1000 == 4 || (prefix >= 5100 && prefix <= 5599) ||
           (prefix >= 2221 && prefix <= 2720) || (prefix >= 3528 && prefix <= 3589) ||
           prefix == 6011 || (prefix >= 6440 && prefix <= 6599) || prefix / 100 == 62;
  case 19: return prefix / 1000 == 4 || prefix / 100 == 62;
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

// How far a word is followed: a longer one is no card number's.
enum { wordMax = 256 };

// Whether the digits are no part of a hexadecimal word, an identifier or a fraction.
static bool standsAlone(const uint8_t *bytes, size_t count, size_t first, size_t last) {
  size_t start = first, end = last;
  while (start > 0 && first - start < wordMax && isWord(bytes[start - 1])) start -= 1;
  while (end < count && end - last < wordMax && isWord(bytes[end])) end += 1;
  if (first - start == wordMax || end - last == wordMax) return false;
  // The letter of an escape is none of the word.
  if (start > 0 && start < first && bytes[start - 1] == '\\' && isPlainEscape(bytes[start])) {
    start += 1;
  }
  // Beside another escape or a character outside ASCII, the next reading says what it is.
  if (start > 1 && bytes[start] == 'u' && bytes[start - 1] == '\\') return false;
  if (start > 0 && bytes[start - 1] >= 0x80) return false;
  if (end < count && bytes[end] >= 0x80) return false;
  if (end + 1 < count && bytes[end] == '\\' && !isPlainEscape(bytes[end + 1])) return false;
  if (start < first || end > last) {
    bool isPlain = false;
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

bool isCardInGroups(const uint8_t *bytes, size_t count, size_t start, bool hasPlus, size_t *end) {
  Number number = {.count = 0};
  size_t at = start, groups = 0;
  uint8_t separator = bytes[start + 4];
  if (separator != ' ' && separator != '-' && separator != '.' && separator != '_' &&
      separator != '/' && !(hasPlus && separator == '+')) {
    return false;
  }
  bool isLong = false;
  while (true) {
    size_t first = at;
    while (at < count && isDigit(bytes[at])) at += 1;
    size_t size = at - first;
    groups += 1;
    if (size < 4 || size > 6 || (size != 4 && groups == 1)) return false;
    if (groups == 2) isLong = size == 6;
    gather(&number, bytes, first, at);
    if (groups > 1 && size != 4 && !(isLong && (groups == 2 || size == 5))) return false;
    if (groups == (isLong ? 3 : 4)) break;
    if (at + 1 >= count || bytes[at] != separator || !isDigit(bytes[at + 1])) return false;
    at += 1;
  }
  *end = at;
  return isCard(&number) && standsAlone(bytes, count, start, at);
}

bool isCardWrittenOut(const uint8_t *bytes, size_t count, size_t start, size_t *end) {
  if (start > 0) {
    uint8_t before = bytes[start - 1];
    if (isWord(before) || joins(before) || before == '"') return false;
  }
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
  if (at < count && (isWord(bytes[at]) || joins(bytes[at]) || bytes[at] == '"')) return false;
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
