// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads capture files, by libpcap. */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "envelope.h"
#include "log.h"
#include "pcap_file.h"
#include "probe.h"

/* Linux cooked captures: what stands before IP, and where in it IP's Ethernet type is. */
#define COOKED_SIZE  16
#define COOKED_TYPE  14
#define COOKED2_SIZE 20
#define COOKED2_TYPE 0

static bool is_known(int link)
{
	return link == DLT_EN10MB || link == DLT_RAW || link == DLT_IPV4 || link == DLT_IPV6 ||
	       link == DLT_LINUX_SLL || link == DLT_LINUX_SLL2;
}

/* The Ethernet type of an IP packet by its first byte; 0: it is none. */
static __u16 type_of_ip(const __u8 *bytes, size_t length)
{
	switch (length ? *bytes >> 4 : 0) {
	case 4:
		return ETHERTYPE_IPV4;
	case 6:
		return ETHERTYPE_IPV6;
	default:
		return 0;
	}
}

/* What stands before IP, bytes, and the Ethernet type of what follows. False: it is cut short. */
static bool link_header(int link, const __u8 *bytes, size_t length, size_t *size, __u16 *type)
{
	size_t at;

	switch (link) {
	case DLT_EN10MB:
		*size = sizeof(struct ethernet);
		at = offsetof(struct ethernet, type);
		break;
	case DLT_LINUX_SLL:
		*size = COOKED_SIZE;
		at = COOKED_TYPE;
		break;
	case DLT_LINUX_SLL2:
		*size = COOKED2_SIZE;
		at = COOKED2_TYPE;
		break;
	default:
		*size = 0;
		*type = type_of_ip(bytes, length);
		return length;
	}
	if (length <= *size)
		return false;
	*type = host16(load16(bytes + at));
	return true;
}

/* Makes a frame of a captured packet. Returns why not, or NULL. */
static const char *make_frame(int link, const struct pcap_pkthdr *head, const __u8 *bytes,
			      __u8 frame[PROBE_FRAME_MOST], size_t *length)
{
	size_t size;
	__u16 type;

	if (head->caplen < head->len)
		return "not captured whole (use tcpdump -s 0)";
	if (!link_header(link, bytes, head->caplen, &size, &type))
		return "cut short";
	*length = sizeof(struct ethernet) + head->caplen - size;
	if (*length > PROBE_FRAME_MOST)
		return "longer than BPF_PROG_RUN takes, and than any query";
	envelope_ethernet(frame, type);
	memcpy(frame + sizeof(struct ethernet), bytes + size, head->caplen - size);
	return NULL;
}

/* Opens the file, with its link type. NULL: said on stderr. */
static pcap_t *open_file(const char *file, int *link)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	FILE *stream = fopen(file, "re");
	const char *name;
	pcap_t *pcap;

	if (!stream) {
		log_error("%s: %s", file, strerror(errno));
		return NULL;
	}
	pcap = pcap_fopen_offline(stream, why);
	if (!pcap) {
		log_error("%s: not a capture file: %s", file, why);
		fclose(stream);
		return NULL;
	}
	*link = pcap_datalink(pcap);
	if (is_known(*link))
		return pcap;
	name = pcap_datalink_val_to_name(*link);
	log_error("%s: link type %s (%d) is not known here: capture on an Ethernet device, or with "
		  "'tcpdump -i any'",
		  file, name ? name : "unknown", *link);
	pcap_close(pcap);
	return NULL;
}

bool pcap_file_each(const char *file, bool (*each)(const struct captured *packet, void *context),
		    void *context)
{
	static __u8 frame[PROBE_FRAME_MOST];
	struct captured packet = { .frame = frame };
	struct pcap_pkthdr *head;
	const __u8 *bytes;
	bool more = true;
	int got = 0, link;
	pcap_t *pcap = open_file(file, &link);

	if (!pcap)
		return false;
	while (more && (got = pcap_next_ex(pcap, &head, &bytes)) == 1) {
		packet.number++;
		packet.unusable = make_frame(link, head, bytes, frame, &packet.length);
		more = each(&packet, context);
	}
	fflush(stdout); /* what `each` has printed comes before the error */
	if (more && got == PCAP_ERROR)
		log_error("%s: behind packet %lu: %s", file, packet.number, pcap_geterr(pcap));
	pcap_close(pcap);
	return more && got != PCAP_ERROR;
}
