// What encodings look like: the readings that the kernels and the decoders share.
#include "Kernel.h"

// Bits by byte: what a base64 character may be of a group that holds three bytes of printable ASCII, or of
// zero as UTF-16 has between them (its first, second or third character; any may be the fourth), that it is one at all, and that the
// byte begins an escape.
enum { groupFirst = 1, groupSecond = 2, groupThird = 4, anyBase64 = 8 };

const uint8_t CScan_encoding_kinds[256] = {
  [0x20] = 0, 0, 0, 0, 0, 16, 16, 0, 0, 0, 0, 24, 0, 8, 0, 8,
  14, 14, 10, 10, 12, 12, 8, 8, 12, 12, 0, 0, 0, 16, 0, 0,
  0, 15, 12, 10, 10, 14, 14, 10, 10, 13, 13, 9, 9, 13, 13, 9,
  9, 15, 13, 11, 11, 15, 15, 11, 11, 13, 13, 0, 0, 0, 0, 8,
  0, 9, 9, 13, 13, 9, 9, 14, 12, 10, 10, 14, 14, 10, 10, 12,
  12, 8, 8, 12, 12, 8, 8, 14, 12, 10, 10, 0, 0, 0, 0, 0,
};

static bool isDigit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

static bool isLetter(uint8_t byte) { return (uint8_t)((byte | 0x20) - 'a') < 26; }

static int hexValue(uint8_t byte) {
  if (isDigit(byte)) return byte - '0';
  uint8_t letter = byte | 0x20;
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

int CScan_hex_pair(const uint8_t *bytes, size_t i, size_t count) {
  if (i + 2 > count) return -1;
  int high = hexValue(bytes[i]), low = hexValue(bytes[i + 1]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

// The names of HTML 5 (section 13.5) for what may stand in or between the characters of a value.
static const struct {
  const char *name;
  int32_t scalar;
} entities[] = {
  {"amp", 0x26}, {"AMP", 0x26}, {"lt", 0x3C}, {"LT", 0x3C}, {"gt", 0x3E}, {"GT", 0x3E},
  {"quot", 0x22}, {"QUOT", 0x22}, {"apos", 0x27}, {"nbsp", 0xA0}, {"NonBreakingSpace", 0xA0},
  {"Tab", 0x9}, {"NewLine", 0xA}, {"excl", 0x21}, {"num", 0x23}, {"dollar", 0x24},
  {"percnt", 0x25}, {"lpar", 0x28}, {"rpar", 0x29}, {"ast", 0x2A}, {"midast", 0x2A},
  {"plus", 0x2B}, {"comma", 0x2C}, {"period", 0x2E}, {"sol", 0x2F}, {"colon", 0x3A},
  {"semi", 0x3B}, {"equals", 0x3D}, {"quest", 0x3F}, {"commat", 0x40}, {"lsqb", 0x5B},
  {"lbrack", 0x5B}, {"bsol", 0x5C}, {"rsqb", 0x5D}, {"rbrack", 0x5D}, {"Hat", 0x5E},
  {"lowbar", 0x5F}, {"UnderBar", 0x5F}, {"grave", 0x60}, {"lcub", 0x7B}, {"lbrace", 0x7B},
  {"verbar", 0x7C}, {"vert", 0x7C}, {"rcub", 0x7D}, {"rbrace", 0x7D}, {"shy", 0xAD},
  {"middot", 0xB7}, {"ensp", 0x2002}, {"emsp", 0x2003}, {"numsp", 0x2007}, {"puncsp", 0x2008},
  {"thinsp", 0x2009}, {"ThinSpace", 0x2009}, {"hairsp", 0x200A}, {"VeryThinSpace", 0x200A},
  {"ZeroWidthSpace", 0x200B}, {"zwnj", 0x200C}, {"zwj", 0x200D}, {"lrm", 0x200E}, {"rlm", 0x200F},
  {"hyphen", 0x2010}, {"dash", 0x2010}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"horbar", 0x2015},
  {"NoBreak", 0x2060}, {"minus", 0x2212},
};

// The longest name above.
enum { entityNameMax = 16 };

static int32_t namedEntity(const uint8_t *name, size_t length) {
  for (size_t k = 0; k < sizeof entities / sizeof entities[0]; k += 1) {
    const char *known = entities[k].name;
    if (__builtin_strlen(known) == length && __builtin_memcmp(known, name, length) == 0) {
      return entities[k].scalar;
    }
  }
  return -1;
}

// Old names are read without their semicolon, too. Those of signs (`&lt=5`) name keys more often.
static int32_t unendedEntity(const uint8_t *bytes, size_t i, size_t count, size_t *length) {
  static const char *const names[] = {"nbsp", "shy", "middot"};
  for (size_t k = 0; k < sizeof names / sizeof names[0]; k += 1) {
    size_t known = __builtin_strlen(names[k]);
    if (count - i - 1 < known || __builtin_memcmp(names[k], bytes + i + 1, known) != 0) continue;
    *length = known + 1;
    bool isKey = i + 1 + known < count && bytes[i + 1 + known] == '=';
    return isKey ? -1 : namedEntity(bytes + i + 1, known);
  }
  return -1;
}

// What a reader of HTML makes of a number: section 13.2.5.84, with two of its Windows characters.
static int32_t numberedEntity(uint32_t number) {
  if (number == 0 || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF)) return 0xFFFD;
  return number == 0x96 ? 0x2013 : number == 0x97 ? 0x2014 : (int32_t)number;
}

int32_t CScan_entity(const uint8_t *bytes, size_t i, size_t count, size_t *length) {
  size_t at = i + 1;
  if (at + 1 >= count) return -1;
  if (bytes[at] != '#') {
    while (at < count && at - i <= entityNameMax && (isLetter(bytes[at]) || isDigit(bytes[at]))) {
      at += 1;
    }
    if (at == count || bytes[at] != ';') return unendedEntity(bytes, i, count, length);
    *length = at + 1 - i;
    return namedEntity(bytes + i + 1, at - i - 1);
  }
  at += 1;
  bool isHex = (bytes[at] | 0x20) == 'x';
  if (isHex) at += 1;
  size_t start = at;
  uint32_t number = 0;
  while (at < count && (isHex ? hexValue(bytes[at]) >= 0 : isDigit(bytes[at]))) {
    number = number * (isHex ? 16 : 10) + (uint32_t)hexValue(bytes[at]);
    if (number > 0x10FFFF) number = 0x110000;
    at += 1;
  }
  if (at == start) return -1;
  // Readers take numbers without their semicolon, too.
  *length = at - i + (at < count && bytes[at] == ';');
  return numberedEntity(number);
}

// What stands before an equals sign that is one: the end of a key, or another operator.
static bool isOperatorBefore(uint8_t byte) {
  switch (byte) {
  case '<': case '>': case '!': case '=': case ':': case '?': case '&': case '*': case '~':
  case ']': case ')': return true;
  default: return isLetter(byte);
  }
}

// A soft line break: blanks may stand before the end of the line. The padding of base64 is none, nor
// is what nothing stands behind.
static size_t softBreak(const uint8_t *bytes, size_t i, size_t count) {
  size_t at = i + 1;
  while (at < count && (bytes[at] == ' ' || bytes[at] == '\t')) at += 1;
  if (at < count && bytes[at] == '\r') at += 1;
  if (at + 1 >= count || bytes[at] != '\n') return 0;
  return i > 0 && bytes[i - 1] == '=' ? 0 : at + 1 - i;
}

size_t CScan_quoted(const uint8_t *bytes, size_t i, size_t count, bool isKnown) {
  if (i + 1 < count && bytes[i + 1] <= ' ') return softBreak(bytes, i, count);
  int octet = CScan_hex_pair(bytes, i + 1, count);
  if (octet < 0) return 0;
  if (octet < 0x20 && octet != '\t' && octet != '\r' && octet != '\n') return 0;
  bool isTypical = bytes[i + 2] >= 'A' && bytes[i + 2] <= 'F';
  if (isKnown || isTypical || octet == '@') return 3;
  if (i == 0 || !isOperatorBefore(bytes[i - 1])) return 3;
  if (i + 3 < count && bytes[i + 3] == '=' && CScan_hex_pair(bytes, i + 4, count) >= 0) return 3;
  return i >= 3 && bytes[i - 3] == '=' ? 3 : 0;
}

bool CScan_is_form_blank(const uint8_t *bytes, size_t i, size_t count) {
  return i > 0 && i + 1 < count && isDigit(bytes[i + 1]) &&
         (isDigit(bytes[i - 1]) || isLetter(bytes[i - 1]));
}

static bool isMark(const uint8_t *bytes, size_t i, size_t count, size_t *lastPlus) {
  switch (bytes[i]) {
  case '%': return CScan_hex_pair(bytes, i + 1, count) >= 0;
  case '&': {
    size_t length;
    return CScan_entity(bytes, i, count, &length) >= 0;
  }
  case '=': return CScan_quoted(bytes, i, count, false) > 0;
  case '+': {
    if (!CScan_is_form_blank(bytes, i, count)) return false;
    bool isSecond = *lastPlus != 0 && i - *lastPlus <= CScan_PLUS_GAP_MAX;
    *lastPlus = i;
    return isSecond;
  }
  default: return false;
  }
}

uint64_t CScan_encoding_marks(uint64_t marks, const uint8_t *bytes, size_t base, size_t count,
                              size_t *lastPlus) {
  uint64_t kept = 0;
  while (marks) {
    uint64_t bit = marks & -marks;
    if (isMark(bytes, base + (size_t)__builtin_ctzll(marks), count, lastPlus)) kept |= bit;
    marks ^= bit;
  }
  return kept;
}

// The last characters seen, newest in bit 0: by what they may be of a group, and whether a group
// ended on them.
typedef struct {
  uint32_t first, second, third, base64, groups;
} Groups;

// Takes the next byte; whether it ends the third group in a row, or stands behind its end.
static bool endsText(Groups *g, uint8_t byte) {
  uint8_t kind = CScan_encoding_kinds[byte];
  bool isBase64 = kind & anyBase64;
  bool isThird = isBase64 ? (kind & groupThird) && (g->second & 1) : g->base64;
  bool ends = isThird && (g->first & 2) && (g->groups & 4) && (g->groups & 64);
  uint32_t group = isBase64 & g->third & (g->second >> 1) & (g->first >> 2);
  g->base64 = isBase64;
  g->groups = g->groups << 1 | (group & 1);
  g->first = g->first << 1 | (kind & groupFirst);
  g->second = g->second << 1 | (kind & groupSecond) >> 1;
  g->third = g->third << 1 | (kind & groupThird) >> 2;
  return ends;
}

uint32_t CScan_encodings_portable(const uint8_t *bytes, size_t count) {
  uint32_t found = 0;
  size_t lastPlus = 0;
  Groups groups = {0};
  for (size_t i = 0; i <= count; i += 1) {
    uint8_t byte = i < count ? bytes[i] : 0;
    if (endsText(&groups, byte)) found |= CScan_BASE64;
    if (!(CScan_encoding_kinds[byte] & 16) || i == count) continue;
    if (isMark(bytes, i, count, &lastPlus)) {
      found |= byte == '&' ? CScan_HTML : byte == '=' ? CScan_QUOTED_PRINTABLE : CScan_PERCENT;
    }
  }
  return found;
}

size_t CScan_base64_text(const uint8_t *bytes, size_t from, size_t count) {
  Groups groups = {0};
  for (size_t i = from; i <= count; i += 1) {
    if (endsText(&groups, i < count ? bytes[i] : 0)) return i - 10;
  }
  return count;
}

int CScan_base64_value(uint8_t byte) {
  if (byte >= 'A' && byte <= 'Z') return byte - 'A';
  if (byte >= 'a' && byte <= 'z') return byte - 'a' + 26;
  if (isDigit(byte)) return byte - '0' + 52;
  if (byte == '+' || byte == '-') return 62;
  return byte == '/' || byte == '_' ? 63 : -1;
}

bool CScan_is_base64_group(const uint8_t *bytes) {
  const uint8_t *kinds = CScan_encoding_kinds;
  return (kinds[bytes[0]] & groupFirst) && (kinds[bytes[1]] & groupSecond) &&
         (kinds[bytes[2]] & groupThird) && (kinds[bytes[3]] & anyBase64);
}
