/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (C) 2026 the Kappa developers
 *
 * Debian's libmatio.a reaches C's streams as only an executable may; these stand in for them.
 */
#include <stdio.h>

FILE *kappa_stdout, *kappa_stderr;

__attribute__((constructor)) static void kappa_set_streams(void)
{
  kappa_stdout = stdout;
  kappa_stderr = stderr;
}
