// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/* Files of MATLAB 5 to 7, and of Octave and SciPy, by libmatio. */

#include <matio.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "matfile.h"
#include "records.h"

/* The number of elements of an array, or SIZE_MAX as in element_count. */
static size_t count_of(const struct writer *out, const matvar_t *array) {
  uint64_t lengths[AXIS_LIMIT];
  if (!array->dims || array->rank < 1 || array->rank > AXIS_LIMIT) return SIZE_MAX;
  for (int i = 0; i < array->rank; i++) lengths[i] = array->dims[i];
  return element_count(out, (size_t)array->rank, lengths);
}

static void head(struct writer *out, uint8_t kind, const matvar_t *array, const char *name) {
  uint64_t lengths[AXIS_LIMIT];
  for (int i = 0; i < array->rank; i++) lengths[i] = array->dims[i];
  put_head(out, kind, array->isLogical ? CLASS_LOGICAL : (uint8_t)array->class_type, name, (size_t)array->rank, lengths);
}

/* One element of libmatio's array as a double. */
static double number(const void *data, enum matio_types type, size_t index) {
  switch (type) {
    case MAT_T_DOUBLE: return ((const double *)data)[index];
    case MAT_T_SINGLE: return ((const float *)data)[index];
    case MAT_T_INT8: return ((const int8_t *)data)[index];
    case MAT_T_UINT8: return ((const uint8_t *)data)[index];
    case MAT_T_INT16: return ((const int16_t *)data)[index];
    case MAT_T_UINT16: return ((const uint16_t *)data)[index];
    case MAT_T_INT32: return ((const int32_t *)data)[index];
    case MAT_T_UINT32: return ((const uint32_t *)data)[index];
    case MAT_T_INT64: return (double)((const int64_t *)data)[index];
    case MAT_T_UINT64: return (double)((const uint64_t *)data)[index];
    default: return 0;
  }
}

static int width(enum matio_types type) {
  switch (type) {
    case MAT_T_DOUBLE: case MAT_T_INT64: case MAT_T_UINT64: return 8;
    case MAT_T_SINGLE: case MAT_T_INT32: case MAT_T_UINT32: return 4;
    case MAT_T_INT16: case MAT_T_UINT16: case MAT_T_UTF16: return 2;
    case MAT_T_INT8: case MAT_T_UINT8: case MAT_T_UTF8: return 1;
    default: return 0;
  }
}

static void put_numbers(struct writer *out, const matvar_t *array, const char *name, size_t count) {
  int size = width(array->data_type);
  if (size == 0 || array->data_size != size || (count > 0 && !array->data) || array->nbytes / (size_t)size < count) {
    put_unread(out, name, "an array whose data cannot be read");
    return;
  }
  head(out, MATFILE_NUMBERS, array, name);
  for (size_t i = 0; i < count; i++) {
    double value = number(array->data, array->data_type, i);
    put(out, &value, sizeof value);
  }
  out->left -= count * sizeof(double);
}

static void put_text(struct writer *out, const matvar_t *array, const char *name, size_t count) {
  int size = width(array->data_type);
  if ((size != 1 && size != 2) || (count > 0 && !array->data) || array->nbytes / (size_t)size < count) {
    put_unread(out, name, "a text in an encoding that is not known");
    return;
  }
  head(out, MATFILE_TEXT, array, name);
  for (size_t i = 0; i < count; i++) {
    uint32_t code = size == 1 ? ((const uint8_t *)array->data)[i] : ((const uint16_t *)array->data)[i];
    put(out, &code, sizeof code);
  }
  out->left -= count * sizeof(double);
}

/* A sparse matrix as the dense one that it stands for. */
static void put_sparse(struct writer *out, const matvar_t *array, const char *name, size_t count) {
  const mat_sparse_t *sparse = array->data;
  int sound = array->rank == 2 && sparse && sparse->jc && width(array->data_type) > 0 &&
              sparse->njc == array->dims[1] + 1 &&
              (sparse->ndata == 0 || (sparse->ir && sparse->data));
  for (size_t j = 0; sound && j < array->dims[1]; j++) {
    sound = sparse->jc[j] <= sparse->jc[j + 1] && sparse->jc[j + 1] <= sparse->ndata &&
            sparse->jc[j + 1] <= sparse->nir;
    for (size_t k = sparse->jc[j]; sound && k < sparse->jc[j + 1]; k++) sound = sparse->ir[k] < array->dims[0];
  }
  double *dense = sound ? calloc(count ? count : 1, sizeof *dense) : NULL;
  if (!dense) {
    put_unread(out, name, "a sparse matrix whose data cannot be read");
    return;
  }
  for (size_t j = 0; j < array->dims[1]; j++) {
    for (size_t k = sparse->jc[j]; k < sparse->jc[j + 1]; k++) {
      dense[j * array->dims[0] + sparse->ir[k]] = number(sparse->data, array->data_type, k);
    }
  }
  head(out, MATFILE_NUMBERS, array, name);
  put(out, dense, count * sizeof *dense);
  out->left -= count * sizeof(double);
  free(dense);
}

/* Whether all arrays beneath one, as their headers declare them, fit in the budget: asked before their data is read. */
static int fits(const struct writer *out, matvar_t *array, int depth) {
  if (!array) return 1;
  if (depth > DEPTH_LIMIT) return 0;
  size_t count = count_of(out, array);
  if (count == SIZE_MAX) return 0;
  if (array->class_type == MAT_C_STRUCT && array->data) {
    size_t fields = Mat_VarGetNumberOfFields(array);
    for (size_t i = 0; i < fields * count && i < ARRAY_LIMIT; i++) {
      if (!fits(out, ((matvar_t **)array->data)[i], depth + 1)) return 0;
    }
  }
  if (array->class_type == MAT_C_CELL && array->data) {
    for (size_t i = 0; i < count && i < ARRAY_LIMIT; i++) {
      if (!fits(out, ((matvar_t **)array->data)[i], depth + 1)) return 0;
    }
  }
  return 1;
}

static void put_array(struct writer *out, matvar_t *array, const char *name, int depth) {
  size_t count = count_of(out, array);
  if (count == SIZE_MAX) {
    put_unread(out, name, "an array too large for a file of this size");
    return;
  }
  if (array->isComplex) {
    put_unread(out, name, "complex numbers");
    return;
  }
  switch (array->class_type) {
    case MAT_C_DOUBLE: case MAT_C_SINGLE: case MAT_C_INT8: case MAT_C_UINT8: case MAT_C_INT16: case MAT_C_UINT16:
    case MAT_C_INT32: case MAT_C_UINT32: case MAT_C_INT64: case MAT_C_UINT64:
      put_numbers(out, array, name, count);
      return;
    case MAT_C_CHAR:
      put_text(out, array, name, count);
      return;
    case MAT_C_SPARSE:
      put_sparse(out, array, name, count);
      return;
    case MAT_C_STRUCT: {
      unsigned fields = Mat_VarGetNumberOfFields(array);
      char *const *names = Mat_VarGetStructFieldnames(array);
      if (count != 1 || depth >= DEPTH_LIMIT || !array->data || !names) {
        put_unread(out, name, "an array of structs");
        return;
      }
      for (unsigned i = 0; i < fields; i++) {
        char path[NAME_LIMIT + 1];
        matvar_t *field = ((matvar_t **)array->data)[i];
        if (!field || !names[i]) continue;
        int length = snprintf(path, sizeof path, "%s.%s", name, names[i]);
        if (length > 0 && length < NAME_LIMIT) put_array(out, field, path, depth + 1);
      }
      return;
    }
    case MAT_C_CELL: put_unread(out, name, "a cell array"); return;
    case MAT_C_FUNCTION: put_unread(out, name, "a function"); return;
    case MAT_C_EMPTY: put_unread(out, name, "an empty array"); return;
    default: put_unread(out, name, "a MATLAB object"); return;
  }
}

void write_version5(struct writer *out, const char *path) {
  mat_t *file = Mat_Open(path, MAT_ACC_RDONLY);
  if (!file) _exit(1);
  uint32_t arrays = 0;
  for (; arrays < ARRAY_LIMIT; arrays++) {
    matvar_t *array = Mat_VarReadNextInfo(file);
    if (!array) break;
    const char *name = array->name ? array->name : "";
    if (!fits(out, array, 0)) {
      put_unread(out, name, "an array too large for a file of this size");
    } else if (Mat_VarReadDataAll(file, array) != 0) {
      put_unread(out, name, "an array whose data cannot be read");
    } else {
      put_array(out, array, name, 0);
    }
    Mat_VarFree(array);
  }
  put_end(out, arrays);
}
