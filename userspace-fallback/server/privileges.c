// SPDX-License-Identifier: GPL-2.0-or-later
/* From root to an ordinary user without capabilities. */
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Else a program that this one might be made to start could get capabilities back. Ends with
 * EINVAL behind the last capability that the kernel knows. */
static void empty_bounding_set(void)
{
	for (int capability = 0; !prctl(PR_CAPBSET_DROP, capability, 0, 0, 0); capability++)
		;
}

static bool drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	return !prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) &&
	       !syscall(SYS_capset, &header, none) && !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static bool become(const struct passwd *user)
{
	int parent_death = 0;

	/* A loader that is to take us along when it dies has said so already; the kernel forgets
	 * that with the change of user. */
	prctl(PR_GET_PDEATHSIG, &parent_death, 0, 0, 0);
	if (setgroups(0, NULL) || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid))
		return false;
	return !parent_death || !prctl(PR_SET_PDEATHSIG, parent_death, 0, 0, 0);
}

bool privileges_drop(const char *user, char why[SERVER_WHY])
{
	if (geteuid() == 0) {
		const struct passwd *entry = getpwnam(user);

		if (!entry) {
			snprintf(why, SERVER_WHY, "--user '%s': there is no such user", user);
			return false;
		}
		empty_bounding_set();
		if (!become(entry)) {
			snprintf(why, SERVER_WHY, "becoming user '%s': %s", user, strerror(errno));
			return false;
		}
	}
	if (!drop_capabilities()) {
		snprintf(why, SERVER_WHY, "dropping capabilities: %s", strerror(errno));
		return false;
	}
	return true;
}
