// Searches over bytes that glibc hides or does not have, and the waits of the blocking side.

#ifndef CPLATFORM_LINES_H
#define CPLATFORM_LINES_H

#include <stddef.h>
#include <stdint.h>

// How many of the bytes are `byte`.
size_t CPlatform_count_byte(const uint8_t *bytes, size_t count, uint8_t byte);
// The place after the last `byte`, or 0.
size_t CPlatform_end_of_last(const uint8_t *bytes, size_t count, uint8_t byte);
// The place of the first `byte`, or `count`.
size_t CPlatform_first(const uint8_t *bytes, size_t count, uint8_t byte);

// Processor time of the calling thread.
uint64_t CPlatform_thread_cpu_nanoseconds(void);

// Waits until fd can be read (1) or `wake` can (0), whichever comes first; -errno.
int CPlatform_poll_read_or_wake(int fd, int wake);
// Asks for a pipe that holds `bytes`; refused quietly where it is no pipe or not allowed.
void CPlatform_grow_pipe(int fd, int bytes);

#endif
