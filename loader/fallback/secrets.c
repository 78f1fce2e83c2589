// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads cookie secrets, and writes them where the fallback finds them. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cookie_secrets.h"
#include "log.h"
#include "secrets.h"

/*
 * A fallback that starts just now reads the old ones, the new ones, or one of each: all are right.
 */
static bool write_text(const struct secrets *secrets, const struct cookie_secrets *value)
{
	char text[COOKIE_SECRETS_TEXT];
	size_t length = cookie_secrets_text(value, text);
	bool fine = pwrite(secrets->fd, text, length, 0) == (ssize_t)length &&
		    !ftruncate(secrets->fd, length);

	explicit_bzero(text, sizeof(text));
	if (!fine)
		log_error("can't hand the cookie secrets to the fallback: %s", strerror(errno));
	return fine;
}

bool secrets_read(struct secrets *secrets)
{
	struct cookie_secrets value;
	char why[256];
	bool fine;

	if (!secrets->file)
		return true;
	if (!cookie_secrets_read(secrets->file, &value, why)) {
		log_error("%s", why);
		return false;
	}
	fine = write_text(secrets, &value);
	if (fine)
		secrets->value = value;
	explicit_bzero(&value, sizeof(value));
	return fine;
}

bool secrets_open(struct secrets *secrets, const char *file)
{
	*secrets = (struct secrets){ .file = file, .fd = -1 };
	if (!file)
		return true;
	secrets->fd = memfd_create("cookie-secrets", MFD_CLOEXEC);
	if (secrets->fd < 0) {
		log_error("can't make an unnamed file: %s", strerror(errno));
		return false;
	}
	return secrets_read(secrets);
}

void secrets_close(struct secrets *secrets)
{
	explicit_bzero(&secrets->value, sizeof(secrets->value));
	if (secrets->fd >= 0)
		close(secrets->fd);
	secrets->fd = -1;
}
