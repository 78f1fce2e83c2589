// SPDX-License-Identifier: GPL-2.0-or-later
/* rootxdp status: what is loaded, where, until when. */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "attach_tc.h"
#include "attach_xdp.h"
#include "command.h"
#include "dname.h"
#include "identity.h"
#include "lock.h"
#include "log.h"
#include "maps.h"
#include "network.h"
#include "zone_clock.h"

/* The status is gathered as the JSON object that -j prints; the text is made from the same. */

static json_t *deadline_json(const struct zone_info *zone, const struct settings *settings)
{
	struct time_left left = zone_time_left(zone, settings->zone_time);

	return json_pack("{s:s, s:I, s:s, s:b, s:b, s:b}", "utc",
			 utc_text(deadline_utc(zone, settings->zone_time)).text, "seconds_left",
			 (json_int_t)left.seconds, "reason",
			 left.signatures_first ? "signatures" : "expire", "half_over",
			 left.stage >= TIME_HALF, "expire_warns", left.expire_warns,
			 "signatures_warn", left.signatures_warn);
}

/* Where the interfaces are looked for. */
struct place {
	json_t *interfaces;
	struct xdp_links links; /* of these pins */
	bool here;              /* their network namespace could be entered */
};

static bool xdp_is_on(const struct place *place, __u32 ifindex)
{
	for (size_t i = 0; i < place->links.count; i++)
		if (place->links.link[i].ifindex == (int)ifindex)
			return true;
	return false;
}

/* What the map says was attached; others may have removed it since, or the whole device. */
static void add_interface(__u32 ifindex, const struct interface *interface, void *context)
{
	struct place *place = context;
	const __u8 *m = interface->mac;
	bool xdp = interface->xdp && xdp_is_on(place, ifindex);
	bool tc = interface->tc && place->here && tc_attached(ifindex);
	char mac[18];

	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
		 m[5]);
	json_array_append_new(place->interfaces,
			      json_pack("{s:s, s:I, s:s, s:I, s:s, s:s}", "name", interface->name,
					"ifindex", (json_int_t)ifindex, "mac", mac, "mtu",
					(json_int_t)interface->mtu, "xdp", xdp ? "native" : "off",
					"tc", tc ? "on" : "off"));
	if ((interface->xdp && !xdp) || (interface->tc && !tc))
		log_note("interface '%s': what was attached there is gone: restart the loader to "
			 "attach it again",
			 interface->name);
}

static json_t *interfaces_json(const struct maps *maps, const char *pin, __u64 network)
{
	int previous = network_enter(network);
	struct place place = { .interfaces = json_array(), .here = previous != -2 };

	xdp_links_open(&place.links, pin);
	maps_each_interface(maps, add_interface, &place);
	xdp_links_close(&place.links);
	network_return(previous);
	return place.interfaces;
}

static json_t *address_json(const struct address *address)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[INET6_ADDRSTRLEN] = "";

	if (!memcmp(address->byte, mapped, sizeof(mapped)))
		inet_ntop(AF_INET, &address->byte[12], text, sizeof(text));
	else
		inet_ntop(AF_INET6, address->byte, text, sizeof(text));
	return json_string(text);
}

static json_t *addresses_json(const struct maps *maps)
{
	struct address address, *previous = NULL;
	json_t *addresses = json_array();

	while (!bpf_map_get_next_key(maps->addresses, previous, &address)) {
		__u32 use = 0;

		if (!bpf_map_lookup_elem(maps->addresses, &address, &use) && use == ADDRESS_OURS)
			json_array_append_new(addresses, address_json(&address));
		previous = &address;
	}
	return addresses;
}

static json_t *program_json(int fd)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	char tag[2 * BPF_TAG_SIZE + 1];

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return json_null();
	for (int i = 0; i < BPF_TAG_SIZE; i++)
		snprintf(tag + 2 * i, 3, "%02x", info.tag[i]);
	return json_pack("{s:s, s:I, s:s}", "name", info.name, "id", (json_int_t)info.id, "tag",
			 tag);
}

/* Printable ASCII as it is, all else and the backslash as \DDD; null for no text. */
static json_t *text_json(const __u8 *text, size_t length)
{
	char escaped[4 * CHAOS_TEXT_MAX + 1], *at = escaped;

	if (!length)
		return json_null();
	for (size_t i = 0; i < length; i++) {
		bool plain = text[i] >= ' ' && text[i] <= '~' && text[i] != '\\';

		at += sprintf(at, plain ? "%c" : "\\%03u", text[i]);
	}
	return json_string(escaped);
}

static json_t *chaos_json(const struct chaos *chaos)
{
	size_t head = CHAOS_RECORD_SIZE(0);

	return text_json(chaos->bytes + head, chaos->length ? chaos->length - head : 0);
}

static json_t *identity_json(const struct identity *identity)
{
	return json_pack("{s:o, s:o, s:o}", "identity", chaos_json(&identity->hostname), "version",
			 chaos_json(&identity->version), "nsid",
			 text_json(identity->nsid, identity->nsid_length));
}

static json_t *subtrees_json(const struct maps *maps, const struct settings *settings)
{
	struct subtree subtrees[SUBTREES_MAX];
	json_t *names = json_array();

	if (!maps_subtrees(maps, settings, subtrees))
		return names;
	for (__u32 i = 0; i < settings->subtrees && i < SUBTREES_MAX; i++) {
		char text[DNAME_TEXT_ROOM];

		dname_text(text, subtrees[i].name + sizeof(subtrees[i].name) - subtrees[i].length);
		json_array_append_new(names, json_string(text));
	}
	return names;
}

/* "192.0.2.0/24" */
static json_t *prefix_json(const struct exempt_prefix *prefix)
{
	json_t *address = address_json(&prefix->address), *text;
	bool ipv4 = address_is_ipv4(&prefix->address);

	text = json_sprintf("%s/%u", json_string_value(address),
			    ipv4 ? prefix->length - 96 : prefix->length);
	json_decref(address);
	return text;
}

static json_t *limit_json(const struct maps *maps, const struct rate_limit *limit)
{
	struct exempt_prefix prefix, *previous = NULL;
	json_t *exempt = json_array();

	while (!bpf_map_get_next_key(maps->exempt, previous, &prefix)) {
		json_array_append_new(exempt, prefix_json(&prefix));
		previous = &prefix;
	}
	return json_pack("{s:I, s:I, s:I, s:I, s:o}", "rate", (json_int_t)limit->rate, "slip",
			 (json_int_t)limit->slip, "ipv4_prefix", (json_int_t)limit->ipv4_prefix,
			 "ipv6_prefix", (json_int_t)limit->ipv6_prefix, "exempt", exempt);
}

static json_t *cookies_json(const struct maps *maps)
{
	struct cookie_secrets secrets = { 0 };
	__u32 zero = 0;
	int error = bpf_map_lookup_elem(maps->cookie_secrets, &zero, &secrets);
	json_t *count = error ? json_null() : json_integer(secrets.count);

	explicit_bzero(&secrets, sizeof(secrets));
	return count;
}

static json_t *attested_json(const struct settings *settings)
{
	if (!settings->attested)
		return json_pack("{s:i, s:i, s:n}", "times", 0, "failed", 0, "last");
	return json_pack("{s:I, s:I, s:s}", "times", (json_int_t)settings->attested, "failed",
			 (json_int_t)settings->attests_failed, "last",
			 utc_text(settings->attested_at).text);
}

static json_t *status_json(const struct maps *maps, const char *pin)
{
	struct settings settings;
	struct identity identity;
	struct zone_info zone;
	pid_t loader = lock_holder(pin);
	__u32 set;

	if (!maps_active(maps, &set, &zone) || !maps_settings(maps, &settings) ||
	    !maps_identity(maps, &identity))
		return NULL;
	return json_pack(
		"{s:i, s:I, s:b, s:I, s:I, s:I, s:I, s:o, s:i, s:o, s:i, s:o, s:o, s:o, s:o, s:o, "
		"s:o, "
		"s:{s:o, s:o}, "
		"s:s, s:{s:b, s:o}}",
		"schema", 1, "serial", (json_int_t)zone.serial, "signed", zone_info_is_signed(&zone),
		"names", (json_int_t)zone.names, "replies", (json_int_t)zone.replies, "proofs",
		(json_int_t)zone.proofs, "proven", (json_int_t)zone.proven, "attested",
		attested_json(&settings), "active_set", (int)set, "deadline",
		deadline_json(&zone, &settings), "max_udp_size", (int)settings.max_udp_size,
		"identity", identity_json(&identity), "cookie_secrets", cookies_json(maps),
		"rate_limit", limit_json(maps, &settings.limit), "pass",
		subtrees_json(maps, &settings), "addresses", addresses_json(maps), "interfaces",
		interfaces_json(maps, pin, settings.network), "programs",
		"xdp", program_json(maps->program_xdp), "tc", program_json(maps->program_tc), "pin",
		pin, "loader", "running", loader != 0, "pid",
		loader ? json_integer(loader) : json_null());
}

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static const char *word(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void print_identity(const json_t *identity)
{
	const json_t *text;
	const char *kind;

	json_object_foreach((json_t *)identity, kind, text)
		if (json_is_string(text))
			printf("%-13s %s\n", kind, json_string_value(text));
}

static void print_limit(const json_t *limit)
{
	const json_t *prefix;
	size_t i;

	if (!number(limit, "rate")) {
		printf("rate limit    off\n");
		return;
	}
	printf("rate limit    %" JSON_INTEGER_FORMAT " replies a second for each /%" JSON_INTEGER_FORMAT
	       " (IPv4), /%" JSON_INTEGER_FORMAT " (IPv6) and class; slip %" JSON_INTEGER_FORMAT
	       "\n", number(limit, "rate"), number(limit, "ipv4_prefix"),
	       number(limit, "ipv6_prefix"), number(limit, "slip"));
	json_array_foreach(json_object_get(limit, "exempt"), i, prefix)
		printf("not limited   %s\n", json_string_value(prefix));
}

static void print_policy(const json_t *status)
{
	json_int_t secrets = number(status, "cookie_secrets");
	const json_t *name;
	size_t i;

	if (secrets)
		printf("cookies       on, %" JSON_INTEGER_FORMAT " secret%s\n", secrets,
		       secrets > 1 ? "s" : "");
	else
		printf("cookies       off\n");
	print_limit(json_object_get(status, "rate_limit"));
	json_array_foreach(json_object_get(status, "pass"), i, name)
		printf("pass          %s\n", json_string_value(name));
}

static void print_interfaces(const json_t *status)
{
	const json_t *interface, *address;
	size_t i;

	json_array_foreach(json_object_get(status, "interfaces"), i, interface)
		printf("interface     %s (ifindex %" JSON_INTEGER_FORMAT
		       ", MTU %" JSON_INTEGER_FORMAT "): xdp %s, tc %s\n",
		       word(interface, "name"), number(interface, "ifindex"),
		       number(interface, "mtu"), word(interface, "xdp"), word(interface, "tc"));
	json_array_foreach(json_object_get(status, "addresses"), i, address)
		printf("address       %s\n", json_string_value(address));
}

static void print_programs(const json_t *status)
{
	const json_t *program;
	const char *tier;

	json_object_foreach(json_object_get(status, "programs"), tier, program)
		printf("program       %s: %s, id %" JSON_INTEGER_FORMAT ", tag %s\n", tier,
		       word(program, "name"), number(program, "id"), word(program, "tag"));
}

/* 30144 -> "30,144" */
static const char *grouped(json_int_t number, char text[32])
{
	if (number < 1000)
		snprintf(text, 32, "%" JSON_INTEGER_FORMAT, number);
	else if (number < 1000000)
		snprintf(text, 32, "%" JSON_INTEGER_FORMAT ",%03" JSON_INTEGER_FORMAT,
			 number / 1000, number % 1000);
	else
		snprintf(text, 32,
			 "%" JSON_INTEGER_FORMAT ",%03" JSON_INTEGER_FORMAT
			 ",%03" JSON_INTEGER_FORMAT,
			 number / 1000000, number / 1000 % 1000, number % 1000);
	return text;
}

static void print_proven(const json_t *status)
{
	const json_t *attested = json_object_get(status, "attested");
	char proven[32], proofs[32];

	printf("proven        %s of %s answers\n", grouped(number(status, "proven"), proven),
	       grouped(number(status, "proofs"), proofs));
	if (!number(attested, "times"))
		return;
	printf("attested      %" JSON_INTEGER_FORMAT " times, %" JSON_INTEGER_FORMAT
	       " failed; last %s\n",
	       number(attested, "times"), number(attested, "failed"), word(attested, "last"));
}

static void print_deadline(const json_t *deadline, bool running)
{
	const char *cure = running ? "the loader's log says why" : "start the loader";
	bool signatures = !strcmp(word(deadline, "reason"), "signatures");
	json_int_t left = number(deadline, "seconds_left");

	printf("deadline      %s, %" JSON_INTEGER_FORMAT " s left (%s)\n", word(deadline, "utc"),
	       left, signatures ? "the first signature's end" : "SOA expire");
	if (!left)
		printf("EXPIRED       every query is passed, and the fallback says SERVFAIL, until "
		       "there is a newer zone\n");
	else if (json_is_true(json_object_get(deadline, "expire_warns")))
		printf("WARNING       half of SOA expire is over, and no source has confirmed the "
		       "zone: %s\n", cure);
	else if (json_is_true(json_object_get(deadline, "signatures_warn")))
		printf("WARNING       half of the signatures' time is over, and no source has had "
		       "a newer zone: %s\n", cure);
}

static void print_text(const json_t *status)
{
	const json_t *loader = json_object_get(status, "loader");

	printf("serial        %" JSON_INTEGER_FORMAT "%s\n", number(status, "serial"),
	       json_is_true(json_object_get(status, "signed"))
		       ? ""
		       : ", NOT SIGNED: nothing proves whose zone it is (--unsigned)");
	printf("names         %" JSON_INTEGER_FORMAT "\n", number(status, "names"));
	printf("replies       %" JSON_INTEGER_FORMAT " in set %" JSON_INTEGER_FORMAT "\n",
	       number(status, "replies"), number(status, "active_set"));
	print_proven(status);
	print_deadline(json_object_get(status, "deadline"),
		       json_is_true(json_object_get(loader, "running")));
	printf("max UDP size  %" JSON_INTEGER_FORMAT "\n", number(status, "max_udp_size"));
	print_identity(json_object_get(status, "identity"));
	print_policy(status);
	print_interfaces(status);
	print_programs(status);
	printf("pins          %s\n", word(status, "pin"));
	if (json_is_true(json_object_get(loader, "running")))
		printf("loader        running, pid %" JSON_INTEGER_FORMAT "\n",
		       number(loader, "pid"));
	else
		printf("loader        not running: the kernel answers until the deadline; "
		       "'rootxdp run' takes over, 'rootxdp unload' removes\n");
}

int command_status(const struct options *options)
{
	struct maps maps;
	json_t *status;

	libbpf_set_print(NULL); /* it complains of a qdisc that is gone; we say it ourselves */
	if (!maps_open(&maps, options->pin))
		return EXIT_FAILED;
	status = status_json(&maps, options->pin);
	maps_close(&maps);
	if (!status)
		return EXIT_FAILED;
	if (options->json) {
		json_dumpf(status, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_text(status);
	}
	json_decref(status);
	return EXIT_OK;
}
