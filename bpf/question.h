/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a DNS query: header, question, OPT. The same code in the kernel and in the answer engine. */
#ifndef ROOTXDP_QUESTION_H
#define ROOTXDP_QUESTION_H

#include "cursor.h"
#include "verdict.h"

#define DNS_HEADER_SIZE 12
#define DNS_NAME_MAX 255
#define DNS_TYPE_OPT 41

struct dns_header {
	__be16 id;
	__be16 flags;
	__be16 qdcount;
	__be16 ancount;
	__be16 nscount;
	__be16 arcount;
};

/* What a query asks; numbers in host order. */
struct question {
	__u16 name_length;  /* QNAME in wire form, 1-255; it begins at byte 12 of the message */
	__u16 last_label;   /* offset in QNAME of the last label's length byte; 0 for '.' */
	__u16 labels;       /* labels in QNAME, the root not counted: 0 for '.' */
	__u16 type;
	__u16 class;
	__u16 udp_size;     /* as the OPT says, unclamped; 0 without OPT */
	__u8 edns;          /* 1: there is an OPT */
	__u8 edns_version;
	__u8 dnssec_ok;
	__u8 padding;
};

#endif
