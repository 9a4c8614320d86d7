// Private to CScan: the two kernels, and the steps on bit masks that they share.
#ifndef MASKLINE_CSCAN_KERNEL_H
#define MASKLINE_CSCAN_KERNEL_H

#include "CScan.h"

CScan_Result CScan_index_portable(const uint8_t *bytes, size_t count, bool lines,
                                  const CScan_Triggers *triggers, uint32_t *index,
                                  CScan_Block *blocks);
void CScan_find_signs_portable(const uint8_t *bytes, size_t count, const CScan_Triggers *triggers,
                               CScan_Block *blocks);
#if defined(__x86_64__)
CScan_Result CScan_index_avx2(const uint8_t *bytes, size_t count, bool lines,
                              const CScan_Triggers *triggers, uint32_t *index,
                              CScan_Block *blocks);
void CScan_find_signs_avx2(const uint8_t *bytes, size_t count, const CScan_Triggers *triggers,
                           CScan_Block *blocks);
/// False only if `CScan_encodings` is 0.
bool CScan_may_encode_avx2(const uint8_t *bytes, size_t count);
#endif

/// `CScan_encodings`, byte for byte.
uint32_t CScan_encodings_portable(const uint8_t *bytes, size_t count);

/// The byte classes of one block as masks.
typedef struct {
  uint64_t quotes, backslashes, structure, openBrackets, blanks, controls, lineFeeds, returns;
  uint64_t digits, runBytes, alphanumerics, capitals, nonASCII;
  uint64_t grams, windows, wordWindows, keywordWindows;
  uint64_t marks; // `% & = +`
  uint64_t base64, groupFirsts, groupSeconds, groupThirds; // see `CScan_encoding_kinds`
} BlockMasks;

/// What one block hands to the next.
typedef struct {
  uint64_t escaped;  ///< 1 if the first byte of the next block is escaped
  uint64_t inString; ///< all ones if the next block begins inside a string
  uint64_t inRun;    ///< 1 if the last byte belonged to a run outside strings
  uint64_t opened;   ///< 1 if the last byte was a quote that begins a string
  uint64_t runBytes; ///< the run bytes of the block before
  size_t runDigits;  ///< the digits of the run that the block before ended in
  uint64_t inWord;   ///< 1 if the last byte was a letter or digit
  uint64_t inLetters; ///< 1 if the last byte was a letter
  uint64_t base64, groupFirsts, groupSeconds, groupThirds, groups; ///< those of the block before
  size_t lastPlus;   ///< the last `+` that may be a blank
} Carry;

/// What a byte may be in an encoding: see Encodings.c.
extern const uint8_t CScan_encoding_kinds[256];

/// The bits of `marks` at which an escape stands.
uint64_t CScan_encoding_marks(uint64_t marks, const uint8_t *bytes, size_t base, size_t count,
                              size_t *lastPlus);

/// The bits of this block when they are moved on by `places`, and those of the block before come in.
static inline uint64_t movedOn(uint64_t bits, uint64_t before, int places) {
  return bits << places | before >> (64 - places);
}

/// Where the third group of base64 in a row ends that holds printable ASCII, or the byte behind it
/// when it ends early: see `CScan_base64_text`.
static inline uint64_t base64Texts(const BlockMasks *m, Carry *c) {
  uint64_t second = movedOn(m->groupSeconds, c->groupSeconds, 1);
  uint64_t beforeEnd = movedOn(m->base64, c->base64, 1) & ~m->base64;
  uint64_t first = movedOn(m->groupFirsts, c->groupFirsts, 2);
  uint64_t groups = m->base64 & movedOn(m->groupThirds, c->groupThirds, 1) &
                    movedOn(m->groupSeconds, c->groupSeconds, 2) &
                    movedOn(m->groupFirsts, c->groupFirsts, 3);
  // Of a last group of two characters the second one holds two bits only.
  uint64_t ends = ((m->groupThirds & second) | beforeEnd) & first & movedOn(groups, c->groups, 3) &
                  movedOn(groups, c->groups, 7);
  c->base64 = m->base64;
  c->groupFirsts = m->groupFirsts;
  c->groupSeconds = m->groupSeconds;
  c->groupThirds = m->groupThirds;
  c->groups = groups;
  return ends;
}

/// Those of `bits`, places of the block at `base` whose bytes are `block`, at which a rule's way stands
/// that shows itself by one of the windows in `count` words from `first` on.
static inline __attribute__((always_inline)) uint64_t standingWindows(uint64_t bits, const uint8_t *block, const CScan_Text *text,
                                       size_t base, const CScan_Signs *signs, size_t first,
                                       size_t count) {
  uint64_t kept = 0;
  const uint64_t *sets = signs->windowSets + first * CScan_WINDOW_BYTES * 256;
  for (size_t word = first; word < first + count; word += 1) {
    for (uint64_t rest = bits & ~kept; rest; rest &= rest - 1) {
      int bit = __builtin_ctzll(rest);
      uint64_t windows = CScan_windows(sets, block + bit);
      if (windows && CScan_add_windows(signs, word, windows, text, base + (size_t)bit, NULL)) {
        kept |= rest & -rest;
      }
    }
    sets += CScan_WINDOW_BYTES * 256;
  }
  return kept;
}

/// Those at which one stands that shows itself by a gram.
static inline __attribute__((always_inline)) uint64_t standingGrams(uint64_t bits, const CScan_Text *text, size_t base,
                                     const CScan_Signs *signs) {
  uint64_t kept = 0;
  while (bits) {
    size_t place = base + (size_t)__builtin_ctzll(bits);
    if (CScan_add_gram(signs, text, place, NULL)) kept |= bits & -bits;
    bits &= bits - 1;
  }
  return kept;
}

/// The bytes before which no letter or digit stands.
static inline uint64_t wordBorders(uint64_t alphanumerics, Carry *carry) {
  uint64_t borders = ~(alphanumerics << 1 | carry->inWord);
  carry->inWord = alphanumerics >> 63;
  return borders;
}

/// The bytes before which no letter stands, and capitals.
static inline uint64_t keywordBorders(const BlockMasks *m, Carry *carry) {
  uint64_t letters = m->alphanumerics & ~m->digits;
  uint64_t borders = ~(letters << 1 | carry->inLetters) | (letters & m->capitals);
  carry->inLetters = letters >> 63;
  return borders;
}

/// The bits from `bit` on down to the lowest of the run of bits that it belongs to.
static inline uint64_t runBelow(uint64_t bits, int bit) {
  uint64_t below = ~0ULL >> (63 - bit);
  uint64_t gaps = ~bits & below;
  return gaps ? below & ~(~0ULL >> __builtin_clzll(gaps)) : below;
}

/// The last digits of those runs of run bytes that have `min` digits or more by then, the ones before
/// this block counted. Nine run bytes in a row are looked for first: few blocks have them.
static inline uint64_t longDigitRuns(const BlockMasks *m, size_t min, Carry *carry) {
  unsigned __int128 all = (unsigned __int128)m->runBytes << 64 | carry->runBytes;
  carry->runBytes = m->runBytes;
  unsigned __int128 runs = all & all << 1;
  runs &= runs << 2;
  runs &= runs << 4;
  uint64_t ends = (uint64_t)((runs & all << 8) >> 64);
  uint64_t found = 0;
  size_t before = carry->runDigits;
  while (ends) {
    int last = __builtin_ctzll(ends);
    uint64_t above = ~(m->runBytes >> last);
    last += above ? __builtin_ctzll(above) - 1 : 63 - last;
    uint64_t run = runBelow(m->runBytes, last);
    uint64_t digits = run & m->digits;
    size_t count = (size_t)__builtin_popcountll(digits) + (run & 1 ? before : 0);
    if (count >= min && digits) found |= 1ULL << (63 - __builtin_clzll(digits));
    ends &= ~run;
  }
  carry->runDigits = 0;
  if (m->runBytes >> 63) {
    uint64_t run = runBelow(m->runBytes, 63);
    carry->runDigits = (size_t)__builtin_popcountll(run & m->digits) + (run & 1 ? before : 0);
  }
  return found;
}

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

/// Copies to the block at `base`, whose bytes and what zeros follow the last are `bytes`, what later steps
/// ask for; signs are those at `places`.
static inline __attribute__((always_inline)) void describe(const BlockMasks *m, const uint8_t *bytes, const CScan_Text *text,
                            size_t base, uint64_t places, const CScan_Triggers *t, Carry *carry,
                            CScan_Block *block) {
  const CScan_Signs *signs = t->signs;
  uint64_t bordered = (m->wordWindows & wordBorders(m->alphanumerics, carry)) |
                      (m->keywordWindows & keywordBorders(m, carry));
  block->signs =
      standingWindows(m->windows & places, bytes, text, base, signs, 0, signs->anywhereCount) |
      standingWindows(bordered & places, bytes, text, base, signs, signs->anywhereCount,
                      signs->borderedCount) |
      standingGrams(m->grams & places, text, base, signs);
  block->longRuns = t->digitsMin ? longDigitRuns(m, t->digitsMin, carry) : 0;
  block->backslashes = m->backslashes;
  block->nonASCII = m->nonASCII;
  block->digits = m->digits;
}

/// Turns the masks of one block into index bits, and fills what the block says of strings.
/// The block is the one at `base` of `text`, with its bytes in `bytes`. `parity` is the running exclusive-or of the unescaped
/// quotes.
static inline __attribute__((always_inline)) uint64_t indexBits(const BlockMasks *m, uint64_t quotes, uint64_t parity, bool lines,
                                 const uint8_t *bytes, const CScan_Text *text, size_t base,
                                 const CScan_Triggers *triggers, Carry *carry, CScan_Block *block) {
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
    bool isNextLineFeed = base + 64 < text->count && text->bytes[base + 64] == '\n';
    uint64_t beforeLineFeed = (ends >> 1) | ((uint64_t)isNextLineFeed << 63);
    blanks = (blanks & ~m->returns) | (m->returns & beforeLineFeed);
  } else {
    carry->inString = (uint64_t)((int64_t)inString >> 63);
    blanks |= m->lineFeeds;
  }
  uint64_t opens = quotes & inString;
  uint64_t firsts = opens << 1 | carry->opened;
  carry->opened = opens >> 63;
  block->closes = quotes & ~inString;
  describe(m, bytes, text, base, inString, triggers, carry, block);
  block->hot = (block->signs | block->longRuns | m->backslashes | m->nonASCII |
                (firsts & (m->openBrackets | m->blanks))) & inString;
  // Base64 may end on the quote behind it.
  block->hot |= block->encoded & (inString | block->closes);
  uint64_t runs = ~(m->structure | blanks | quotes | inString | ends);
  uint64_t runStarts = runs & ~((runs << 1) | carry->inRun);
  carry->inRun = runs >> 63;
  return (m->structure & ~inString) | opens | ends | (m->controls & inString) | runStarts;
}

/// Where encodings stand in the block at `base`.
static inline uint64_t encodings(const BlockMasks *m, const uint8_t *bytes, size_t base,
                                 size_t count, Carry *carry) {
  uint64_t texts = base64Texts(m, carry);
  if (m->marks == 0) return texts;
  return texts | CScan_encoding_marks(m->marks, bytes, base, count, &carry->lastPlus);
}

/// The bits of the bytes that exist in a last block of `left` bytes.
static inline uint64_t existing(size_t left) {
  return left >= 64 ? ~0ULL : (1ULL << left) - 1;
}

#endif
