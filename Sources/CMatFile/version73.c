// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/* Files of MATLAB 7.3: HDF5, with MATLAB's classes as attributes.
 *
 * libmatio reads them too, but takes the class of a null-padded attribute, as h5py writes it, for none. */

#include <hdf5.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "matfile.h"
#include "records.h"

struct place {
  struct writer *out;
  const char *name;
  int depth;
  uint32_t arrays;
};

/* The text of an attribute such as MATLAB_class; empty when there is none. */
static void text_attribute(hid_t object, const char *name, char *text, size_t room) {
  text[0] = 0;
  if (H5Aexists(object, name) <= 0) return;
  hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  hid_t type = H5Aget_type(attribute);
  hid_t space = H5Aget_space(attribute);
  size_t size = H5Tget_size(type);
  if (H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 && size > 0 && size < room &&
      H5Sget_simple_extent_npoints(space) == 1 && H5Aread(attribute, type, text) >= 0) {
    text[size] = 0;
  } else {
    text[0] = 0;
  }
  H5Sclose(space);
  H5Tclose(type);
  H5Aclose(attribute);
}

/* The number of a class, as libmatio counts them. */
static uint8_t class_number(const char *class) {
  static const struct {
    const char *name;
    uint8_t number;
  } classes[] = {{"double", 6}, {"single", 7},  {"int8", 8},    {"uint8", 9},  {"int16", 10}, {"uint16", 11},
                 {"int32", 12}, {"uint32", 13}, {"int64", 14}, {"uint64", 15}, {"logical", CLASS_LOGICAL}};
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
    if (strcmp(class, classes[i].name) == 0) return classes[i].number;
  }
  return 6;
}

/* Whether a dataset's numbers lie in this file: external and virtual ones would open others. */
static int is_here(hid_t dataset) {
  hid_t properties = H5Dget_create_plist(dataset);
  int here = properties >= 0 && H5Pget_external_count(properties) == 0 && H5Pget_layout(properties) != H5D_VIRTUAL;
  if (properties >= 0) H5Pclose(properties);
  return here;
}

static void put_dataset(struct writer *out, hid_t dataset, const char *name) {
  char class[32];
  text_attribute(dataset, "MATLAB_class", class, sizeof class);
  hid_t type = H5Dget_type(dataset);
  hid_t space = H5Dget_space(dataset);
  H5T_class_t kind = H5Tget_class(type);
  int axes = H5Sget_simple_extent_ndims(space);
  const char *reason = NULL;
  hsize_t stored[H5S_MAX_RANK];
  uint64_t lengths[AXIS_LIMIT];
  size_t count = 0;
  if (axes < 0 || axes > AXIS_LIMIT || axes > H5S_MAX_RANK || H5Sget_simple_extent_dims(space, stored, NULL) < 0) {
    reason = "an array whose shape cannot be read";
  } else if (H5Aexists(dataset, "MATLAB_empty") > 0) {
    reason = "an empty array";
  } else if (kind == H5T_COMPOUND) {
    reason = "complex numbers";
  } else if (kind == H5T_REFERENCE) {
    reason = "a cell array";
  } else if (kind != H5T_INTEGER && kind != H5T_FLOAT) {
    reason = "an array that holds no numbers";
  } else if (!is_here(dataset)) {
    reason = "an array outside the file";
  } else {
    /* MATLAB's first axis runs fastest: HDF5's axes the other way round. */
    for (int i = 0; i < axes; i++) lengths[i] = stored[axes - 1 - i];
    count = element_count(out, (size_t)axes, lengths);
    if (count == SIZE_MAX) reason = "an array too large for a file of this size";
  }
  double *values = reason ? NULL : malloc(count ? count * sizeof *values : 1);
  if (!reason && (!values || H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)) {
    _exit(1);
  }
  if (reason) {
    put_unread(out, name, reason);
  } else if (strcmp(class, "char") == 0) {
    put_head(out, MATFILE_TEXT, 0, name, (size_t)axes, lengths);
    for (size_t i = 0; i < count; i++) {
      uint32_t code = values[i] >= 0 && values[i] < 65536 ? (uint32_t)values[i] : 0xFFFD;
      put(out, &code, sizeof code);
    }
  } else {
    put_head(out, MATFILE_NUMBERS, class_number(class), name, (size_t)axes, lengths);
    put(out, values, count * sizeof *values);
  }
  out->left -= count * sizeof *values;
  free(values);
  H5Sclose(space);
  H5Tclose(type);
}

static herr_t visit(hid_t group, const char *name, const H5L_info_t *link, void *data) {
  struct place *here = data;
  /* Soft and external links lead elsewhere; #refs# and #subsystem# are what cells and objects are made of. */
  if (link->type != H5L_TYPE_HARD || name[0] == '#') return 0;
  if (++here->arrays > ARRAY_LIMIT) return -1;
  char path[NAME_LIMIT + 1];
  int length = here->name ? snprintf(path, sizeof path, "%s.%s", here->name, name) : snprintf(path, sizeof path, "%s", name);
  if (length <= 0 || length >= NAME_LIMIT) return 0;
  hid_t object = H5Oopen(group, name, H5P_DEFAULT);
  if (object < 0) return -1;
  herr_t result = 0;
  switch (H5Iget_type(object)) {
    case H5I_DATASET: put_dataset(here->out, object, path); break;
    case H5I_GROUP:
      if (H5Aexists(object, "MATLAB_sparse") > 0) {
        put_unread(here->out, path, "a sparse matrix (full(...) makes it an array)");
      } else if (here->depth >= DEPTH_LIMIT) {
        put_unread(here->out, path, "structs nested too deep");
      } else {
        struct place inside = {here->out, path, here->depth + 1, here->arrays};
        hsize_t index = 0;
        result = H5Literate(object, H5_INDEX_NAME, H5_ITER_INC, &index, visit, &inside);
        here->arrays = inside.arrays;
      }
      break;
    default: break;
  }
  H5Oclose(object);
  return result < 0 ? -1 : 0;
}

void write_version73(struct writer *out, const uint8_t *bytes, size_t count) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  /* A filter that HDF5 does not know would be looked for in a folder of plugins and loaded. */
  H5PLset_loading_state(0);
  /* The bytes in memory are the file; its name is none. */
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0 || H5Pset_fapl_core(access, 1 << 16, 0) < 0 ||
      H5Pset_file_image(access, (void *)(uintptr_t)bytes, count) < 0) {
    _exit(1);
  }
  hid_t file = H5Fopen("kappa", H5F_ACC_RDONLY, access);
  if (file < 0) _exit(1);
  struct place root = {out, NULL, 0, 0};
  hsize_t index = 0;
  if (H5Literate(file, H5_INDEX_NAME, H5_ITER_INC, &index, visit, &root) < 0) _exit(1);
  put_end(out, root.arrays);
}
