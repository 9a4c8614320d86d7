// What the benchmark drives programs with; it must cost much less than they do.
//
//   load run OUT COMMAND...                   run a command; write "<seconds> <cpu seconds> <KiB>" to OUT
//   load stream TO SINK FILE N TIMES [lines]  send FILE, cut at line ends into N connections to port TO,
//                                             TIMES over, and receive what comes to port SINK until all
//                                             have ended (with `lines`: until as many line feeds have
//                                             come as were sent, for programs that keep their
//                                             connection open)
//                                             prints "<bytes sent> <seconds> <bytes received>"
//   load pingpong TO SINK BYTES COUNT         one record in flight: the time from its send until all of
//                                             it has come to the sink; prints "<p50> <p99> <p99.9>" in us
//
// Loopback only. Ports are numbers on 127.0.0.1.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 256, WRITE_BYTES = 1 << 20, READ_BYTES = 1 << 18 };

static void fail(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int listen_on(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (fd < 0) fail("socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = loopback(port);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  if (listen(fd, CONNECTIONS_MAX) < 0) fail("listen");
  return fd;
}

// Tries for five seconds: the program may only just have been started.
static int connect_to(int port) {
  struct sockaddr_in address = loopback(port);
  double deadline = now() + 5;
  while (1) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (fd < 0) fail("socket");
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return fd;
    }
    close(fd);
    if (now() > deadline) fail("connect");
    usleep(10000);
  }
}

static int accept_within(int listener, int milliseconds) {
  struct pollfd entry = {.fd = listener, .events = POLLIN};
  if (poll(&entry, 1, milliseconds) <= 0) {
    fprintf(stderr, "load: nobody connected to the sink\n");
    exit(1);
  }
  int fd = accept(listener, NULL, NULL);
  if (fd < 0) fail("accept");
  return fd;
}

// --- run -------------------------------------------------------------------------------------------

static int run(const char *out, char **command) {
  double begin = now();
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    execvp(command[0], command);
    fail(command[0]);
  }
  int status = 0;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) < 0) fail("wait4");
  double seconds = now() - begin;
  double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
  FILE *file = fopen(out, "w");
  if (!file) fail(out);
  fprintf(file, "%.6f %.6f %ld\n", seconds, cpu, usage.ru_maxrss);
  fclose(file);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

// --- stream ----------------------------------------------------------------------------------------

struct part {
  const char *bytes;
  size_t count;
  int port;
  int fd;
};

static atomic_size_t received, line_feeds;
static size_t line_feeds_wanted;
static int times_over = 1;

static void *send_part(void *argument) {
  struct part *part = argument;
  for (int turn = 0; turn < times_over; turn++) {
    size_t done = 0;
    while (done < part->count) {
      size_t count = part->count - done < WRITE_BYTES ? part->count - done : WRITE_BYTES;
      ssize_t sent = send(part->fd, part->bytes + done, count, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) fail("send");
      done += (size_t)sent;
    }
  }
  if (line_feeds_wanted == 0) shutdown(part->fd, SHUT_WR);
  return NULL;
}

static size_t count_line_feeds(const char *bytes, size_t count) {
  size_t found = 0;
  for (size_t index = 0; index < count; index++) found += bytes[index] == '\n';
  return found;
}

static void *receive_all(void *argument) {
  int fd = *(int *)argument;
  char *buffer = malloc(READ_BYTES);
  if (!buffer) fail("malloc");
  while (1) {
    ssize_t count = recv(fd, buffer, READ_BYTES, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("recv");
    if (count == 0) break;
    received += (size_t)count;
    if (line_feeds_wanted > 0) {
      line_feeds += count_line_feeds(buffer, (size_t)count);
      if (line_feeds >= line_feeds_wanted) break;
    }
  }
  free(buffer);
  return NULL;
}

static int stream(int to, int sink, const char *path, int connections, int lines) {
  int file = open(path, O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status) < 0) fail(path);
  size_t size = (size_t)status.st_size;
  const char *bytes = mmap(NULL, size, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
  if (bytes == MAP_FAILED) fail("mmap");
  if (connections < 1 || connections > CONNECTIONS_MAX) connections = 1;
  int listener = listen_on(sink);
  static struct part parts[CONNECTIONS_MAX];
  static int sinks[CONNECTIONS_MAX];
  static pthread_t senders[CONNECTIONS_MAX], receivers[CONNECTIONS_MAX];
  size_t start = 0;
  for (int index = 0; index < connections; index++) {
    size_t end = size / (size_t)connections * (size_t)(index + 1);
    if (index == connections - 1) end = size;
    while (end < size && end > start && bytes[end - 1] != '\n') end++;
    parts[index] = (struct part){.bytes = bytes + start, .count = end - start, .port = to};
    start = end;
  }
  if (lines) {
    line_feeds_wanted = count_line_feeds(bytes, size) * (size_t)times_over;
    // Such a program connects by itself, before anything is sent.
    sinks[0] = accept_within(listener, 15000);
  }
  for (int index = 0; index < connections; index++) parts[index].fd = connect_to(to);
  double begin = now();
  for (int index = 0; index < connections; index++) {
    pthread_create(&senders[index], NULL, send_part, &parts[index]);
  }
  int sink_count = lines ? 1 : connections;
  for (int index = 0; index < sink_count; index++) {
    if (!lines) sinks[index] = accept_within(listener, 15000);
    pthread_create(&receivers[index], NULL, receive_all, &sinks[index]);
  }
  for (int index = 0; index < sink_count; index++) pthread_join(receivers[index], NULL);
  double seconds = now() - begin;
  for (int index = 0; index < connections; index++) pthread_join(senders[index], NULL);
  printf("%zu %.6f %zu\n", size * (size_t)times_over, seconds, (size_t)received);
  return 0;
}

// --- pingpong --------------------------------------------------------------------------------------

static int ascending(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return (difference > 0) - (difference < 0);
}

static int pingpong(int to, int sink, int size, int count) {
  if (size < 32 || size > 65536 || count < 1) return 64;
  char record[65536], back[65536];
  int head = snprintf(record, sizeof record, "{\"level\":\"info\",\"message\":\"");
  memset(record + head, 'x', (size_t)(size - head - 3));
  memcpy(record + size - 3, "\"}\n", 3);
  int listener = listen_on(sink);
  int client = connect_to(to);
  double *times = malloc(sizeof(double) * (size_t)count);
  if (!times) fail("malloc");
  int server = -1;
  int warmup = count / 10;
  for (int turn = -warmup; turn < count; turn++) {
    double begin = now();
    if (send(client, record, (size_t)size, MSG_NOSIGNAL) != size) fail("send");
    if (server < 0) server = accept_within(listener, 5000);
    for (int got = 0; got < size;) {
      ssize_t taken = recv(server, back, sizeof back, 0);
      if (taken <= 0) fail("recv");
      got += (int)taken;
    }
    if (turn >= 0) times[turn] = (now() - begin) * 1e6;
  }
  qsort(times, (size_t)count, sizeof *times, ascending);
  printf(
      "%.2f %.2f %.2f\n", times[count / 2], times[(long)count * 99 / 100],
      times[(long)count * 999 / 1000]);
  free(times);
  return 0;
}

int main(int count, char **arguments) {
  if (count >= 4 && !strcmp(arguments[1], "run")) return run(arguments[2], arguments + 3);
  if (count >= 7 && !strcmp(arguments[1], "stream")) {
    times_over = atoi(arguments[6]);
    return stream(
        atoi(arguments[2]), atoi(arguments[3]), arguments[4], atoi(arguments[5]),
        count > 7 && !strcmp(arguments[7], "lines"));
  }
  if (count == 6 && !strcmp(arguments[1], "pingpong")) {
    return pingpong(
        atoi(arguments[2]), atoi(arguments[3]), atoi(arguments[4]), atoi(arguments[5]));
  }
  fprintf(stderr, "usage: load run|stream|pingpong ... (see the top of load.c)\n");
  return 64;
}
