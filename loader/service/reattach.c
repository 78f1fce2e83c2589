// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A network device was made anew, or is another than it was: attaches to it as to one at the
 * start.
 */
#include <net/if.h>

#include "configure.h"
#include "log.h"
#include "service.h"
#include "watch.h"

/*
 * It is as if a loader took over from one that is gone: what is attached and as it should be stays
 * in place, what belonged to a device that is no more is forgotten.
 */
static bool attach_to(struct service *service, struct devices *devices)
{
	const struct maps *maps = &service->program.maps;
	const char *pin = service->options->pin;
	struct remains remains;
	bool fine;

	remains_open(&remains, pin);
	fine = attach_possible(devices, &remains) && attach_note(devices, &remains, maps) &&
	       attach_all(devices, &remains, maps, pin);
	if (fine) {
		remains_detach(&remains, pin, devices);
		attach_forget(devices, &remains, maps);
	}
	remains_close(&remains);
	return fine;
}

/* The interfaces that are there and can be answered on; of the others it is said why not. */
static bool find_present(struct devices *present, const struct options *options)
{
	static struct options one;

	present->count = 0;
	for (size_t i = 0; i < options->interfaces; i++) {
		struct devices found;

		if (!if_nametoindex(options->interface[i]))
			continue;
		one = *options;
		one.interface[0] = options->interface[i];
		one.interfaces = 1;
		if (devices_find(&found, &one))
			present->device[present->count++] = found.device[0];
	}
	return present->count;
}

void service_reattach(struct service *service)
{
	struct devices devices;

	if (!watch_differs(&service->devices, service->options))
		return;
	if (!find_present(&devices, service->options))
		return;
	if (!attach_to(service, &devices)) {
		log_error("not attached to all interfaces: queries there go to the fallback; it is "
			  "tried again when a network device changes");
		return;
	}
	service->devices = devices;
	configure_addresses(service);
	log_note("a network device had changed: attached to %zu of %zu interfaces", devices.count,
		 service->options->interfaces);
}
