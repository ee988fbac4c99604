/* Makes every fsync take longer: what a commit costs on a disk that really writes, on a machine whose disk does not.
   Loaded into the bench and the server alike (LD_PRELOAD), see slow_disk.rs. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int wait_then(int result) {
  const char *milliseconds = getenv("HOLDFAST_BENCH_FSYNC_MS");
  if (milliseconds) usleep((useconds_t)atoi(milliseconds) * 1000);
  return result;
}

int fsync(int file) { return wait_then((int)syscall(SYS_fsync, file)); }
int fdatasync(int file) { return wait_then((int)syscall(SYS_fdatasync, file)); }
