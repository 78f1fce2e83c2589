/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAC addresses: our device's, and those of hosts on its link. */
#ifndef ROOTXDP_NEIGHBOUR_H
#define ROOTXDP_NEIGHBOUR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* The device's own. False: one line in why[256]. */
bool device_mac(const char *ifname, uint8_t mac[6], char why[256]);

/* That of a host on the device's link (IPv4 mapped): asks it by ARP or neighbour discovery if need
 * be, for up to two seconds. False: one line in why[256]. */
bool neighbour_mac(const char *ifname, const struct in6_addr *address, uint8_t mac[6],
		   char why[256]);

#endif
