/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of the IANA registries of DNS that the rules of a root zone and its answers name. */
#ifndef ROOTXDP_REGISTRY_H
#define ROOTXDP_REGISTRY_H

enum record_type {
	TYPE_A = 1,
	TYPE_NS = 2,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	TYPE_PTR = 12,
	TYPE_MX = 15,
	TYPE_SIG = 24,
	TYPE_AAAA = 28,
	TYPE_DNAME = 39,
	TYPE_OPT = 41,
	TYPE_DS = 43,
	TYPE_RRSIG = 46,
	TYPE_NSEC = 47,
	TYPE_DNSKEY = 48,
	TYPE_NSEC3 = 50,
	TYPE_NSEC3PARAM = 51,
	TYPE_ZONEMD = 63,
	TYPE_META_FIRST = 128, /* QTYPEs and Meta-TYPEs, RFC 6895 3.1 */
	TYPE_TSIG = 250,
	TYPE_ANY = 255,
	TYPE_META_LAST = 255,
};

enum record_class { CLASS_IN = 1, CLASS_ANY = 255 };

#endif
