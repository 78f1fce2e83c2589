# SPDX-License-Identifier: GPL-2.0-or-later
# tools/bench: ns per query, by kind of answer and tier; what several queues give.

BENCH = $(B)/tools/bench/bench
CROWD = $(B)/tools/bench/crowd
TOOLS += $(BENCH) $(CROWD)

$(B)/plain/tools/bench/stage.o: $(B)/tools/bench/floors.skel.h
STAGE = $(patsubst %,$(B)/plain/tools/bench/%.o,stage lane device traffic rendering spread)
$(BENCH): $(patsubst %,$(B)/plain/tools/bench/%.o,main report profile) $(STAGE) \
		$(B)/plain/libmix.a $(B)/plain/liblive.a $(B)/plain/libanswer.a $(B)/plain/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_bpf) -ljansson $(LIBS_zone) -o $@
$(CROWD): $(B)/plain/tools/bench/crowd.o $(STAGE) \
		$(B)/plain/libmix.a $(B)/plain/liblive.a $(B)/plain/libanswer.a $(B)/plain/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_bpf) -ljansson $(LIBS_zone) -o $@

# What tools/bench/peers needs: the generator, the spinner, and the floor of a mean reply.
PACED = $(B)/tools/bench/paced
SPINNER = $(B)/tools/bench/spinner
TOOLS += $(PACED) $(SPINNER) $(B)/tools/bench/mean_floor.bpf.o

$(B)/plain/tools/bench/paced.o: $(B)/tools/bench/paced.skel.h
$(PACED): $(B)/plain/tools/bench/paced.o $(B)/plain/libmix.a $(B)/plain/liblive.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_bpf) -o $@
$(SPINNER): $(B)/plain/tools/bench/spinner.o
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) $^ -o $@
