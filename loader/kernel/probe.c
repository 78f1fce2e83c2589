// SPDX-License-Identifier: GPL-2.0-or-later
/* Loads the programs a second time, and runs frames through them. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "interfaces.h"
#include "log.h"
#include "probe.h"
#include "program.h"
#include "rootxdp.skel.h"

/* BPF_PROG_RUN lets packets come in on lo, whose ifindex is 1 in each network namespace. */
#define IFINDEX_LO 1

/* Maps that a run changes, and those that must say something else. `scratch` is never shared. */
static bool is_own(const struct probe *probe, const struct bpf_map *map)
{
	const struct rootxdp *skeleton = probe->skeleton;

	if (probe->alone && (map == skeleton->maps.active || map == skeleton->maps.settings ||
			     map == skeleton->maps.addresses ||
			     map == skeleton->maps.address_slots ||
			     map == skeleton->maps.cookie_secrets))
		return true;
	return map == skeleton->maps.interfaces || map == skeleton->maps.interface_slots ||
	       map == skeleton->maps.stats ||
	       map == skeleton->maps.buckets;
}

static int share_maps(struct probe *probe, const struct maps *live)
{
	struct rootxdp *skeleton = probe->skeleton;
	int error = 0;

#define M(name, value)                                                                             \
	if (!error && !is_own(probe, skeleton->maps.name))                                         \
		error = bpf_map__reuse_fd(skeleton->maps.name, live->name);
	SINGLE_MAPS(M)
#undef M
#define M(name, value)                                                                             \
	if (!error)                                                                                \
		error = bpf_map__reuse_fd(skeleton->maps.name, live->set[SET_##name].outer);       \
	if (!error)                                                                                \
		error = bpf_map__reuse_fd(skeleton->maps.name##_0,                                 \
					  live->set[SET_##name].inner[0]);                         \
	if (!error)                                                                                \
		error = bpf_map__reuse_fd(skeleton->maps.name##_1, live->set[SET_##name].inner[1]);
	SET_MAPS(M)
#undef M
	return error;
}

static bool load(struct probe *probe, const struct maps *live)
{
	int error;

	probe->skeleton = rootxdp__open();
	error = probe->skeleton ? share_maps(probe, live) : -errno;
	if (!error)
		error = rootxdp__load(probe->skeleton);
	if (error) {
		program_say_failed(-error);
		return false;
	}
	probe->fd[TIER_XDP] = bpf_program__fd(probe->skeleton->progs.rootxdp_xdp);
	probe->fd[TIER_TC] = bpf_program__fd(probe->skeleton->progs.rootxdp_tc);
	return true;
}

/* The tag is a hash of a program's instructions, as they were before the kernel changed any. */
static bool is_same_build(int program, int live)
{
	struct bpf_prog_info ours = { 0 }, theirs = { 0 };
	__u32 size = sizeof(ours);

	if (!bpf_obj_get_info_by_fd(program, &ours, &size) &&
	    !bpf_obj_get_info_by_fd(live, &theirs, &size) &&
	    !memcmp(ours.tag, theirs.tag, sizeof(ours.tag)))
		return true;
	log_error("the kernel runs the program '%s' of another build of rootxdp (id %u): use the "
		  "rootxdp that was started, or start this one",
		  theirs.name, theirs.id);
	return false;
}

static int read_buckets(int map, struct bucket_set *buckets, __u32 *keys)
{
	LIBBPF_OPTS(bpf_map_batch_opts, options);
	__u32 count = BUCKET_SETS, next;
	int error = bpf_map_lookup_batch(map, NULL, &next, keys, buckets, &count, &options);

	/* Nothing is behind the last one. */
	return error == -ENOENT && count == BUCKET_SETS ? 0 : error;
}

static int write_buckets(int map, const struct bucket_set *buckets, const __u32 *keys)
{
	LIBBPF_OPTS(bpf_map_batch_opts, options);
	__u32 count = BUCKET_SETS;

	return bpf_map_update_batch(map, keys, buckets, &count, &options);
}

/* Rate limits as they are now. */
static int copy_buckets(struct probe *probe, const struct maps *live)
{
	__u32 *keys;
	int error;

	if (!probe->limit.rate)
		return 0;
	probe->buckets = calloc(BUCKET_SETS, sizeof(*probe->buckets));
	keys = calloc(BUCKET_SETS, sizeof(*keys));
	error = probe->buckets && keys ? read_buckets(live->buckets, probe->buckets, keys)
				       : -ENOMEM;
	if (!error)
		error = write_buckets(bpf_map__fd(probe->skeleton->maps.buckets), probe->buckets,
				      keys);
	free(keys);
	return error;
}

static bool prepare(struct probe *probe, const struct maps *live, const struct interface *interface)
{
	struct interface lo = *interface;
	int error;

	memset(lo.mac, 0, sizeof(lo.mac));
	probe->cpus = libbpf_num_possible_cpus();
	if (probe->cpus > 0) {
		probe->work = calloc(probe->cpus, sizeof(*probe->work));
		probe->counts = calloc(probe->cpus, sizeof(*probe->counts));
	}
	error = probe->work && probe->counts ? copy_buckets(probe, live) : -ENOMEM;
	if (!error)
		error = interfaces_write(bpf_map__fd(probe->skeleton->maps.interfaces),
					 bpf_map__fd(probe->skeleton->maps.interface_slots),
					 IFINDEX_LO, &lo);
	if (error)
		log_error("can't fill the maps of a second instance: %s", strerror(-error));
	return !error;
}

bool probe_open(struct probe *probe, const struct maps *live, const struct interface *interface)
{
	struct settings settings;

	*probe = (struct probe){ 0 };
	if (!maps_settings(live, &settings) || !load(probe, live))
		return false;
	probe->limit = settings.limit;
	return is_same_build(probe->fd[TIER_XDP], live->program_xdp) &&
	       is_same_build(probe->fd[TIER_TC], live->program_tc) &&
	       prepare(probe, live, interface);
}

static int choose_set(struct probe *probe, const struct settings *settings, __u32 set,
		      const struct address *addresses, size_t count)
{
	const struct rootxdp *skeleton = probe->skeleton;
	__u32 zero = 0;
	int error = bpf_map_update_elem(bpf_map__fd(skeleton->maps.active), &zero, &set, BPF_ANY);

	if (!error)
		error = bpf_map_update_elem(bpf_map__fd(skeleton->maps.settings), &zero, settings,
					    BPF_ANY);
	for (size_t i = 0; !error && i < count; i++)
		error = addresses_add(bpf_map__fd(skeleton->maps.addresses),
				      bpf_map__fd(skeleton->maps.address_slots), &addresses[i],
				      ADDRESS_OURS);
	if (error)
		log_error("can't fill the maps of a second instance: %s", strerror(-error));
	return error;
}

bool probe_open_set(struct probe *probe, const struct maps *live, __u32 set,
		    const struct address *addresses, size_t count)
{
	const struct interface interface = { .name = "proof" };
	struct settings settings;

	*probe = (struct probe){ .alone = true };
	if (!maps_settings(live, &settings) || !load(probe, live))
		return false;
	settings.limit.rate = 0;
	settings.subtrees = 0;
	return is_same_build(probe->fd[TIER_XDP], live->program_xdp) &&
	       is_same_build(probe->fd[TIER_TC], live->program_tc) &&
	       !choose_set(probe, &settings, set, addresses, count) &&
	       prepare(probe, live, &interface);
}

void probe_close(struct probe *probe)
{
	rootxdp__destroy(probe->skeleton);
	free(probe->buckets);
	free(probe->work);
	free(probe->counts);
	*probe = (struct probe){ 0 };
}

/* Nothing counted, and nothing written. */
static int clear(struct probe *probe, __u32 tier)
{
	int error;

	memset(probe->counts, 0, probe->cpus * sizeof(*probe->counts));
	memset(probe->work, PROBE_UNWRITTEN, probe->cpus * sizeof(*probe->work));
	error = bpf_map_update_elem(bpf_map__fd(probe->skeleton->maps.stats), &tier, probe->counts,
				    BPF_ANY);
	return error ? error
		     : bpf_map_update_elem(bpf_map__fd(probe->skeleton->maps.scratch), &tier,
					   probe->work, BPF_ANY);
}

/* The one verdict that was counted, and the work of the CPU that counted it. */
static int read_outcome(struct probe *probe, __u32 tier, struct probe_run *run)
{
	int error =
		bpf_map_lookup_elem(bpf_map__fd(probe->skeleton->maps.stats), &tier, probe->counts);

	if (!error)
		error = bpf_map_lookup_elem(bpf_map__fd(probe->skeleton->maps.scratch), &tier,
					    probe->work);
	for (int cpu = 0; !error && cpu < probe->cpus; cpu++) {
		const __u64 *count = (const __u64 *)&probe->counts[cpu];

		for (__u32 verdict = 0; verdict < VERDICT_COUNT; verdict++) {
			if (!count[verdict])
				continue;
			run->verdict = verdict;
			run->work = probe->work[cpu];
			return 0;
		}
	}
	return error ? error : -ENOMSG;
}

/* Gives back the token that the run has taken. */
static int refill(struct probe *probe, const struct work *work)
{
	__u32 index;

	if (!probe->buckets || work->limited > LIMIT_DROP)
		return 0;
	index = limit_set_of(limit_hash(&probe->limit, &work->packet.source, work->outline.class));
	return bpf_map_update_elem(bpf_map__fd(probe->skeleton->maps.buckets), &index,
				   &probe->buckets[index], BPF_ANY);
}

bool probe_run(struct probe *probe, enum tier tier, const void *frame, __u32 length,
	       struct probe_run *run)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = length,
		    .data_out = run->frame, .data_size_out = sizeof(run->frame));
	int error = clear(probe, tier);

	if (!error)
		error = bpf_prog_test_run_opts(probe->fd[tier], &options);
	if (!error)
		error = read_outcome(probe, tier, run);
	if (!error)
		error = refill(probe, &run->work);
	run->length = options.data_size_out;
	if (error)
		log_error("can't run a frame of %u bytes through the program: %s", length,
			  strerror(-error));
	return !error;
}

bool probe_counts(struct probe *probe, enum tier tier, struct verdict_counts *sum)
{
	__u32 key = tier;

	*sum = (struct verdict_counts){ 0 };
	if (bpf_map_lookup_elem(bpf_map__fd(probe->skeleton->maps.stats), &key, probe->counts)) {
		log_error("can't read the counters of a second instance: %s", strerror(errno));
		return false;
	}
	for (int cpu = 0; cpu < probe->cpus; cpu++)
		for (__u32 verdict = 0; verdict < VERDICT_COUNT; verdict++)
			((__u64 *)sum)[verdict] += ((const __u64 *)&probe->counts[cpu])[verdict];
	return true;
}
