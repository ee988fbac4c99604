/* Stands between a process and its disk (LD_PRELOAD). Of everything below PROVE_DIRECTORY it keeps a log, in the order
   in which it happened: what was written where, and what was synced. From that log the harness builds what a power cut
   at any instant may have left. And it can let any of these calls fail, or lie, when the control page says so.

   SQLite's -shm file is left out: it is memory shared between processes, and never survives a start. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* The kinds of records, see ../power/log.rs. */
enum { OPENED = 1, WROTE, TRUNCATED, SYNCED, UNLINKED, RENAMED, SYNCED_DIRECTORY };

/* Mapped from the file PROVE_CONTROL; the harness writes it with pwrite, see mod.rs. */
struct control {
  uint64_t done;    /* records whose operation has returned */
  uint64_t calls;   /* calls that could fail, so far */
  uint64_t from;    /* the first call that fails; 0 for none */
  uint64_t count;   /* how many fail from there on */
  uint64_t error;   /* errno; 0: succeed without having done anything */
  uint64_t failed;  /* how many have failed */
};

struct record {
  uint32_t kind;
  uint32_t name_length;
  uint64_t inode;
  uint64_t offset; /* OPENED: whether it was created; TRUNCATED: the size */
  uint64_t length;
};

enum { MOST_FILES = 65536 };
enum { NOT_OURS = 0, A_FILE, A_DIRECTORY };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *directory;
static size_t directory_length;
static int log_file = -1;
static struct control nothing;
static struct control *control = &nothing;
static struct {
  unsigned char kind;
  uint64_t inode;
} files[MOST_FILES];

__attribute__((constructor)) static void begin(void) {
  const char *page = getenv("PROVE_CONTROL");
  const char *log = getenv("PROVE_LOG");
  if (page) {
    int file = (int)syscall(SYS_openat, AT_FDCWD, page, O_RDWR | O_CLOEXEC, 0);
    void *mapped = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED) abort();
    control = mapped;
  }
  if (log) {
    log_file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (log_file < 0) abort();
  }
  directory = getenv("PROVE_DIRECTORY");
  directory_length = directory ? strlen(directory) : 0;
}

static int is_ours(const char *path) {
  size_t length = strlen(path);
  return directory_length && strncmp(path, directory, directory_length) == 0 &&
         (path[directory_length] == '/' || path[directory_length] == 0) &&
         !(length > 4 && strcmp(path + length - 4, "-shm") == 0);
}

static int kind_of(int file) { return file >= 0 && file < MOST_FILES ? files[file].kind : NOT_OURS; }

/* Within `turn`, after the operation. */
static void note(uint32_t kind, uint64_t inode, const char *name, size_t name_length, uint64_t offset,
                 const struct iovec *data, int pieces, size_t length) {
  if (log_file < 0) return;
  struct record record = {kind, (uint32_t)name_length, inode, offset, length};
  struct iovec parts[2] = {{&record, sizeof record}, {(void *)name, name_length}};
  if (syscall(SYS_writev, log_file, parts, 2) != (long)(sizeof record + name_length)) abort();
  for (int piece = 0; piece < pieces && length; piece++) {
    size_t part = data[piece].iov_len < length ? data[piece].iov_len : length;
    if (syscall(SYS_write, log_file, data[piece].iov_base, part) != (long)part) abort();
    length -= part;
  }
  __atomic_add_fetch(&control->done, 1, __ATOMIC_SEQ_CST);
}

/* Within `turn`: 0 where the call is to be made, else what it shall answer: -1, or `lie`. */
static int fails(long lie, long *answer) {
  uint64_t call = __atomic_add_fetch(&control->calls, 1, __ATOMIC_SEQ_CST);
  uint64_t from = __atomic_load_n(&control->from, __ATOMIC_SEQ_CST);
  if (!from || call < from || call - from >= control->count) return 0;
  __atomic_add_fetch(&control->failed, 1, __ATOMIC_SEQ_CST);
  errno = (int)control->error;
  *answer = control->error ? -1 : lie;
  return 1;
}

static int open_file(int at, const char *path, int flags, mode_t mode) {
  if (!path || !is_ours(path)) return (int)syscall(SYS_openat, at, path, flags, mode);
  pthread_mutex_lock(&turn);
  struct stat before, after;
  int existed = stat(path, &before) == 0;
  int file = (int)syscall(SYS_openat, at, path, flags, mode);
  int problem = errno;
  if (file >= 0 && file < MOST_FILES && fstat(file, &after) == 0) {
    files[file].kind = S_ISDIR(after.st_mode) ? A_DIRECTORY : A_FILE;
    files[file].inode = after.st_ino;
    if (files[file].kind == A_FILE) {
      note(OPENED, after.st_ino, path, strlen(path), !existed, NULL, 0, 0);
      if (existed && (flags & O_TRUNC)) note(TRUNCATED, after.st_ino, NULL, 0, 0, NULL, 0, 0);
    }
  }
  pthread_mutex_unlock(&turn);
  errno = problem;
  return file;
}

static mode_t mode_in(int flags, va_list arguments) {
  return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(arguments, int) : 0;
}

#define OPEN(name)                                     \
  int name(const char *path, int flags, ...) {         \
    va_list arguments;                                 \
    va_start(arguments, flags);                        \
    mode_t mode = mode_in(flags, arguments);           \
    va_end(arguments);                                 \
    return open_file(AT_FDCWD, path, flags, mode);     \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                   \
  int name(int at, const char *path, int flags, ...) { \
    va_list arguments;                                 \
    va_start(arguments, flags);                        \
    mode_t mode = mode_in(flags, arguments);           \
    va_end(arguments);                                 \
    return open_file(at, path, flags, mode);           \
  }
OPENAT(openat)
OPENAT(openat64)

int close(int file) {
  if (kind_of(file) != NOT_OURS) files[file].kind = NOT_OURS;
  return (int)syscall(SYS_close, file);
}

static ssize_t write_at(int file, const void *data, size_t length, off_t offset) {
  if (kind_of(file) != A_FILE) return syscall(SYS_pwrite64, file, data, length, offset);
  long answer;
  pthread_mutex_lock(&turn);
  if (!fails((long)length, &answer)) {
    answer = syscall(SYS_pwrite64, file, data, length, offset);
    struct iovec piece = {(void *)data, length};
    if (answer > 0) note(WROTE, files[file].inode, NULL, 0, (uint64_t)offset, &piece, 1, (size_t)answer);
  }
  pthread_mutex_unlock(&turn);
  return answer;
}

ssize_t pwrite(int file, const void *data, size_t length, off_t offset) { return write_at(file, data, length, offset); }
ssize_t pwrite64(int file, const void *data, size_t length, off64_t offset) {
  return write_at(file, data, length, offset);
}

ssize_t writev(int file, const struct iovec *pieces, int count) {
  if (kind_of(file) != A_FILE) return syscall(SYS_writev, file, pieces, count);
  long answer, length = 0;
  for (int piece = 0; piece < count; piece++) length += (long)pieces[piece].iov_len;
  pthread_mutex_lock(&turn);
  struct stat now;
  int appends = syscall(SYS_fcntl, file, F_GETFL) & O_APPEND;
  off_t offset = appends && fstat(file, &now) == 0 ? now.st_size : (off_t)syscall(SYS_lseek, file, 0, SEEK_CUR);
  if (!fails(length, &answer)) {
    answer = syscall(SYS_writev, file, pieces, count);
    if (answer > 0) note(WROTE, files[file].inode, NULL, 0, (uint64_t)offset, pieces, count, (size_t)answer);
  }
  pthread_mutex_unlock(&turn);
  return answer;
}

ssize_t write(int file, const void *data, size_t length) {
  if (kind_of(file) != A_FILE) return syscall(SYS_write, file, data, length);
  struct iovec piece = {(void *)data, length};
  return writev(file, &piece, 1);
}

static int truncate_file(int file, off_t size) {
  if (kind_of(file) != A_FILE) return (int)syscall(SYS_ftruncate, file, size);
  long answer;
  pthread_mutex_lock(&turn);
  if (!fails(0, &answer)) {
    answer = syscall(SYS_ftruncate, file, size);
    if (answer == 0) note(TRUNCATED, files[file].inode, NULL, 0, (uint64_t)size, NULL, 0, 0);
  }
  pthread_mutex_unlock(&turn);
  return (int)answer;
}

int ftruncate(int file, off_t size) { return truncate_file(file, size); }
int ftruncate64(int file, off64_t size) { return truncate_file(file, size); }

static int sync_file(int file, long number) {
  int kind = kind_of(file);
  if (kind == NOT_OURS) return (int)syscall(number, file);
  long answer;
  pthread_mutex_lock(&turn);
  if (!fails(0, &answer)) {
    answer = syscall(number, file);
    if (answer == 0) note(kind == A_FILE ? SYNCED : SYNCED_DIRECTORY, files[file].inode, NULL, 0, 0, NULL, 0, 0);
  }
  pthread_mutex_unlock(&turn);
  return (int)answer;
}

int fsync(int file) { return sync_file(file, SYS_fsync); }
int fdatasync(int file) { return sync_file(file, SYS_fdatasync); }

int unlink(const char *path) {
  if (!is_ours(path)) return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  pthread_mutex_lock(&turn);
  int answer = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  if (answer == 0) note(UNLINKED, 0, path, strlen(path), 0, NULL, 0, 0);
  pthread_mutex_unlock(&turn);
  return answer;
}

int rename(const char *from, const char *to) {
  if (!is_ours(from) || !is_ours(to)) return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  pthread_mutex_lock(&turn);
  struct stat file = {0};
  stat(from, &file);
  int answer = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  /* The new name alone: the old one is UNLINKED, and both become durable together or in this order. */
  if (answer == 0) note(RENAMED, file.st_ino, to, strlen(to), 0, NULL, 0, 0);
  if (answer == 0) note(UNLINKED, 0, from, strlen(from), 0, NULL, 0, 0);
  pthread_mutex_unlock(&turn);
  return answer;
}
