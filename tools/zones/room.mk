# SPDX-License-Identifier: GPL-2.0-or-later
# tools/zones: made-up root zones of any size, signed.

MAKE_ZONE = $(B)/tools/zones/make-zone
TOOLS += $(MAKE_ZONE)

$(MAKE_ZONE): $(patsubst %,$(B)/plain/tools/zones/%.o,main labels delegation signer) \
		$(B)/plain/libmix.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ -lldns -lcrypto -o $@
