// SPDX-License-Identifier: GPL-2.0-or-later
/* Attaches both tiers to every interface, in an order that leaves no gap. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "attach_tc.h"
#include "attach_xdp.h"
#include "interfaces.h"
#include "log.h"
#include "netlink.h"
#include "network.h"

static bool note(const struct maps *maps, __u32 ifindex, const struct interface *entry)
{
	int error = interfaces_write(maps->interfaces, maps->interface_slots, ifindex, entry);

	if (error)
		log_error("can't write to the map 'interfaces': %s", strerror(-error));
	return !error;
}

static bool in_this_network(const struct remains *remains)
{
	return !remains->network || remains->network == network_namespace();
}

static const struct remaining_device *remaining(const struct remains *remains, int ifindex)
{
	for (size_t i = 0; in_this_network(remains) && i < remains->devices; i++)
		if (remains->device[i].ifindex == (__u32)ifindex)
			return &remains->device[i];
	return NULL;
}

/* Was a filter on this interface left by a loader with our pins? One of another version may have
 * left pins that can't be read: what was attached is then unknown, and may be ours. */
static bool tc_left(const struct remains *remains, int ifindex)
{
	const struct remaining_device *before = remaining(remains, ifindex);

	return before ? before->entry.tc : remains->any && !remains->devices;
}

/* What is attached to a device, or still is: the map must say so until that is taken away. */
static struct interface with_left(const struct interface *entry,
				  const struct remaining_device *before)
{
	struct interface both = *entry;

	if (before) {
		both.xdp |= before->entry.xdp;
		both.tc |= before->entry.tc;
		both.qdisc |= before->entry.qdisc;
	}
	return both;
}

bool attach_possible(const struct devices *devices, const struct remains *remains)
{
	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->device[i];

		if (xdp_is_taken(device, &remains->links) ||
		    tc_is_taken(device, tc_left(remains, device->ifindex)))
			return false;
	}
	return true;
}

bool attach_note(const struct devices *devices, const struct remains *remains,
		 const struct maps *maps)
{
	for (size_t i = 0; in_this_network(remains) && i < remains->devices; i++)
		if (!note(maps, remains->device[i].ifindex, &remains->device[i].entry))
			return false;
	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->device[i];
		const struct remaining_device *before = remaining(remains, device->ifindex);
		struct interface entry = with_left(&device->entry, before);

		entry.tc |= device->want_tc;
		/* It is about to be made, by us. */
		entry.qdisc |= device->want_tc && netlink_clsact_qdiscs(device->ifindex) == 0;
		if (!note(maps, device->ifindex, &entry))
			return false;
	}
	return true;
}

static bool attach_one(struct device *device, const struct remains *remains,
		       const struct maps *maps, const char *pin)
{
	const struct remaining_device *before = remaining(remains, device->ifindex);
	struct interface entry;

	if (before && before->entry.qdisc)
		device->entry.qdisc = 1;
	if (device->want_xdp &&
	    (!xdp_attach(device, maps->program_xdp, &remains->links) || !xdp_pin(device, pin)))
		return false;
	if (device->want_tc && !tc_attach(device, maps->program_tc))
		return false;
	entry = with_left(&device->entry, before);
	return note(maps, device->ifindex, &entry);
}

bool attach_all(struct devices *devices, const struct remains *remains, const struct maps *maps,
		const char *pin)
{
	for (size_t i = 0; i < devices->count; i++)
		if (!attach_one(&devices->device[i], remains, maps, pin))
			return false;
	return true;
}

void attach_undo(struct devices *devices, const struct remains *remains, const char *pin)
{
	for (size_t i = 0; i < devices->count; i++) {
		struct device *device = &devices->device[i];
		const struct remaining_device *before = remaining(remains, device->ifindex);

		if (!xdp_link_of(&remains->links, device->ifindex))
			xdp_detach(device, pin);
		if (device->link >= 0)
			close(device->link);
		device->link = -1;
		if (device->entry.tc && !(before && before->entry.tc))
			tc_detach(device->ifindex, device->entry.qdisc);
		device->entry.tc = 0;
	}
}

static bool is_ours(const struct devices *devices, __u32 ifindex)
{
	for (size_t i = 0; i < devices->count; i++)
		if (devices->device[i].ifindex == (int)ifindex)
			return true;
	return false;
}

void attach_forget(const struct devices *devices, const struct remains *remains,
		   const struct maps *maps)
{
	for (size_t i = 0; i < remains->devices; i++)
		if (!is_ours(devices, remains->device[i].ifindex))
			interfaces_remove(maps->interfaces, maps->interface_slots,
					  remains->device[i].ifindex);
	for (size_t i = 0; i < devices->count; i++)
		note(maps, devices->device[i].ifindex, &devices->device[i].entry);
}

void attach_remove(struct devices *devices, const char *pin)
{
	for (size_t i = 0; i < devices->count; i++) {
		struct device *device = &devices->device[i];

		xdp_detach(device, pin);
		if (device->entry.tc)
			tc_detach(device->ifindex, device->entry.qdisc);
		device->entry.tc = 0;
	}
}
