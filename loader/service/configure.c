// SPDX-License-Identifier: GPL-2.0-or-later
/* From options to maps. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "addresses.h"
#include "broadcast.h"
#include "configure.h"
#include "identity.h"
#include "log.h"
#include "network.h"

bool configure_settings(const struct service *service, struct settings *settings)
{
	const struct options *options = service->options;

	memset(settings, 0, sizeof(*settings));
	settings->layout_version = LAYOUT_VERSION;
	settings->max_udp_size = options->answer.max_udp_size;
	settings->zone_time = zone_clock_origin(&service->clock);
	settings->network = network_namespace();
	settings->subtrees = options->subtrees;
	/* Cookies are stamped with real time, which BPF has not; TAI moves with it. */
	settings->tai_offset = tai_offset();
	return limit_begin(&options->limit, &settings->limit);
}

static int write_settings(const struct service *service)
{
	struct settings settings;
	__u32 zero = 0;

	if (!configure_settings(service, &settings))
		return -errno;
	return bpf_map_update_elem(service->program.maps.settings, &zero, &settings, BPF_ANY);
}

static int write_identity(const struct service *service)
{
	struct identity identity;
	__u32 zero = 0;

	identity_render(&service->options->answer, &identity);
	return bpf_map_update_elem(service->program.maps.identity, &zero, &identity, BPF_ANY);
}

static int write_subtrees(const struct service *service)
{
	const struct options *options = service->options;
	int error = 0;

	for (__u32 i = 0; !error && i < options->subtrees; i++)
		error = bpf_map_update_elem(service->program.maps.subtrees, &i,
					    &options->subtree[i], BPF_ANY);
	return error;
}

static int write_exempt(const struct service *service)
{
	const struct limit_config *limit = &service->options->limit;
	__u32 one = 1;
	int error = 0;

	for (__u32 i = 0; !error && i < limit->exempt_count; i++)
		error = bpf_map_update_elem(service->program.maps.exempt, &limit->exempt[i], &one,
					    BPF_ANY);
	return error;
}

/* A subnet of one address has that for its broadcast, too. */
static bool is_own(const struct options *options, const struct address *address)
{
	for (size_t i = 0; i < options->addresses; i++)
		if (address_is(&options->address[i].value, address))
			return true;
	return false;
}

static int write_addresses(const struct service *service)
{
	const struct options *options = service->options;
	struct address broadcast[BROADCASTS_MAX];
	size_t broadcasts = broadcasts_find(&service->devices, broadcast, BROADCASTS_MAX);
	int map = service->program.maps.addresses, slots = service->program.maps.address_slots;
	int error = 0;

	for (size_t i = 0; !error && i < options->addresses; i++)
		error = addresses_add(map, slots, &options->address[i].value, ADDRESS_OURS);
	for (size_t i = 0; !error && i < broadcasts; i++)
		if (!is_own(options, &broadcast[i]))
			error = addresses_add(map, slots, &broadcast[i], ADDRESS_BROADCAST);
	return error;
}

static bool written(const char *map, int error)
{
	if (error)
		log_error("can't write to the map '%s': %s", map, strerror(-error));
	return !error;
}

bool configure_secrets(const struct service *service)
{
	__u32 zero = 0;

	return written("cookie_secrets",
		       bpf_map_update_elem(service->program.maps.cookie_secrets, &zero,
					   &service->secrets.value, BPF_ANY));
}

bool configure_addresses(const struct service *service)
{
	return written("addresses", write_addresses(service));
}

bool configure(const struct service *service)
{
	return written("settings", write_settings(service)) &&
	       written("identity", write_identity(service)) && configure_secrets(service) &&
	       written("subtrees", write_subtrees(service)) &&
	       written("exempt", write_exempt(service)) &&
	       configure_addresses(service);
}

void configure_clock(const struct service *service)
{
	int map = service->program.maps.settings;
	struct settings settings;
	__s32 offset = tai_offset();
	__u32 zero = 0;

	if (bpf_map_lookup_elem(map, &zero, &settings) || settings.tai_offset == offset)
		return;
	settings.tai_offset = offset;
	written("settings", bpf_map_update_elem(map, &zero, &settings, BPF_ANY));
}
