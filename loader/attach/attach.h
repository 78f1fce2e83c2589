/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaching to all interfaces, and what the map `interfaces` says about it. */
#ifndef ROOTXDP_ATTACH_H
#define ROOTXDP_ATTACH_H

#include "devices.h"
#include "maps.h"
#include "remains.h"

/* Could all devices get what they are to get? Changes nothing. False: said on stderr. */
bool attach_possible(const struct devices *devices, const struct remains *remains);

/*
 * Notes all devices in the map `interfaces`, and what remains from before, so that `unload` finds
 * whatever was attached, wherever we may be killed. False: said on stderr.
 */
bool attach_note(const struct devices *devices, const struct remains *remains,
		 const struct maps *maps);

/*
 * Attaches the programs in `maps`, replacing in place what they replace, pins the links and brings
 * the map `interfaces` up to date. False: said on stderr; some may be attached.
 */
bool attach_all(struct devices *devices, const struct remains *remains, const struct maps *maps,
		const char *pin);

/*
 * Takes back from these devices what attach_all() gave them and they had not before, and closes
 * their links. What was replaced in place is for the programs before to replace again.
 */
void attach_undo(struct devices *devices, const struct remains *remains, const char *pin);

/*
 * To be called when what remained from before is detached: `interfaces` says then what is attached,
 * and no more.
 */
void attach_forget(const struct devices *devices, const struct remains *remains,
		   const struct maps *maps);

/* Detaches everything and removes the links' pins. */
void attach_remove(struct devices *devices, const char *pin);

#endif
