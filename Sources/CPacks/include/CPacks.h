#ifndef CPACKS_H
#define CPACKS_H
#include <stddef.h>
typedef struct { const char *name; const unsigned char *bytes; size_t count; } CPacks_Pack;
extern const CPacks_Pack CPacks_table[];
extern const size_t CPacks_count;
/// Swift does not import arrays of unknown length.
static inline CPacks_Pack CPacks_at(size_t number) { return CPacks_table[number]; }
#endif
