// SPDX-License-Identifier: GPL-2.0-or-later
/* tc by libbpf's bpf_tc_*: direct action, ingress. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "attach_tc.h"
#include "log.h"
#include "netlink.h"
#include "program.h"

/* The id of the program at our place, whoever's it is, or 0. */
static __u32 program_at_place(int ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = TC_HANDLE, .priority = TC_PRIORITY);

	return bpf_tc_query(&hook, &filter) ? 0 : filter.prog_id;
}

__u32 tc_attached(int ifindex)
{
	__u32 id = program_at_place(ifindex);

	return id && program_is_ours(id) ? id : 0;
}

bool tc_is_taken(const struct device *device, bool left)
{
	__u32 id = device->want_tc ? program_at_place(device->ifindex) : 0;
	const char *name = device->entry.name;

	if (!id || (left && program_is_ours(id)))
		return false;
	if (program_is_ours(id))
		log_error("interface '%s' has the tc program of another loader, %s: stop that one "
			  "(its pins: 'rootxdp unload --pin DIR'); with its pins gone, "
			  "'tc filter del dev %s ingress prio %d' removes it",
			  name, program_words(id).text, name, TC_PRIORITY);
	else
		log_error("interface '%s' has another tc program, %s, at priority %d: "
			  "'tc filter del dev %s ingress prio %d' removes it",
			  name, program_words(id).text, TC_PRIORITY, name, TC_PRIORITY);
	return true;
}

bool tc_attach(struct device *device, int program)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = device->ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = TC_HANDLE, .priority = TC_PRIORITY,
		    .prog_fd = program, .flags = BPF_TC_F_REPLACE);
	int error = bpf_tc_hook_create(&hook);

	if (!error)
		device->entry.qdisc = 1;
	else if (error == -EEXIST)
		error = 0;
	if (!error)
		error = bpf_tc_attach(&hook, &filter);
	if (error) {
		log_error("interface '%s': can't attach the tc program (clsact, priority %d): %s",
			  device->entry.name, TC_PRIORITY, strerror(-error));
		return false;
	}
	device->entry.tc = 1;
	return true;
}

bool tc_detach(int ifindex, bool qdisc)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = TC_HANDLE, .priority = TC_PRIORITY);
	bool ours = tc_attached(ifindex);

	if (ours)
		bpf_tc_detach(&hook, &filter);
	if (qdisc && netlink_clsact_filters(ifindex) == 0) {
		hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
		bpf_tc_hook_destroy(&hook); /* both at once: the qdisc itself */
	}
	return ours;
}
