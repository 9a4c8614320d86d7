// The kernel for x86-64 with AVX2: 64 bytes a step, two vectors of 32.
#if defined(__x86_64__)

#include <immintrin.h>

#define VECTOR __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul")))

// The shared steps, too, are compiled for this processor here.
#pragma clang attribute push(VECTOR, apply_to = function)
#include "Kernel.h"
#pragma clang attribute pop

typedef struct {
  __m256i low, high;
} Chunk;

VECTOR static inline uint64_t mask(__m256i low, __m256i high) {
  return (uint32_t)_mm256_movemask_epi8(low) |
         ((uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32);
}

VECTOR static inline uint64_t equals(Chunk c, char byte) {
  __m256i wanted = _mm256_set1_epi8(byte);
  return mask(_mm256_cmpeq_epi8(c.low, wanted), _mm256_cmpeq_epi8(c.high, wanted));
}

VECTOR static inline Chunk load(const uint8_t *bytes) {
  Chunk c = {_mm256_loadu_si256((const __m256i *)bytes),
             _mm256_loadu_si256((const __m256i *)(bytes + 32))};
  return c;
}

VECTOR static inline uint64_t digitMask(Chunk c) {
  // x - '0' as unsigned is below 10 exactly when min(x - '0', 9) == x - '0'.
  __m256i zero = _mm256_set1_epi8('0'), nine = _mm256_set1_epi8(9);
  __m256i a = _mm256_sub_epi8(c.low, zero), b = _mm256_sub_epi8(c.high, zero);
  return mask(_mm256_cmpeq_epi8(_mm256_min_epu8(a, nine), a),
              _mm256_cmpeq_epi8(_mm256_min_epu8(b, nine), b));
}

typedef struct {
  __m256i low[CScan_WINDOW_BYTES], high[CScan_WINDOW_BYTES];
} WindowTables;

VECTOR static inline WindowTables loadWindows(const CScan_Windows *w) {
  WindowTables t;
  for (int k = 0; k < CScan_WINDOW_BYTES; k += 1) {
    t.low[k] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)w->low[k]));
    t.high[k] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)w->high[k]));
  }
  return t;
}

// The halves of the bytes from `bytes` on, at the places of a window.
typedef struct {
  __m256i low[CScan_WINDOW_BYTES], high[CScan_WINDOW_BYTES];
} Nibbles;

VECTOR static inline Nibbles nibbles(const uint8_t *bytes) {
  const __m256i nibble = _mm256_set1_epi8(15);
  Nibbles n;
  for (int k = 0; k < CScan_WINDOW_BYTES; k += 1) {
    __m256i v = _mm256_min_epu8(_mm256_loadu_si256((const __m256i *)(bytes + k)),
                                _mm256_set1_epi8(0x7F));
    n.low[k] = _mm256_and_si256(v, nibble);
    n.high[k] = _mm256_and_si256(_mm256_srli_epi16(v, 4), nibble);
  }
  return n;
}

VECTOR static inline __m256i buckets(const Nibbles *n, const WindowTables *t) {
  __m256i all = _mm256_set1_epi8(-1);
  for (int k = 0; k < CScan_WINDOW_BYTES; k += 1) {
    all = _mm256_and_si256(all, _mm256_and_si256(_mm256_shuffle_epi8(t->low[k], n->low[k]),
                                                 _mm256_shuffle_epi8(t->high[k], n->high[k])));
  }
  return all;
}

typedef struct {
  WindowTables words, keywords, windows[2];
} AllTables;

VECTOR static inline AllTables loadTables(const CScan_Triggers *t) {
  AllTables all = {loadWindows(&t->words),
                   loadWindows(&t->keywords),
                   {loadWindows(&t->windows[0]), loadWindows(&t->windows[1])}};
  return all;
}

VECTOR static inline uint64_t windowMask(const Nibbles *low, const Nibbles *high,
                                         const WindowTables *t) {
  __m256i zero = _mm256_setzero_si256();
  return ~mask(_mm256_cmpeq_epi8(buckets(low, t), zero), _mm256_cmpeq_epi8(buckets(high, t), zero));
}

VECTOR static inline void findWindows(const uint8_t *bytes, const AllTables *tables,
                                      uint64_t existing, BlockMasks *m) {
  Nibbles low = nibbles(bytes), high = nibbles(bytes + 32);
  m->wordWindows = windowMask(&low, &high, &tables->words) & existing;
  m->keywordWindows = windowMask(&low, &high, &tables->keywords) & existing;
  m->windows = (windowMask(&low, &high, &tables->windows[0]) |
                windowMask(&low, &high, &tables->windows[1])) & existing;
}

// `CScan_gram` of sixteen places, every other byte from `bytes` on.
VECTOR static inline __m256i gramBits(const uint8_t *bytes) {
  __m256i pairs = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)bytes),
                                   _mm256_set1_epi8((char)0xDF));
  __m256i thirds = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)(bytes + 2)),
                                    _mm256_set1_epi16(0xDF));
  return _mm256_add_epi16(_mm256_mullo_epi16(pairs, _mm256_set1_epi16((short)0x9E35)),
                          _mm256_mullo_epi16(thirds, _mm256_set1_epi16(0x6A4D)));
}

VECTOR static inline uint64_t gramMask(const uint8_t *bytes, const CScan_Triggers *t) {
  uint16_t grams[32];
  _mm256_storeu_si256((__m256i *)grams, gramBits(bytes));
  _mm256_storeu_si256((__m256i *)(grams + 16), gramBits(bytes + 32));
  uint64_t bits = 0;
  // One by one: gathered, or eight at a time, it takes as long.
  for (int i = 0; i < 32; i += 1) {
    uint64_t hit = t->grams[grams[i] >> 5] >> (grams[i] & 31) & 1;
    bits |= hit << (2 * i);
  }
  return bits;
}

// Whether the kinds that the two halves of a byte stand for have one in common.
VECTOR static inline uint64_t kindMask(Chunk c, __m256i low, __m256i high) {
  const __m256i nibble = _mm256_set1_epi8(15), zero = _mm256_setzero_si256();
  __m256i a = _mm256_and_si256(
      _mm256_shuffle_epi8(low, _mm256_and_si256(c.low, nibble)),
      _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(c.low, 4), nibble)));
  __m256i b = _mm256_and_si256(
      _mm256_shuffle_epi8(low, _mm256_and_si256(c.high, nibble)),
      _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(c.high, 4), nibble)));
  return ~mask(_mm256_cmpeq_epi8(a, zero), _mm256_cmpeq_epi8(b, zero));
}

// Letters and digits.
VECTOR static inline uint64_t alphanumericMask(Chunk c) {
  // Kinds by the high nibble: 1 for digits, 2 for `A` to `O`, 4 for `P` to `Z`.
  const __m256i low = _mm256_setr_epi8(5, 7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 2, 2, 2, 2, 2, 5, 7, 7, 7, 7,
                                       7, 7, 7, 7, 7, 6, 2, 2, 2, 2, 2);
  const __m256i high = _mm256_setr_epi8(0, 0, 0, 1, 2, 4, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
                                        2, 4, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0);
  return kindMask(c, low, high);
}

// Letters without the bit that makes them small; other bytes, too.
VECTOR static inline uint64_t capitalMask(Chunk c) {
  return ~mask(_mm256_slli_epi16(c.low, 2), _mm256_slli_epi16(c.high, 2));
}

// Digits, their separators and bytes of 0x80 and above: see `TriggerPlan.digitRunSet`.
VECTOR static inline uint64_t runByteMask(Chunk c) {
  // Kinds by the high nibble: 1 for 0x09, 2 for ` -./`, 4 for digits, 8 for `_`; 16 for 0x80 and up.
  const __m256i low = _mm256_setr_epi8(22, 20, 20, 20, 20, 20, 20, 20, 20, 21, 16, 16, 16, 18, 18,
                                       26, 22, 20, 20, 20, 20, 20, 20, 20, 20, 21, 16, 16, 16, 18,
                                       18, 26);
  const __m256i high = _mm256_setr_epi8(1, 0, 2, 4, 0, 8, 0, 0, 16, 16, 16, 16, 16, 16, 16, 16, 1,
                                        0, 2, 4, 0, 8, 0, 0, 16, 16, 16, 16, 16, 16, 16, 16);
  return kindMask(c, low, high);
}

// The classes of `CScan_encoding_kinds`: a kind for each high nibble from 2 to 7.
VECTOR static inline void encodingMasks(Chunk c, BlockMasks *m) {
#define BOTH(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)
  const __m256i base64 = BOTH(42, 62, 62, 62, 62, 62, 62, 62, 62, 62, 60, 21, 20, 21, 20, 29);
  const __m256i firsts = BOTH(8, 28, 24, 24, 24, 24, 24, 8, 8, 12, 12, 4, 4, 4, 4, 4);
  const __m256i seconds = BOTH(2, 14, 2, 14, 12, 12, 12, 60, 12, 48, 48, 16, 16, 16, 16, 0);
  const __m256i thirds = BOTH(34, 14, 12, 48, 50, 14, 12, 48, 50, 14, 12, 16, 16, 4, 4, 16);
  const __m256i marks = BOTH(0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 2, 0, 0);
  const __m256i rows = BOTH(0, 0, 1, 2, 4, 8, 16, 32, 0, 0, 0, 0, 0, 0, 0, 0);
#undef BOTH
  m->base64 = kindMask(c, base64, rows);
  m->groupFirsts = kindMask(c, firsts, rows);
  m->groupSeconds = kindMask(c, seconds, rows);
  m->groupThirds = kindMask(c, thirds, rows);
  m->marks = kindMask(c, marks, rows);
}

// `{ } [ ] : ,` by two nibble tables, after simdjson: the OR with 0x20 folds `[` onto `{` and
// `]` onto `}` (and 0x0C, 0x1A onto `,` and `:`; the caller takes the control bytes out again).
VECTOR static inline uint64_t structureMask(Chunk c) {
  const __m256i table = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0, 0,
                                         0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0);
  const __m256i fold = _mm256_set1_epi8(0x20);
  __m256i a = _mm256_cmpeq_epi8(_mm256_or_si256(c.low, fold), _mm256_shuffle_epi8(table, c.low));
  __m256i b = _mm256_cmpeq_epi8(_mm256_or_si256(c.high, fold), _mm256_shuffle_epi8(table, c.high));
  return mask(a, b);
}

VECTOR static inline uint64_t controlMask(Chunk c) {
  const __m256i last = _mm256_set1_epi8(0x1F);
  return mask(_mm256_cmpeq_epi8(_mm256_min_epu8(c.low, last), c.low),
              _mm256_cmpeq_epi8(_mm256_min_epu8(c.high, last), c.high));
}

VECTOR static inline uint64_t prefixXor(uint64_t bits) {
  __m128i all = _mm_set1_epi8(-1);
  return (uint64_t)_mm_cvtsi128_si64(
      _mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t)bits), all, 0));
}

// UTF-8 validation by three nibble lookups: Keiser and Lemire, "Validating UTF-8 in less than one
// instruction per byte" (2021).
typedef struct {
  __m256i error, previous, incomplete;
} UTF8State;

VECTOR static inline __m256i shiftIn(__m256i current, __m256i previous, int count) {
  __m256i across = _mm256_permute2x128_si256(previous, current, 0x21);
  switch (count) {
  case 1: return _mm256_alignr_epi8(current, across, 15);
  case 2: return _mm256_alignr_epi8(current, across, 14);
  default: return _mm256_alignr_epi8(current, across, 13);
  }
}

enum {
  tooShort = 1 << 0, tooLong = 1 << 1, overlong3 = 1 << 2, tooLarge = 1 << 3,
  surrogate = 1 << 4, overlong2 = 1 << 5, tooLarge1000 = 1 << 6, overlong4 = 1 << 6,
  twoContinuations = 1 << 7, carried = tooShort | tooLong | twoContinuations,
};

#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

VECTOR static inline void checkUTF8(__m256i input, UTF8State *state) {
  const __m256i nibble = _mm256_set1_epi8(15);
  __m256i before1 = shiftIn(input, state->previous, 1);
  const __m256i byte1High = TWICE(
      tooLong, tooLong, tooLong, tooLong, tooLong, tooLong, tooLong, tooLong,
      (char)twoContinuations, (char)twoContinuations, (char)twoContinuations,
      (char)twoContinuations, tooShort | overlong2, tooShort,
      tooShort | overlong3 | surrogate, tooShort | tooLarge | tooLarge1000 | overlong4);
  const __m256i byte1Low = TWICE(
      (char)(carried | overlong3 | overlong2 | overlong4), (char)(carried | overlong2),
      (char)carried, (char)carried, (char)(carried | tooLarge),
      (char)(carried | tooLarge | tooLarge1000), (char)(carried | tooLarge | tooLarge1000),
      (char)(carried | tooLarge | tooLarge1000), (char)(carried | tooLarge | tooLarge1000),
      (char)(carried | tooLarge | tooLarge1000), (char)(carried | tooLarge | tooLarge1000),
      (char)(carried | tooLarge | tooLarge1000), (char)(carried | tooLarge | tooLarge1000),
      (char)(carried | tooLarge | tooLarge1000 | surrogate),
      (char)(carried | tooLarge | tooLarge1000), (char)(carried | tooLarge | tooLarge1000));
  const __m256i byte2High = TWICE(
      tooShort, tooShort, tooShort, tooShort, tooShort, tooShort, tooShort, tooShort,
      (char)(tooLong | overlong2 | twoContinuations | overlong3 | tooLarge1000 | overlong4),
      (char)(tooLong | overlong2 | twoContinuations | overlong3 | tooLarge),
      (char)(tooLong | overlong2 | twoContinuations | surrogate | tooLarge),
      (char)(tooLong | overlong2 | twoContinuations | surrogate | tooLarge),
      tooShort, tooShort, tooShort, tooShort);
  __m256i high1 = _mm256_and_si256(_mm256_srli_epi16(before1, 4), nibble);
  __m256i low1 = _mm256_and_si256(before1, nibble);
  __m256i high2 = _mm256_and_si256(_mm256_srli_epi16(input, 4), nibble);
  __m256i special = _mm256_and_si256(
      _mm256_and_si256(_mm256_shuffle_epi8(byte1High, high1),
                       _mm256_shuffle_epi8(byte1Low, low1)),
      _mm256_shuffle_epi8(byte2High, high2));
  __m256i before2 = shiftIn(input, state->previous, 2);
  __m256i before3 = shiftIn(input, state->previous, 3);
  __m256i third = _mm256_subs_epu8(before2, _mm256_set1_epi8((char)(0xE0 - 0x80)));
  __m256i fourth = _mm256_subs_epu8(before3, _mm256_set1_epi8((char)(0xF0 - 0x80)));
  __m256i must = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
  state->error = _mm256_or_si256(state->error, _mm256_xor_si256(must, special));
  const __m256i lastMax = _mm256_setr_epi8(
      -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
      -1, -1, -1, -1, -1, -1, (char)(0xF0 - 1), (char)(0xE0 - 1), (char)(0xC0 - 1));
  state->incomplete = _mm256_subs_epu8(input, lastMax);
  state->previous = input;
}

VECTOR static inline void checkChunk(Chunk c, bool allASCII, UTF8State *state) {
  if (allASCII) {
    // Only a character cut off at the end of the last block can be wrong.
    state->error = _mm256_or_si256(state->error, state->incomplete);
    state->incomplete = _mm256_setzero_si256();
    state->previous = c.high;
    return;
  }
  checkUTF8(c.low, state);
  checkUTF8(c.high, state);
}

// Writes the offsets of the set bits; returns how many. Eight stores at a time, wanted or not: fewer
// branches than a loop per bit. The room for the surplus is part of the contract of `index`.
VECTOR static inline size_t writeIndex(uint64_t bits, uint32_t base, uint32_t *index) {
  size_t count = (size_t)_mm_popcnt_u64(bits);
  size_t done = 0;
  do {
    for (size_t k = 0; k < 8; k += 1) {
      index[done + k] = base + (uint32_t)_tzcnt_u64(bits);
      bits = _blsr_u64(bits);
    }
    done += 8;
  } while (done < count);
  return count;
}

VECTOR CScan_Result CScan_index_avx2(const uint8_t *bytes, size_t count, bool lines,
                                     const CScan_Triggers *triggers, uint32_t *index,
                                     CScan_Block *blocks) {
  CScan_Result result = {0, true};
  Carry carry = {0};
  CScan_Text text = {bytes, count, true};
  AllTables tables = loadTables(triggers);
  UTF8State utf8 = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
  uint8_t last[64 + CScan_PADDING] = {0};
  for (size_t base = 0; base < count; base += 64) {
    const uint8_t *at = bytes + base;
    size_t left = count - base;
    if (left < 64 + CScan_WINDOW_BYTES) { // What lies behind the end must not be seen as text.
      __builtin_memset(last, 0, sizeof last);
      __builtin_memcpy(last, at, left);
      at = last;
    }
    Chunk c = load(at);
    BlockMasks m;
    m.quotes = equals(c, '"');
    m.backslashes = equals(c, '\\');
    m.controls = controlMask(c);
    m.structure = structureMask(c) & ~m.controls;
    m.lineFeeds = equals(c, '\n');
    m.returns = equals(c, '\r');
    m.blanks = equals(c, ' ') | equals(c, '\t') | m.returns;
    m.digits = digitMask(c);
    m.nonASCII = mask(c.low, c.high);
    checkChunk(c, m.nonASCII == 0, &utf8);
    m.openBrackets = equals(c, '[');
    m.runBytes = runByteMask(c);
    m.alphanumerics = alphanumericMask(c);
    m.capitals = capitalMask(c);
    findWindows(at, &tables, existing(left), &m);
    m.grams = gramMask(at, triggers) & existing(left);
    encodingMasks(c, &m);
    CScan_Block *block = &blocks[base / 64];
    block->encoded = encodings(&m, bytes, base, count, &carry);
    uint64_t quotes = m.quotes & ~escapedBytes(m.backslashes, &carry);
    uint64_t bits = indexBits(&m, quotes, prefixXor(quotes), lines, at, &text, base, triggers,
                              &carry, block);
    result.indexCount +=
        writeIndex(bits & existing(left), (uint32_t)base, index + result.indexCount);
  }
  utf8.error = _mm256_or_si256(utf8.error, utf8.incomplete);
  result.isUTF8 = _mm256_testz_si256(utf8.error, utf8.error);
  return result;
}

VECTOR bool CScan_may_encode_avx2(const uint8_t *bytes, size_t count) {
  Carry carry = {0};
  uint8_t last[64 + CScan_PADDING] = {0};
  // Base64 may end behind the last byte, which may be that of a whole block.
  for (size_t base = 0; base <= count; base += 64) {
    const uint8_t *at = bytes + base;
    size_t left = count - base;
    if (left < 64) {
      __builtin_memset(last, 0, sizeof last);
      __builtin_memcpy(last, at, left);
      at = last;
    }
    BlockMasks m = {0};
    encodingMasks(load(at), &m);
    if (encodings(&m, bytes, base, count, &carry)) return true;
  }
  return false;
}

VECTOR void CScan_find_signs_avx2(const uint8_t *bytes, size_t count,
                                  const CScan_Triggers *triggers, CScan_Block *blocks) {
  AllTables tables = loadTables(triggers);
  Carry carry = {0};
  CScan_Text text = {bytes, count, false};
  uint8_t last[64 + CScan_PADDING] = {0};
  for (size_t base = 0; base < count; base += 64) {
    const uint8_t *at = bytes + base;
    size_t left = count - base;
    if (left < 64 + CScan_WINDOW_BYTES) {
      __builtin_memset(last, 0, sizeof last);
      __builtin_memcpy(last, at, left);
      at = last;
    }
    BlockMasks m = {0};
    Chunk c = load(at);
    m.digits = digitMask(c);
    m.runBytes = runByteMask(c);
    m.alphanumerics = alphanumericMask(c);
    m.capitals = capitalMask(c);
    findWindows(at, &tables, existing(left), &m);
    m.grams = gramMask(at, triggers) & existing(left);
    describe(&m, at, &text, base, ~0ULL, triggers, &carry, &blocks[base / 64]);
  }
}

#endif
