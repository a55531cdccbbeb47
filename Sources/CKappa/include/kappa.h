/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (C) 2026 the Kappa developers
 *
 * The C door: every study of the library Studies, as a request in JSON with named arrays in, and a result in JSON with
 * named arrays out. For Python, Julia, R and whatever else can call C.
 *
 * - Nothing is printed, nothing is global, no process ends. Every function may be called from several threads; one
 *   subject may be used by several calls at once.
 * - Texts are UTF-8 and end with a zero byte. Texts and arrays that a result gives belong to it and live until
 *   kappa_result_free.
 * - Arrays are C-contiguous and in the machine's byte order. Those passed in are read during the call alone.
 * - A request holds what differs from the study's defaults; a field that no study of that name has is an error.
 */
#ifndef KAPPA_H
#define KAPPA_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Grows by one whenever a function or a struct below changes its meaning. */
#define KAPPA_ABI_VERSION 1

/* A network or circuit that stays in memory between calls. */
typedef struct kappa_subject kappa_subject;
/* What a call found, or why it found nothing. */
typedef struct kappa_result kappa_result;

enum kappa_type {
  KAPPA_FLOAT64 = 0,
  KAPPA_FLOAT32 = 1,
  KAPPA_INT64 = 2,
  /* data is a const char *const *, one text per element. */
  KAPPA_TEXT = 3
};

/* A named array of up to 8 axes; shape may be NULL where there are none. */
typedef struct {
  const char *name;
  const void *data;
  const int64_t *shape;
  int32_t axes;
  int32_t type; /* enum kappa_type */
} kappa_array;

/* Who wants to know how far the work has come; any of them may be NULL. Functions are called from any thread, and often. */
typedef struct {
  void *context;
  void (*progress)(void *context, const char *title, const char *part, double share);
  /* {"code", "weight", "text", "values"}, as in results. */
  void (*remark)(void *context, const char *json);
  /* Anything but 0 calls the work off: the call then returns a result of status 130. */
  int32_t (*is_cancelled)(void *context);
  /* The same without a call: a number in the caller's memory that becomes anything but 0. */
  const volatile int32_t *cancelled;
} kappa_observer;

int32_t kappa_abi_version(void);
/* The version of the library, e.g. 0.2.0; lives as long as the library. */
const char *kappa_version(void);

/* Runs a study by its name ("load", "network", "compare", "distill", …; the study "studies" lists them).
 *
 * request: the study's request as JSON, NULL for its defaults.
 * subject: the network or circuit it is about, NULL for studies without.
 * arrays: e.g. u (B, T, K), target, mask, z of trials in memory instead of a file; circuit (a text, circuit.json).
 * Never returns NULL. */
kappa_result *kappa_run(const char *study, const char *request, const kappa_subject *subject,
                        const kappa_array *arrays, int32_t array_count, const kappa_observer *observer);

/* 0, or the exit code of sysexits.h that the failure stands for (64 usage, 65 data, 66 no input, 70 numerics,
 * 73 cannot write, 130 called off). */
int32_t kappa_result_status(const kappa_result *result);
/* The result as JSON, the same as the command's --json; of a failure {"kind", "quantity", "text"}. */
const char *kappa_result_json(const kappa_result *result);
/* The remarks of the study as a JSON list, in the order in which they came. */
const char *kappa_result_remarks(const kappa_result *result);
int32_t kappa_result_array_count(const kappa_result *result);
/* Array number index, counted from 0; always KAPPA_FLOAT64. Returns 0 where there is none, else 1. */
int32_t kappa_result_array(const kappa_result *result, int32_t index, kappa_array *array);
/* The network or circuit that the study made or read, for kappa_run; NULL where there is none. Every call gives a
 * handle of its own, which lives until kappa_subject_free, also after its result. */
kappa_subject *kappa_result_subject(const kappa_result *result);

/* NULL is allowed. */
void kappa_result_free(kappa_result *result);
void kappa_subject_free(kappa_subject *subject);

#ifdef __cplusplus
}
#endif

#endif
