// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#ifndef KAPPA_MATFILE_H
#define KAPPA_MATFILE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* MATLAB's .mat files, read by libmatio (version 5) and HDF5 (version 7.3) in a process of its own.
 *
 * Both libraries are large, written in C and made for files that their user trusts. A damaged file may make them crash,
 * loop or take memory. So a child process with limits on memory and time reads the file and passes plain records
 * through a pipe; whatever happens to the child, its parent sees records that end early.
 *
 * Records, all numbers in the machine's byte order, one after another:
 *   uint8   kind          MATFILE_NUMBERS, MATFILE_TEXT, MATFILE_UNREAD or MATFILE_END
 *   uint8   class         MATLAB's class of the array (enum matio_classes); 255 for logical
 *   uint32  name length, and the name's bytes; fields of a struct as struct.field
 *   uint32  number of axes, and as many uint64 lengths
 *   numbers: one double per element, first axis fastest
 *   text:    one uint32 per character (UTF-16 or UTF-8 code units, see the class's width)
 *   unread:  uint32 length, and the reason in words
 *   end:     only the kind, and uint32 the number of arrays at the file's top; without it the file is damaged. */
enum {
  MATFILE_NUMBERS = 1,
  MATFILE_TEXT = 2,
  MATFILE_UNREAD = 3,
  MATFILE_END = 4,
};

/* What became of the child. */
enum {
  MATFILE_READ = 0,       /* it ended by itself */
  MATFILE_CRASHED = 1,    /* a signal ended it */
  MATFILE_TOO_LARGE = 2,  /* it wanted to pass more than `limit` bytes */
  MATFILE_NO_PROCESS = 3, /* no process, pipe or memory could be had; errno says why */
};

/* Reads the file of `count` bytes. On return *records (to be given to matfile_free) holds *length bytes of records.
 *
 * limit: the most bytes of records, and of memory that the child may take on top of what this process has.
 * seconds: the most processor time of the child. */
int matfile_read(const uint8_t *bytes, size_t count, size_t limit, unsigned seconds, uint8_t **records,
                 size_t *length);

void matfile_free(uint8_t *records);

#ifdef __cplusplus
}
#endif

#endif
