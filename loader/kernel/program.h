/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BPF programs with their maps, as loaded into the kernel. */
#ifndef ROOTXDP_PROGRAM_H
#define ROOTXDP_PROGRAM_H

#include <stdbool.h>

#include "image.h"
#include "maps.h"

/* Every program of ours has a name that begins so: that is how a tc filter is known as ours. */
#define PROGRAM_PREFIX "rootxdp"

struct rootxdp;

struct program {
	struct rootxdp *skeleton;
	struct maps maps; /* its descriptors belong to the skeleton */
};

/* Linux 6.1 or newer, and the right to load programs? False: said on stderr. */
bool program_possible(void);

/*
 * Loads the programs with maps that have room for the image, and a quarter more; at least as much
 * as the sets of `shared` have. The single maps that it has descriptors of are shared, but for
 * `active`. False: said on stderr.
 */
bool program_load(struct program *program, const struct image_view *image,
		  const struct maps *shared);

/*
 * Loads the programs with these maps, all of them, which an earlier loader made: they answer from
 * the set that is answered from now. `adopted` may be closed afterwards. False: said on stderr.
 */
bool program_adopt(struct program *program, const struct maps *adopted);

/* Says why the programs could not be loaded: what this kernel lacks, or what libbpf said last. */
void program_say_failed(int error);

/* Closes the descriptors; what is attached or pinned stays. Fine on a zeroed struct. */
void program_close(struct program *program);

/* "name (id N)" of the program with that id. */
struct program_words {
	char text[48];
} program_words(__u32 id);

/* Id, and is it one of ours by its name? 0 and false for an id that is gone. */
__u32 program_id(int fd);
bool program_is_ours(__u32 id);

#endif
