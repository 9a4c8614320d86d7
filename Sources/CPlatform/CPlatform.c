#define _GNU_SOURCE
#include "CPlatform.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

_Static_assert(
    sizeof(((CPlatform_address *)0)->storage) == sizeof(struct sockaddr_storage),
    "an address must hold every family's");
_Static_assert(
    _Alignof(CPlatform_address) >= _Alignof(struct sockaddr_storage),
    "an address must be aligned as the kernel's");
_Static_assert(
    sizeof(struct sockaddr_un) <= sizeof(struct sockaddr_storage), "Unix addresses must fit");

_Static_assert(
    CPlatform_ready_read == EPOLLIN && CPlatform_ready_write == EPOLLOUT &&
        CPlatform_ready_error == EPOLLERR && CPlatform_ready_hangup == EPOLLHUP,
    "what an event says must be the kernel's");

// 0 or more as it is; -1 as -errno.
#define RESULT(call)                  \
  do {                                \
    __typeof__(call) result = (call); \
    return result == -1 ? -errno : result; \
  } while (0)

static const struct sockaddr *sockaddr_of(const CPlatform_address *address) {
  return (const struct sockaddr *)(const void *)address->storage;
}

// --- Addresses ---------------------------------------------------------------------------------

int CPlatform_resolve(
    const char *host, uint16_t port, int numericOnly, CPlatform_address *out, int capacity) {
  struct addrinfo hints = {
      .ai_family = AF_UNSPEC,
      .ai_socktype = SOCK_STREAM,
      .ai_flags = AI_NUMERICSERV | (numericOnly ? AI_NUMERICHOST : 0),
  };
  char service[8];
  snprintf(service, sizeof service, "%u", (unsigned)port);
  struct addrinfo *list = NULL;
  int code = getaddrinfo(host, service, &hints, &list);
  if (code != 0) return code < 0 ? code : -code;
  int count = 0;
  for (struct addrinfo *entry = list; entry && count < capacity; entry = entry->ai_next) {
    if (entry->ai_addrlen > sizeof out[count].storage) continue;
    memset(&out[count], 0, sizeof out[count]);
    memcpy(out[count].storage, entry->ai_addr, entry->ai_addrlen);
    out[count].length = entry->ai_addrlen;
    count++;
  }
  freeaddrinfo(list);
  return count;
}

const char *CPlatform_resolve_error_text(int code) { return gai_strerror(-code); }

int CPlatform_address_unix(const char *path, CPlatform_address *out) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
  if (length == 0) return -EINVAL;
  memcpy(address.sun_path, path, length);
  memset(out, 0, sizeof *out);
  memcpy(out->storage, &address, sizeof address);
  out->length = offsetof(struct sockaddr_un, sun_path) + length + 1;
  return 0;
}

int CPlatform_address_text(const CPlatform_address *address, char *out, size_t capacity) {
  char host[INET6_ADDRSTRLEN];
  int written = 0;
  switch (sockaddr_of(address)->sa_family) {
    case AF_INET: {
      struct sockaddr_in v4;
      memcpy(&v4, address->storage, sizeof v4);
      inet_ntop(AF_INET, &v4.sin_addr, host, sizeof host);
      written = snprintf(out, capacity, "%s:%u", host, (unsigned)ntohs(v4.sin_port));
      break;
    }
    case AF_INET6: {
      struct sockaddr_in6 v6;
      memcpy(&v6, address->storage, sizeof v6);
      inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof host);
      written = snprintf(out, capacity, "[%s]:%u", host, (unsigned)ntohs(v6.sin6_port));
      break;
    }
    case AF_UNIX: {
      struct sockaddr_un local;
      memcpy(&local, address->storage, sizeof local);
      written = snprintf(out, capacity, "unix:%.*s", (int)sizeof local.sun_path, local.sun_path);
      break;
    }
    default:
      written = snprintf(out, capacity, "an address of another family");
  }
  return written < (int)capacity ? written : (int)capacity - 1;
}

uint16_t CPlatform_address_port(const CPlatform_address *address) {
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  switch (sockaddr_of(address)->sa_family) {
    case AF_INET:
      memcpy(&v4, address->storage, sizeof v4);
      return ntohs(v4.sin_port);
    case AF_INET6:
      memcpy(&v6, address->storage, sizeof v6);
      return ntohs(v6.sin6_port);
    default:
      return 0;
  }
}

// --- Sockets -----------------------------------------------------------------------------------

int CPlatform_socket(const CPlatform_address *address) {
  RESULT(socket(sockaddr_of(address)->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

int CPlatform_bind(int fd, const CPlatform_address *address) {
  RESULT(bind(fd, sockaddr_of(address), address->length));
}

int CPlatform_listen(int fd, int backlog) { RESULT(listen(fd, backlog)); }

int CPlatform_connect(int fd, const CPlatform_address *address) {
  RESULT(connect(fd, sockaddr_of(address), address->length));
}

int CPlatform_accept4(int fd) { RESULT(accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)); }

int CPlatform_local_address(int fd, CPlatform_address *out) {
  memset(out, 0, sizeof *out);
  socklen_t length = sizeof out->storage;
  int result = getsockname(fd, (struct sockaddr *)(void *)out->storage, &length);
  out->length = length;
  return result == -1 ? -errno : 0;
}

int CPlatform_socket_error(int fd) {
  int code = 0;
  socklen_t length = sizeof code;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) == -1) return -errno;
  return -code;
}

int CPlatform_send_queue_bytes(int fd) {
  int bytes = 0;
  if (ioctl(fd, SIOCOUTQ, &bytes) == -1) return -errno;
  return bytes;
}

int CPlatform_shutdown_write(int fd) { RESULT(shutdown(fd, SHUT_WR)); }

static int set_integer(int fd, int level, int option, int value) {
  RESULT(setsockopt(fd, level, option, &value, sizeof value));
}

int CPlatform_set_reuse_address(int fd) { return set_integer(fd, SOL_SOCKET, SO_REUSEADDR, 1); }

int CPlatform_set_v6_only(int fd) { return set_integer(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1); }

int CPlatform_set_no_delay(int fd) { return set_integer(fd, IPPROTO_TCP, TCP_NODELAY, 1); }

int CPlatform_set_keepalive(int fd, int idleSeconds, int intervalSeconds, int count) {
  int result = set_integer(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  if (result < 0) return result;
  // No TCP_USER_TIMEOUT: it also ends connections whose peer keeps its window shut, and a slow
  // reader is backpressure, not a fault; the write stall timeout is the limit for that.
  result = set_integer(fd, IPPROTO_TCP, TCP_KEEPIDLE, idleSeconds);
  if (result < 0) return result;
  result = set_integer(fd, IPPROTO_TCP, TCP_KEEPINTVL, intervalSeconds);
  if (result < 0) return result;
  return set_integer(fd, IPPROTO_TCP, TCP_KEEPCNT, count);
}

int CPlatform_set_reset_on_close(int fd) {
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  RESULT(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
}

int CPlatform_set_buffer_bytes(int fd, int sendBytes, int receiveBytes) {
  int result = 0;
  if (sendBytes > 0) result = set_integer(fd, SOL_SOCKET, SO_SNDBUF, sendBytes);
  if (result == 0 && receiveBytes > 0) {
    result = set_integer(fd, SOL_SOCKET, SO_RCVBUF, receiveBytes);
  }
  return result;
}

ssize_t CPlatform_send(int fd, const void *bytes, size_t count) {
  RESULT(send(fd, bytes, count, MSG_NOSIGNAL));
}

// --- Waiting for many descriptors --------------------------------------------------------------

int CPlatform_epoll_create(void) { RESULT(epoll_create1(EPOLL_CLOEXEC)); }

static int epoll_change(int epoll, int operation, int fd, uint32_t ready, uint64_t token) {
  struct epoll_event event = {.events = ready, .data = {.u64 = token}};
  RESULT(epoll_ctl(epoll, operation, fd, &event));
}

int CPlatform_epoll_add(int epoll, int fd, uint32_t ready, uint64_t token) {
  return epoll_change(epoll, EPOLL_CTL_ADD, fd, ready, token);
}

int CPlatform_epoll_modify(int epoll, int fd, uint32_t ready, uint64_t token) {
  return epoll_change(epoll, EPOLL_CTL_MOD, fd, ready, token);
}

int CPlatform_epoll_remove(int epoll, int fd) {
  return epoll_change(epoll, EPOLL_CTL_DEL, fd, 0, 0);
}

int CPlatform_epoll_wait(
    int epoll, CPlatform_event *events, int capacity, int timeoutMilliseconds) {
  // The kernel's events are packed on some machines only; Swift sees one layout.
  struct epoll_event ready[64];
  const int most = sizeof ready / sizeof *ready;
  int count = epoll_wait(epoll, ready, capacity < most ? capacity : most, timeoutMilliseconds);
  if (count == -1) return -errno;
  for (int index = 0; index < count; index++) {
    events[index] = (CPlatform_event){.token = ready[index].data.u64, .ready = ready[index].events};
  }
  return count;
}

int CPlatform_wakeup_create(void) { RESULT(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)); }

int CPlatform_wakeup_raise(int fd) { return eventfd_write(fd, 1) == -1 ? -errno : 0; }

int CPlatform_wakeup_clear(int fd) {
  eventfd_t count;
  return eventfd_read(fd, &count) == -1 ? -errno : 0;
}

// --- Files and pipes ---------------------------------------------------------------------------

ssize_t CPlatform_read(int fd, void *bytes, size_t count) { RESULT(read(fd, bytes, count)); }

ssize_t CPlatform_write(int fd, const void *bytes, size_t count) {
  RESULT(write(fd, bytes, count));
}

ssize_t CPlatform_writev2(
    int fd, const void *first, size_t firstCount, const void *second, size_t secondCount) {
  struct iovec parts[2] = {
      {.iov_base = (void *)(uintptr_t)first, .iov_len = firstCount},
      {.iov_base = (void *)(uintptr_t)second, .iov_len = secondCount},
  };
  RESULT(writev(fd, parts, 2));
}

// On Linux the descriptor is gone even when close() says EINTR: never call it twice.
int CPlatform_close(int fd) { RESULT(close(fd)); }

int CPlatform_pipe2(int *readEnd, int *writeEnd) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) == -1) return -errno;
  *readEnd = ends[0];
  *writeEnd = ends[1];
  return 0;
}

ssize_t CPlatform_read_file(const char *path, void *bytes, size_t count) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd == -1) return -errno;
  ssize_t result = read(fd, bytes, count);
  ssize_t code = result == -1 ? -errno : result;
  close(fd);
  return code;
}

int CPlatform_open_reserve(void) { RESULT(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

static int poll_one(int fd, short events, int timeoutMilliseconds) {
  struct pollfd entry = {.fd = fd, .events = events};
  RESULT(poll(&entry, 1, timeoutMilliseconds));
}

int CPlatform_poll_read(int fd, int timeoutMilliseconds) {
  return poll_one(fd, POLLIN, timeoutMilliseconds);
}

int CPlatform_poll_write(int fd, int timeoutMilliseconds) {
  return poll_one(fd, POLLOUT, timeoutMilliseconds);
}

int CPlatform_unlink(const char *path) { RESULT(unlink(path)); }

int CPlatform_chmod(const char *path, unsigned mode) { RESULT(chmod(path, mode)); }

int CPlatform_fchmod(int fd, unsigned mode) { RESULT(fchmod(fd, mode)); }

int CPlatform_is_socket(const char *path, uint64_t *device, uint64_t *inode) {
  struct stat status;
  if (lstat(path, &status) == -1) return -errno;
  *device = status.st_dev;
  *inode = status.st_ino;
  return S_ISSOCK(status.st_mode) ? 1 : 0;
}

// --- Process -----------------------------------------------------------------------------------

int CPlatform_disable_core_dumps(void) {
  struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
  if (setrlimit(RLIMIT_CORE, &none) == -1) return -errno;
  RESULT(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

int CPlatform_ignore_broken_pipes(void) {
  return signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -errno : 0;
}

static int release_pages(struct dl_phdr_info *object, size_t size, void *context) {
  (void)size;
  (void)context;
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[index];
    // What can be written, or is written by the loader, would be lost.
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W)) continue;
    const uintptr_t start = (object->dlpi_addr + part->p_vaddr) & ~(page - 1);
    const uintptr_t end = object->dlpi_addr + part->p_vaddr + part->p_filesz;
    if (end > start) (void)madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void CPlatform_release_program_pages(void) {
  (void)malloc_trim(0);
  dl_iterate_phdr(release_pages, NULL);
}

int CPlatform_block_signal(int signal) {
  sigset_t set;
  sigemptyset(&set);
  if (sigaddset(&set, signal) == -1) return -errno;
  return -pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int CPlatform_descriptor_limit(uint64_t *soft) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == -1) return -errno;
  *soft = limit.rlim_cur;
  return 0;
}

int CPlatform_set_descriptor_limit(uint64_t soft) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == -1) return -errno;
  limit.rlim_cur = soft;
  RESULT(setrlimit(RLIMIT_NOFILE, &limit));
}

int CPlatform_cpu_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == -1) return 1;
  int count = CPU_COUNT(&set);
  return count > 0 ? count : 1;
}

int CPlatform_getrandom(void *out, size_t count) {
  uint8_t *bytes = out;
  while (count > 0) {
    ssize_t taken = getrandom(bytes, count, 0);
    if (taken == -1) {
      if (errno == EINTR) continue;
      return -errno;
    }
    bytes += taken;
    count -= (size_t)taken;
  }
  return 0;
}

uint64_t CPlatform_monotonic_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void CPlatform_realtime(int64_t *seconds, int32_t *nanoseconds) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  *seconds = now.tv_sec;
  *nanoseconds = (int32_t)now.tv_nsec;
}

const char *CPlatform_errno_name(int code) {
  const char *name = strerrorname_np(code);
  return name ? name : "unknown error";
}

void CPlatform_errno_text(int code, char *out, size_t capacity) {
  const char *text = strerror_r(code, out, capacity);
  if (text != out) snprintf(out, capacity, "%s", text);
}
