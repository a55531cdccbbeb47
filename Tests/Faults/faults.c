// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers
//
// A library to preload (LD_PRELOAD) that makes the n-th call of one kind fail, to see what a full or broken disk does.
//
//   FAULT_PROGRAM  only the process of this name is disturbed, not what it starts
//   FAULT_KIND     write, open, rename, fsync, mkdir or memory
//   FAULT_AT       the number of the call that fails, from 1; later ones fail too if FAULT_STAYS is set (a full disk)
//   FAULT_ERRNO    the error number (28 is ENOSPC, 5 EIO, 13 EACCES)
//   FAULT_LOG      a file that is made when a call was made to fail
//   FAULT_ABOVE    of memory, only what is larger is counted, in bytes (64 MB if not set)
//
// Only calls that could change the disk are counted: writes to regular files and opening for writing.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int calls;
static int at, code = ENOSPC, stays;
static const char *kind;
static size_t above = 64u << 20;
static int (*real_open)(const char *, int, ...);

__attribute__((constructor)) static void begin(void) {
  const char *program = getenv("FAULT_PROGRAM");
  real_open = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
  if (program && strcmp(program, program_invocation_short_name) != 0) return;
  at = getenv("FAULT_AT") ? atoi(getenv("FAULT_AT")) : 0;
  code = getenv("FAULT_ERRNO") ? atoi(getenv("FAULT_ERRNO")) : ENOSPC;
  stays = getenv("FAULT_STAYS") != NULL;
  if (getenv("FAULT_ABOVE")) above = strtoul(getenv("FAULT_ABOVE"), NULL, 10);
  kind = getenv("FAULT_KIND");
}

// Whether this call of a kind is the one that fails.
static int fails(const char *name) {
  if (!kind || !at || strcmp(kind, name) != 0) return 0;
  int number = atomic_fetch_add(&calls, 1) + 1;
  if (number != at && !(stays && number > at)) return 0;
  const char *log = getenv("FAULT_LOG");
  if (log && real_open) {
    int descriptor = real_open(log, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    if (descriptor >= 0) close(descriptor);
  }
  errno = code;
  return 1;
}

static int is_regular(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

#define REAL(type, name, ...) type (*real)(__VA_ARGS__) = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t write(int descriptor, const void *bytes, size_t count) {
  REAL(ssize_t, "write", int, const void *, size_t);
  return is_regular(descriptor) && fails("write") ? -1 : real(descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
  return is_regular(descriptor) && fails("write") ? -1 : real(descriptor, bytes, count, offset);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  return is_regular(descriptor) && fails("write") ? -1 : real(descriptor, parts, count);
}

#define OPEN(name)                                                                        \
  int name(const char *path, int flags, ...) {                                            \
    REAL(int, #name, const char *, int, ...);                                             \
    va_list rest;                                                                         \
    va_start(rest, flags);                                                                \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;               \
    va_end(rest);                                                                         \
    int writes = (flags & O_ACCMODE) != O_RDONLY && strncmp(path, "/dev/", 5) != 0;       \
    return writes && fails("open") ? -1 : real(path, flags, mode);                        \
  }
OPEN(open)
OPEN(open64)

int mkstemp(char *template) {
  REAL(int, "mkstemp", char *);
  return fails("open") ? -1 : real(template);
}

char *mkdtemp(char *template) {
  REAL(char *, "mkdtemp", char *);
  return fails("mkdir") ? NULL : real(template);
}

int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  return fails("mkdir") ? -1 : real(path, mode);
}

int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  return fails("rename") ? -1 : real(from, to);
}

int fsync(int descriptor) {
  REAL(int, "fsync", int);
  return fails("fsync") ? -1 : real(descriptor);
}

// glibc's own names: looking them up would take memory in turn.
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) { return size > above && fails("memory") ? NULL : __libc_malloc(size); }

void *calloc(size_t count, size_t size) {
  return size && count > above / size && fails("memory") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
  return size > above && fails("memory") ? NULL : __libc_realloc(old, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (size > above && fails("memory")) return ENOMEM;
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : ENOMEM;
}

void *aligned_alloc(size_t alignment, size_t size) {
  return size > above && fails("memory") ? NULL : __libc_memalign(alignment, size);
}
