// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory that is given back all at once: a chain of chunks, filled from the front. */
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE (256 * 1024)

struct chunk {
	struct chunk *next;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct chunk *chunks;
	unsigned char *free; /* of the newest chunk */
	size_t left;
};

struct arena *zone_arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

/* A request as large as this gets a chunk of its own, and the current one goes on being filled. */
static void *take_large(struct arena *arena, size_t size)
{
	struct chunk *chunk;

	if (size > SIZE_MAX - sizeof(*chunk))
		return NULL;
	chunk = malloc(sizeof(*chunk) + size);
	if (!chunk)
		return NULL;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk->bytes;
}

static void *take_unaligned(struct arena *arena, size_t size)
{
	unsigned char *taken;

	if (size > CHUNK_SIZE / 8)
		return take_large(arena, size);
	if (size > arena->left) {
		arena->free = take_large(arena, CHUNK_SIZE);
		arena->left = arena->free ? CHUNK_SIZE : 0;
		if (!arena->free)
			return NULL;
	}
	taken = arena->free;
	arena->free += size;
	arena->left -= size;
	return taken;
}

void *zone_arena_take(struct arena *arena, size_t size)
{
	size_t slack = -(uintptr_t)arena->free & (alignof(max_align_t) - 1);

	slack = slack < arena->left ? slack : arena->left;
	if (slack) { /* an empty arena has no chunk to add to */
		arena->free += slack;
		arena->left -= slack;
	}
	return take_unaligned(arena, size);
}

void *zone_arena_copy(struct arena *arena, const void *bytes, size_t size)
{
	void *copy = take_unaligned(arena, size);

	return copy && size ? memcpy(copy, bytes, size) : copy;
}

void zone_arena_free(struct arena *arena)
{
	struct chunk *next;

	if (!arena)
		return;
	for (struct chunk *chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(arena);
}
