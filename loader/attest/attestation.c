// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the kernel's maps and examines them. */
#include <stdlib.h>

#include "checks.h"
#include "examine.h"
#include "zone_clock.h"

bool attest(const struct maps *maps, const struct attest_options *options,
	    struct attestation *attestation)
{
	struct snapshot snapshot;
	uint64_t began = monotonic_ns();
	char why[256];

	*attestation = (struct attestation){ .outcome = ATTEST_WRONG };
	if (!snapshot_read(&snapshot, maps, why))
		return impossible(attestation, why);
	attestation->read_ns = monotonic_ns() - began;
	attestation->set = attestation->findings.set = snapshot.set;
	attestation->tries = snapshot.tries;
	attestation->info = snapshot.info;
	attestation->settings = snapshot.settings;
	check_binding(&snapshot, maps, &attestation->findings);
	examine(&snapshot, options, attestation);
	snapshot_free(&snapshot);
	return attestation->outcome == ATTEST_PROVEN;
}
