// SPDX-License-Identifier: GPL-2.0-or-later
/* The lock file: POSIX record locks, because F_GETLK tells who holds them without taking them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lock.h"
#include "log.h"

/* "/sys/fs/bpf/rootxdp" -> "/run/rootxdp-sys-fs-bpf-rootxdp.lock" */
static void lock_path(char path[4096], const char *pin)
{
	size_t end = snprintf(path, 4096, "/run/rootxdp");

	while (*pin && end < 4096 - sizeof(".lock")) {
		size_t length = strcspn(pin, "/");

		if (length)
			end += snprintf(path + end, 4096 - end, "-%.*s", (int)length, pin);
		pin += length + !!pin[length];
	}
	snprintf(path + end, 4096 - end, ".lock");
}

static struct flock whole_file(short type)
{
	return (struct flock){ .l_type = type, .l_whence = SEEK_SET };
}

/* Is the locked file still the one at its path? A loader that ended may have removed it. */
static bool still_there(const struct lock *lock)
{
	struct stat ours, named;

	return !fstat(lock->fd, &ours) && !stat(lock->path, &named) && ours.st_ino == named.st_ino;
}

bool lock_take(struct lock *lock, const char *pin)
{
	struct flock wanted;

	lock_path(lock->path, pin);
	do {
		lock->fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
		if (lock->fd < 0) {
			log_error("can't open the lock file %s: %s", lock->path, strerror(errno));
			return false;
		}
		wanted = whole_file(F_WRLCK);
		if (fcntl(lock->fd, F_SETLK, &wanted)) {
			close(lock->fd);
			log_error("a loader is running with the pins at %s (pid %d): "
				  "stop it with 'kill %d', or choose another --pin directory",
				  pin, lock_holder(pin), lock_holder(pin));
			return false;
		}
		if (still_there(lock))
			return true;
		close(lock->fd);
	} while (true);
}

void lock_release(struct lock *lock)
{
	unlink(lock->path);
	close(lock->fd);
}

pid_t lock_holder(const char *pin)
{
	struct flock held = whole_file(F_WRLCK);
	char path[4096];
	pid_t holder = 0;
	int fd;

	lock_path(path, pin);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (!fcntl(fd, F_GETLK, &held) && held.l_type != F_UNLCK)
		holder = held.l_pid;
	close(fd);
	return holder;
}

void lock_note_fallback(const struct lock *lock, pid_t fallback)
{
	char text[32];
	/* One write of one length, in place of a cut and a write that we may be killed between. */
	int length = snprintf(text, sizeof(text), "fallback %-10d\n", fallback);

	if (pwrite(lock->fd, text, length, 0) != length)
		log_note("can't write %s: %s", lock->path, strerror(errno));
}

pid_t lock_noted_fallback(const struct lock *lock)
{
	char text[32] = "";
	int pid = 0;

	if (pread(lock->fd, text, sizeof(text) - 1, 0) > 0 &&
	    sscanf(text, "fallback %d", &pid) == 1)
		return pid;
	return 0;
}
