// Undoes simd_begin.h, so that the next precision can follow.
#undef FN
#undef PASTE
#undef PASTE_
#undef REAL
#undef BITS
#undef REAL_BYTES
#undef MANTISSA
#undef BIAS
#undef C
#undef LANES
#undef LANES_ARE
#undef VEC
#undef IVEC
#undef INLINE
