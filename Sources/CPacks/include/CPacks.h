#ifndef CPACKS_H
#define CPACKS_H

#include <stddef.h>

/// A mask file that ships with Maskline. The bytes live as long as the program and end without a NUL.
typedef struct {
  const char *name;
  const unsigned char *bytes;
  size_t count;
} CPacks_Pack;

/// All packs, the default ones first, in the order of the default mask list.
extern const CPacks_Pack CPacks_table[];
extern const size_t CPacks_count;

/// The pack at `number`, below `CPacks_count`. A function, since Swift does not import arrays of unknown length.
static inline CPacks_Pack CPacks_at(size_t number) { return CPacks_table[number]; }

#endif
