// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads cookie secrets and hands them to the workers. */
#include "secret_slot.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cookie_secrets.h"

void secret_slot_init(struct secret_slot *slot)
{
	pthread_mutex_init(&slot->lock, NULL);
	slot->secrets.count = 0;
	atomic_init(&slot->generation, 0);
}

void secret_slot_destroy(struct secret_slot *slot)
{
	explicit_bzero(&slot->secrets, sizeof(slot->secrets));
	pthread_mutex_destroy(&slot->lock);
}

void secret_slot_publish(struct secret_slot *slot, const struct cookie_secrets *secrets)
{
	pthread_mutex_lock(&slot->lock);
	slot->secrets = *secrets;
	atomic_fetch_add_explicit(&slot->generation, 1, memory_order_release);
	pthread_mutex_unlock(&slot->lock);
}

/* The start read the file with more rights than there are now. */
static void explain_rights(const char *file, char why[SERVER_WHY])
{
	const struct passwd *user = getpwuid(geteuid());
	const struct group *group = getgrgid(getegid());
	const char *name = group ? group->gr_name : "?";

	snprintf(why, SERVER_WHY,
		 "%.400s: user '%s', as whom the server runs, may not read it again: let group "
		 "'%s' (chgrp %s, chmod g+r, and g+x its directory), or start the server anew",
		 file, user ? user->pw_name : "?", name, name);
}

unsigned int secret_slot_load(struct secret_slot *slot, const char *file, char why[SERVER_WHY])
{
	struct cookie_secrets secrets;
	char wrong[256];
	unsigned int count;

	if (!cookie_secrets_read(file, &secrets, wrong)) {
		if (errno == EACCES && slot->secrets.count)
			explain_rights(file, why);
		else
			snprintf(why, SERVER_WHY, "%s", wrong);
		return 0;
	}
	count = secrets.count;
	secret_slot_publish(slot, &secrets);
	explicit_bzero(&secrets, sizeof(secrets));
	return count;
}

static void take_over(struct secret_reader *reader)
{
	struct secret_slot *slot = reader->slot;

	pthread_mutex_lock(&slot->lock);
	reader->secrets = slot->secrets;
	reader->generation = atomic_load_explicit(&slot->generation, memory_order_relaxed);
	pthread_mutex_unlock(&slot->lock);
}

void secret_reader_init(struct secret_reader *reader, struct secret_slot *slot)
{
	reader->slot = slot;
	take_over(reader);
}

void secret_reader_renew(struct secret_reader *reader)
{
	if (atomic_load_explicit(&reader->slot->generation, memory_order_acquire) !=
	    reader->generation)
		take_over(reader);
}

void secret_reader_release(struct secret_reader *reader)
{
	explicit_bzero(&reader->secrets, sizeof(reader->secrets));
}
