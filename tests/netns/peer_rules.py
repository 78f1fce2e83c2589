# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a right answer of ours is not what NSD, Knot or BIND say: each by name, with its reason."""
import collections

# peers   whose answers differ so
# facets  of a reply that may differ then (Reply.FACETS in peers.py)
# holds   (zone, query, our Reply, their Reply) -> whether this is such a case
Rule = collections.namedtuple("Rule", "name peers facets holds")

NS, SOA, RRSIG, NSEC, ANY = 2, 6, 46, 47, 255

ALL = {"nsd", "knot", "bind"}
SECTIONS = {"answer", "authority", "additional"}


def empty(reply):
    return not reply.answer and not reply.authority and not reply.additional


def bare(reply):
    return len(reply.wire) == 12


def soa_ttl(reply):
    return max((record[3] for record in reply.authority if record[1] == SOA), default=0)


def rrsets(section):
    """(name, type) of the RRsets of a section of a reply."""
    return {(record[0], record[1]) for record in section}


def in_domain_missing(zone, query, reply):
    return bool(zone.glue_of(query.owner, in_domain=True) - rrsets(reply.additional))


RULES = [
    Rule("TC=1 comes with header, question and OPT only", ALL, SECTIONS,
         lambda zone, query, ours, theirs: ours.tc and theirs.tc and empty(ours)),
    Rule("all in-domain glue or TC=1 (RFC 9471)", ALL, SECTIONS | {"tc"},
         lambda zone, query, ours, theirs: ours.tc and not theirs.tc and empty(ours)
         and in_domain_missing(zone, query, theirs)),
    Rule("what glue is left out: whole RRsets, never in-domain ones", ALL, {"additional"},
         lambda zone, query, ours, theirs: not ours.tc and not theirs.tc
         and rrsets(ours.additional) <= zone.glue_of(query.owner)
         and not in_domain_missing(zone, query, ours)),
    Rule("sibling glue is left out without TC (RFC 9471)", ALL, SECTIONS | {"tc"},
         lambda zone, query, ours, theirs: not ours.tc and theirs.tc
         and ours.answer >= theirs.answer and ours.authority >= theirs.authority
         and not in_domain_missing(zone, query, ours)),
    Rule("QTYPE 0 is a data type that does not exist", {"knot"}, {"rcode", "aa", "tc"} | SECTIONS,
         lambda zone, query, ours, theirs: query.rdtype == 0 and theirs.rcode == "NOTIMP"),
    Rule("apex answers have no authority section", {"nsd"}, {"authority", "additional"},
         lambda zone, query, ours, theirs: not query.labels and ours.answer and not ours.authority
         and query.rdtype != NS and rrsets(theirs.authority) <= {(".", NS), (".", RRSIG)}),
    Rule("ANY at the apex: one RRset only, SOA (RFC 8482)", {"knot", "bind"}, {"answer", "tc"},
         lambda zone, query, ours, theirs: not query.labels and query.rdtype == ANY
         and rrsets(ours.answer) - {(".", RRSIG)} == {(".", SOA)}),
    Rule("RRSIG at the apex: one RRset only, RRSIG(SOA) (RFC 8482)", {"knot"}, {"answer", "tc"},
         lambda zone, query, ours, theirs: not query.labels and query.rdtype == RRSIG
         and [record[2] for record in ours.answer] == [SOA]),
    Rule("CD is 0 (RFC 4035 3.1.6)", {"nsd", "bind"}, {"cd"},
         lambda zone, query, ours, theirs: theirs.cd and not ours.cd),
    Rule("AD is 0: an authoritative server validates nothing", {"bind"}, {"ad"},
         lambda zone, query, ours, theirs: theirs.ad and not ours.ad),
    Rule("NSEC at a TLD is the parent's, and yet gets a referral", {"bind"},
         {"aa", "tc"} | SECTIONS,
         lambda zone, query, ours, theirs: query.rdtype == NSEC and len(query.labels) == 1
         and query.owner in zone.servers and theirs.aa and not ours.aa),
    Rule("a negative answer's SOA has TTL min(SOA TTL, MINIMUM), also to QTYPE SOA", {"bind"},
         {"authority"}, lambda zone, query, ours, theirs: query.rdtype == SOA
         and ours.rcode == "NXDOMAIN" and soa_ttl(theirs) == 0 and soa_ttl(ours) > 0),
    Rule("BADVERS copies DO", {"nsd"}, {"dnssec"},
         lambda zone, query, ours, theirs: ours.rcode == "BADVERS" and ours.dnssec == query.dnssec),
    Rule("NOTIMP is a bare header, with RD copied", {"knot", "bind"},
         {"question", "edns", "size", "dnssec", "rd"},
         lambda zone, query, ours, theirs: ours.rcode == theirs.rcode == "NOTIMP" and bare(ours)),
    Rule("QDCOUNT 2 is FORMERR (RFC 9619), a bare header, with RD copied", {"nsd", "knot"},
         {"reply", "rd"},
         lambda zone, query, ours, theirs: query.odd.get("questions") == 2
         and ours.rcode == "FORMERR" and bare(ours)),
    Rule("QDCOUNT 0 without a cookie is FORMERR, a bare header", ALL,
         {"rcode", "edns", "size", "dnssec"},
         lambda zone, query, ours, theirs: query.odd.get("questions") == 0
         and ours.rcode == "FORMERR" and bare(ours)),
    Rule("REFUSED carries the question", {"nsd"}, {"question"},
         lambda zone, query, ours, theirs: ours.rcode == theirs.rcode == "REFUSED"
         and ours.question and not theirs.question),
    Rule("class NONE is REFUSED like every class but IN", {"bind"}, {"rcode"},
         lambda zone, query, ours, theirs: query.odd.get("rdclass") == 254
         and ours.rcode == "REFUSED" and theirs.rcode == "FORMERR"),
]


def size_uncompressed(reply):
    """Bytes of a message with these RRs, names written whole; the question is the only one."""
    question = sum(len(label) + 1 for label in reply.question[0][0]) + 4
    return 12 + question + sum(reply.lengths) + (11 if reply.edns >= 0 else 0)


# On other zones than today's root, besides: there none of the rules must be needed.
OTHER_ROOTS = [
    Rule("RRSIG at the apex: one RRset only, although all would fit (RFC 8482)", {"nsd"}, {"answer"},
         lambda zone, query, ours, theirs: not query.labels and query.rdtype == RRSIG
         and [record[2] for record in ours.answer] == [SOA] and ours.answer <= theirs.answer),
    Rule("NXDOMAIN is not compressed, so that it fits less often", {"nsd"}, {"tc", "authority"},
         lambda zone, query, ours, theirs: ours.rcode == theirs.rcode == "NXDOMAIN" and ours.tc
         and not theirs.tc and empty(ours) and size_uncompressed(theirs) > max(512, query.size or 0)),
]
