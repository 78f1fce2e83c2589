# SPDX-License-Identifier: GPL-2.0-or-later
# tools/live: live frames. liblive.a is what other rooms link (live, frame, capture, neighbour).

LIVE = $(B)/tools/live/live
TOOLS += $(LIVE)

$(B)/plain/tools/live/live.o: $(B)/tools/live/live.skel.h
$(B)/plain/liblive.a: $(patsubst %,$(B)/plain/tools/live/%.o,live frame capture neighbour)
$(LIVE): $(B)/plain/tools/live/main.o $(B)/plain/liblive.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_bpf) -lldns -lcrypto -o $@
