/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network namespaces: an ifindex means nothing outside of its own. */
#ifndef ROOTXDP_NETWORK_H
#define ROOTXDP_NETWORK_H

#include <linux/types.h>

/* Inode of the current network namespace; 0 when unknown. */
__u64 network_namespace(void);

/*
 * Moves this process into the network namespace with that inode, wherever a process or
 * /run/netns keeps it. Returns a descriptor for network_return() (-1: we are there already), or
 * -2 when no such namespace is left.
 */
int network_enter(__u64 inode);
void network_return(int previous);

#endif
