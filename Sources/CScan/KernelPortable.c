// The kernel in plain C: what the vector kernels are tested against, and the way on processors
// that have none.
#include "Kernel.h"

static void classify(const uint8_t *bytes, size_t left, const CScan_Triggers *t, BlockMasks *m,
                     uint64_t *triggers) {
  *m = (BlockMasks){0};
  *triggers = 0;
  size_t length = left < 64 ? left : 64;
  for (size_t i = 0; i < length; i += 1) {
    uint8_t byte = bytes[i];
    uint64_t bit = 1ULL << i;
    switch (byte) {
    case '"': m->quotes |= bit; break;
    case '\\': m->backslashes |= bit; break;
    case '{': case '}': case '[': case ']': case ':': case ',': m->structure |= bit; break;
    case ' ': m->blanks |= bit; break;
    case '\t': m->blanks |= bit; break;
    case '\r': m->blanks |= bit; m->returns |= bit; break;
    case '\n': m->lineFeeds |= bit; break;
    default: break;
    }
    if (byte < 0x20) m->controls |= bit;
    if (byte >= 0x80) m->nonASCII |= bit;
    if ((uint8_t)(byte - '0') < 10) m->digits |= bit;
    uint8_t buckets = 0xFF;
    for (size_t k = 0; k < 3; k += 1) {
      uint8_t seen = i + k < left ? bytes[i + k] : 0; // nothing lies behind the end
      buckets &= t->low[k][seen & 15] & t->high[k][seen >> 4];
    }
    if (buckets) *triggers |= bit;
  }
}

static size_t writeIndex(uint64_t bits, uint32_t base, uint32_t *index) {
  size_t count = 0;
  while (bits) {
    index[count++] = base + (uint32_t)__builtin_ctzll(bits);
    bits &= bits - 1;
  }
  return count;
}

CScan_Result CScan_index_portable(const uint8_t *bytes, size_t count, bool lines,
                                  const CScan_Triggers *triggers, uint32_t *index,
                                  CScan_Block *blocks) {
  CScan_Result result = {0, true};
  Carry carry = {0};
  for (size_t base = 0; base < count; base += 64) {
    BlockMasks m;
    CScan_Block *block = &blocks[base / 64];
    classify(bytes + base, count - base, triggers, &m, &block->triggers);
    block->digits = m.digits;
    block->backslashes = m.backslashes;
    block->nonASCII = m.nonASCII;
    uint64_t quotes = m.quotes & ~escapedBytes(m.backslashes, &carry);
    uint64_t parity = quotes;
    for (int shift = 1; shift < 64; shift <<= 1) parity ^= parity << shift;
    uint8_t next = base + 64 < count ? bytes[base + 64] : 0;
    uint64_t bits = indexBits(&m, quotes, parity, lines, next, &carry) & existing(count - base);
    result.indexCount += writeIndex(bits, (uint32_t)base, index + result.indexCount);
  }
  result.isUTF8 = CScan_is_utf8(bytes, count);
  return result;
}

void CScan_classify_portable(const uint8_t *bytes, size_t count, const CScan_Triggers *triggers,
                             CScan_Block *blocks) {
  for (size_t base = 0; base < count; base += 64) {
    BlockMasks m;
    CScan_Block *block = &blocks[base / 64];
    classify(bytes + base, count - base, triggers, &m, &block->triggers);
    block->digits = m.digits;
    block->backslashes = m.backslashes;
    block->nonASCII = m.nonASCII;
  }
}
