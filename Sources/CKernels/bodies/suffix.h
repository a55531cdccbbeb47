// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

// Undoes prefix.h, so that the next precision or length can follow.
#undef REAL
#undef BITS
#undef REAL_BYTES
#undef MANTISSA
#undef BIAS
#undef C
#undef PASTE_
#undef PASTE
#undef FN_
#undef FN_OF
#undef FN
#undef INLINE
#undef NETWORK
#undef STATE
#undef TRAINING
#undef GRADIENT
#undef ACTIVITY
#undef ACTIVITY_GRADIENT
#undef VECTOR_BYTES
#undef LANES_ARE
#undef VEC
#undef IVEC
#undef AT
#undef ATC
#undef IAT
#undef IATC
#undef PRECISION
#undef LANES
