// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds a network namespace again by its inode. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "network.h"

static __u64 inode_of(const char *path)
{
	struct stat status;

	return stat(path, &status) ? 0 : status.st_ino;
}

__u64 network_namespace(void)
{
	return inode_of("/proc/self/ns/net");
}

/* A descriptor of the namespace, by any path that matches, or -1. */
static int open_namespace(const char *pattern, __u64 inode)
{
	glob_t paths;
	int fd = -1;

	if (glob(pattern, GLOB_NOSORT, NULL, &paths))
		return -1;
	for (size_t i = 0; fd < 0 && i < paths.gl_pathc; i++)
		if (inode_of(paths.gl_pathv[i]) == inode)
			fd = open(paths.gl_pathv[i], O_RDONLY | O_CLOEXEC);
	globfree(&paths);
	return fd;
}

int network_enter(__u64 inode)
{
	int previous, fd;

	if (!inode || inode == network_namespace())
		return -1;
	fd = open_namespace("/run/netns/*", inode);
	if (fd < 0)
		fd = open_namespace("/proc/[0-9]*/ns/net", inode);
	if (fd < 0)
		return -2;
	previous = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (previous < 0 || setns(fd, CLONE_NEWNET)) {
		close(previous);
		previous = -2;
	}
	close(fd);
	return previous;
}

void network_return(int previous)
{
	if (previous < 0)
		return;
	if (setns(previous, CLONE_NEWNET))
		log_error("can't return to the network namespace that we came from");
	close(previous);
}
