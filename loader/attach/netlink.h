/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ioctls don't tell: asked from the kernel through rtnetlink. */
#ifndef ROOTXDP_NETLINK_H
#define ROOTXDP_NETLINK_H

/* VLAN devices on top of an interface; -1 with errno when the kernel can't be asked. */
int netlink_vlan_devices(int ifindex);

/* clsact (or ingress) qdiscs on an interface, 0 or 1; -1 with errno likewise. */
int netlink_clsact_qdiscs(int ifindex);

/* tc filters on an interface's clsact qdisc, ingress and egress; -1 with errno likewise. */
int netlink_clsact_filters(int ifindex);

#endif
