// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What Kappa uses of libzip, which reads the containers of .npz and .pt files.

#ifndef KAPPA_CZIP_SHIM_H
#define KAPPA_CZIP_SHIM_H

#if !__has_include(<zip.h>)
#error "Kappa needs libzip. Debian, Ubuntu: apt-get install libzip-dev. macOS: brew install libzip."
#else
#include <zip.h>
#endif
#endif
