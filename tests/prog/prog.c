// SPDX-License-Identifier: GPL-2.0-or-later
/* The BPF programs with the real zone in their maps, to be run on frames without any device. */
#include "prog.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "zone.h"

const char *const tier_names[TIER_COUNT] = { "xdp", "tc" };

const char *const verdict_names[VERDICT_COUNT] = {
#define V(name, fate, meaning) #name,
	VERDICTS(V)
#undef V
};

void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	exit(1);
}

/*
 * BPF_PROG_RUN lets packets come in on lo. In a namespace of our own lo may have a MAC address
 * that frames are, or are not, sent to; the programs look at `interfaces` for what else it is.
 */
static void own_network(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_hwaddr.sa_family = ARPHRD_LOOPBACK };
	int fd;

	if (unshare(CLONE_NEWNET)) {
		printf("no network namespace (%s): run it as root\n", strerror(errno));
		exit(77);
	}
	memcpy(request.ifr_hwaddr.sa_data, OUR_MAC, 6);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFHWADDR, &request))
		fail("lo: MAC address: %s", strerror(errno));
	close(fd);
}

void prog_set(struct bpf_map *map, uint32_t key, const void *value)
{
	if (bpf_map_update_elem(bpf_map__fd(map), &key, value, BPF_ANY))
		fail("%s[%u]: %s", bpf_map__name(map), key, strerror(errno));
}

static void set_address(struct prog *prog, const char *text)
{
	struct address address = { .byte = { [10] = 0xff, [11] = 0xff } };
	struct address_slot slot;
	uint32_t ours = ADDRESS_OURS, index;

	if (inet_pton(AF_INET6, text, address.byte) != 1 &&
	    inet_pton(AF_INET, text, address.byte + 12) != 1)
		fail("%s: no address", text);
	if (bpf_map_update_elem(bpf_map__fd(prog->skeleton->maps.addresses), &address, &ours, 0))
		fail("addresses: %s: %s", text, strerror(errno));
	index = address_slot_of(&address);
	if (bpf_map_lookup_elem(bpf_map__fd(prog->skeleton->maps.address_slots), &index, &slot))
		fail("address_slots: %s", strerror(errno));
	address_slot_join(&slot, &address, ours);
	prog_set(prog->skeleton->maps.address_slots, index, &slot);
}

static void set_interface(struct prog *prog)
{
	struct interface_slot slot = { 0 };

	interface_slot_join(&slot, prog->ifindex, &prog->interface);
	prog_set(prog->skeleton->maps.interfaces, prog->ifindex, &prog->interface);
	prog_set(prog->skeleton->maps.interface_slots, interface_slot_of(prog->ifindex), &slot);
}

void prog_set_addresses(struct prog *prog)
{
	set_address(prog, OUR_IPV4);
	set_address(prog, OUR_IPV6);
}

/* RFC 1071 of bytes from an even place, in memory order. */
static uint16_t sum_of(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i++) {
		uint8_t word[2] = { i % 2 ? 0 : bytes[i], i % 2 ? bytes[i] : 0 };
		uint16_t value;

		memcpy(&value, word, sizeof(value));
		sum += value;
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void say_chaos(struct chaos *chaos, const char *text)
{
	static const uint8_t head[] = { 0xc0, 12, 0, 16, 0, 3, 0, 0, 0, 0, 0 };
	size_t length = text ? strlen(text) : 0;

	*chaos = (struct chaos){ 0 };
	if (!text)
		return;
	memcpy(chaos->bytes, head, sizeof(head));
	chaos->bytes[10] = (length + 1) >> 8;
	chaos->bytes[11] = length + 1;
	chaos->bytes[12] = length;
	memcpy(chaos->bytes + 13, text, length);
	chaos->length = 13 + length;
	chaos->sum = sum_of(chaos->bytes, chaos->length);
}

void prog_say(struct prog *prog, const char *nsid, const char *hostname, const char *version)
{
	struct answer_config *config = &prog->config;
	struct identity *identity = &prog->identity;
	uint8_t option[4 + NSID_MAX];

	config->nsid = (const uint8_t *)nsid;
	config->nsid_length = nsid ? strlen(nsid) : 0;
	config->identity = (const uint8_t *)hostname;
	config->identity_length = hostname ? strlen(hostname) : 0;
	config->version = (const uint8_t *)version;
	config->version_length = version ? strlen(version) : 0;

	*identity = (struct identity){ .nsid_length = config->nsid_length };
	put16(option, 3);
	put16(option + 2, identity->nsid_length);
	if (nsid)
		memcpy(option + 4, nsid, identity->nsid_length);
	memcpy(identity->nsid, option + 4, identity->nsid_length);
	identity->nsid_sum = sum_of(option, 4 + identity->nsid_length);
	say_chaos(&identity->hostname, hostname);
	say_chaos(&identity->version, version);
}

const struct cookie_secrets prog_secrets = {
	.count = 2,
	.secret = { { { 0x3fa4b2a6e573e9e5, 0xcfbf379e84dce748 } },
		    { { 0x0706050403020100, 0x0f0e0d0c0b0a0908 } } },
};

uint32_t prog_now(const struct prog *prog)
{
	struct timespec now;

	clock_gettime(CLOCK_TAI, &now);
	return now.tv_sec - prog->tai_offset;
}

struct address prog_client(const struct frame *frame)
{
	struct address client = { .byte = { [10] = 0xff, [11] = 0xff } };

	if (frame->ipv6)
		memcpy(client.byte, frame->bytes + frame->ip + 8, 16);
	else
		memcpy(client.byte + 12, frame->bytes + frame->ip + 12, 4);
	return client;
}

void prog_pass(struct prog *prog, const char *name, size_t length)
{
	struct subtree *subtree = &prog->subtree[prog->subtrees++];

	*subtree = (struct subtree){ .length = length };
	memcpy(subtree->name + sizeof(subtree->name) - length, name, length);
}

void prog_configure(struct prog *prog)
{
	struct settings settings = { .layout_version = LAYOUT_VERSION,
				     .max_udp_size = prog->config.max_udp_size,
				     .tai_offset = prog->tai_offset,
				     .subtrees = prog->subtrees,
				     .limit = prog->limit };

	prog_set(prog->skeleton->maps.settings, 0, &settings);
	prog_set(prog->skeleton->maps.identity, 0, &prog->identity);
	prog_set(prog->skeleton->maps.cookie_secrets, 0, &prog->secrets);
	for (uint32_t i = 0; i < prog->subtrees; i++)
		prog_set(prog->skeleton->maps.subtrees, i, &prog->subtree[i]);
	prog->config.cookies = &prog->secrets;
	set_interface(prog);
}

/*
 * Gives both sets' maps and the outer map's template one size. libbpf 1.1 can't size the template
 * that it makes itself: it gets a finished one, to be closed when the programs are loaded.
 */
static int size_set(struct bpf_map *outer, struct bpf_map *set0, struct bpf_map *set1,
		    uint32_t entries)
{
	int template = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, sizeof(uint32_t),
				      bpf_map__value_size(set0), entries, NULL);

	if (template < 0 || bpf_map__set_inner_map_fd(outer, template) ||
	    bpf_map__set_max_entries(set0, entries) || bpf_map__set_max_entries(set1, entries))
		fail("%s: %u entries", bpf_map__name(outer), entries);
	return template;
}

static void fill(struct bpf_map *map, const void *values, uint32_t count, size_t size)
{
	for (uint32_t i = 0; i < count; i++)
		prog_set(map, i, (const char *)values + i * size);
}

#define SIZE_SET(map, count)                                                                      \
	size_set(skeleton->maps.map, skeleton->maps.map##_0, skeleton->maps.map##_1, count)

/* All goes into set 1, so that a program that does not look at `active` finds nothing. */
static void load(struct prog *prog)
{
	struct rootxdp *skeleton = rootxdp__open();
	const struct image_view *view = &prog->view;
	uint32_t one = 1;

	if (!skeleton)
		fail("the skeleton does not open: %s", strerror(errno));
	prog->skeleton = skeleton;
	const int template[] = {
		SIZE_SET(keys, view->key_count),
		SIZE_SET(names, view->name_count),
		SIZE_SET(replies, view->reply_count),
		SIZE_SET(cuts, view->cut_count),
		SIZE_SET(shelves, view->shelf_count),
	};
	if (rootxdp__load(skeleton))
		fail("the programs do not load: %s", strerror(errno));
	for (size_t i = 0; i < sizeof(template) / sizeof(template[0]); i++)
		close(template[i]);
	((struct zone_info *)view->info)->deadline.boot_ns = ~0ull;
	fill(skeleton->maps.zone_1, view->info, 1, sizeof(*view->info));
	fill(skeleton->maps.prefixes_1, view->prefix, 1, sizeof(*view->prefix));
	fill(skeleton->maps.keys_1, view->keys, view->key_count, sizeof(*view->keys));
	fill(skeleton->maps.names_1, view->names, view->name_count, sizeof(*view->names));
	fill(skeleton->maps.replies_1, view->replies, view->reply_count, sizeof(*view->replies));
	fill(skeleton->maps.cuts_1, view->cuts, view->cut_count, sizeof(*view->cuts));
	fill(skeleton->maps.shelves_1, view->shelves, view->shelf_count, sizeof(*view->shelves));
	prog_set(skeleton->maps.active, 0, &one);
	prog->fd[TIER_XDP] = bpf_program__fd(skeleton->progs.rootxdp_xdp);
	prog->fd[TIER_TC] = bpf_program__fd(skeleton->progs.rootxdp_tc);
}

void prog_open(struct prog *prog)
{
	struct zone_policy policy = { .validate_at = ZONE_TIME };
	struct zone_error error;
	char why[256];

	memset(prog, 0, sizeof(*prog));
	own_network();
	prog->config.max_udp_size = ANSWER_UDP_SIZE_DEFAULT;
	prog->zone = zone_load(ZONE_FILE, &policy, &error);
	if (!prog->zone)
		fail("%s", error.text);
	prog->image = image_render(prog->zone, &prog->config, why);
	if (!prog->image)
		fail("%s", why);
	prog->view = image_parts(prog->image);
	load(prog);
	prog->ifindex = if_nametoindex("lo");
	memcpy(prog->interface.mac, OUR_MAC, 6);
	prog_say(prog, NSID, HOSTNAME, VERSION);
	prog->secrets = prog_secrets;
	prog->tai_offset = prog_now(prog) - time(NULL);
	prog_configure(prog);
	prog_set_addresses(prog);
}

void prog_close(struct prog *prog)
{
	rootxdp__destroy(prog->skeleton);
	free(prog->image);
	zone_free(prog->zone);
}

static void read_counts(struct prog *prog, enum tier tier, struct verdict_counts *sum)
{
	int cpus = libbpf_num_possible_cpus();
	struct verdict_counts each[cpus];
	uint32_t key = tier;

	if (bpf_map_lookup_elem(bpf_map__fd(prog->skeleton->maps.stats), &key, each))
		fail("stats: %s", strerror(errno));
	memset(sum, 0, sizeof(*sum));
	for (int cpu = 0; cpu < cpus; cpu++)
		for (int i = 0; i < VERDICT_COUNT; i++)
			((__u64 *)sum)[i] += ((__u64 *)&each[cpu])[i];
}

/* The one verdict that was counted since the last time, in this tier and once. */
static enum verdict counted(struct prog *prog, enum tier tier)
{
	enum verdict verdict = VERDICT_COUNT;

	for (int each = 0; each < TIER_COUNT; each++) {
		struct verdict_counts now;

		read_counts(prog, each, &now);
		for (int i = 0; i < VERDICT_COUNT; i++) {
			__u64 more = ((__u64 *)&now)[i] - ((__u64 *)&prog->before[each])[i];

			if (!more)
				continue;
			if (more != 1 || verdict != VERDICT_COUNT || each != (int)tier)
				fail("a packet through %s was counted %llu times as %s in %s",
				     tier_names[tier], more, verdict_names[i], tier_names[each]);
			verdict = i;
		}
		prog->before[each] = now;
	}
	if (verdict == VERDICT_COUNT)
		fail("a packet through %s was not counted", tier_names[tier]);
	return verdict;
}

void prog_run(struct prog *prog, enum tier tier, const struct frame *frame, uint32_t segments,
	      struct outcome *outcome)
{
	struct __sk_buff skb = { .gso_segs = segments, .gso_size = segments ? 64 : 0 };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame->bytes,
		    .data_size_in = frame->length, .data_out = outcome->bytes,
		    .data_size_out = sizeof(outcome->bytes));

	if (tier == TIER_TC && segments) {
		run.ctx_in = &skb;
		run.ctx_size_in = sizeof(skb);
	}
	if (bpf_prog_test_run_opts(prog->fd[tier], &run))
		fail("%s: %zu bytes: BPF_PROG_RUN: %s", tier_names[tier], frame->length,
		     strerror(errno));
	outcome->action = run.retval;
	outcome->length = run.data_size_out;
	outcome->verdict = counted(prog, tier);
}

bool action_fits(enum tier tier, uint32_t action, enum verdict verdict)
{
	switch (verdict_fate(verdict)) {
	case FATE_answered:
		return action == (tier == TIER_XDP ? XDP_TX : TC_ACT_REDIRECT);
	case FATE_dropped:
		return action == (tier == TIER_XDP ? XDP_DROP : TC_ACT_SHOT);
	default:
		return action == (tier == TIER_XDP ? XDP_PASS : (uint32_t)TC_ACT_UNSPEC);
	}
}
