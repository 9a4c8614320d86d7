// Reads a text in blocks of 64 bytes and looks closer only where digits, or what may hide them, stand.
#include "Digits.h"

typedef CSecondOpinion_Block Block;

// The events of one call.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  uint32_t decodes;
  CSecondOpinion_Event *events;
  size_t eventCount;
} Report;

static void add(Report *r, CSecondOpinion_Kind kind, size_t start, size_t end) {
  // The caller leaves room for all that one block may hold.
  if (r->eventCount == CSecondOpinion_EVENTS_MAX) return;
  r->events[r->eventCount++] = (CSecondOpinion_Event){kind, (uint32_t)start, (uint32_t)end};
}

// How much text about a sign is read with it, at the least; signs of one kind nearer than twice that
// share a stretch. A number of 19 digits takes no more on either side.
enum { margin = 64 };

// The digits that a stretch needs to hold: each digit of a number has one at least in any escape, or
// two bytes outside ASCII.
enum { digitsMin = 13 };

static bool isWordByte(uint8_t byte) { return isDigit(byte) || isLetter(byte) || byte >= 0x80; }

static void endStretch(Report *r, CSecondOpinion_Signs *signs, CSecondOpinion_Kind kind) {
  if (signs->first > signs->last) return;
  size_t start = signs->first > margin ? signs->first - margin : 0;
  size_t end = r->count - signs->last > margin ? signs->last + margin : r->count;
  signs->first = 1;
  signs->last = 0;
  // Words stay whole.
  for (size_t k = 0; k < margin && start > 0 && isWordByte(r->bytes[start - 1]); k += 1) start -= 1;
  for (size_t k = 0; k < margin && end < r->count && isWordByte(r->bytes[end]); k += 1) end += 1;
  size_t halves = 0;
  for (size_t i = start; i < end; i += 1) {
    uint8_t byte = r->bytes[i];
    halves += (size_t)isDigit(byte) * 2 + (byte >= 0x80);
  }
  if (halves >= 2 * digitsMin) add(r, kind, start, end);
}

static void addSign(Report *r, CSecondOpinion_Signs *signs, CSecondOpinion_Kind kind, size_t at) {
  if (signs->first <= signs->last && at - signs->last <= 2 * margin) {
    signs->last = at;
    return;
  }
  endStretch(r, signs, kind);
  signs->first = signs->last = at;
}

static __attribute__((noinline)) void readSigns(
  Report *r, CSecondOpinion_Scan *scan, uint64_t signs, size_t base
) {
  while (signs) {
    size_t at = base + (size_t)__builtin_ctzll(signs);
    signs &= signs - 1;
    if (r->bytes[at] == '[') {
      size_t end;
      if (isCardInArray(r->bytes, r->count, at, &end)) add(r, CSecondOpinion_ARRAY, at, end);
      continue;
    }
    switch (hiding(r->bytes, at, r->count, r->decodes)) {
    case hidesNothing: break;
    case hidesByEscape: addSign(r, &scan->escapes, CSecondOpinion_ESCAPES, at); break;
    case hidesByQuoting: addSign(r, &scan->quoted, CSecondOpinion_QUOTED, at); break;
    }
  }
}

static __attribute__((noinline)) void readRuns(Report *r, uint64_t starts, size_t base) {
  while (starts) {
    size_t at = base + (size_t)__builtin_ctzll(starts), end;
    starts &= starts - 1;
    if (isCardRun(r->bytes, r->count, at, &end)) add(r, CSecondOpinion_CARD, at, end);
    // `4111111111111111.0` is a number, too.
    while (at < r->count && isDigit(r->bytes[at])) end = ++at;
    if (at + 1 < r->count && r->bytes[at] == '.' && r->bytes[at + 1] == '0') {
      while (at > 0 && isDigit(r->bytes[at - 1])) at -= 1;
      if (isCardWrittenOut(r->bytes, r->count, at, &end)) add(r, CSecondOpinion_CARD, at, end);
    }
  }
}

static __attribute__((noinline)) void readGroups(Report *r, uint64_t starts, size_t base) {
  bool hasPlus = r->decodes & CSecondOpinion_DECODES_PERCENT;
  while (starts) {
    size_t at = base + (size_t)__builtin_ctzll(starts), end;
    starts &= starts - 1;
    if (isCardInGroups(r->bytes, r->count, at, hasPlus, &end)) {
      add(r, CSecondOpinion_CARD, at, end);
    }
  }
}

static __attribute__((noinline)) void readExponents(Report *r, uint64_t exponents, size_t base) {
  while (exponents) {
    size_t at = base + (size_t)__builtin_ctzll(exponents), end;
    exponents &= exponents - 1;
    uint8_t behind = at + 1 < r->count ? r->bytes[at + 1] : 0;
    if (!isDigit(behind) && behind != '+' && behind != '-') continue;
    size_t start = at;
    while (start > 0 && at - start < 2 * 20 &&
           (isDigit(r->bytes[start - 1]) || r->bytes[start - 1] == '.')) {
      start -= 1;
    }
    if (isCardWrittenOut(r->bytes, r->count, start, &end)) {
      add(r, CSecondOpinion_CARD, start, end);
    }
  }
}

// Whether two characters begin a group of base64 with digits: see Blocks.c.
static bool isPair(const Report *r, size_t at) {
  if (at + 2 >= r->count) return false;
  uint8_t second = r->bytes[at + 1];
  switch (r->bytes[at]) {
  case 'A': return second == 'D';
  case 'M': case 'N': case 'O':
    return second == 'D' || second == 'T' || second == 'j' || second == 'z';
  case '7': return second == '7' && r->bytes[at + 2] == 'y';
  case 'v': return second == 'J';
  case '+': case '-': return second == '8';
  default: return false;
  }
}

static __attribute__((noinline)) void readBase64(
  Report *r, uint64_t pairs, uint64_t starts, uint64_t base64, size_t base
) {
  // The characters from the last place on that are known to be read with it.
  uint64_t known = 0;
  for (uint64_t left = pairs | starts; left; left &= left - 1) {
    uint64_t bit = left & -left;
    if (bit & known) continue;
    size_t at = base + (size_t)__builtin_ctzll(bit);
    bool isText = false;
    if (bit & pairs) isText = isPair(r, at) && (isPair(r, at + 4) || isPair(r, at + 8));
    // Of the first character that printable ASCII may begin with, most hexadecimal words have none.
    if (!isText && bit & starts && r->bytes[at] >= 'I' && r->bytes[at] <= 'f') {
      isText = beginsWithText(r->bytes, at, r->count);
    }
    if (!isText) continue;
    add(r, CSecondOpinion_BASE64, at, at);
    // Adding the bit to a run carries through to its end.
    known = base64 & ~(base64 + bit) & ~(bit - 1);
  }
}

// A mask from bit `k` on, with the next one's bits behind it.
static inline uint64_t from(uint64_t now, uint64_t next, unsigned k) {
  return now >> k | next << (64 - k);
}

// What begins in the second of three blocks, at `base`.
static inline void readBlock(Report *r, CSecondOpinion_Scan *scan, const Block *block, size_t base) {
  const Block *before = block - 1, *next = block + 1;
  uint64_t digits = block->digits, nextDigits = next->digits;
  if (block->signs) readSigns(r, scan, block->signs, base);
  uint64_t behindDigit = digits << 1 | before->digits >> 63;
  uint64_t two = digits & from(digits, nextDigits, 1), nextTwo = nextDigits & nextDigits >> 1;
  uint64_t four = two & from(two, nextTwo, 2), nextFour = nextTwo & nextTwo >> 2;
  if (four) {
    uint64_t runs = four & from(four, nextFour, 4) & ~behindDigit;
    runs &= from(four, nextFour, 8) & from(digits, nextDigits, 12);
    if (runs) readRuns(r, runs, base);
    // 4-4-4-4 and 4-6-4 or 4-6-5 begin alike.
    uint64_t groups = four & ~from(digits, nextDigits, 4) & from(four, nextFour, 5) & ~behindDigit;
    groups &= (from(four, nextFour, 10) & ~from(digits, nextDigits, 9)) |
              (from(two, nextTwo, 9) & ~from(digits, nextDigits, 11));
    if (groups) readGroups(r, groups, base);
  }
  uint64_t exponents = block->exponents & behindDigit;
  if (exponents) readExponents(r, exponents, base);
  if (!(r->decodes & CSecondOpinion_DECODES_BASE64)) return;
  uint64_t pairs = block->pairs;
  if (pairs) pairs &= from(pairs, next->pairs, 4) | from(pairs, next->pairs, 8);
  // Runs of 24 characters.
  uint64_t run = block->base64, nextRun = next->base64;
  uint64_t starts = run & ~(run << 1 | before->base64 >> 63);
  for (unsigned k = 1; k <= 4; k *= 2) {
    run &= from(run, nextRun, k);
    nextRun &= nextRun >> k;
  }
  starts &= run & from(run, nextRun, 8) & from(run, nextRun, 16);
  if (pairs | starts) readBase64(r, pairs, starts, block->base64, base);
}

size_t CSecondOpinion_scan(const uint8_t *bytes, size_t count, uint32_t decodes,
                           CSecondOpinion_Scan *scan, CSecondOpinion_Event *events) {
  // How many blocks are read together, and the room for what one may hold: a number or an array begins
  // at every 13th byte at most, an exponent or a stretch at every third.
  enum { blocksMax = 64, roomMin = 48 };
  Report report = {bytes, count, decodes, events, 0};
  if (!scan->isBegun) {
    scan->isBegun = true;
    scan->escapes = scan->quoted = (CSecondOpinion_Signs){1, 0};
  }
  Block blocks[blocksMax + 2];
  while (scan->at < count) {
    size_t at = scan->at;
    size_t blockCount = (count - at + 63) / 64;
    if (blockCount > blocksMax) blockCount = blocksMax;
    if (at > 0) {
      CSecondOpinion_blocks(bytes, count, at - 64, blockCount + 2, false, blocks);
    } else {
      blocks[0] = (Block){0};
      CSecondOpinion_blocks(bytes, count, at, blockCount + 1, false, blocks + 1);
    }
    for (size_t k = 1; k <= blockCount; k += 1) {
      if (report.eventCount > CSecondOpinion_EVENTS_MAX - roomMin) return report.eventCount;
      readBlock(&report, scan, blocks + k, scan->at);
      scan->at += 64;
    }
  }
  scan->isDone = true;
  endStretch(&report, &scan->escapes, CSecondOpinion_ESCAPES);
  endStretch(&report, &scan->quoted, CSecondOpinion_QUOTED);
  return report.eventCount;
}
