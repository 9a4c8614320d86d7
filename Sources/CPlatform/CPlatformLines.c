#define _GNU_SOURCE
#include "CPlatformLines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>

size_t CPlatform_count_byte(const uint8_t *bytes, size_t count, uint8_t byte) {
  size_t total = 0;
  // Sums of at most 255 ones fit into bytes: so the compiler counts a vector's width at a time.
  while (count > 0) {
    size_t part = count < 255 * 16 ? count : 255 * 16;
    uint8_t sums[16] = {0};
    size_t index = 0;
    for (; index + 16 <= part; index += 16) {
      for (int lane = 0; lane < 16; lane++) sums[lane] += bytes[index + lane] == byte;
    }
    for (int lane = 0; lane < 16; lane++) total += sums[lane];
    for (; index < part; index++) total += bytes[index] == byte;
    bytes += part;
    count -= part;
  }
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
