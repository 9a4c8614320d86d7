#ifndef MASKLINE_CSECONDOPINION_H
#define MASKLINE_CSECONDOPINION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What was met in a text.
typedef enum {
  /// A card number, by itself or in its usual groups.
  CSecondOpinion_CARD = 0,
  /// An array whose elements are the digits of one.
  CSecondOpinion_ARRAY = 1,
  /// A stretch in which escapes, or characters outside ASCII, may hide digits.
  CSecondOpinion_ESCAPES = 2,
  /// A stretch in which quoted-printable may.
  CSecondOpinion_QUOTED = 3,
  /// A place in a run of base64 that may hold digits, or text.
  CSecondOpinion_BASE64 = 4,
} CSecondOpinion_Kind;

/// Offsets are below 2^32: no record is longer.
typedef struct {
  CSecondOpinion_Kind kind;
  uint32_t start, end;
} CSecondOpinion_Event;

/// The bits of `decodes`: encodings that count.
#define CSecondOpinion_DECODES_PERCENT 1
#define CSecondOpinion_DECODES_HTML 2
#define CSecondOpinion_DECODES_BASE64 4
#define CSecondOpinion_DECODES_QUOTED 8

/// The signs of one kind that lie near each other; `first > last` where there are none.
typedef struct {
  size_t first, last;
} CSecondOpinion_Signs;

/// How far a text was read. Begins as zero, with `isBegun` false.
typedef struct {
  size_t at;
  bool isBegun, isDone;
  CSecondOpinion_Signs escapes, quoted;
} CSecondOpinion_Scan;

/// Room for the events of one call.
#define CSecondOpinion_EVENTS_MAX 80

/// Reads on in a text and writes what it meets to `events`; returns how many. `scan->isDone` tells
/// that the text was read to its end.
size_t CSecondOpinion_scan(const uint8_t *bytes, size_t count, uint32_t decodes,
                           CSecondOpinion_Scan *scan, CSecondOpinion_Event *events);

/// Whether the character is a letter of a script whose characters hide nothing between digits.
bool CSecondOpinion_is_letter(uint32_t scalar);

/// The character that a reference (`&#52;`, `&nbsp;`) at `i` stands for, or -1; `length` is how many
/// bytes it takes.
int32_t CSecondOpinion_reference(const uint8_t *bytes, size_t i, size_t count, size_t *length);

/// How many bytes of a soft line break the equals sign at `i` begins; 0 if none.
size_t CSecondOpinion_soft_break(const uint8_t *bytes, size_t i, size_t count);

/// One block; bit i stands for byte i.
typedef struct {
  uint64_t digits;
  uint64_t signs;     ///< a backslash, `%`, `&`, `=`, `[`, or a byte outside ASCII
  uint64_t exponents; ///< `e` or `E`
  uint64_t base64;    ///< a character of either alphabet
  uint64_t pairs;     ///< two characters that may begin a group of base64 with digits
} CSecondOpinion_Block;

/// Writes the blocks from `at` on to `blocks`; behind the text nothing stands. With `portable` vector code
/// is left alone even where the processor has it; for tests.
void CSecondOpinion_blocks(const uint8_t *bytes, size_t count, size_t at, size_t blockCount,
                           bool portable, CSecondOpinion_Block *blocks);

#endif
