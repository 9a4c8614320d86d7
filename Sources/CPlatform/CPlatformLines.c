#define _GNU_SOURCE
#include "CPlatformLines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>

// Vectors in the compiler's own terms: 16 bytes are a register on every processor that counts.
typedef uint8_t Vector __attribute__((vector_size(16)));

size_t CPlatform_count_byte(const uint8_t *bytes, size_t count, uint8_t byte) {
  const Vector wanted = (Vector){} + byte;
  size_t total = 0;
  while (count >= 32) {
    // Each comparison gives 0 or -1; 255 of them fit into a byte.
    size_t steps = count / 32 < 255 ? count / 32 : 255;
    Vector first = {}, second = {};
    for (size_t step = 0; step < steps; step++, bytes += 32) {
      Vector low, high;
      memcpy(&low, bytes, 16);
      memcpy(&high, bytes + 16, 16);
      first -= (Vector)(low == wanted);
      second -= (Vector)(high == wanted);
    }
    for (int lane = 0; lane < 16; lane++) total += first[lane] + second[lane];
    count -= steps * 32;
  }
  for (size_t index = 0; index < count; index++) total += bytes[index] == byte;
  return total;
}

size_t CPlatform_end_of_last(const uint8_t *bytes, size_t count, uint8_t byte) {
  const uint8_t *found = count == 0 ? NULL : memrchr(bytes, byte, count);
  return found ? (size_t)(found - bytes) + 1 : 0;
}

size_t CPlatform_first(const uint8_t *bytes, size_t count, uint8_t byte) {
  const uint8_t *found = count == 0 ? NULL : memchr(bytes, byte, count);
  return found ? (size_t)(found - bytes) : count;
}

uint64_t CPlatform_thread_cpu_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

int CPlatform_poll_read_or_wake(int fd, int wake) {
  struct pollfd entries[2] = {{.fd = fd, .events = POLLIN}, {.fd = wake, .events = POLLIN}};
  if (poll(entries, 2, -1) == -1) return -errno;
  return entries[1].revents != 0 ? 0 : 1;
}

void CPlatform_grow_pipe(int fd, int bytes) {
  int held = fcntl(fd, F_GETPIPE_SZ);
  if (held > 0 && held < bytes) (void)fcntl(fd, F_SETPIPE_SZ, bytes);
}
