// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#define _GNU_SOURCE
#include "matfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include "records.h"

/* The bytes as a file that has no name, or whose name is gone; -1 when there is none to be had. */
static int anonymous_file(const uint8_t *bytes, size_t count) {
#ifdef __linux__
  int file = memfd_create("kappa", MFD_CLOEXEC);
#else
  char path[] = "/tmp/kappa-XXXXXX";
  int file = mkstemp(path);
  if (file >= 0) unlink(path);
#endif
  for (size_t done = 0; file >= 0 && done < count;) {
    ssize_t got = write(file, bytes + done, count - done);
    if (got > 0) {
      done += (size_t)got;
    } else if (errno != EINTR) {
      close(file);
      return -1;
    }
  }
  if (file >= 0 && lseek(file, 0, SEEK_SET) != 0) {
    close(file);
    return -1;
  }
  return file;
}

/* The memory of this process, in bytes; 0 where it cannot be told. */
static size_t own_memory(void) {
#ifdef __linux__
  FILE *file = fopen("/proc/self/statm", "re");
  unsigned long pages = 0;
  if (!file) return 0;
  if (fscanf(file, "%lu", &pages) != 1) pages = 0;
  fclose(file);
  return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
#else
  return 0;
#endif
}

static void confine(size_t memory, unsigned seconds) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  struct rlimit time = {seconds, seconds};
  setrlimit(RLIMIT_CPU, &time);
  if (memory > 0) {
    struct rlimit space = {memory, memory};
    setrlimit(RLIMIT_AS, &space);
  }
  static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP, SIGPIPE, SIGXCPU};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
  sigset_t all;
  sigemptyset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
}

/* Everything that comes through the pipe, at most `limit` bytes. */
static int collect(int pipe, size_t limit, uint8_t **records, size_t *length) {
  size_t room = 0;
  for (;;) {
    if (*length == room) {
      room = room ? 2 * room : 1 << 16;
      uint8_t *more = realloc(*records, room);
      if (!more) return MATFILE_NO_PROCESS;
      *records = more;
    }
    ssize_t got = read(pipe, *records + *length, room - *length);
    if (got == 0) return MATFILE_READ;
    if (got < 0 && errno != EINTR) return MATFILE_NO_PROCESS;
    if (got > 0) *length += (size_t)got;
    if (*length > limit) return MATFILE_TOO_LARGE;
  }
}

int matfile_read(const uint8_t *bytes, size_t count, size_t limit, unsigned seconds, uint8_t **records,
                 size_t *length) {
  *records = NULL;
  *length = 0;
  int file = anonymous_file(bytes, count);
  if (file < 0) return MATFILE_NO_PROCESS;
  int ends[2];
  if (pipe(ends) != 0) {
    close(file);
    return MATFILE_NO_PROCESS;
  }
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  char path[32];
  snprintf(path, sizeof path, "/dev/fd/%d", file);
  /* Room for libraries to be loaded and for one copy of the data beside the records. */
  size_t memory = own_memory();
  if (memory > 0) memory += 2 * limit + 2 * count + (64u << 20);
  pid_t process = fork();
  if (process == 0) {
    int null = open("/dev/null", O_RDWR);
    if (null >= 0) {
      dup2(null, 1);
      dup2(null, 2);
    }
    close(ends[0]);
    confine(memory, seconds);
    static struct writer out;
    out.pipe = ends[1];
    out.left = limit;
    /* The version's high byte is 1 or 2 in either byte order. */
    int version73 = count > 127 && (bytes[124] == 2 || bytes[125] == 2);
    if (version73) {
      write_version73(&out, bytes, count);
    } else {
      write_version5(&out, path);
    }
    _exit(0);
  }
  int error = errno;
  close(ends[1]);
  close(file);
  if (process < 0) {
    close(ends[0]);
    errno = error;
    return MATFILE_NO_PROCESS;
  }
  /* Heads of records stand beside the numbers that `limit` counts. */
  int result = collect(ends[0], limit + (64u << 20), records, length);
  close(ends[0]);
  if (result != MATFILE_READ) kill(process, SIGKILL);
  int status = 0;
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return result;
  }
  return result == MATFILE_READ && WIFSIGNALED(status) ? MATFILE_CRASHED : result;
}

void matfile_free(uint8_t *records) { free(records); }
