// SPDX-License-Identifier: GPL-2.0-or-later
/* Says what of a zone no reply carries. */
#include "left_out_note.h"

#include <stdio.h>

#include "dname.h"
#include "gather.h"
#include "log.h"
#include "print.h"
#include "zone.h"

bool say_left_out(const struct zone *zone, const struct image_view *view, const char *source)
{
	const struct rrset *left[1];
	char owner[DNAME_TEXT_ROOM], more[48] = "";
	long count = gather_left_out(zone, view, left, 1);

	if (count <= 0)
		return !count;
	dname_text(owner, left[0]->owner);
	if (count > 1)
		snprintf(more, sizeof(more), ", like %ld more RRsets,", count - 1);
	log_note("%s: %s of %s%s is in no reply: 'rootxdp attest' can't prove that the zone is "
		 "whole. A larger --max-udp-size may help, if it is the address of a name server "
		 "that some NS names",
		 source, type_word(left[0]->type).text, owner, more);
	return false;
}
