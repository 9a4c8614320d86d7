// Clients and collectors for the soak scripts, on the loopback interface.
//
//   peers sink PORT FILE                      take everything; FILE is rewritten once a second with
//                                             "<connections> <open> <bytes> <lines>"
//   peers slow PORT RATE FILE                 the same, but only RATE bytes a second in all
//   peers rude PORT                           reset after the accept, or close after one byte, in turn
//   peers churn PORT COUNT AT_ONCE SECONDS    connect, send a record, end; AT_ONCE is even; prints
//                                             "<done> <seconds>"
//   peers hold PORT COUNT SECONDS EVERY       open COUNT connections and send one byte each EVERY seconds
//                                             (0: none); prints "<opened> <closed by the proxy>
//                                             <first closed> <last closed>", in seconds from the last opening
//   peers stream PORT FILE SECONDS RATE       send FILE again and again, RATE bytes a second (0: as fast as
//                                             it goes); prints "<bytes> <seconds>"
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char record[] = "{\"level\":\"info\",\"pan\":\"4111 1111 1111 1111\",\"n\":1}\n";
static char buffer[1 << 18];

static void fail(const char *what) {
  fprintf(stderr, "peers: %s: %s\n", what, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void nap(double seconds) {
  if (seconds <= 0) return;
  struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  nanosleep(&time, NULL);
}

static struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET,
      .sin_port = htons((uint16_t)port),
      .sin_addr = {htonl(INADDR_LOOPBACK)},
  };
}

static int listening(int port) {
  struct sockaddr_in address = loopback(port);
  int number = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(number, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  if (listen(number, 4096) < 0) fail("listen");
  return number;
}

// Blocking; each from its own loopback address in turn, so that a million do not run out of ports.
static int connected(int port) {
  static uint32_t turn = 0;
  struct sockaddr_in address = loopback(port), from = loopback(0);
  from.sin_addr.s_addr = htonl(0x7f000001u + (turn++ % 64));
  int number = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  if (number < 0) fail("socket");
  setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (bind(number, (struct sockaddr *)&from, sizeof from) < 0) fail("bind");
  for (int attempt = 0;; attempt++) {
    if (connect(number, (struct sockaddr *)&address, sizeof address) == 0) return number;
    if (errno == ECONNRESET || errno == ECONNREFUSED || attempt > 100) {
      close(number);
      return -1;
    }
    nap(0.01);
  }
}

static void resetting(int number) {
  struct linger linger = {1, 0};
  setsockopt(number, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static void sink(int port, double rate, const char *file) {
  int listener = listening(port), set = epoll_create1(0);
  int small = 4096;
  if (rate > 0) setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  uint64_t connections = 0, open = 0, bytes = 0, lines = 0;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
  epoll_ctl(set, EPOLL_CTL_ADD, listener, &event);
  double start = now(), written = 0;
  while (1) {
    int count = epoll_wait(set, events, 256, 200);
    for (int index = 0; index < count; index++) {
      int number = events[index].data.fd;
      if (number == listener) {
        while ((number = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          connections++;
          open++;
          event.data.fd = number;
          epoll_ctl(set, EPOLL_CTL_ADD, number, &event);
        }
        continue;
      }
      size_t most = sizeof buffer;
      if (rate > 0) {
        double allowed = (now() - start) * rate - (double)bytes;
        if (allowed < 1) {
          nap(0.05);
          continue;
        }
        if (allowed < (double)most) most = (size_t)allowed;
      }
      ssize_t taken = read(number, buffer, most);
      if (taken < 0 && errno == EAGAIN) continue;
      if (taken <= 0) {
        close(number);
        open--;
        continue;
      }
      bytes += (uint64_t)taken;
      for (char *at = buffer; (at = memchr(at, '\n', (size_t)(buffer + taken - at))); at++) lines++;
    }
    if (now() - written >= 0.2) {
      written = now();
      FILE *out = fopen(file, "w");
      if (!out) fail(file);
      fprintf(out, "%lu %lu %lu %lu\n", connections, open, bytes, lines);
      fclose(out);
    }
  }
}

static void rude(int port) {
  int listener = listening(port);
  for (uint64_t count = 0;; count++) {
    struct pollfd wait = {listener, POLLIN, 0};
    poll(&wait, 1, -1);
    int number = accept4(listener, NULL, NULL, 0);
    if (number < 0) continue;
    if (count % 2 == 0) {
      struct pollfd byte = {number, POLLIN, 0};
      if (poll(&byte, 1, 20) > 0 && read(number, buffer, 1) < 0) resetting(number);
    }
    if (count % 3 != 0) resetting(number);
    close(number);
  }
}

// `atOnce` connections at a time, each closed when its turn comes again.
static void churn(int port, long count, int atOnce, double seconds) {
  int *open = malloc(sizeof *open * (size_t)atOnce);
  for (int index = 0; index < atOnce; index++) open[index] = -1;
  double start = now();
  long done = 0;
  for (; done < count && now() - start < seconds; done++) {
    int *place = &open[done % atOnce];
    if (*place >= 0) {
      struct pollfd end = {*place, POLLIN, 0};
      // Of those that have sent their end, half wait for the other one.
      if (done % 4 == 2 && poll(&end, 1, 5000) > 0) (void)!read(*place, buffer, sizeof buffer);
      if (done % 7 == 0) resetting(*place);
      close(*place);
    }
    *place = connected(port);
    if (*place < 0) continue;
    (void)!send(*place, record, sizeof record - 1, MSG_NOSIGNAL);
    if (done % 2 == 0) shutdown(*place, SHUT_WR);
  }
  for (int index = 0; index < atOnce; index++) {
    if (open[index] >= 0) close(open[index]);
  }
  printf("%ld %.3f\n", done, now() - start);
}

static void hold(int port, int count, double seconds, double every) {
  int *open = malloc(sizeof *open * (size_t)count);
  int opened = 0, closed = 0;
  for (; opened < count; opened++) {
    open[opened] = connected(port);
    if (open[opened] < 0) break;
    fcntl(open[opened], F_SETFL, O_NONBLOCK);
    // A whole record passes, so that the session has done some work.
    if (every == 0) (void)!send(open[opened], record, sizeof record - 1, MSG_NOSIGNAL);
  }
  fprintf(stderr, "%d are open\n", opened);
  double start = now(), sent = -1, first = -1, last = -1;
  while (now() - start < seconds && closed < opened) {
    int isTurn = every > 0 && (sent < 0 || now() - sent >= every);
    if (isTurn) sent = now();
    for (int index = 0; index < opened; index++) {
      if (open[index] < 0) continue;
      if (isTurn) (void)!send(open[index], "{", 1, MSG_NOSIGNAL);
      ssize_t taken = read(open[index], buffer, sizeof buffer);
      if (taken == 0 || (taken < 0 && errno != EAGAIN)) {
        close(open[index]);
        open[index] = -1;
        closed++;
        last = now() - start;
        if (first < 0) first = last;
      }
    }
    nap(0.5);
  }
  printf("%d %d %.1f %.1f\n", opened, closed, first, last);
}

static void stream(int port, const char *file, double seconds, double rate) {
  int input = open(file, O_RDONLY);
  struct stat status;
  if (input < 0 || fstat(input, &status) < 0) fail(file);
  const char *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, input, 0);
  if (bytes == MAP_FAILED) fail("mmap");
  int number = connected(port);
  if (number < 0) fail("connect");
  double start = now();
  uint64_t sent = 0, size = (uint64_t)status.st_size;
  fcntl(number, F_SETFL, O_NONBLOCK);
  while (now() - start < seconds) {
    if (rate > 0) nap((double)sent / rate - (now() - start));
    uint64_t at = sent % size, most = size - at < 65536 ? size - at : 65536;
    ssize_t taken = send(number, bytes + at, most, MSG_NOSIGNAL);
    if (taken > 0) {
      sent += (uint64_t)taken;
    } else if (errno == EAGAIN) {
      struct pollfd wait = {number, POLLOUT, 0};
      poll(&wait, 1, 200);
    } else {
      fail("send");
    }
  }
  double spent = now() - start;
  // To the end of a record, so that nothing is withheld.
  fcntl(number, F_SETFL, 0);
  uint64_t at = sent % size;
  const char *end = at == 0 ? NULL : memchr(bytes + at - 1, '\n', size - at + 1);
  if (end) {
    while (bytes + at <= end) {
      ssize_t taken = send(number, bytes + at, (size_t)(end + 1 - (bytes + at)), MSG_NOSIGNAL);
      if (taken <= 0) break;
      at += (uint64_t)taken;
      sent += (uint64_t)taken;
    }
  }
  shutdown(number, SHUT_WR);
  struct pollfd wait = {number, POLLIN, 0};
  poll(&wait, 1, 30000);
  printf("%lu %.3f\n", sent, spent);
}

int main(int count, char **words) {
  signal(SIGPIPE, SIG_IGN);
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  const char *kind = count > 2 ? words[1] : "";
  int port = count > 2 ? atoi(words[2]) : 0;
  if (!strcmp(kind, "sink") && count == 4) {
    sink(port, 0, words[3]);
  } else if (!strcmp(kind, "slow") && count == 5) {
    sink(port, atof(words[3]), words[4]);
  } else if (!strcmp(kind, "rude") && count == 3) {
    rude(port);
  } else if (!strcmp(kind, "churn") && count == 6) {
    churn(port, atol(words[3]), atoi(words[4]), atof(words[5]));
  } else if (!strcmp(kind, "hold") && count == 6) {
    hold(port, atoi(words[3]), atof(words[4]), atof(words[5]));
  } else if (!strcmp(kind, "stream") && count == 6) {
    stream(port, words[3], atof(words[4]), atof(words[5]));
  } else {
    fprintf(stderr, "usage: peers sink|slow|rude|churn|hold|stream ... (see the top of peers.c)\n");
    return 64;
  }
  return 0;
}
