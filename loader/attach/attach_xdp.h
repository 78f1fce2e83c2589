/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaching the XDP program: native mode only, by a pinned bpf_link for each interface. */
#ifndef ROOTXDP_ATTACH_XDP_H
#define ROOTXDP_ATTACH_XDP_H

#include "devices.h"

/* One for each interface, and those that killed loaders did not come to put in place. */
#define LINKS_MAX (2 * INTERFACES_MAX)

/* XDP links of ours that are pinned in one directory. */
struct xdp_links {
	struct xdp_link {
		char name[64]; /* of the pin */
		int fd;
		int ifindex; /* 0: the device is gone */
	} link[LINKS_MAX];
	size_t count;
};

/* Opens the pinned links; none when there is no such directory. */
void xdp_links_open(struct xdp_links *links, const char *pin);
void xdp_links_close(struct xdp_links *links);

/* The link on an interface, or NULL. */
const struct xdp_link *xdp_link_of(const struct xdp_links *links, int ifindex);

/* Detaches and unpins a link. */
void xdp_link_remove(const struct xdp_link *link, const char *pin);

/*
 * Is another XDP program on the interface, one that is not in `links`? True: said on stderr, with
 * the way to remove it.
 */
bool xdp_is_taken(const struct device *device, const struct xdp_links *links);

/*
 * Attaches the program in native mode, or updates our old link in place. Without native XDP:
 * false and said when it must be had, else true with want_xdp cleared.
 */
bool xdp_attach(struct device *device, int program, const struct xdp_links *links);

/* Puts a link's pin in place. */
bool xdp_pin(const struct device *device, const char *pin);

/* Detaches, and removes the pin. */
void xdp_detach(struct device *device, const char *pin);

#endif
