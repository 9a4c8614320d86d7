#ifndef MASKLINE_CSCAN_H
#define MASKLINE_CSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CScanEncodings.h"
#include "CScanSigns.h"

/// How many bytes after the input the kernel may read (it never interprets them).
#define CScan_PADDING 128

/// What one pass says about 64 bytes; bit i stands for byte i of the block.
typedef struct {
  uint64_t hot;         ///< inside a string: any of the four below, or a `[` or blank it begins with; or `encoded`
  uint64_t signs;       ///< the sign of a way that stands there, as far as the text's borders are known
  uint64_t longRuns;    ///< the last digit in this block of a digit run that has enough of them by then
  uint64_t backslashes; ///< a backslash
  uint64_t nonASCII;    ///< a byte of 0x80 and above
  uint64_t digits;      ///< '0' to '9'
  uint64_t closes;      ///< a quote that ends a string
  uint64_t encoded;     ///< where an encoding stands, or the quote behind it (see `CScan_encodings`)
} CScan_Block;

/// How many bits the table of grams has.
#define CScan_GRAM_BITS 65536

/// Windows in eight buckets: one may begin at i only if low[k][b[i+k] & 15] & high[k][b[i+k] >> 4]
/// share a bucket bit for every k, where every byte above 0x7F is taken for 0x7F.
typedef struct {
  uint8_t low[CScan_WINDOW_BYTES][16];
  uint8_t high[CScan_WINDOW_BYTES][16];
} CScan_Windows;

/// What to look for: see `TriggerPlan`.
///
/// What passes is held against `signs`: the buckets mix their windows, the table its grams.
/// Grams: three bytes at an even offset, each with 0x20 taken out, whose `CScan_gram` is a set bit of
/// `grams`.
typedef struct {
  CScan_Windows words;    ///< windows that count only where no letter or digit stands before
  CScan_Windows keywords; ///< windows that count only where no letter stands before, or with a capital
  CScan_Windows windows[2]; ///< windows that count anywhere, in sixteen buckets
  const CScan_Signs *signs;
  size_t digitsMin; ///< runs of digits and separators with so many digits are signs; 9 at least, 0 for none
  uint32_t grams[CScan_GRAM_BITS / 32];
} CScan_Triggers;

/// The bit of a gram whose bytes have been folded with 0xDF.
static inline uint16_t CScan_gram(uint8_t first, uint8_t second, uint8_t third) {
  return (uint16_t)((uint16_t)(first | second << 8) * 0x9E35u + (uint16_t)third * 0x6A4Du);
}

/// The result of `CScan_index`.
typedef struct {
  size_t indexCount;
  bool isUTF8; ///< whether the whole input is valid UTF-8 (RFC 3629)
} CScan_Result;

/// Finds the structure of JSON text in one pass: writes to `index` the offsets, in rising order,
/// of `{ } [ ] : ,` outside strings, of every quote that begins a string (what ends it is in
/// `blocks`), of the first byte of every other run outside strings, of control bytes inside strings,
/// and with `lines` of every line feed (which also ends a string left open). `index` needs room for `count + 64` entries, `blocks`
/// for `count / 64 + 1`.
CScan_Result CScan_index(const uint8_t *bytes, size_t count, bool lines,
                         const CScan_Triggers *triggers, uint32_t *index, CScan_Block *blocks);

/// Fills `signs` and `longRuns` of `blocks` only: for text that is no stretch of indexed text.
void CScan_find_signs(const uint8_t *bytes, size_t count, const CScan_Triggers *triggers,
                      CScan_Block *blocks);

/// Whether the bytes are valid UTF-8.
bool CScan_is_utf8(const uint8_t *bytes, size_t count);

/// Chooses the portable code even where vector code is there; for tests.
void CScan_use_portable(bool portable);

/// The name of the code in use: "avx2" or "portable".
const char *CScan_kernel_name(void);

#endif
