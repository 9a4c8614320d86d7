// System calls for Swift: those that glibc hides behind _GNU_SOURCE, those that Swift cannot import
// (variadic, macros, unions), and those that must not lose errno on the way.
//
// Every function that can fail returns -errno (as the kernel does), so that no Swift code ever reads
// the thread's errno; a result of 0 or more is the call's own.

#ifndef CPLATFORM_H
#define CPLATFORM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "CPlatformFiles.h"
#include "CPlatformLines.h"

// An address of any family, as the kernel wants it: `length` bytes of `storage` count.
typedef struct {
  _Alignas(8) uint8_t storage[128];
  uint32_t length;
} CPlatform_address;

// --- Addresses ---------------------------------------------------------------------------------

// Looks `host` up (or parses it, when `numericOnly`), at most `capacity` addresses. Returns how many,
// or the negative EAI_ code. Blocks unless `numericOnly`.
int CPlatform_resolve(
    const char *host, uint16_t port, int numericOnly, CPlatform_address *out, int capacity);
// The text of an EAI_ code (a positive number: the negative result of CPlatform_resolve, negated).
const char *CPlatform_resolve_error_text(int code);
// A Unix socket's address. -ENAMETOOLONG when the path does not fit.
int CPlatform_address_unix(const char *path, CPlatform_address *out);
// "127.0.0.1:80", "[::1]:80" or "unix:/path". Returns the length written, without the final zero.
int CPlatform_address_text(const CPlatform_address *address, char *out, size_t capacity);
// The port of an IPv4 or IPv6 address, or 0.
uint16_t CPlatform_address_port(const CPlatform_address *address);

// --- Sockets (always non-blocking and close-on-exec) -------------------------------------------

int CPlatform_socket(const CPlatform_address *address);
int CPlatform_bind(int fd, const CPlatform_address *address);
int CPlatform_listen(int fd, int backlog);
int CPlatform_connect(int fd, const CPlatform_address *address);
int CPlatform_accept4(int fd);
int CPlatform_local_address(int fd, CPlatform_address *out);
// The pending error of a socket (SO_ERROR) as -errno, or 0.
int CPlatform_socket_error(int fd);
// Bytes in the send queue that the peer has not acknowledged (SIOCOUTQ).
int CPlatform_send_queue_bytes(int fd);
int CPlatform_shutdown_write(int fd);
int CPlatform_set_reuse_address(int fd);
int CPlatform_set_v6_only(int fd);
int CPlatform_set_no_delay(int fd);
int CPlatform_set_keepalive(int fd, int idleSeconds, int intervalSeconds, int count);
// From now on close() sends a reset and throws the send queue away.
int CPlatform_set_reset_on_close(int fd);
int CPlatform_set_buffer_bytes(int fd, int sendBytes, int receiveBytes);
// send(2) without SIGPIPE.
ssize_t CPlatform_send(int fd, const void *bytes, size_t count);

// --- Waiting for many descriptors --------------------------------------------------------------

// What a descriptor is watched for, and what it is ready for. A hang-up and an error are told in any
// case.
enum {
  CPlatform_ready_read = 0x001,
  CPlatform_ready_write = 0x004,
  CPlatform_ready_error = 0x008,
  CPlatform_ready_hangup = 0x010,
};

// One event: what `token`'s descriptor is ready for.
typedef struct {
  uint64_t token;
  uint32_t ready;
} CPlatform_event;

int CPlatform_epoll_create(void);
// Watches `fd`, level-triggered; its events carry `token`.
int CPlatform_epoll_add(int epoll, int fd, uint32_t ready, uint64_t token);
int CPlatform_epoll_modify(int epoll, int fd, uint32_t ready, uint64_t token);
int CPlatform_epoll_remove(int epoll, int fd);
// At most `capacity` events (of which 64 at a time); 0 when there are none within the time. 0 ms does not wait.
int CPlatform_epoll_wait(
    int epoll, CPlatform_event *events, int capacity, int timeoutMilliseconds);
// A counter that is ready to be read while it is not 0 (eventfd).
int CPlatform_wakeup_create(void);
int CPlatform_wakeup_raise(int fd);
int CPlatform_wakeup_clear(int fd);

// --- Files and pipes ---------------------------------------------------------------------------

ssize_t CPlatform_read(int fd, void *bytes, size_t count);
ssize_t CPlatform_write(int fd, const void *bytes, size_t count);
// Two stretches in one call.
ssize_t CPlatform_writev2(
    int fd, const void *first, size_t firstCount, const void *second, size_t secondCount);
int CPlatform_close(int fd);
int CPlatform_pipe2(int *readEnd, int *writeEnd);
// The first bytes of a small file, such as those of /proc and /sys; never waits.
ssize_t CPlatform_read_file(const char *path, void *bytes, size_t count);
// A descriptor to give up when there are no others: /dev/null.
int CPlatform_open_reserve(void);
// 1 when fd can be read (or has ended, or failed), 0 when not within the time. -1 waits for ever.
int CPlatform_poll_read(int fd, int timeoutMilliseconds);
int CPlatform_poll_write(int fd, int timeoutMilliseconds);
int CPlatform_unlink(const char *path);
int CPlatform_chmod(const char *path, unsigned mode);
int CPlatform_fchmod(int fd, unsigned mode);
// 1 when the path is a socket, 0 when it is something else. The inode tells two sockets apart.
int CPlatform_is_socket(const char *path, uint64_t *device, uint64_t *inode);

// --- Process -----------------------------------------------------------------------------------

// No core dumps, and no reading of this process's memory by others of the same user.
int CPlatform_disable_core_dumps(void);
int CPlatform_ignore_broken_pipes(void);
// Gives free heap memory back, and lets go of the pages of the program and its libraries that are as their files have them; those that
// are used again come back from the files.
void CPlatform_release_program_pages(void);
// Blocks the signal in the calling thread and in threads made later.
int CPlatform_block_signal(int signal);
int CPlatform_descriptor_limit(uint64_t *soft);
int CPlatform_set_descriptor_limit(uint64_t soft);
int CPlatform_cpu_count(void);
int CPlatform_getrandom(void *out, size_t count);
uint64_t CPlatform_monotonic_nanoseconds(void);
void CPlatform_realtime(int64_t *seconds, int32_t *nanoseconds);

// "ECONNREFUSED" and "Connection refused". Never null.
const char *CPlatform_errno_name(int code);
void CPlatform_errno_text(int code, char *out, size_t capacity);

#endif
