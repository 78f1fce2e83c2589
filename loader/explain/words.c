// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a query's words. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "hex.h"
#include "log.h"
#include "words.h"

/* A client cookie as good as any other: that of RFC 9018's appendix A. */
static const uint8_t client_cookie[] = { 0x24, 0x64, 0xc4, 0xab, 0xcf, 0x10, 0xc9, 0x57 };

static bool number_read(const char *text, unsigned long most, unsigned long *number)
{
	char *end;

	if (!text || *text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoul(text, &end, 10);
	return !errno && !*end && *number <= most;
}

static const char *take_do(struct query_words *words, const char *value)
{
	words->dnssec = true;
	return value ? "takes no value" : NULL;
}

static const char *take_noedns(struct query_words *words, const char *value)
{
	words->udp_size = 0;
	return value ? "takes no value" : NULL;
}

static const char *take_bufsize(struct query_words *words, const char *value)
{
	unsigned long size;

	if (!number_read(value, UINT16_MAX, &size) || !size)
		return "must be a number of bytes from 1 to 65535";
	words->udp_size = size;
	return NULL;
}

static const char *take_ednsver(struct query_words *words, const char *value)
{
	unsigned long version;

	if (!number_read(value, UINT8_MAX, &version))
		return "must be a version from 0 to 255";
	words->edns_version = version;
	return NULL;
}

static const char *take_nsid(struct query_words *words, const char *value)
{
	words->nsid = true;
	return value ? "takes no value" : NULL;
}

/* Any length that fits, wrong ones too: to see what becomes of them. */
static const char *take_cookie(struct query_words *words, const char *value)
{
	size_t digits = value ? strlen(value) : 0;

	words->cookie_length = value ? digits / 2 : sizeof(client_cookie);
	memcpy(words->cookie, client_cookie, sizeof(client_cookie));
	if (!value)
		return NULL;
	if (digits && digits % 2 == 0 && words->cookie_length <= sizeof(words->cookie) &&
	    hex_decode(words->cookie, value, words->cookie_length))
		return NULL;
	return "must be 1 to 40 bytes, as hexadecimal digits: 8 of a client's cookie, 24 with ours";
}

static const char *take_rd(struct query_words *words, const char *value)
{
	words->recursion = true;
	return value ? "takes no value" : NULL;
}

static const char *take_cd(struct query_words *words, const char *value)
{
	words->unchecked = true;
	return value ? "takes no value" : NULL;
}

static const char *take_opcode(struct query_words *words, const char *value)
{
	unsigned long opcode;

	if (!number_read(value, 15, &opcode))
		return "must be a number from 0 to 15";
	words->opcode = opcode;
	return NULL;
}

static const struct flag {
	const char *name;
	const char *other; /* the same by another name; NULL: there is none */
	const char *value; /* how help names it */
	const char *(*take)(struct query_words *words, const char *value);
	const char *help;
} flags[] = {
	{ "do", "dnssec", "", take_do, "set DO: ask for DNSSEC records" },
	{ "bufsize", NULL, "=N", take_bufsize, "EDNS UDP size (default: 1232)" },
	{ "noedns", NULL, "", take_noedns, "send no OPT" },
	{ "ednsver", "edns", "=N", take_ednsver, "EDNS version (default: 0)" },
	{ "nsid", NULL, "", take_nsid, "ask for the name server's identifier" },
	{ "cookie", NULL, "[=HEX]", take_cookie,
	  "send a COOKIE option (default: a client cookie)" },
	{ "rd", "recurse", "", take_rd, "set RD" },
	{ "cd", "cdflag", "", take_cd, "set CD" },
	{ "opcode", NULL, "=N", take_opcode, "send another opcode than 0, QUERY" },
};

#define FLAGS (sizeof(flags) / sizeof(*flags))

void words_print_flags(FILE *out)
{
	fprintf(out, "\nFlags:\n");
	for (size_t i = 0; i < FLAGS; i++)
		fprintf(out, "  +%s%-*s %s\n", flags[i].name, (int)(28 - strlen(flags[i].name)),
			flags[i].value, flags[i].help);
}

/* `word` is what stands behind the '+'. */
static bool flag_read(struct query_words *words, char *word)
{
	char *value = strchr(word, '=');
	const char *wrong;

	if (value)
		*value++ = '\0';
	for (size_t i = 0; i < FLAGS; i++) {
		if (strcasecmp(word, flags[i].name) &&
		    (!flags[i].other || strcasecmp(word, flags[i].other)))
			continue;
		wrong = flags[i].take(words, value);
		if (wrong)
			log_error("+%s%s%s: %s", word, value ? "=" : "", value ? value : "", wrong);
		return !wrong;
	}
	log_error("unknown flag '+%s': see 'rootxdp explain --help'", word);
	return false;
}

static bool join(const struct options *options, char room[WORDS_ROOM])
{
	size_t length = 0;

	for (size_t i = 0; i < options->operands; i++) {
		length += snprintf(room + length, WORDS_ROOM - length, "%s ", options->operand[i]);
		if (length >= WORDS_ROOM) {
			log_error("that is too long for a query");
			return false;
		}
	}
	return true;
}

/* What stands without a '+' must be two words, or three. */
static bool name_words(struct query_words *words, const char *const word[3], size_t count)
{
	if (count < 2 || count > 3) {
		log_error("a query is 'NAME [CLASS] TYPE [+FLAG]...', such as 'www.example.com A "
			  "+do': see 'rootxdp explain --help'");
		return false;
	}
	words->name = word[0];
	words->class = count == 3 ? word[1] : NULL;
	words->type = word[count - 1];
	if (words->udp_size ||
	    (!words->dnssec && !words->edns_version && !words->nsid && !words->cookie_length))
		return true;
	log_error("+noedns leaves no place for +do, +ednsver, +nsid or +cookie");
	return false;
}

bool words_read(const struct options *options, struct query_words *words, char room[WORDS_ROOM])
{
	const char *plain[3] = { NULL };
	size_t count = 0;
	char *rest;

	*words = (struct query_words){ .udp_size = ANSWER_UDP_SIZE_DEFAULT };
	*room = '\0';
	if (!join(options, room))
		return false;
	for (char *word = strtok_r(room, " \t\n", &rest); word;
	     word = strtok_r(NULL, " \t\n", &rest)) {
		if (*word == '+') {
			if (!flag_read(words, word + 1))
				return false;
		} else if (count++ < 3) {
			plain[count - 1] = word;
		}
	}
	return name_words(words, plain, count);
}
