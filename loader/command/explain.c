// SPDX-License-Identifier: GPL-2.0-or-later
/* rootxdp explain: what the kernel does with a query, or with captured ones, stage by stage. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "envelope.h"
#include "explainer.h"
#include "log.h"
#include "pcap_file.h"
#include "stage.h"
#include "text.h"
#include "words.h"

/* --- one query ------------------------------------------------------------------------------- */

/*
 * Who asks, when nobody says: an address for documentation (RFC 5737, RFC 3849), but for one that
 * is ours, because it could not be answered.
 */
static struct address default_client(const struct explainer *explainer, const struct address *to)
{
	static const char *const texts[] = { "192.0.2.1", "198.51.100.1", "203.0.113.1" };
	static const char *const texts6[] = { "2001:db8::1", "2001:db8::2", "2001:db8::3" };
	bool ipv4 = address_is_ipv4(to);
	struct address client = *to;

	for (int i = 0; i < 3; i++) {
		if (ipv4)
			inet_pton(AF_INET, texts[i], client.byte + 12);
		else
			inet_pton(AF_INET6, texts6[i], client.byte);
		if (!explainer_is_ours(explainer, &client))
			break;
	}
	return client;
}

static void print_json(json_t *object)
{
	json_dumpf(object, stdout, JSON_INDENT(2));
	putchar('\n');
}

static bool explain_query(struct explainer *explainer, const struct options *options,
			  const uint8_t *query, size_t length)
{
	__u8 frame[ENVELOPE_MOST + QUERY_SIZE_MOST];
	struct address from = options->from, to;
	json_t *packet, *all;

	if (!explainer_address(explainer, options->from_text ? &from : NULL, &to))
		return false;
	if (!options->from_text)
		from = default_client(explainer, &to);
	packet = explainer_packet(explainer, frame,
				  envelope_write(frame, &from, &to, query, length));
	if (!packet)
		return false;
	if (!options->json) {
		text_print(packet);
		json_decref(packet);
		return true;
	}
	all = json_pack("{s:i, s:s}", "schema", 1, "interface", explainer->interface.name);
	json_object_update_new(all, packet);
	print_json(all);
	json_decref(all);
	return true;
}

/* --- captured ones --------------------------------------------------------------------------- */

struct capture_run {
	struct explainer *explainer;
	bool json;
	bool begun; /* something is printed */
	unsigned long explained, skipped;
	unsigned long verdict[VERDICT_COUNT]; /* of the last tier that saw the packet */
};

/* An untagged frame with TCP in it, which captures of port 53 have, too. */
static bool is_tcp(const struct captured *packet)
{
	const __u8 *ip = packet->frame + sizeof(struct ethernet);
	__u16 type;

	if (packet->length < sizeof(struct ethernet) + sizeof(struct ipv4))
		return false;
	type = host16(((const struct ethernet *)(const void *)packet->frame)->type);
	return (type == ETHERTYPE_IPV4 &&
		((const struct ipv4 *)(const void *)ip)->protocol == IPPROTO_TCP) ||
	       (type == ETHERTYPE_IPV6 &&
		((const struct ipv6 *)(const void *)ip)->next == IPPROTO_TCP);
}

/* Why a frame is no query, or NULL: it is UDP to port 53. */
static const char *other_words(const struct captured *packet)
{
	struct cursor cursor = cursor_over(packet->frame, packet->length);
	struct packet parsed;
	enum verdict verdict = parse_packet(&cursor, &parsed);

	if (verdict == VERDICT_undecided || verdict == VERDICT_other_address)
		return NULL;
	return is_tcp(packet) ? "TCP, which the kernel leaves to the fallback"
			      : verdict_meaning(verdict);
}

/* What stands before the next packet's object. */
static void begin_json(struct capture_run *run)
{
	if (run->begun)
		printf(",\n");
	else
		printf("{\"schema\": 1, \"interface\": \"%s\", \"packets\": [\n",
		       run->explainer->interface.name);
}

/* Objects are written as they come: a file may hold millions. Takes `facts`. */
static void print_object(struct capture_run *run, unsigned long number, json_t *facts)
{
	json_t *object = json_pack("{s:I}", "number", (json_int_t)number);

	begin_json(run);
	json_object_update_new(object, facts);
	json_dumpf(object, stdout, 0);
	json_decref(object);
}

static void print_skipped(struct capture_run *run, unsigned long number, const char *why)
{
	if (run->json)
		print_object(run, number, json_pack("{s:s}", "skipped", why));
	else
		printf("#%-5lu skipped: %s\n", number, why);
	run->begun = true;
}

static void print_explained(struct capture_run *run, unsigned long number, json_t *packet)
{
	if (run->json)
		print_object(run, number, json_incref(packet));
	else
		text_print_line(number, packet);
	run->begun = true;
}

static enum verdict verdict_of(const json_t *packet)
{
	const json_t *tiers = json_object_get(packet, "tiers");
	const json_t *last = json_array_get(tiers, json_array_size(tiers) - 1);
	const char *name = json_string_value(json_object_get(last, "verdict"));

	for (enum verdict verdict = 0; name && verdict < VERDICT_COUNT; verdict++)
		if (!strcmp(verdict_name(verdict), name))
			return verdict;
	return VERDICT_COUNT;
}

static bool explain_captured(const struct captured *captured, void *context)
{
	struct capture_run *run = context;
	const char *why = captured->unusable ? captured->unusable : other_words(captured);
	enum verdict verdict;
	json_t *packet;

	if (why) {
		run->skipped++;
		print_skipped(run, captured->number, why);
		return true;
	}
	packet = explainer_packet(run->explainer, captured->frame, captured->length);
	if (!packet)
		return false;
	run->explained++;
	verdict = verdict_of(packet);
	if (verdict < VERDICT_COUNT)
		run->verdict[verdict]++;
	print_explained(run, captured->number, packet);
	json_decref(packet);
	return true;
}

static void print_summary(const struct capture_run *run)
{
	printf("\n%-18s %10s\n", "verdict", "packets");
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (run->verdict[i])
			printf("%-18s %10lu  %s\n", verdict_name(i), run->verdict[i],
			       verdict_meaning(i));
	printf("%-18s %10lu\n", "explained", run->explained);
	if (run->skipped)
		printf("%-18s %10lu\n", "skipped", run->skipped);
}

static void print_summary_json(struct capture_run *run)
{
	json_t *verdicts = json_object();
	json_t *summary = json_pack("{s:I, s:I, s:o}", "explained", (json_int_t)run->explained,
				    "skipped", (json_int_t)run->skipped, "verdicts", verdicts);

	for (int i = 0; i < VERDICT_COUNT; i++)
		if (run->verdict[i])
			json_object_set_new(verdicts, verdict_name(i),
					    json_integer(run->verdict[i]));
	if (!run->begun)
		begin_json(run);
	printf("\n], \"summary\": ");
	json_dumpf(summary, stdout, 0);
	printf("}\n");
	json_decref(summary);
}

static bool explain_capture(struct explainer *explainer, const struct options *options)
{
	struct capture_run run = { .explainer = explainer, .json = options->json };
	bool fine;

	fine = pcap_file_each(options->pcap, explain_captured, &run);
	if (run.json && (fine || run.begun))
		print_summary_json(&run);
	else if (fine || run.begun)
		print_summary(&run);
	if (run.verdict[VERDICT_other_address])
		log_note("%lu packets are not to an address of ours: 'rootxdp status' lists them",
			 run.verdict[VERDICT_other_address]);
	return fine;
}

/* --- the command ----------------------------------------------------------------------------- */

/* What is asked, from the operands; 0: said on stderr. With --pcap there are none. */
static bool make_query(const struct options *options, uint8_t query[QUERY_SIZE_MOST],
		       size_t *length)
{
	struct query_words words;
	char room[WORDS_ROOM], why[256];

	if (!words_read(options, &words, room))
		return false;
	*length = query_write(&words, query, why);
	if (!*length)
		log_error("%s", why);
	return *length;
}

static bool usage_fits(const struct options *options)
{
	const char *wrong =
		options->interfaces > 1               ? "takes one interface"
		: options->pcap && options->operands  ? "takes a query or --pcap, not both"
		: options->pcap && options->from_text ? "takes --from for a query, not for --pcap"
						      : NULL;

	if (wrong)
		log_error("explain %s: see 'rootxdp explain --help'", wrong);
	return !wrong;
}

int command_explain(const struct options *options)
{
	uint8_t query[QUERY_SIZE_MOST];
	struct explainer explainer;
	size_t length = 0;
	bool fine;

	if (!usage_fits(options) || (!options->pcap && !make_query(options, query, &length)))
		return EXIT_USAGE;
	fine = explainer_open(&explainer, options->pin,
			      options->interfaces ? options->interface[0] : NULL);
	if (fine)
		fine = options->pcap ? explain_capture(&explainer, options)
				     : explain_query(&explainer, options, query, length);
	explainer_close(&explainer);
	return fine ? EXIT_OK : EXIT_FAILED;
}
