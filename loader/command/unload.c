// SPDX-License-Identifier: GPL-2.0-or-later
/* rootxdp unload: removes what a killed or --keep'd loader left. */
#include <stdio.h>
#include <unistd.h>

#include "bpffs.h"
#include "child.h"
#include "command.h"
#include "lock.h"
#include "log.h"
#include "maps.h"
#include "program.h"
#include "remains.h"

static void remove_remains(const char *pin)
{
	struct remains remains;

	remains_open(&remains, pin);
	remains_detach(&remains, pin, NULL);
	maps_unpin(pin);
	bpffs_remove(pin);
	printf(remains.any ? "unloaded %s\n" : "nothing is loaded at %s\n", pin);
	remains_close(&remains);
}

int command_unload(const struct options *options)
{
	pid_t orphan, loader = lock_holder(options->pin);
	struct lock lock;

	if (!program_possible())
		return EXIT_FAILED;
	if (loader) {
		log_error("a loader is running with the pins at %s (pid %d): stop it first with "
			  "'kill %d'",
			  options->pin, loader, loader);
		return EXIT_FAILED;
	}
	if (!lock_take(&lock, options->pin))
		return EXIT_FAILED;
	orphan = lock_noted_fallback(&lock);
	if (orphan)
		child_stop_orphan(orphan);
	remove_remains(options->pin);
	lock_release(&lock);
	return EXIT_OK;
}
