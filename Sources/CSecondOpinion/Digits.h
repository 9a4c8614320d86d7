// What the files of this module share.
#ifndef MASKLINE_CSECONDOPINION_DIGITS_H
#define MASKLINE_CSECONDOPINION_DIGITS_H

#include "CSecondOpinion.h"

static inline bool isDigit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

static inline bool isLetter(uint8_t byte) { return (uint8_t)((byte | 0x20) - 'a') < 26; }

static inline int hexValue(uint8_t byte) {
  if (isDigit(byte)) return byte - '0';
  uint8_t letter = byte | 0x20;
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

static inline bool isHexPair(const uint8_t *bytes, size_t i, size_t count) {
  return i + 2 <= count && hexValue(bytes[i]) >= 0 && hexValue(bytes[i + 1]) >= 0;
}

/// Whether the digits at `start` are a card number by themselves; `end` is then where it ends.
bool isCardRun(const uint8_t *bytes, size_t count, size_t start, size_t *end);

/// The same for groups of digits, four of four or four, six and four or five.
bool isCardInGroups(const uint8_t *bytes, size_t count, size_t start, bool hasPlus, size_t *end);

/// The same for the number with a fraction or an exponent that begins at `start`.
bool isCardWrittenOut(const uint8_t *bytes, size_t count, size_t start, size_t *end);

/// The same for the elements of the array that begins at `start`.
bool isCardInArray(const uint8_t *bytes, size_t count, size_t start, size_t *end);

/// Whether this character, or an escape for it, may hide digits. JSON escapes marks and brackets for
/// the web: those hide none.
bool mayHide(uint32_t scalar);

/// The character of UTF-8 whose first byte is at `i`; 0 if the text ends in it, or none begins there.
uint32_t scalarAt(const uint8_t *bytes, size_t i, size_t count);

/// What the byte at `i`, a backslash, `%`, `&`, `=` or outside ASCII, may hide digits with.
typedef enum { hidesNothing, hidesByEscape, hidesByQuoting } Hiding;
Hiding hiding(const uint8_t *bytes, size_t i, size_t count, uint32_t decodes);

/// Whether the base64 that begins at `start` begins with text.
bool beginsWithText(const uint8_t *bytes, size_t start, size_t count);

#endif
