/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where, whom and how we answer: what the operator chose. Written by the loader. */
#ifndef ROOTXDP_GUARD_H
#define ROOTXDP_GUARD_H

#include <linux/types.h>

#include "cursor.h"
#include "siphash.h"

/* IPv6, or IPv4 as ::ffff:a.b.c.d. Network order. */
struct address {
	__u8 byte[16];
};

static __always_inline int address_is_ipv4(const struct address *address)
{
	return !load64(address->byte) && load32(address->byte + 8) == NETWORK32(0xffff);
}

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

/* Rate limiting (RRL): replies a second for each client prefix and class of reply. */
struct rate_limit {
	__u32 rate;        /* 0: replies are not limited */
	__u32 slip;        /* every slip-th limited reply is sent with TC=1; 0: none */
	__u32 ipv4_prefix; /* length, bits */
	__u32 ipv6_prefix;
	__u32 exempt;   /* entries in `exempt` */
	__u32 interval; /* between two replies; ticks, see limit.h */
	struct siphash_key key;
};

struct settings {
	__u32 layout_version; /* LAYOUT_VERSION of the program and its maps */
	__u32 max_udp_size;   /* our limit, and what our OPT advertises; 512-4096 */
	__s64 zone_time;      /* zone time when CLOCK_BOOTTIME was 0; seconds since 1970 UTC */
	__u64 network;        /* network namespace of the interfaces: inode of its nsfs file */
	__u32 subtrees;       /* entries in `subtrees` */
	__s32 tai_offset;     /* CLOCK_TAI less real time, seconds */
	struct rate_limit limit;
	__u32 attested;       /* how often the loader had the zone attested */
	__u32 attests_failed; /* of these */
	__s64 attested_at;    /* the last time; seconds since 1970 */
};

/* Secrets of server cookies (RFC 9018 5). The first one makes new cookies; all are accepted. */
#define COOKIE_SECRETS_MAX 2

struct cookie_secrets {
	__u32 count; /* 0: there are none, and no cookies */
	struct siphash_key secret[COOKIE_SECRETS_MAX];
};

/* A name whose subtree the kernel passes: wire form, lower case, at the end of `name`. */
struct subtree {
	__u8 name[256];
	__u32 length; /* of the name with the root's zero byte; bytes */
} __attribute__((aligned(8)));

#define SUBTREES_MAX 16

/* A prefix of addresses whose replies are not limited; IPv4 ones count from bit 96 on. */
struct exempt_prefix {
	__u32 length; /* bits */
	struct address address;
};

#define EXEMPT_MAX 64

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

/*
 * A quick way to what an address is to us: each has a slot of `address_slots`, by a hash. The map
 * `addresses` has all of them, and decides where several have the same slot.
 */
#define ADDRESS_SLOT_BITS 6
#define ADDRESS_SLOTS     (1 << ADDRESS_SLOT_BITS)

struct address_slot {
	struct address address;
	__u32 use;     /* enum address_use; 0: the slot is empty */
	__u32 crowded; /* 1: other addresses have it too */
} __attribute__((aligned(8)));

static __always_inline __u32 address_slot_of(const struct address *address)
{
	__u64 word = load64(address->byte) ^ load64(address->byte + 8);

	return (word ^ word >> 29) * 0x9e3779b97f4a7c15ull >> (64 - ADDRESS_SLOT_BITS);
}

static __always_inline int address_is(const struct address *a, const struct address *b)
{
	return !((load64(a->byte) ^ load64(b->byte)) | (load64(a->byte + 8) ^ load64(b->byte + 8)));
}

/* Notes an address in its slot. The first one stays. */
static __always_inline void address_slot_join(struct address_slot *slot,
					      const struct address *address, __u32 use)
{
	if (slot->use && !address_is(&slot->address, address)) {
		slot->crowded = 1;
		return;
	}
	slot->address = *address;
	slot->use = use;
}
#define INTERFACES_MAX 64

/* The same for a device: its slot of `interface_slots`, beside the map `interfaces`. */
#define INTERFACE_SLOTS 64

struct interface_slot {
	__u32 ifindex; /* 0: the slot is empty */
	__u32 crowded; /* 1: other devices have it, or had it */
	struct interface interface;
};

static __always_inline __u32 interface_slot_of(__u32 ifindex)
{
	return ifindex % INTERFACE_SLOTS;
}

/* Notes a device in its slot, or what is new about it. The first one stays. */
static __always_inline void interface_slot_join(struct interface_slot *slot, __u32 ifindex,
						const struct interface *interface)
{
	if (slot->ifindex && slot->ifindex != ifindex) {
		slot->crowded = 1;
		return;
	}
	slot->ifindex = ifindex;
	slot->interface = *interface;
}

/* Takes a device out of its slot. */
static __always_inline void interface_slot_leave(struct interface_slot *slot, __u32 ifindex)
{
	if (slot->ifindex != ifindex)
		return;
	slot->ifindex = 0;
	slot->crowded = 1;
}


/* Index of a tier's counters in `stats` and of its scratch room. */
enum tier { TIER_XDP, TIER_TC, TIER_COUNT };

#endif
