// Says of a byte whether something stands there that may hide digits.
#include "Digits.h"

bool CSecondOpinion_is_letter(uint32_t scalar) {
  // Latin with accents, Greek, Cyrillic, Armenian, Hebrew, Arabic; kana, CJK, Hangul.
  return (scalar >= 0xC0 && scalar <= 0x2FF) || (scalar >= 0x370 && scalar <= 0x482) ||
         (scalar >= 0x48A && scalar <= 0x589) || (scalar >= 0x620 && scalar <= 0x64A) || (scalar >= 0x3041 && scalar <= 0x3096) ||
         (scalar >= 0x30A1 && scalar <= 0x30FA) || (scalar >= 0x3400 && scalar <= 0x9FFF) ||
         (scalar >= 0xAC00 && scalar <= 0xD7A3);
}

bool mayHide(uint32_t scalar) {
  if (scalar >= 0x80) return !CSecondOpinion_is_letter(scalar);
  switch (scalar) {
  case ' ': case '-': case '.': case '/': case '_': case '+': case '\\': case '%': case '&':
  case '#': case ';': case '=': case '[': case ']': case ',': return true;
  default: return scalar < 0x80 && (isDigit((uint8_t)scalar) || isLetter((uint8_t)scalar));
  }
}

static Hiding backslash(const uint8_t *bytes, size_t i, size_t count) {
  // Only the first of some backslashes counts.
  if (i > 0 && bytes[i - 1] == '\\') return hidesNothing;
  size_t at = i;
  while (at < count && bytes[at] == '\\') at += 1;
  if (at + 5 > count || bytes[at] != 'u') return hidesNothing;
  uint32_t unit = 0;
  for (size_t k = at + 1; k < at + 5; k += 1) {
    int value = hexValue(bytes[k]);
    if (value < 0) return hidesNothing;
    unit = unit << 4 | (uint32_t)value;
  }
  return mayHide(unit) ? hidesByEscape : hidesNothing;
}

uint32_t scalarAt(const uint8_t *bytes, size_t i, size_t count) {
  uint8_t lead = bytes[i];
  if (lead < 0xC0) return 0;
  size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (i + length > count) return 0;
  uint32_t scalar = lead & (0x7Fu >> length);
  for (size_t k = i + 1; k < i + length; k += 1) scalar = scalar << 6 | (bytes[k] & 0x3F);
  return scalar;
}

static const struct {
  const char *name;
  int32_t scalar;
} references[] = {
  {"amp;", '&'}, {"nbsp;", 0xA0}, {"nbsp", 0xA0}, {"shy;", 0xAD}, {"shy", 0xAD},
  {"zwnj;", 0x200C}, {"zwj;", 0x200D}, {"ZeroWidthSpace;", 0x200B}, {"NoBreak;", 0x2060},
  {"ndash;", 0x2013}, {"mdash;", 0x2014}, {"hyphen;", 0x2010}, {"dash;", 0x2010},
  {"minus;", 0x2212}, {"ensp;", 0x2002}, {"emsp;", 0x2003}, {"numsp;", 0x2007},
  {"thinsp;", 0x2009}, {"hairsp;", 0x200A}, {"puncsp;", 0x2008}, {"Tab;", ' '}, {"period;", '.'},
  {"sol;", '/'}, {"lowbar;", '_'}, {"num;", '#'}, {"semi;", ';'}, {"percnt;", '%'},
  {"quot;", '"'}, {"lsqb;", '['}, {"rsqb;", ']'}, {"comma;", ','}, {"equals;", '='},
  {"bsol;", '\\'}, {"plus;", '+'},
};

int32_t CSecondOpinion_reference(const uint8_t *bytes, size_t i, size_t count, size_t *length) {
  size_t at = i + 1;
  if (at >= count) return -1;
  if (bytes[at] == '#') {
    at += 1;
    bool isHex = at < count && (bytes[at] | 0x20) == 'x';
    if (isHex) at += 1;
    uint32_t scalar = 0;
    size_t start = at;
    for (; at < count && (isHex ? hexValue(bytes[at]) >= 0 : isDigit(bytes[at])); at += 1) {
      scalar = scalar * (isHex ? 16 : 10) + (uint32_t)hexValue(bytes[at]);
      if (scalar > 0x10FFFF) scalar = 0x110000;
    }
    if (at == start || scalar > 0x10FFFF) return -1;
    if (at < count && bytes[at] == ';') at += 1;
    *length = at - i;
    return (int32_t)scalar;
  }
  for (size_t k = 0; k < sizeof references / sizeof references[0]; k += 1) {
    size_t size = __builtin_strlen(references[k].name);
    if (count - at < size || __builtin_memcmp(references[k].name, bytes + at, size) != 0) continue;
    *length = size + 1;
    return references[k].scalar;
  }
  return -1;
}

size_t CSecondOpinion_soft_break(const uint8_t *bytes, size_t i, size_t count) {
  size_t at = i + 1;
  while (at < count && (bytes[at] == ' ' || bytes[at] == '\t')) at += 1;
  // As bytes, or as escapes of a string of JSON.
  if (at < count && bytes[at] == '\r') at += 1;
  else if (at + 1 < count && bytes[at] == '\\' && bytes[at + 1] == 'r') at += 2;
  if (at < count && bytes[at] == '\n') return at + 1 - i;
  return at + 1 < count && bytes[at] == '\\' && bytes[at + 1] == 'n' ? at + 2 - i : 0;
}

Hiding hiding(const uint8_t *bytes, size_t i, size_t count, uint32_t decodes) {
  size_t length;
  switch (bytes[i]) {
  case '\\': return backslash(bytes, i, count);
  case '%':
    if (!(decodes & CSecondOpinion_DECODES_PERCENT)) return hidesNothing;
    return isHexPair(bytes, i + 1, count) ? hidesByEscape : hidesNothing;
  case '&': {
    if (!(decodes & CSecondOpinion_DECODES_HTML)) return hidesNothing;
    int32_t scalar = CSecondOpinion_reference(bytes, i, count, &length);
    return scalar >= 0 && mayHide((uint32_t)scalar) ? hidesByEscape : hidesNothing;
  }
  case '=':
    if (!(decodes & CSecondOpinion_DECODES_QUOTED)) return hidesNothing;
    if (CSecondOpinion_soft_break(bytes, i, count) > 0) return hidesByQuoting;
    // Behind a letter it ends a key more often.
    if (i > 0 && isLetter(bytes[i - 1])) return hidesNothing;
    return isHexPair(bytes, i + 1, count) ? hidesByQuoting : hidesNothing;
  default: return mayHide(scalarAt(bytes, i, count)) ? hidesByEscape : hidesNothing;
  }
}

static int base64Value(uint8_t byte) {
  if (byte >= 'A' && byte <= 'Z') return byte - 'A';
  if (byte >= 'a' && byte <= 'z') return byte - 'a' + 26;
  if (isDigit(byte)) return byte - '0' + 52;
  if (byte == '+' || byte == '-') return 62;
  return byte == '/' || byte == '_' ? 63 : -1;
}

bool beginsWithText(const uint8_t *bytes, size_t start, size_t count) {
  enum { groups = 4 };
  if (start + 4 * groups > count) return false;
  for (size_t i = start; i < start + 4 * groups; i += 4) {
    uint32_t bits = 0;
    for (size_t k = i; k < i + 4; k += 1) {
      int value = base64Value(bytes[k]);
      if (value < 0) return false;
      bits = bits << 6 | (uint32_t)value;
    }
    for (int shift = 16; shift >= 0; shift -= 8) {
      uint8_t octet = (uint8_t)(bits >> shift);
      if ((octet < ' ' && octet != '\n' && octet != '\r' && octet != '\t') || octet > '~') {
        return false;
      }
    }
  }
  return true;
}
