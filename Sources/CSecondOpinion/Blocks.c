// Classifies bytes: with AVX2 where the processor has it, else one at a time.
#include "CSecondOpinion.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef CSecondOpinion_Block Block;

// A digit is 0x30 to 0x39: a group of base64 with one begins with M, N or O and D, T, j or z. In UTF-16 an
// octet of zero makes that AD; of full-width digits (EF BC 9x) groups begin with 77 or vJ, or +8 stands
// in them. Any of the first with any of the second will do.
enum { isDigit = 1, isSign = 2, isExponent = 4, isBase64 = 8, isFirst = 16, isSecond = 32 };

#define DIGIT (isDigit | isBase64)
#define LETTER isBase64

static const uint8_t kinds[256] = {
  ['0'] = DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT,
  ['7'] = DIGIT | isFirst | isSecond, ['8'] = DIGIT | isSecond, ['9'] = DIGIT,
  ['A'] = LETTER | isFirst, LETTER, LETTER, ['D'] = LETTER | isSecond, LETTER | isExponent, LETTER,
  LETTER, LETTER, LETTER, ['J'] = LETTER | isSecond, LETTER, LETTER, LETTER | isFirst,
  LETTER | isFirst, LETTER | isFirst, LETTER, LETTER, LETTER, LETTER, ['T'] = LETTER | isSecond,
  LETTER, LETTER, LETTER, LETTER, LETTER, LETTER,
  ['a'] = LETTER, LETTER, LETTER, LETTER, LETTER | isExponent, LETTER, LETTER, LETTER, LETTER,
  ['j'] = LETTER | isSecond, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER,
  LETTER, LETTER, ['v'] = LETTER | isFirst, LETTER, LETTER, LETTER, ['z'] = LETTER | isSecond,
  ['+'] = isBase64 | isFirst, ['-'] = isBase64 | isFirst, ['/'] = isBase64, ['_'] = isBase64,
  // Without the bit in which D and T differ they are 7 and 8.
  ['\''] = isSecond, ['('] = isSecond,
  ['\\'] = isSign, ['%'] = isSign, ['&'] = isSign, ['='] = isSign, ['['] = isSign,
  [0x80 ... 0xFF] = isSign,
};

// One block of text that goes on for a byte at least.
static void classify(const uint8_t *bytes, Block *block) {
  *block = (Block){0};
  for (unsigned i = 0; i < 64; i += 1) {
    uint64_t kind = kinds[bytes[i]], second = kinds[bytes[i + 1]] / isSecond & 1;
    block->digits |= (kind & 1) << i;
    block->signs |= (kind / isSign & 1) << i;
    block->exponents |= (kind / isExponent & 1) << i;
    block->base64 |= (kind / isBase64 & 1) << i;
    block->pairs |= (kind / isFirst & second & 1) << i;
  }
}

#if defined(__x86_64__)

#define VECTOR __attribute__((target("avx2")))

VECTOR static inline uint64_t mask(__m256i low, __m256i high) {
  return (uint32_t)_mm256_movemask_epi8(low) |
         (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

// Where one of some bytes stands, each with another low half: at its place in the table.
VECTOR static inline __m256i among(__m256i v, __m256i table) {
  return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, v), v);
}

VECTOR static inline __m256i between(__m256i v, char first, char count) {
  __m256i offset = _mm256_sub_epi8(v, _mm256_set1_epi8(first));
  __m256i last = _mm256_set1_epi8((char)(count - 1));
  return _mm256_cmpeq_epi8(_mm256_min_epu8(offset, last), offset);
}

#define TABLE(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, aA, aB, aC, aD, aE, aF)                        \
  _mm256_setr_epi8(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, aA, aB, aC, aD, aE, aF, a0, a1, a2, a3,   \
                   a4, a5, a6, a7, a8, a9, aA, aB, aC, aD, aE, aF)

// A byte that stands for none: its low half is another one's.
#define NONE 1

typedef struct {
  __m256i digits, signs, exponents, base64, pairs;
} Half;

VECTOR static inline Half classifyHalf(const uint8_t *bytes) {
  const __m256i signs = TABLE(NONE, 0, 0, 0, 0, '%', '&', 0, 0, 0, 0, '[', '\\', '=', 0, 0);
  const __m256i marks = TABLE(NONE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '+', 0, '-', 0, '/');
  const __m256i firsts = TABLE(NONE, 'A', 0, 0, 0, 0, 'v', '7', 0, 0, 0, '+', 0, 'M', 'N', 'O');
  // Without bit 4: D and T, j and z, 7 and J and 8.
  const __m256i seconds = TABLE(NONE, 0, 0, 0, 'D', 0, 0, '\'', '(', 0, 'j', 0, 0, 0, 0, 0);
  __m256i v = _mm256_loadu_si256((const __m256i *)bytes);
  __m256i next = _mm256_loadu_si256((const __m256i *)(bytes + 1));
  __m256i folded = _mm256_or_si256(v, _mm256_set1_epi8(0x20));
  Half half;
  half.digits = between(v, '0', 10);
  half.signs = _mm256_or_si256(v, among(v, signs));
  half.exponents = _mm256_cmpeq_epi8(folded, _mm256_set1_epi8('e'));
  __m256i others = _mm256_or_si256(among(v, marks), _mm256_cmpeq_epi8(v, _mm256_set1_epi8('_')));
  half.base64 = _mm256_or_si256(_mm256_or_si256(between(folded, 'a', 26), half.digits), others);
  __m256i first = _mm256_or_si256(among(v, firsts), _mm256_cmpeq_epi8(v, _mm256_set1_epi8('-')));
  __m256i bare = _mm256_and_si256(next, _mm256_set1_epi8((char)0xEF));
  __m256i second =
    _mm256_or_si256(among(bare, seconds), _mm256_cmpeq_epi8(next, _mm256_set1_epi8('J')));
  half.pairs = _mm256_and_si256(first, second);
  return half;
}

VECTOR static inline void classifyVector(const uint8_t *bytes, Block *block) {
  Half low = classifyHalf(bytes), high = classifyHalf(bytes + 32);
  block->digits = mask(low.digits, high.digits);
  block->signs = mask(low.signs, high.signs);
  block->exponents = mask(low.exponents, high.exponents);
  block->base64 = mask(low.base64, high.base64);
  block->pairs = mask(low.pairs, high.pairs);
}

VECTOR static size_t classifyVectors(const uint8_t *bytes, size_t blockCount, Block *blocks) {
  for (size_t k = 0; k < blockCount; k += 1) classifyVector(bytes + 64 * k, blocks + k);
  return blockCount;
}

#endif

void CSecondOpinion_blocks(const uint8_t *bytes, size_t count, size_t at, size_t blockCount,
                           bool portable, Block *blocks) {
  // Whole blocks with a byte behind them are read where they are.
  size_t whole = at < count ? (count - at - 1) / 64 : 0, done = 0;
  if (whole > blockCount) whole = blockCount;
#if defined(__x86_64__)
  bool hasVectors = __builtin_cpu_supports("avx2") && !portable;
  if (hasVectors) done = classifyVectors(bytes + at, whole, blocks);
#endif
  for (; done < whole; done += 1) classify(bytes + at + 64 * done, blocks + done);
  for (; done < blockCount; done += 1) {
    size_t start = at + 64 * done;
    if (start >= count) {
      blocks[done] = (Block){0};
      continue;
    }
    uint8_t copy[72] = {0};
    __builtin_memcpy(copy, bytes + start, count - start < 64 ? count - start : 64);
#if defined(__x86_64__)
    if (hasVectors) {
      classifyVectors(copy, 1, blocks + done);
      continue;
    }
#endif
    classify(copy, blocks + done);
  }
}
