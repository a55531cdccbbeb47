/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (C) 2026 the Kappa developers
 *
 * What LAPACK's routines want of Fortran's runtime: texts set end to end, and a word on wrong arguments, which Kappa
 * does not pass (a routine's own `info` says it, too). With these, no libgfortran is needed.
 */
#include <stddef.h>
#include <string.h>

void _gfortran_concat_string(
  size_t size, char *text, size_t first_size, const char *first, size_t second_size, const char *second)
{
  size_t head = first_size < size ? first_size : size;
  size_t rest = size - head;
  size_t tail = second_size < rest ? second_size : rest;
  memcpy(text, first, head);
  memcpy(text + head, second, tail);
  memset(text + head + tail, ' ', rest - tail);
}

void xerbla_(const char *routine, const int *argument, size_t size)
{
  (void)routine, (void)argument, (void)size;
}
