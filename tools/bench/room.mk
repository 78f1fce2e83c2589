# SPDX-License-Identifier: GPL-2.0-or-later
# tools/bench: ns per query, by kind of answer and tier; what several queues give.

BENCH = $(B)/tools/bench/bench
CROWD = $(B)/tools/bench/crowd
TOOLS += $(BENCH) $(CROWD)

$(B)/plain/tools/bench/stage.o: $(B)/tools/bench/floors.skel.h
$(BENCH): $(patsubst %,$(B)/plain/tools/bench/%.o,main stage traffic report profile) \
		$(B)/plain/libmix.a $(B)/plain/liblive.a $(B)/plain/libanswer.a $(B)/plain/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_bpf) -ljansson $(LIBS_zone) -o $@
$(CROWD): $(patsubst %,$(B)/plain/tools/bench/%.o,crowd stage traffic) \
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
