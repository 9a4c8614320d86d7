// Private to CScan: the two kernels, and the steps on bit masks that they share.
#ifndef MASKLINE_CSCAN_KERNEL_H
#define MASKLINE_CSCAN_KERNEL_H

#include "CScan.h"

CScan_Result CScan_index_portable(const uint8_t *bytes, size_t count, bool lines,
                                  const CScan_Triggers *triggers, uint32_t *index,
                                  CScan_Block *blocks);
void CScan_classify_portable(const uint8_t *bytes, size_t count, const CScan_Triggers *triggers,
                             CScan_Block *blocks);
#if defined(__x86_64__)
CScan_Result CScan_index_avx2(const uint8_t *bytes, size_t count, bool lines,
                              const CScan_Triggers *triggers, uint32_t *index,
                              CScan_Block *blocks);
void CScan_classify_avx2(const uint8_t *bytes, size_t count, const CScan_Triggers *triggers,
                         CScan_Block *blocks);
#endif

/// The byte classes of one block as masks.
typedef struct {
  uint64_t quotes, backslashes, structure, blanks, controls, lineFeeds, returns, digits, nonASCII;
} BlockMasks;

/// What one block hands to the next.
typedef struct {
  uint64_t escaped;  ///< 1 if the first byte of the next block is escaped
  uint64_t inString; ///< all ones if the next block begins inside a string
  uint64_t inRun;    ///< 1 if the last byte belonged to a run outside strings
} Carry;

/// Which bytes are escaped by an odd run of backslashes before them. The carry trick of simdjson
/// ("Parsing Gigabytes of JSON per Second", Langdale and Lemire, 2019, section 3.1.1), in the form
/// with one subtraction.
static inline uint64_t escapedBytes(uint64_t backslashes, Carry *carry) {
  if (backslashes == 0) {
    uint64_t escaped = carry->escaped;
    carry->escaped = 0;
    return escaped;
  }
  const uint64_t oddBits = 0xAAAAAAAAAAAAAAAAULL;
  uint64_t potential = backslashes & ~carry->escaped;
  uint64_t maybeEscaped = potential << 1;
  uint64_t codes = ((maybeEscaped | oddBits) - potential) ^ oddBits;
  uint64_t escaped = codes ^ (backslashes | carry->escaped);
  carry->escaped = (codes & backslashes) >> 63;
  return escaped;
}

/// Turns the masks of one block into index bits. `nextByte` is the first byte of the next block.
/// `parity` is the running exclusive-or of the unescaped quotes.
static inline uint64_t indexBits(const BlockMasks *m, uint64_t quotes, uint64_t parity, bool lines,
                                 uint8_t nextByte, Carry *carry) {
  uint64_t inString = parity ^ carry->inString;
  uint64_t blanks = m->blanks;
  uint64_t ends = 0;
  if (lines) {
    ends = m->lineFeeds;
    // A line feed ends a string left open: all that follows is seen from outside again.
    uint64_t open = ends & inString;
    while (open) {
      uint64_t bit = open & -open;
      inString ^= ~(bit | (bit - 1));
      open = ends & inString & ~(bit | (bit - 1));
    }
    carry->inString = (ends >> 63) ? 0 : (uint64_t)((int64_t)inString >> 63);
    // A carriage return is blank only before a line feed; anywhere else it begins a run, which
    // the grammar refuses (so that no reader can see a line end where Maskline saw none).
    uint64_t beforeLineFeed = (ends >> 1) | ((uint64_t)(nextByte == '\n') << 63);
    blanks = (blanks & ~m->returns) | (m->returns & beforeLineFeed);
  } else {
    carry->inString = (uint64_t)((int64_t)inString >> 63);
    blanks |= m->lineFeeds;
  }
  uint64_t runs = ~(m->structure | blanks | quotes | inString | ends);
  uint64_t runStarts = runs & ~((runs << 1) | carry->inRun);
  carry->inRun = runs >> 63;
  return (m->structure & ~inString) | quotes | ends | (m->controls & inString) | runStarts;
}

/// The bits of the bytes that exist in a last block of `left` bytes.
static inline uint64_t existing(size_t left) {
  return left >= 64 ? ~0ULL : (1ULL << left) - 1;
}

#endif
