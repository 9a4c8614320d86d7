#define _GNU_SOURCE
#include "CPlatformFiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define RESULT(call)                                  \
  do {                                                \
    __typeof__(call) result;                          \
    do result = (call);                               \
    while (result == -1 && errno == EINTR);           \
    return result == -1 ? -errno : result;            \
  } while (0)

static void fill(const struct stat *status, CPlatform_status *out) {
  out->kind = S_ISREG(status->st_mode)   ? CPlatform_kind_file
              : S_ISDIR(status->st_mode) ? CPlatform_kind_folder
              : S_ISLNK(status->st_mode) ? CPlatform_kind_link
                                         : CPlatform_kind_special;
  out->device = status->st_dev;
  out->inode = status->st_ino;
  out->size = status->st_size;
  out->modifiedSeconds = status->st_mtim.tv_sec;
  out->modifiedNanoseconds = status->st_mtim.tv_nsec;
  out->mode = status->st_mode & 07777;
}

int CPlatform_status_of(const char *path, int followsLinks, CPlatform_status *out) {
  struct stat status;
  if (fstatat(AT_FDCWD, path, &status, followsLinks ? 0 : AT_SYMLINK_NOFOLLOW) == -1) return -errno;
  fill(&status, out);
  return 0;
}

int CPlatform_status_of_open(int fd, CPlatform_status *out) {
  struct stat status;
  if (fstat(fd, &status) == -1) return -errno;
  fill(&status, out);
  return 0;
}

int CPlatform_open_to_read(const char *path, int followsLinks) {
  RESULT(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW)));
}

int CPlatform_open_to_write(const char *path) {
  RESULT(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
}

int CPlatform_open_locked(const char *path) {
  int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd == -1) return -errno;
  if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
    int code = errno;
    close(fd);
    return -code;
  }
  return fd;
}

int CPlatform_set_mode_and_time(int fd, uint32_t mode, int64_t seconds, int64_t nanoseconds) {
  if (fchmod(fd, mode) == -1) return -errno;
  struct timespec times[2] = {
      {.tv_nsec = UTIME_OMIT}, {.tv_sec = seconds, .tv_nsec = nanoseconds}};
  RESULT(futimens(fd, times));
}

int CPlatform_rewind(int fd) { return lseek(fd, 0, SEEK_SET) == -1 ? -errno : 0; }

int CPlatform_sync(int fd) { RESULT(fsync(fd)); }

int CPlatform_sync_folder(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd == -1) return -errno;
  int result = fsync(fd) == -1 ? -errno : 0;
  close(fd);
  // Some file systems do not sync folders: they need no such call.
  return result == -EINVAL ? 0 : result;
}

int CPlatform_rename(const char *from, const char *to) { RESULT(rename(from, to)); }

int CPlatform_make_folder(const char *path) { RESULT(mkdir(path, 0777)); }

void *CPlatform_open_folder(const char *path, int *code) {
  DIR *folder = opendir(path);
  *code = folder ? 0 : -errno;
  return folder;
}

const char *CPlatform_next_name(void *folder, int *code) {
  while (1) {
    errno = 0;
    struct dirent *entry = readdir(folder);
    *code = entry ? 0 : -errno;
    if (!entry) return NULL;
    if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) return entry->d_name;
  }
}

void CPlatform_close_folder(void *folder) { closedir(folder); }
