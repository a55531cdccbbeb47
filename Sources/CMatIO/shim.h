// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What Kappa uses of libmatio, which reads MATLAB's .mat files.

#ifndef KAPPA_CMATIO_SHIM_H
#define KAPPA_CMATIO_SHIM_H

#if !__has_include(<matio.h>)
#error "Kappa reads .mat files with libmatio. Debian, Ubuntu: apt-get install libmatio-dev. macOS: brew install libmatio. Or build with KAPPA_WITHOUT_MATIO=1."
#else
#include <matio.h>
#endif
#endif
