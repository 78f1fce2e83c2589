// SPDX-License-Identifier: GPL-2.0-or-later
/* Live frames: BPF_PROG_RUN with BPF_F_TEST_XDP_LIVE_FRAMES on the client's veth. */
#include "live.h"

#include <errno.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "tools/live/live.skel.h"

/* Array values lie back to back; the map's length in memory is whole pages. */
#define TABLE_SIZE (LIVE_FRAMES * sizeof(struct live_frame))

struct live_port {
	struct live *programs;
	struct live_frame *frames;  /* the programs' table */
	uint32_t count;             /* frames in it */
	uint32_t ifindex;
	int link;  /* our XDP_PASS on the device, or -1 */
};

/* A link goes with its last file descriptor, so a killed process leaves nothing behind. */
static bool attach_receiver(struct live_port *port, const char *ifname, char why[256])
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
	uint32_t present = 0;
	int error = bpf_xdp_query_id(port->ifindex, 0, &present);

	if (error == 0 && present != 0)
		return true;
	port->link = bpf_link_create(bpf_program__fd(port->programs->progs.live_receive),
				     port->ifindex, BPF_XDP, &options);
	if (port->link >= 0)
		return true;
	snprintf(why, 256, "%s: no native XDP (%s): take a veth", ifname, strerror(errno));
	return false;
}

struct live_port *live_open(const char *ifname, char why[256])
{
	struct live_port *port = calloc(1, sizeof(*port));

	if (!port) {
		snprintf(why, 256, "out of memory");
		return NULL;
	}
	port->link = -1;
	port->ifindex = if_nametoindex(ifname);
	if (port->ifindex == 0) {
		snprintf(why, 256, "%s: no such interface in this namespace", ifname);
		goto failed;
	}
	port->programs = live__open_and_load();
	if (!port->programs) {
		snprintf(why, 256, "loading the XDP programs for %s: %s (are you root?)", ifname,
			 strerror(errno));
		goto failed;
	}
	port->frames = mmap(NULL, TABLE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			    bpf_map__fd(port->programs->maps.frames), 0);
	if (port->frames == MAP_FAILED) {
		snprintf(why, 256, "mapping the table of frames: %s", strerror(errno));
		port->frames = NULL;
		goto failed;
	}
	if (attach_receiver(port, ifname, why))
		return port;
failed:
	live_close(port);
	return NULL;
}

bool live_add(struct live_port *port, const void *frame, size_t length)
{
	struct live_frame *slot = &port->frames[port->count];

	if (port->count == LIVE_FRAMES || length < LIVE_FRAME_LEAST || length > LIVE_FRAME_MOST)
		return false;
	memcpy(slot->bytes, frame, length);
	slot->length = length;
	port->count++;
	return true;
}

int live_run(int program, uint32_t ifindex, unsigned int repeat)
{
	static const uint8_t blank[LIVE_BLANK];
	struct xdp_md context = {
		.data_end = sizeof(blank),
		.ingress_ifindex = ifindex,
	};
	LIBBPF_OPTS(bpf_test_run_opts, options,
		    .data_in = blank,
		    .data_size_in = sizeof(blank),
		    .ctx_in = &context,
		    .ctx_size_in = sizeof(context),
		    .repeat = (int)repeat,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES);

	return bpf_prog_test_run_opts(program, &options);
}

int live_flush(struct live_port *port, unsigned int times)
{
	unsigned int repeat = port->count * times;

	if (port->count == 0)
		return 0;
	port->programs->bss->next_frame = 0;
	port->programs->data->frame_count = port->count;
	port->count = 0;
	return live_run(bpf_program__fd(port->programs->progs.live_transmit), port->ifindex, repeat);
}

int live_send(struct live_port *port, const void *frame, size_t length, unsigned int repeat)
{
	int error = live_flush(port, 1);

	if (error)
		return error;
	return live_add(port, frame, length) ? live_flush(port, repeat) : -EMSGSIZE;
}

void live_close(struct live_port *port)
{
	if (!port)
		return;
	if (port->link >= 0)
		close(port->link);
	if (port->frames)
		munmap(port->frames, TABLE_SIZE);
	live__destroy(port->programs);
	free(port);
}
