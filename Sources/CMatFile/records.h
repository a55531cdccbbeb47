// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/* Records as matfile.h defines them, written into a pipe by the child process. */

#ifndef KAPPA_RECORDS_H
#define KAPPA_RECORDS_H

#include <stddef.h>
#include <stdint.h>

/* How deep structs may be nested, how many arrays a file may have, how long a name and how many axes may be. */
enum { DEPTH_LIMIT = 8, ARRAY_LIMIT = 65536, NAME_LIMIT = 512, AXIS_LIMIT = 64 };

/* MATLAB's classes as matfile.h numbers them. */
enum { CLASS_LOGICAL = 255 };

/* A buffer in front of the pipe, and how many bytes of numbers may still be passed. */
struct writer {
  int pipe;
  size_t left;
  unsigned arrays;
  size_t used;
  uint8_t buffer[65536];
};

void put(struct writer *out, const void *bytes, size_t count);
void put_head(struct writer *out, uint8_t kind, uint8_t class, const char *name, size_t axes, const uint64_t *lengths);
void put_unread(struct writer *out, const char *name, const char *reason);
void put_end(struct writer *out, uint32_t arrays);

/* The number of elements, or SIZE_MAX when it overflows or is more than the rest of the budget holds. */
size_t element_count(const struct writer *out, size_t axes, const uint64_t *lengths);

/* The two versions of MATLAB's files; neither returns when the file is damaged. */
void write_version5(struct writer *out, const char *path);
void write_version73(struct writer *out, const uint8_t *bytes, size_t count);

#endif
