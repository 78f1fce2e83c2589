# SPDX-License-Identifier: GPL-2.0-or-later
# tests/netns: the differential client, and the one for checksums.

DIFFER = $(B)/tests/netns/differ
CHECKSUM = $(B)/tests/netns/checksum
TEST_PROGRAMS += $(DIFFER) $(CHECKSUM) $(LIVE)

$(DIFFER): $(patsubst %,$(B)/plain/tests/netns/%.o,differ rounds queries malform qname sockets frames engine show jar) \
		$(B)/plain/liblive.a $(B)/plain/libanswer.a $(B)/plain/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_bpf) $(LIBS_zone) -o $@

# Programs of somebody else, for tests of attaching beside them.
TEST_PROGRAMS += $(B)/tests/netns/foreign.bpf.o

$(CHECKSUM): $(B)/plain/tests/netns/checksum.o $(B)/plain/liblive.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_bpf) -o $@

# The loader's sources, without a loader.
TEST_PROGRAMS += $(B)/tests/netns/fetch
$(B)/tests/netns/fetch: $(B)/asan/tests/netns/fetch.o $(B)/asan/libloader.a $(B)/asan/libanswer.a \
		$(B)/asan/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $(SANITIZE) $^ $(LIBS_loader) $(LIBS_zone) -o $@

TEST_PROGRAMS += $(B)/tests/netns/switcher
$(B)/tests/netns/switcher: $(B)/plain/tests/netns/switcher.o $(B)/plain/libloader.a \
		$(B)/plain/libanswer.a $(B)/plain/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_loader) $(LIBS_zone) -o $@
