// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * make-zone: a made-up root zone with as many TLDs as wanted, signed, with a digest. The same seed
 * gives the same records; keys are new each time.
 */
#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "delegation.h"
#include "signer.h"

#define TLDS_MOST    1000000
#define THREADS_MOST 64

struct work {
	struct world world;
	struct signer signer;
	struct block *blocks; /* of '.', then of each TLD */
	atomic_size_t next;
};

static void usage(FILE *to)
{
	fputs("usage: make-zone --tlds N --zone FILE --trust-anchor FILE [--seed N]\n"
	      "Makes up a root zone with N TLDs and signs it, from 2026-07-31 to 2026-10-31.\n",
	      to);
}

/* Takes one TLD after the other, until there are none left. */
static void *sign_some(void *context)
{
	struct work *work = context;
	size_t index;

	while ((index = atomic_fetch_add(&work->next, 1)) < work->world.count) {
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		if (!out)
			exit(1);
		delegation_write(&work->world, index, out);
		fclose(out);
		signer_sign(&work->signer, text, &work->blocks[index + 1]);
		free(text);
	}
	return NULL;
}

static void sign_all(struct work *work)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t threads[THREADS_MOST];
	char *text = NULL;
	size_t size, started = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		exit(1);
	apex_write(&work->world, out);
	fclose(out);
	signer_sign(&work->signer, text, &work->blocks[0]);
	free(text);
	while (started + 1 < (size_t)cpus && started < THREADS_MOST &&
	       !pthread_create(&threads[started], NULL, sign_some, work))
		started++;
	sign_some(work);
	while (started)
		pthread_join(threads[--started], NULL);
}

/* It appears whole or not at all: a later run finds it and goes by it. */
static bool write_file(const char *path, const struct block *blocks, size_t count, const char *last)
{
	char next[4096];
	bool written;
	FILE *out;

	snprintf(next, sizeof(next), "%.4000s.%d", path, getpid());
	out = fopen(next, "we");
	for (size_t i = 0; out && i < count; i++)
		fwrite(blocks[i].text, 1, blocks[i].text_size, out);
	if (out)
		fputs(last, out);
	written = out && !ferror(out);
	if (out && fclose(out))
		written = false;
	if (written && !rename(next, path))
		return true;
	fprintf(stderr, "make-zone: %s can't be written: %m\n", path);
	if (out)
		unlink(next);
	return false;
}

static bool make_zone(struct work *work, const char *zone, const char *trust_anchor)
{
	struct chance chance = { work->world.seed };
	char *anchor, *digest;
	bool written;

	work->world.labels = labels_make(&chance, work->world.count);
	work->blocks = calloc(work->world.count + 1, sizeof(*work->blocks));
	if (!work->world.labels || !work->blocks) {
		fputs("make-zone: no memory\n", stderr);
		return false;
	}
	signer_make(&work->signer);
	sign_all(work);
	anchor = signer_anchor(&work->signer);
	digest = signer_digest(&work->signer, work->blocks, work->world.count + 1);
	/* The zone last: who finds it finds its anchor too. */
	written = write_file(trust_anchor, NULL, 0, anchor) &&
		  write_file(zone, work->blocks, work->world.count + 1, digest);
	free(anchor);
	free(digest);
	signer_free(&work->signer);
	for (size_t i = 0; i <= work->world.count; i++)
		block_free(&work->blocks[i]);
	return written;
}

int main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "tlds", required_argument, NULL, 't' },
		{ "zone", required_argument, NULL, 'z' },
		{ "trust-anchor", required_argument, NULL, 'a' },
		{ "seed", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *zone = NULL, *trust_anchor = NULL;
	struct work work = { .world = { .seed = 1 } };
	bool written;
	int letter;

	while ((letter = getopt_long(argc, argv, "h", known, NULL)) != -1) {
		switch (letter) {
		case 't': work.world.count = strtoul(optarg, NULL, 10); break;
		case 'z': zone = optarg; break;
		case 'a': trust_anchor = optarg; break;
		case 's': work.world.seed = strtoull(optarg, NULL, 10); break;
		case 'h': usage(stdout); return 0;
		default: usage(stderr); return 2;
		}
	}
	if (!zone || !trust_anchor || optind != argc || work.world.count < 3 ||
	    work.world.count > TLDS_MOST) {
		usage(stderr);
		return 2;
	}
	written = make_zone(&work, zone, trust_anchor);
	free(work.world.labels);
	free(work.blocks);
	return !written;
}
