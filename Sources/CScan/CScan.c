// Chooses the kernel for this processor once, and holds what both kernels share.
#include "CScan.h"

#include "Kernel.h"

static bool portableForced = false;

static bool hasVectorKernel(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("pclmul");
#else
  return false;
#endif
}

static bool usesVectorKernel(void) { return !portableForced && hasVectorKernel(); }

void CScan_use_portable(bool portable) { portableForced = portable; }

const char *CScan_kernel_name(void) { return usesVectorKernel() ? "avx2" : "portable"; }

CScan_Result CScan_index(const uint8_t *bytes, size_t count, bool lines,
                         const CScan_Triggers *triggers, uint32_t *index, CScan_Block *blocks) {
#if defined(__x86_64__)
  if (usesVectorKernel()) return CScan_index_avx2(bytes, count, lines, triggers, index, blocks);
#endif
  return CScan_index_portable(bytes, count, lines, triggers, index, blocks);
}

void CScan_find_signs(const uint8_t *bytes, size_t count, const CScan_Triggers *triggers,
                      CScan_Block *blocks) {
#if defined(__x86_64__)
  if (usesVectorKernel()) {
    CScan_find_signs_avx2(bytes, count, triggers, blocks);
    return;
  }
#endif
  CScan_find_signs_portable(bytes, count, triggers, blocks);
}

uint32_t CScan_encodings(const uint8_t *bytes, size_t count) {
#if defined(__x86_64__)
  if (usesVectorKernel() && !CScan_may_encode_avx2(bytes, count)) return 0;
#endif
  return CScan_encodings_portable(bytes, count);
}

// The ranges of RFC 3629, section 4: no overlong forms, no surrogates, nothing above U+10FFFF.
bool CScan_is_utf8(const uint8_t *bytes, size_t count) {
  size_t i = 0;
  while (i < count) {
    uint8_t lead = bytes[i];
    if (lead < 0x80) {
      i += 1;
      continue;
    }
    size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || i + length > count) return false;
    uint8_t second = bytes[i + 1];
    uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high) return false;
    for (size_t k = 2; k < length; k += 1) {
      if ((bytes[i + k] & 0xC0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}
