// Files and folders: calls that must not lose errno on the way to Swift. All return -errno.

#ifndef CPLATFORM_FILES_H
#define CPLATFORM_FILES_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  CPlatform_kind_file = 0,
  CPlatform_kind_folder = 1,
  CPlatform_kind_link = 2,
  CPlatform_kind_special = 3,
} CPlatform_kind;

typedef struct {
  CPlatform_kind kind;
  uint64_t device;
  uint64_t inode;
  int64_t size;
  int64_t modifiedSeconds;
  int64_t modifiedNanoseconds;
  uint32_t mode;
} CPlatform_status;

// Of the path itself, or of what a symbolic link leads to.
int CPlatform_status_of(const char *path, int followsLinks, CPlatform_status *out);
int CPlatform_status_of_open(int fd, CPlatform_status *out);

// Opens for reading; never waits for a writer of a named pipe. A symbolic link is -ELOOP unless
// `followsLinks`.
int CPlatform_open_to_read(const char *path, int followsLinks);
// Makes the file anew, or empties it; a symbolic link is -ELOOP. Readable by the owner alone.
int CPlatform_open_to_write(const char *path);
// Opens to append, makes the file if it is missing, and locks it: -EWOULDBLOCK when another process
// holds the lock.
int CPlatform_open_locked(const char *path);
int CPlatform_set_mode_and_time(int fd, uint32_t mode, int64_t seconds, int64_t nanoseconds);
int CPlatform_rewind(int fd);
int CPlatform_sync(int fd);
// Puts what was renamed in a folder on the disk.
int CPlatform_sync_folder(const char *path);
int CPlatform_rename(const char *from, const char *to);
int CPlatform_make_folder(const char *path);

// Reads a folder: opaque handle or NULL (then *code is -errno). Each name is valid until the next
// call; NULL at the end.
void *CPlatform_open_folder(const char *path, int *code);
const char *CPlatform_next_name(void *folder, int *code);
void CPlatform_close_folder(void *folder);

#endif
