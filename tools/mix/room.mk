# SPDX-License-Identifier: GPL-2.0-or-later
# tools/mix: made-up root queries, written (mix) or sent (replay). libmix.a is what other rooms link (mix, names, chance, labels).

MIX = $(B)/tools/mix/mix
TOOLS += $(MIX)

$(B)/plain/libmix.a: $(patsubst %,$(B)/plain/tools/mix/%.o,mix names chance labels)
$(MIX): $(B)/plain/tools/mix/main.o $(B)/plain/libmix.a $(B)/plain/liblive.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_bpf) -o $@

REPLAY = $(B)/tools/mix/replay
TOOLS += $(REPLAY)

$(REPLAY): $(B)/plain/tools/mix/replay.o $(B)/plain/libmix.a $(B)/plain/liblive.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_bpf) -o $@
