/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIGHUP: the configuration file is read again, and applied without a gap. */
#ifndef ROOTXDP_RECONFIGURE_H
#define ROOTXDP_RECONFIGURE_H

struct configuration;
struct service;

/*
 * Reads the configuration file again, if there is one, and applies what changed, without a gap;
 * names on stderr what takes effect at the next start only. A file with a fault, or one that can't
 * be applied, changes nothing; what is wrong is said on stderr, with the line.
 */
void reconfigure(struct service *service);

/* To be called now and then: frees configurations that no thread can be using any more. */
void reconfigure_sweep(struct service *service);

#endif
