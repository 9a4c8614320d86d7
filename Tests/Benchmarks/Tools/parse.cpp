// The parse limit: simdjson's DOM parser over each line of a file, pinned to one CPU.
//
//   parse FILE      prints "<bytes> <seconds>" of the faster of two ways: one parse per line (the file
//                   is padded, so nothing is copied), and parse_many with batches of 1 MB.

#include <sched.h>
#include <simdjson.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

static double now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return double(time.tv_sec) + double(time.tv_nsec) * 1e-9;
}

static size_t longest_line(const simdjson::padded_string &file) {
  size_t longest = 0;
  const char *place = file.data(), *end = place + file.size();
  while (place < end) {
    auto line_feed = static_cast<const char *>(memchr(place, '\n', size_t(end - place)));
    if (!line_feed) line_feed = end;
    longest = std::max(longest, size_t(line_feed - place));
    place = line_feed + 1;
  }
  return longest;
}

// Each returns how many documents were not valid: 0, or the figure means nothing.
static size_t parse_lines(const simdjson::padded_string &file, simdjson::dom::parser &parser) {
  size_t invalid = 0;
  const char *place = file.data(), *end = place + file.size();
  while (place < end) {
    auto line_feed = static_cast<const char *>(memchr(place, '\n', size_t(end - place)));
    if (!line_feed) line_feed = end;
    if (line_feed > place) {
      auto result = parser.parse(place, size_t(line_feed - place), false);
      invalid += result.error() != simdjson::SUCCESS;
    }
    place = line_feed + 1;
  }
  return invalid;
}

static size_t parse_batches(
    const simdjson::padded_string &file, simdjson::dom::parser &parser, size_t batch) {
  size_t invalid = 0;
  simdjson::dom::document_stream stream;
  if (parser.parse_many(file, batch).get(stream) != simdjson::SUCCESS) return 1;
  for (auto document : stream) invalid += document.error() != simdjson::SUCCESS;
  return invalid + stream.truncated_bytes();
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: parse FILE\n");
    return 64;
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(sched_getcpu(), &set);
  sched_setaffinity(0, sizeof set, &set);

  simdjson::padded_string file;
  if (simdjson::padded_string::load(arguments[1]).get(file) != simdjson::SUCCESS) {
    fprintf(stderr, "parse: %s cannot be read\n", arguments[1]);
    return 1;
  }
  size_t longest = longest_line(file);
  simdjson::dom::parser parser;
  if (parser.allocate(std::max<size_t>(1000000, longest + 64)) != simdjson::SUCCESS) return 1;

  double begin = now();
  size_t invalid = parse_lines(file, parser);
  double lines = now() - begin;
  begin = now();
  size_t missed = parse_batches(file, parser, std::max<size_t>(1000000, longest + 64));
  double batches = now() - begin;
  // Batches may fail on a number at the top that is cut by a batch's end: then lines count alone.
  if (missed > 0) batches = lines;
  if (invalid > 0) fprintf(stderr, "parse: %zu documents are not valid\n", invalid);
  printf("%zu %.6f\n", file.size(), std::min(lines, batches));
  return invalid == 0 ? 0 : 1;
}
