/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (C) 2026 the Kappa developers
 *
 * libgcc's unwinder, linked statically, alone would ask for glibc 2.35, which has _dl_find_object. This is the same by
 * dl_iterate_phdr, which every glibc has; the linker's --wrap sends calls here.
 */
#define _GNU_SOURCE
#include <link.h>
#include <stdint.h>

/* As in glibc's dlfcn.h. */
struct kappa_found_object {
  unsigned long long flags;
  void *map_start, *map_end;
  struct link_map *link_map;
  void *eh_frame;
  unsigned long long reserved[7];
};

struct kappa_search {
  uintptr_t pc;
  struct kappa_found_object *found;
};

static int kappa_look(struct dl_phdr_info *info, size_t size, void *data)
{
  struct kappa_search *search = data;
  uintptr_t low = UINTPTR_MAX, high = 0;
  const ElfW(Phdr) *frames = 0;
  int holds = 0;
  (void)size;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    uintptr_t start = info->dlpi_addr + part->p_vaddr, end = start + part->p_memsz;
    if (part->p_type == PT_LOAD) {
      if (start < low) low = start;
      if (end > high) high = end;
      holds |= search->pc >= start && search->pc < end;
    } else if (part->p_type == PT_GNU_EH_FRAME) {
      frames = part;
    }
  }
  if (!holds || !frames) return 0;
  search->found->flags = 0;
  search->found->map_start = (void *)low;
  search->found->map_end = (void *)high;
  search->found->link_map = 0;
  search->found->eh_frame = (void *)(info->dlpi_addr + frames->p_vaddr);
  return 1;
}

int __wrap__dl_find_object(void *pc, struct kappa_found_object *found)
{
  struct kappa_search search = {(uintptr_t)pc, found};
  return dl_iterate_phdr(kappa_look, &search) ? 0 : -1;
}
