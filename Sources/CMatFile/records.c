// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#include "records.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "matfile.h"

static void flush(struct writer *out) {
  size_t done = 0;
  while (done < out->used) {
    ssize_t got = write(out->pipe, out->buffer + done, out->used - done);
    if (got > 0) {
      done += (size_t)got;
    } else if (errno != EINTR) {
      _exit(2);
    }
  }
  out->used = 0;
}

void put(struct writer *out, const void *bytes, size_t count) {
  const uint8_t *from = bytes;
  while (count > 0) {
    if (out->used == sizeof out->buffer) flush(out);
    size_t part = sizeof out->buffer - out->used;
    if (part > count) part = count;
    memcpy(out->buffer + out->used, from, part);
    out->used += part;
    from += part;
    count -= part;
  }
}

void put_head(struct writer *out, uint8_t kind, uint8_t class, const char *name, size_t axes, const uint64_t *lengths) {
  if (++out->arrays > ARRAY_LIMIT) _exit(3);
  uint32_t length = (uint32_t)strnlen(name, NAME_LIMIT);
  uint32_t count = axes <= AXIS_LIMIT ? (uint32_t)axes : 0;
  put(out, &kind, 1);
  put(out, &class, 1);
  put(out, &length, 4);
  put(out, name, length);
  put(out, &count, 4);
  put(out, lengths, count * sizeof *lengths);
}

void put_unread(struct writer *out, const char *name, const char *reason) {
  put_head(out, MATFILE_UNREAD, 0, name, 0, NULL);
  uint32_t length = (uint32_t)strlen(reason);
  put(out, &length, 4);
  put(out, reason, length);
}

void put_end(struct writer *out, uint32_t arrays) {
  uint8_t end = MATFILE_END;
  put(out, &end, 1);
  put(out, &arrays, sizeof arrays);
  flush(out);
}

size_t element_count(const struct writer *out, size_t axes, const uint64_t *lengths) {
  size_t count = 1;
  if (axes > AXIS_LIMIT) return SIZE_MAX;
  for (size_t i = 0; i < axes; i++) {
    if (__builtin_mul_overflow(count, lengths[i], &count)) return SIZE_MAX;
  }
  return count > out->left / sizeof(double) ? SIZE_MAX : count;
}
