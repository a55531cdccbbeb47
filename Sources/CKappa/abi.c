// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// The header is all there is; this checks the layout that other languages write down by hand.

#include <stddef.h>

#include "kappa.h"

#if UINTPTR_MAX == UINT64_MAX
_Static_assert(sizeof(kappa_array) == 32, "kappa_array");
_Static_assert(offsetof(kappa_array, axes) == 24, "kappa_array.axes");
_Static_assert(sizeof(kappa_observer) == 40, "kappa_observer");
#endif
