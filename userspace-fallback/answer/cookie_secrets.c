// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads and writes cookie secrets, and leaves no copies behind. */
#include "cookie_secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hex.h"

#define SECRET_SIZE (COOKIE_SECRET_DIGITS / 2)

/* A file of two secrets is a hundred bytes; there may be comments in it. */
#define FILE_SIZE_MOST 16384

#define NEW_SECRET "'openssl rand -hex 16' makes one"

/* A file that is being read. */
struct reading {
	const char *file;
	unsigned int line;
	struct cookie_secrets secrets;
	char *why;
};

static bool wrong_line(const struct reading *reading, const char *what)
{
	snprintf(reading->why, 256, "%.100s:%u: %s", reading->file, reading->line, what);
	return false;
}

static bool wrong_file(const char *file, const char *what, char why[256])
{
	snprintf(why, 256, "%.100s: %s", file, what);
	return false;
}

/* Says what is wrong with `length` bytes that should be a secret, and nothing of what they are. */
static bool wrong_secret(const struct reading *reading, const char *text, size_t length)
{
	char what[140];

	for (size_t i = 0; i < length; i++)
		if (hex_value(text[i]) < 0)
			return wrong_line(reading, "a cookie secret has hexadecimal digits only, "
						   "this line has something else: " NEW_SECRET);
	snprintf(what, sizeof(what),
		 "a cookie secret has %d hexadecimal digits, this line has %zu: " NEW_SECRET,
		 COOKIE_SECRET_DIGITS, length);
	return wrong_line(reading, what);
}

static uint64_t little_word(const uint8_t bytes[8])
{
	uint64_t word = 0;

	for (int i = 7; i >= 0; i--)
		word = word << 8 | bytes[i];
	return word;
}

static struct siphash_key key_of(uint8_t bytes[SECRET_SIZE])
{
	struct siphash_key key = { .word = { little_word(bytes), little_word(bytes + 8) } };

	explicit_bzero(bytes, SECRET_SIZE);
	return key;
}

static bool add_secret(struct reading *reading, const struct siphash_key *key)
{
	struct cookie_secrets *secrets = &reading->secrets;

	if (!key->word[0] && !key->word[1])
		return wrong_line(reading, "a cookie secret of zeros is no secret: " NEW_SECRET);
	if (secrets->count == COOKIE_SECRETS_MAX)
		return wrong_line(reading, "a third cookie secret: keep the active one, and behind "
					   "it the staging or previous one");
	if (secrets->count && key->word[0] == secrets->secret[0].word[0] &&
	    key->word[1] == secrets->secret[0].word[1])
		return wrong_line(reading, "the same cookie secret again: leave this line out, or "
					   "write the staging or previous one");
	secrets->secret[secrets->count++] = *key;
	return true;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

static bool read_line(struct reading *reading, const char *text, size_t length)
{
	uint8_t bytes[SECRET_SIZE];
	struct siphash_key key;
	bool ok;

	while (length && is_blank(text[0])) {
		text++;
		length--;
	}
	while (length && is_blank(text[length - 1]))
		length--;
	if (!length || text[0] == '#')
		return true;
	if (length != COOKIE_SECRET_DIGITS || !hex_decode(bytes, text, SECRET_SIZE)) {
		explicit_bzero(bytes, sizeof(bytes));
		return wrong_secret(reading, text, length);
	}
	key = key_of(bytes);
	ok = add_secret(reading, &key);
	explicit_bzero(&key, sizeof(key));
	return ok;
}

static bool read_lines(struct reading *reading, const char *text, size_t length)
{
	const char *end = text + length;

	while (text < end) {
		const char *newline = memchr(text, '\n', end - text);
		const char *behind = newline ? newline : end;

		reading->line++;
		if (!read_line(reading, text, behind - text))
			return false;
		text = behind + 1;
	}
	if (!reading->secrets.count)
		return wrong_file(reading->file,
				  "no cookie secret in it: write the active one, 32 "
				  "hexadecimal digits; " NEW_SECRET,
				  reading->why);
	return true;
}

/* Reads the file without stdio, which keeps a copy. Its length, or -1 with `why` and errno. */
static ssize_t read_file(const char *file, char text[FILE_SIZE_MOST + 1], char why[256])
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), error;
	ssize_t length = 0, got = -1;

	while (fd >= 0 && length <= FILE_SIZE_MOST) {
		got = read(fd, text + length, FILE_SIZE_MOST + 1 - length);
		if (got <= 0 && !(got < 0 && errno == EINTR))
			break;
		length += got > 0 ? got : 0;
	}
	error = got < 0 ? errno : 0;
	if (fd >= 0)
		close(fd);
	if (error)
		wrong_file(file, strerror(error), why);
	else if (length > FILE_SIZE_MOST)
		wrong_file(file, "longer than 16 KB: no file of cookie secrets", why);
	errno = error;
	return error || length > FILE_SIZE_MOST ? -1 : length;
}

bool cookie_secrets_read(const char *file, struct cookie_secrets *secrets, char why[256])
{
	struct reading reading = { .file = file, .why = why };
	char text[FILE_SIZE_MOST + 1];
	ssize_t length = read_file(file, text, why);
	bool ok = length >= 0 && read_lines(&reading, text, length);

	if (ok)
		*secrets = reading.secrets;
	explicit_bzero(text, sizeof(text));
	explicit_bzero(&reading, sizeof(reading));
	return ok;
}

size_t cookie_secrets_text(const struct cookie_secrets *secrets, char text[COOKIE_SECRETS_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	char *at = text;

	for (uint32_t i = 0; i < secrets->count && i < COOKIE_SECRETS_MAX; i++) {
		for (int byte = 0; byte < SECRET_SIZE; byte++) {
			uint64_t word = secrets->secret[i].word[byte / 8] >> byte % 8 * 8;

			*at++ = digits[word >> 4 & 15];
			*at++ = digits[word & 15];
		}
		*at++ = '\n';
	}
	*at = 0;
	return at - text;
}
