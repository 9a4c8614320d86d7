#ifndef MASKLINE_CSCAN_H
#define MASKLINE_CSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How many bytes after the input the kernel may read (it never interprets them).
#define CScan_PADDING 128

/// What one pass says about 64 bytes; bit i stands for byte i of the block.
typedef struct {
  uint64_t digits;      ///< '0' to '9'
  uint64_t triggers;    ///< a place where one of the trigger literals may begin
  uint64_t backslashes; ///< a backslash
  uint64_t nonASCII;    ///< a byte of 0x80 and above
} CScan_Block;

/// Nibble tables for up to three leading bytes of literals in eight buckets: a literal may begin
/// at i only if low[k][b[i+k] & 15] & high[k][b[i+k] >> 4] share a bucket bit for k = 0, 1, 2.
typedef struct {
  uint8_t low[3][16];
  uint8_t high[3][16];
} CScan_Triggers;

/// The result of `CScan_index`.
typedef struct {
  size_t indexCount;
  bool isUTF8; ///< whether the whole input is valid UTF-8 (RFC 3629)
} CScan_Result;

/// Finds the structure of JSON text in one pass: writes to `index` the offsets, in rising order,
/// of `{ } [ ] : ,` outside strings, of every unescaped quote, of the first byte of every other
/// run outside strings, of control bytes inside strings, and with `lines` of every line feed
/// (which also ends a string left open). `index` needs room for `count + 64` entries, `blocks`
/// for `count / 64 + 1`.
CScan_Result CScan_index(const uint8_t *bytes, size_t count, bool lines,
                         const CScan_Triggers *triggers, uint32_t *index, CScan_Block *blocks);

/// Fills `blocks` only: for text that is not JSON.
void CScan_classify(const uint8_t *bytes, size_t count, const CScan_Triggers *triggers,
                    CScan_Block *blocks);

/// Whether the bytes are valid UTF-8.
bool CScan_is_utf8(const uint8_t *bytes, size_t count);

/// Chooses the portable code even where vector code is there; for tests.
void CScan_use_portable(bool portable);

/// The name of the code in use: "avx2" or "portable".
const char *CScan_kernel_name(void);

#endif
