/* Loaded before libc (LD_PRELOAD): kills the process at its KILL_AT-th rename, and adds a byte to the
   file RENAMES at each. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static int renames;

static void count(void) {
  int n = __atomic_add_fetch(&renames, 1, __ATOMIC_SEQ_CST);
  const char *log = getenv("RENAMES");
  const char *at = getenv("KILL_AT");
  if (log) {
    int file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (write(file, ".", 1) != 1) abort();
    close(file);
  }
  if (at && n == atoi(at)) kill(getpid(), SIGKILL);
}

int rename(const char *from, const char *to) {
  count();
  int (*next)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
  return next(from, to);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to) {
  count();
  int (*next)(int, const char *, int, const char *) = dlsym(RTLD_NEXT, "renameat");
  return next(from_dir, from, to_dir, to);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned int flags) {
  count();
  int (*next)(int, const char *, int, const char *, unsigned int) = dlsym(RTLD_NEXT, "renameat2");
  return next(from_dir, from, to_dir, to, flags);
}
