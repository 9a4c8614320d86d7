// The kernel in plain C: what the vector kernels are tested against, and the way on processors
// that have none.
#include "Kernel.h"

static uint8_t byteAt(const uint8_t *bytes, size_t left, size_t i) {
  return i < left ? bytes[i] : 0; // nothing lies behind the end
}

// A block and what windows that begin in it reach into.
static void copyBlock(const uint8_t *bytes, size_t left, uint8_t *block) {
  for (size_t i = 0; i < 64 + CScan_WINDOW_BYTES; i += 1) block[i] = byteAt(bytes, left, i);
}

static bool isWindow(const uint8_t *bytes, size_t left, size_t i, const CScan_Windows *w) {
  uint8_t buckets = 0xFF;
  for (size_t k = 0; k < CScan_WINDOW_BYTES; k += 1) {
    uint8_t seen = byteAt(bytes, left, i + k);
    if (seen > 0x7F) seen = 0x7F;
    buckets &= w->low[k][seen & 15] & w->high[k][seen >> 4];
  }
  return buckets != 0;
}

static void classify(const uint8_t *bytes, size_t left, const CScan_Triggers *t, BlockMasks *m) {
  *m = (BlockMasks){0};
  size_t length = left < 64 ? left : 64;
  for (size_t i = 0; i < length; i += 1) {
    uint8_t byte = bytes[i];
    uint64_t bit = 1ULL << i;
    switch (byte) {
    case '"': m->quotes |= bit; break;
    case '\\': m->backslashes |= bit; break;
    case '[': m->openBrackets |= bit; m->structure |= bit; break;
    case '{': case '}': case ']': case ':': case ',': m->structure |= bit; break;
    case ' ': m->blanks |= bit; m->runBytes |= bit; break;
    case '\t': m->blanks |= bit; m->runBytes |= bit; break;
    case '-': case '.': case '_': case '/': m->runBytes |= bit; break;
    case '\r': m->blanks |= bit; m->returns |= bit; break;
    case '\n': m->lineFeeds |= bit; break;
    default: break;
    }
    if (byte < 0x20) m->controls |= bit;
    if (byte >= 0x80) { m->nonASCII |= bit; m->runBytes |= bit; }
    if ((uint8_t)(byte - '0') < 10) { m->digits |= bit; m->runBytes |= bit; }
    if (isWindow(bytes, left, i, &t->windows[0]) || isWindow(bytes, left, i, &t->windows[1])) {
      m->windows |= bit;
    }
    if (isWindow(bytes, left, i, &t->words)) m->wordWindows |= bit;
    if (isWindow(bytes, left, i, &t->keywords)) m->keywordWindows |= bit;
    if (!(byte & 0x20)) m->capitals |= bit;
    uint8_t kind = CScan_encoding_kinds[byte];
    if (kind & 1) m->groupFirsts |= bit;
    if (kind & 2) m->groupSeconds |= bit;
    if (kind & 4) m->groupThirds |= bit;
    if (kind & 8) m->base64 |= bit;
    if (kind & 16) m->marks |= bit;
    uint8_t letter = byte | 0x20;
    if ((letter >= 'a' && letter <= 'z') || (uint8_t)(byte - '0') < 10) m->alphanumerics |= bit;
    if (i % 2 == 0) {
      uint16_t gram = CScan_gram(byte & 0xDF, byteAt(bytes, left, i + 1) & 0xDF,
                                 byteAt(bytes, left, i + 2) & 0xDF);
      if (t->grams[gram >> 5] >> (gram & 31) & 1) m->grams |= bit;
    }
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
  CScan_Text text = {bytes, count, true};
  for (size_t base = 0; base < count; base += 64) {
    BlockMasks m;
    CScan_Block *block = &blocks[base / 64];
    classify(bytes + base, count - base, triggers, &m);
    uint8_t last[64 + CScan_WINDOW_BYTES];
    copyBlock(bytes + base, count - base, last);
    block->encoded = encodings(&m, bytes, base, count, &carry);
    uint64_t quotes = m.quotes & ~escapedBytes(m.backslashes, &carry);
    uint64_t parity = quotes;
    for (int shift = 1; shift < 64; shift <<= 1) parity ^= parity << shift;
    uint64_t bits = indexBits(&m, quotes, parity, lines, last, &text, base, triggers, &carry, block) &
                    existing(count - base);
    result.indexCount += writeIndex(bits, (uint32_t)base, index + result.indexCount);
  }
  result.isUTF8 = CScan_is_utf8(bytes, count);
  return result;
}

void CScan_find_signs_portable(const uint8_t *bytes, size_t count, const CScan_Triggers *triggers,
                               CScan_Block *blocks) {
  Carry carry = {0};
  CScan_Text text = {bytes, count, false};
  for (size_t base = 0; base < count; base += 64) {
    BlockMasks m;
    classify(bytes + base, count - base, triggers, &m);
    uint8_t last[64 + CScan_WINDOW_BYTES];
    copyBlock(bytes + base, count - base, last);
    describe(&m, last, &text, base, ~0ULL, triggers, &carry, &blocks[base / 64]);
  }
}
