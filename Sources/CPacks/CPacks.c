#include "CPacks.h"
const CPacks_Pack CPacks_table[1] = {{"pci", (const unsigned char *)"", 0}};
const size_t CPacks_count = 1;
