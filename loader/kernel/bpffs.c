// SPDX-License-Identifier: GPL-2.0-or-later
/* Mounts bpffs where it is missing, and makes the pin directory. */
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "bpffs.h"
#include "log.h"

#define MOUNT_POINT "/sys/fs/bpf"

static bool on_bpffs(const char *path)
{
	struct statfs fs;

	return !statfs(path, &fs) && (unsigned long)fs.f_type == BPF_FS_MAGIC;
}

/* Has that process other mounts than we? False too when that can't be seen. */
static bool mounts_differ(pid_t process)
{
	struct stat ours, theirs;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", process);
	return !stat("/proc/self/ns/mnt", &ours) && !stat(path, &theirs) &&
	       ours.st_ino != theirs.st_ino;
}

/* `ip netns exec` gives each command a /sys of its own: pins made there are seen by nobody. */
static void warn_private_mounts(void)
{
	if (mounts_differ(1) || mounts_differ(getppid()))
		log_note("mounted " MOUNT_POINT
			 " in a mount namespace of this process's own: other "
			 "commands don't see its pins ('nsenter --net=/run/netns/NAME' enters a "
			 "network namespace and keeps " MOUNT_POINT ", 'ip netns exec' does not)");
}

static bool mount_bpffs(void)
{
	if (on_bpffs(MOUNT_POINT))
		return true;
	if (mount("bpf", MOUNT_POINT, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700")) {
		log_error("no BPF file system is mounted on " MOUNT_POINT
			  " and mounting failed: %s: "
			  "try 'mount -t bpf bpf " MOUNT_POINT "'",
			  strerror(errno));
		return false;
	}
	warn_private_mounts();
	return true;
}

/* How long the path of the first directory is that bpffs_prepare() made; 0: it made none. */
static size_t made;

static bool make_directory(const char *path)
{
	if (mkdir(path, 0700))
		return errno == EEXIST;
	if (!made)
		made = strlen(path);
	return true;
}

static bool make_directories(const char *pin)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", pin);
	for (char *slash = path + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		if (!make_directory(path))
			return false;
	}
	return make_directory(pin);
}

bool bpffs_prepare(const char *pin)
{
	if (!strncmp(pin, MOUNT_POINT "/", sizeof(MOUNT_POINT)) && !mount_bpffs())
		return false;
	if (!make_directories(pin)) {
		log_error("can't make the pin directory %s: %s", pin, strerror(errno));
		bpffs_remove(pin);
		return false;
	}
	if (!on_bpffs(pin)) {
		log_error("--pin '%s' is not on a BPF file system: choose one below " MOUNT_POINT,
			  pin);
		bpffs_remove(pin);
		return false;
	}
	return true;
}

bool bpffs_exists(const char *pin)
{
	return on_bpffs(pin);
}

void bpffs_remove(const char *pin)
{
	char path[PATH_MAX];
	char *slash;

	rmdir(pin);
	snprintf(path, sizeof(path), "%s", pin);
	while ((slash = strrchr(path, '/'))) {
		*slash = '\0';
		if (!made || strlen(path) < made || (rmdir(path) && errno != ENOENT))
			return;
	}
}
