/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a zone's stored replies lie in memory: the same structs in the image and in the BPF maps. */
#ifndef ROOTXDP_LAYOUT_H
#define ROOTXDP_LAYOUT_H

#include <linux/types.h>

#include "cursor.h"

/*
 * Raised by every change to what images and pinned maps hold: the structs below and in guard.h, and
 * the list of verdicts. Loaders, images and pinned maps of two versions do not mix.
 */
#define LAYOUT_VERSION 9

/*
 * One label of the zone, in canonical order (RFC 4034 6.1). Index 0 is '.' itself (length 0): the
 * gap behind it holds the names before the first TLD.
 *
 * Lower case, zero-padded, its length in the last byte. Compared as eight big-endian words the
 * struct sorts in canonical order: the length decides between "a" and "a\000".
 */
struct name {
	char label[63];
	__u8 length;
} __attribute__((aligned(8)));

/*
 * Where the names that begin with two given bytes start: first[name_prefix(b0, b1)] is the index in
 * `names` of the first name whose prefix number is that or a later one; first[PREFIX_COUNT] is the
 * number of names. So the last name <= a label is in [first[p] - 1, first[p + 1] - 1].
 *
 * prefix_class maps a (lowered) byte to 0..39, never downwards, so that order is kept:
 * everything before '-', then '-' .. '/', the digits, ':' .. '`', the letters, the rest.
 */
#define PREFIX_CLASSES 40
#define PREFIX_COUNT   (PREFIX_CLASSES * PREFIX_CLASSES)

struct prefix_table {
	__u32 first[PREFIX_COUNT + 1];
};

static __always_inline __u32 prefix_class(__u8 byte)
{
	if (byte >= 'a')
		return byte <= 'z' ? 13 + byte - 'a' : 39;
	if (byte >= '0')
		return byte <= '9' ? 2 + byte - '0' : 12;
	return byte >= '-';
}

/* Classes that are of one byte alone: behind others, the second byte does not keep the order. */
#define PREFIX_CLASSES_OF_ONE \
	(((1ull << PREFIX_CLASSES) - 1) & ~(1ull << 0 | 1ull << 1 | 1ull << 12 | 1ull << 39))

static __always_inline __u32 name_prefix(__u8 first, __u8 second)
{
	__u32 class = prefix_class(first);

	return class * PREFIX_CLASSES + prefix_class(second) * (PREFIX_CLASSES_OF_ONE >> class & 1);
}

/*
 * The names' keys, numbers in host order that sort as they do: all that most searches read, and
 * close together. A key is a name's first KEY_BYTES bytes and its length, KEY_BYTES + 1 standing
 * for all greater ones: so only names that are longer can share theirs. The key of name `index`
 * is at index % KEY_CHUNK in chunk index / KEY_CHUNK, and in the chunk before it too, if it is one
 * of the first KEYS_BEHIND. Behind the last name all keys are KEY_NONE.
 *
 * Keys have 60 bits: two keys' difference is negative when the first one is less.
 */
#define KEY_BYTES   7
#define KEY_CHUNK   2048
#define KEYS_BEHIND 16
#define KEY_CHUNKS(names) (((names) - 1) / KEY_CHUNK + 1)
#define KEY_NONE    (~0ull >> 4)

/* The key of a name of `length` bytes; `head`: the first eight, big-endian, zero-padded. */
static __always_inline __u64 key_of(__u64 head, __u32 length)
{
	__s64 excess = (__s64)length - (KEY_BYTES + 1), over = excess >> 63;

	/* The lesser of the two, without the branch that clang would make of it. */
	hide(over);
	return (head >> 8) << 4 | (KEY_BYTES + 1 + (excess & over));
}

struct key_chunk {
	__u64 key[KEY_CHUNK + KEYS_BEHIND];
};

static __always_inline __u64 name_word(const struct name *name, __u32 i)
{
	return host64(((const __u64 *)(const void *)name)[i]);
}

static __always_inline __u64 name_key(const struct name *name)
{
	return key_of(name_word(name, 0), name->length);
}

/*
 * A prefix of a reply's body that ends with a whole RRset, and may be sent as it is.
 *
 * length   bytes of body
 * arcount  additional records in it, OPT not counted; host order
 * sum      ones-complement sum of its bytes as 16-bit words in memory order, folded; an odd last
 *          byte is padded with zero
 * even/odd number of relocations in it at an even / odd distance from the body's start
 */
struct cut {
	__u16 length;
	__u16 arcount;
	__u16 sum;
	__u8 even;
	__u8 odd;
} __attribute__((aligned(8)));

/*
 * A stored reply: what stands after the question. 32 bytes.
 *
 * The body lies in shelf `shelf` from byte `place` on (a multiple of 8); its relocations, ascending
 * __u16 distances from the body's start in host order, from RELOCATIONS(place, whole.length) on.
 * A relocation is the place of a two-byte compression pointer, which grows by delta: the number
 * of bytes by which the query's name is longer than the name that the reply was rendered for.
 */
struct reply {
	__u32 shelf;
	__u16 place;
	__be16 flags;     /* AA and RCODE, to be joined with QR, and opcode and RD of the query */
	struct cut whole; /* the whole body */
	__be16 ancount;
	__be16 nscount;
	__u32 first_cut; /* index in `cuts` of the next shorter cut; they go on, longest first */
	__u16 cuts;      /* how many shorter cuts there are; with none left: TC=1, body empty */
	__u16 verdict;   /* enum verdict this reply counts as; 0: not stored, the query passes */
	__u32 name;      /* index in `names` of the TLD, or of the name before the gap */
};

/* Replies of one name, behind the apex's own. For NXDOMAIN the name is the one before the gap. */
enum reply_kind {
	REPLY_REFERRAL,
	REPLY_REFERRAL_DO,
	REPLY_DS, /* NODATA where the TLD has no DS */
	REPLY_DS_DO,
	REPLY_NXDOMAIN_DO, /* without DO all NXDOMAINs are one: APEX_NXDOMAIN */
	REPLY_KINDS
};

/* The apex's replies come first, two for each slot: without and with DO. */
enum apex_slot {
	APEX_NODATA,
	APEX_NXDOMAIN, /* without DO only */
	APEX_TYPES,    /* from here on: zone_info.apex_type[slot] */
	APEX_SLOTS = 32
};

#define REPLY_APEX(slot, dnssec_ok) ((slot) * 2 + (dnssec_ok))
#define REPLY_OF_NAME(name, kind)   (APEX_SLOTS * 2 + (name) * REPLY_KINDS + (kind))

/*
 * A body and its relocations never cross a shelf's end; none begins behind PLACE_MAX, so that even
 * the longest body with all relocations lies in the shelf, whatever `place` and `length` say.
 */
#define SHELF_SIZE                 65536
#define BODY_MAX                   4096
#define PLACE_MAX                  (SHELF_SIZE - 2 * BODY_MAX)
#define RELOCATIONS_MAX            255
#define RELOCATIONS(place, length) (((place) + (length) + 7) & ~7)
#define CUTS_MAX                   64

struct shelf {
	__u8 bytes[SHELF_SIZE];
} __attribute__((aligned(8)));

/* The parts of a zone: in an image, and in the maps of one set. */
enum zone_part {
	PART_INFO,
	PART_PREFIXES,
	PART_KEYS,
	PART_NAMES,
	PART_REPLIES,
	PART_CUTS,
	PART_SHELVES,
};

/*
 * Until when a zone may be answered from; behind either time all queries pass. From the loader,
 * before the set is switched to and at each refresh; recheck_ns and over are the kernel's own.
 *
 * boot_ns     CLOCK_BOOTTIME: the end of SOA expire; nobody can set that clock
 * tai_ns      CLOCK_TAI: the first signature's end. It moves with real time, so it follows when
 *             that is set. 0: zone time is not real time, and boot_ns is the earlier of both
 * expire_ns   CLOCK_BOOTTIME: the end of SOA expire in either case. For the operator
 * recheck_ns  CLOCK_MONOTONIC_COARSE, all that a packet reads: when to look at those two again
 * over        1: it was past one of them then
 * signed_for  how long the signatures still had when the zone was loaded first, seconds; 0: there
 *             are none. For the operator, who is warned from half of it on
 */
struct deadline {
	__u64 boot_ns;
	__u64 tai_ns;
	__u64 expire_ns;
	__u64 recheck_ns;
	__u32 over;
	__u32 signed_for;
};

/* One zone's header. */
struct zone_info {
	__u32 serial;
	__u32 names;                 /* entries in `names`, '.' included */
	__u32 replies;               /* stored replies, for the operator */
	__u32 apex_types;            /* slots in use, APEX_TYPES included in the count */
	__u16 apex_type[APEX_SLOTS]; /* query type of each slot, host order; 0: there is none */
	__u64 signatures_end;        /* earliest RRSIG expiration, seconds since 1970 UTC;
					INT64_MAX: the zone is not signed */
	__u64 soa_expire;            /* SOA expire field, seconds */
	__u32 proofs;                /* answers that were to be compared with the engine's */
	__u32 proven;                /* those that were the same */
	struct deadline deadline;
};

#endif
