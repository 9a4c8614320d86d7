#ifndef MASKLINE_CSCAN_SIGNS_H
#define MASKLINE_CSCAN_SIGNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The length of a window.
#define CScan_WINDOW_BYTES 5

/// How many slots the table of grams has: see `CScan_gram_slot`.
#define CScan_GRAM_SLOTS 4096

/// One way in which the matches of a rule begin.
typedef struct {
  uint64_t notBefore[2]; ///< the ASCII bytes that cannot stand before the match
  int32_t bit;           ///< the rule's bit
  int32_t firstPlace;    ///< in `places`: the number of the set of each place from the match's beginning on
  int16_t placeCount;
  int16_t distance;      ///< how far behind the match's beginning its sign stands
  int16_t probe;         ///< the place with the rarest set, beside those of the sign: looked at first
  uint16_t probeSet;     ///< that set's number
} CScan_Way;

/// A way that shows itself by a gram.
typedef struct {
  uint32_t gram;
  int32_t way;
} CScan_GramWay;

/// What signs stand for: made and owned by `SignIndex`.
typedef struct {
  const CScan_Way *ways;
  const uint64_t *sets;       ///< four words each, a bit for every byte; each set once
  const uint16_t *places;     ///< the numbers of sets: few, so that they stay in the cache
  const int32_t *gramStarts;  ///< for each slot where its entries in `grams` begin, and the end of the last
  const CScan_GramWay *grams;
  const uint64_t *windowSets; ///< for each word of 64 windows, [place][byte]: those with the byte there
  size_t anywhereCount;       ///< how many words are of windows that count anywhere; they come first
  size_t borderedCount;       ///< how many are of those that count behind a border only
  const int32_t *windowStarts; ///< for each window where its entries in `windowWays` begin, and the end
  const int32_t *windowWays;
} CScan_Signs;

/// A text in which signs were found.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  bool isJSON; ///< a quote is the border of the text that rules see
} CScan_Text;

static inline uint32_t CScan_folded_gram(const uint8_t *at) {
  return (uint32_t)(at[0] & 0xDF) | (uint32_t)(at[1] & 0xDF) << 8 | (uint32_t)(at[2] & 0xDF) << 16;
}

static inline size_t CScan_gram_slot(uint32_t gram) { return (gram * 0x9E3779B1u) >> 20; }

/// Whether a set of four words holds a byte.
static inline bool CScan_holds(const uint64_t *set, uint8_t byte) {
  return set[byte >> 6] >> (byte & 63) & 1;
}

/// Whether a way stands where its sign is at `place`; then its rule's bit is set in `words`, if there
/// are any.
static inline bool CScan_add_way(const CScan_Signs *signs, int32_t number, const CScan_Text *text,
                                 size_t place, uint64_t *words) {
  const CScan_Way *way = &signs->ways[number];
  if (place < (size_t)way->distance) return false;
  size_t start = place - (size_t)way->distance;
  if (start + (size_t)way->placeCount > text->count) return false;
  const uint8_t *at = text->bytes + start;
  if (!CScan_holds(signs->sets + 4 * (size_t)way->probeSet, at[way->probe])) return false;
  const uint16_t *places = signs->places + way->firstPlace;
  for (size_t i = 0; i < (size_t)way->placeCount; i += 1) {
    if (!CScan_holds(signs->sets + 4 * (size_t)places[i], at[i])) return false;
  }
  if (start > 0 && at[-1] < 0x80 && !(text->isJSON && at[-1] == '"') &&
      way->notBefore[at[-1] >> 6] >> (at[-1] & 63) & 1) {
    return false;
  }
  if (words) words[way->bit >> 6] |= 1ULL << (way->bit & 63);
  return true;
}

/// The windows of a word that stand where the five bytes from `at` on are; `sets` are the word's.
static inline uint64_t CScan_windows(const uint64_t *sets, const uint8_t *at) {
  return sets[at[0]] & sets[256 + at[1]] & sets[512 + at[2]] & sets[768 + at[3]] &
         sets[1024 + at[4]];
}

/// The same as `CScan_add_way` for the ways of all `windows` of a word, at `place`; without `words` the
/// first one is enough.
static inline bool CScan_add_windows(const CScan_Signs *signs, size_t word, uint64_t windows,
                                     const CScan_Text *text, size_t place, uint64_t *words) {
  bool any = false;
  for (; windows; windows &= windows - 1) {
    size_t window = word * 64 + (size_t)__builtin_ctzll(windows);
    for (int32_t i = signs->windowStarts[window]; i < signs->windowStarts[window + 1]; i += 1) {
      any |= CScan_add_way(signs, signs->windowWays[i], text, place, words);
      if (any && !words) return true;
    }
  }
  return any;
}

/// The same for the ways of whatever windows are at `place`.
static inline void CScan_add_all_windows(const CScan_Signs *signs, const CScan_Text *text,
                                         size_t place, uint64_t *words) {
  uint8_t at[CScan_WINDOW_BYTES] = {0}; // Nothing lies behind the text.
  for (size_t k = 0; k < CScan_WINDOW_BYTES && place + k < text->count; k += 1) {
    at[k] = text->bytes[place + k];
  }
  const uint64_t *sets = signs->windowSets;
  for (size_t word = 0; word < signs->anywhereCount + signs->borderedCount; word += 1) {
    CScan_add_windows(signs, word, CScan_windows(sets, at), text, place, words);
    sets += CScan_WINDOW_BYTES * 256;
  }
}

/// The same for the ways of the gram at `place`.
static inline bool CScan_add_gram(const CScan_Signs *signs, const CScan_Text *text, size_t place,
                                  uint64_t *words) {
  if (place + 2 >= text->count) return false;
  uint32_t gram = CScan_folded_gram(text->bytes + place);
  size_t slot = CScan_gram_slot(gram);
  bool any = false;
  for (int32_t i = signs->gramStarts[slot]; i < signs->gramStarts[slot + 1]; i += 1) {
    if (signs->grams[i].gram != gram) continue;
    any |= CScan_add_way(signs, signs->grams[i].way, text, place, words);
    if (any && !words) return true;
  }
  return any;
}

#endif
