/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is given back all at once: what one zone owns. */
#ifndef ROOTXDP_ZONE_ARENA_H
#define ROOTXDP_ZONE_ARENA_H

#include <stddef.h>

struct arena;

/* An empty arena for zone_arena_free(), or NULL without memory. */
struct arena *zone_arena_new(void);

/* `size` bytes, aligned for any type, not initialised; NULL without memory. */
void *zone_arena_take(struct arena *arena, size_t size);

/* A copy of `size` bytes, not aligned; NULL without memory. */
void *zone_arena_copy(struct arena *arena, const void *bytes, size_t size);

/* Frees all that was taken, and the arena; NULL is fine. */
void zone_arena_free(struct arena *arena);

#endif
