// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// What Kappa uses of HDF5, in which MATLAB writes its files of version 7.3.

#ifndef KAPPA_CHDF5_SHIM_H
#define KAPPA_CHDF5_SHIM_H

#if !__has_include(<hdf5.h>)
#error "Kappa reads .mat files with HDF5. Debian, Ubuntu: apt-get install libhdf5-dev. macOS: brew install hdf5. Or build with KAPPA_WITHOUT_MATIO=1."
#else
#include <hdf5.h>
#endif
#endif
