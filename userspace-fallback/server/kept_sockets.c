// SPDX-License-Identifier: GPL-2.0-or-later
/* Descriptors through a Unix socket (unix(7), SCM_RIGHTS). */
#include "kept_sockets.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* In one message; the kernel takes up to 253. */
#define BATCH 64

union control {
	char bytes[CMSG_SPACE(BATCH * sizeof(int))];
	struct cmsghdr align;
};

static void add_all(struct kept_sockets *kept, struct msghdr *message)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part;
	     part = CMSG_NXTHDR(message, part)) {
		size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		int fd[BATCH];

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(fd, CMSG_DATA(part), count * sizeof(int));
		for (size_t i = 0; i < count; i++) {
			if (kept->count < KEPT_SOCKETS_MOST)
				kept->fd[kept->count++] = fd[i];
			else
				close(fd[i]);
		}
	}
}

void kept_sockets_receive(struct kept_sockets *kept, int end)
{
	kept->count = 0;
	while (end) {
		union control control;
		char byte;
		struct iovec one = { &byte, 1 };
		struct msghdr message = { .msg_iov = &one,
					  .msg_iovlen = 1,
					  .msg_control = control.bytes,
					  .msg_controllen = sizeof(control.bytes) };

		if (recvmsg(end, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) <= 0)
			return;
		add_all(kept, &message);
	}
}

/* The socket's type when it is bound to the endpoint, else 0. */
static int bound_type(int fd, const struct endpoint *endpoint)
{
	struct sockaddr_storage address = { 0 };
	socklen_t length = sizeof(address), size = sizeof(int);
	int type;

	if (getsockname(fd, (struct sockaddr *)&address, &length) || length != endpoint->length ||
	    memcmp(&address, &endpoint->address, length) ||
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size))
		return 0;
	return type;
}

bool kept_sockets_have(const struct kept_sockets *kept, const struct endpoint *endpoint)
{
	for (size_t i = 0; i < kept->count; i++)
		if (bound_type(kept->fd[i], endpoint))
			return true;
	return false;
}

int kept_sockets_take(struct kept_sockets *kept, const struct endpoint *endpoint, int type)
{
	for (size_t i = 0; i < kept->count; i++) {
		int fd = kept->fd[i];

		if (bound_type(fd, endpoint) != type)
			continue;
		kept->fd[i] = kept->fd[--kept->count];
		return fd;
	}
	return -1;
}

void kept_sockets_close(struct kept_sockets *kept)
{
	while (kept->count)
		close(kept->fd[--kept->count]);
}

static bool send_batch(int end, const int *fd, size_t count)
{
	union control control = { 0 };
	char byte = 0;
	struct iovec one = { &byte, 1 };
	struct msghdr message = { .msg_iov = &one,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = CMSG_SPACE(count * sizeof(int)) };
	struct cmsghdr *part = CMSG_FIRSTHDR(&message);

	part->cmsg_level = SOL_SOCKET;
	part->cmsg_type = SCM_RIGHTS;
	part->cmsg_len = CMSG_LEN(count * sizeof(int));
	memcpy(CMSG_DATA(part), fd, count * sizeof(int));
	return sendmsg(end, &message, MSG_NOSIGNAL) == 1;
}

bool kept_sockets_send(int end, const int *fd, size_t count, char why[SERVER_WHY])
{
	for (size_t at = 0; at < count; at += BATCH) {
		if (send_batch(end, fd + at, count - at < BATCH ? count - at : BATCH))
			continue;
		snprintf(why, SERVER_WHY, "can't put the sockets away: %s", strerror(errno));
		return false;
	}
	return true;
}
