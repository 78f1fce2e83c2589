/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where we answer: our addresses, our interfaces, our sizes. Written by the loader. */
#ifndef ROOTXDP_GUARD_H
#define ROOTXDP_GUARD_H

#include <linux/types.h>

/* IPv6, or IPv4 as ::ffff:a.b.c.d. Network order. */
struct address {
	__u8 byte[16];
};

/* A device that a tier is attached to; its key is the ifindex. */
struct interface {
	char name[16];
	__u8 mac[6];
	__u8 partial_ok; /* lo, veth, tap, virtio_net: the pseudo-header sum alone is valid */
	__u8 loopback;
	__u32 mtu;
	__u32 xdp;   /* 1: native XDP is attached */
	__u32 tc;    /* 1: the tc program is attached */
	__u32 qdisc; /* 1: its clsact qdisc was made by us, to be removed with our filter */
};

struct settings {
	__u32 layout_version; /* LAYOUT_VERSION of the program and its maps */
	__u32 max_udp_size;   /* our limit, and what our OPT advertises; 512-4096 */
	__s64 zone_time;      /* zone time when CLOCK_MONOTONIC was 0; seconds since 1970 UTC */
	__u64 network;        /* network namespace of the interfaces: inode of its nsfs file */
};

#define NSID_MAX 128
#define CHAOS_TEXT_MAX 255

/* One CHAOS TXT answer (RFC 4892), ready to be sent: what stands behind the question. */
struct chaos {
	__u16 length; /* 0: not configured, such names are REFUSED */
	__u16 sum;    /* as in struct cut */
	__u8 bytes[CHAOS_TEXT_MAX + 13]; /* C00C, TXT, CH, TTL 0, RDLENGTH, one character-string */
};

/* Who we say that we are. Written by the loader. */
struct identity {
	__u16 nsid_length; /* 0: not configured, NSID is not given */
	__u16 nsid_sum;    /* of the whole option as from an even place: code, length, NSID */
	__u8 nsid[NSID_MAX];
	struct chaos hostname; /* hostname.bind, id.server */
	struct chaos version;  /* version.bind, version.server */
};

/* What an address is to us. */
enum address_use {
	ADDRESS_OURS = 1,  /* queries to it are answered */
	ADDRESS_BROADCAST, /* a subnet's: no query comes from it (RFC 1122 3.2.1.3) */
};

#define BROADCASTS_MAX 64
#define ADDRESSES_MAX  64
#define INTERFACES_MAX 64

/* Index of a tier's counters in `stats` and of its scratch room. */
enum tier { TIER_XDP, TIER_TC, TIER_COUNT };

#endif
