// SPDX-License-Identifier: GPL-2.0-or-later
/* Asks with cookies over real sockets. */
#include "server_cookie.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <cmocka.h>

#include "server_fixture.h"

const struct cookie_secrets secret_one = {
	.count = 1, .secret = { { { 0x7766554433221100, 0xffeeddccbbaa9988 } } }
};
const struct cookie_secrets secret_two = {
	.count = 1, .secret = { { { 0x8899aabbccddeeff, 0x0011223344556677 } } }
};

const uint8_t client_cookie[COOKIE_CLIENT_SIZE] = "a client";

size_t query_with(uint8_t query[100], uint16_t id, const uint8_t *cookie, size_t length)
{
	const uint8_t head[] = { 0, length ? 4 + length : 0, 0, 10, 0, length };
	size_t end = make_query(query, id, "", TYPE_SOA) - 2;

	memcpy(query + end, head, length ? 6 : 2);
	if (!length)
		return end + 2;
	memcpy(query + end + 6, cookie, length);
	return end + 6 + length;
}

bool cookie_in(const uint8_t *reply, size_t length, uint8_t cookie[COOKIE_SIZE])
{
	if (length < 40 || memcmp(reply + length - COOKIE_SIZE - 6, "\0\034\0\012\0\030", 6))
		return false;
	memcpy(cookie, reply + length - COOKIE_SIZE, COOKIE_SIZE);
	return true;
}

bool cookie_is_valid(const uint8_t *bytes, const struct cookie_secrets *secrets, bool ipv6)
{
	const struct address v4 = { { [10] = 0xFF, 0xFF, 127, 0, 0, 1 } }, v6 = { { [15] = 1 } };
	struct question question = { .cookie = 0, .cookie_length = COOKIE_SIZE };
	struct cookie cookie;

	assert_true(read_cookie(bytes, bytes + COOKIE_SIZE, &question, &cookie));
	return judge_cookie(&cookie, COOKIE_SIZE, ipv6 ? &v6 : &v4, secrets, time(NULL)) ==
	       COOKIE_VALID;
}

size_t ask_with(int fd, int type, const uint8_t *cookie, size_t length, uint8_t reply[4096])
{
	uint8_t query[2 + 100];
	ssize_t got;

	length = query_with(query + 2, 77, cookie, length);
	query[0] = 0;
	query[1] = length;
	if (type == SOCK_STREAM) {
		send_all(fd, query, 2 + length);
		return read_answer(fd, reply);
	}
	send_all(fd, query + 2, length);
	got = recv(fd, reply, 4096, 0);
	return got < 0 ? 0 : got;
}
