#include "CPacks.h"

// The packs are compiled in from `masks/`, so that the binary needs no other file and cannot disagree with them.
// `#embed` is C23; clang takes it in every mode and only remarks on it.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char pci[] = {
#embed "../../masks/pci.yaml"
};

static const unsigned char pii[] = {
#embed "../../masks/pii.yaml"
};

static const unsigned char ids[] = {
#embed "../../masks/ids.yaml"
};

static const unsigned char secrets[] = {
#embed "../../masks/secrets.yaml"
};

static const unsigned char health[] = {
#embed "../../masks/health.yaml"
};

static const unsigned char crypto[] = {
#embed "../../masks/crypto.yaml"
};

#pragma clang diagnostic pop

// An empty pack would mask nothing and say nothing.
_Static_assert(sizeof pci > 0 && sizeof pii > 0 && sizeof ids > 0 && sizeof secrets > 0 && sizeof health > 0 &&
                   sizeof crypto > 0,
               "a pack is empty");

const CPacks_Pack CPacks_table[] = {
    {"pci", pci, sizeof pci},
    {"pii", pii, sizeof pii},
    {"ids", ids, sizeof ids},
    {"secrets", secrets, sizeof secrets},
    {"health", health, sizeof health},
    {"crypto", crypto, sizeof crypto},
};

const size_t CPacks_count = sizeof CPacks_table / sizeof CPacks_table[0];
