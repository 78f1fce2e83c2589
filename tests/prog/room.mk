# SPDX-License-Identifier: GPL-2.0-or-later
# Test programs that run packets through the BPF programs with BPF_PROG_RUN.

prog_tests = $(patsubst %.c,$(B)/%,$(wildcard tests/prog/test_*.c))
prog_objects = $(filter-out $(B)/asan/tests/prog/test_%,$(call objects,asan,tests/prog/*.c))

$(B)/tests/prog/%: $(B)/asan/tests/prog/%.o $(prog_objects) $(B)/asan/libanswer.a \
		$(B)/asan/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && \
		$(CC) -pthread $(SANITIZE) $^ $(LIBS_bpf) $(LIBS_zone) -o $@

TEST_PROGRAMS += $(prog_tests)

# With the loader's own functions.
TEST_PROGRAMS += $(B)/tests/prog/test_set_proof
$(B)/tests/prog/test_set_proof: $(B)/plain/tests/prog/test_set_proof.o $(B)/plain/libloader.a \
		$(B)/plain/libanswer.a $(B)/plain/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_loader) $(LIBS_zone) -o $@

# This one runs in the guest too, where sanitizers would take long.
verifier_objects = $(patsubst %,$(B)/plain/tests/prog/%.o,test_verifier budget prog frame)
$(B)/tests/prog/test_verifier: $(verifier_objects) \
		$(B)/plain/libloader.a $(B)/plain/libanswer.a $(B)/plain/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && $(CC) -pthread $^ $(LIBS_loader) $(LIBS_zone) -o $@

# The programs once more, counting their calls of helpers. Every helper becomes a macro.
COUNTED = $(B)/counted
helper = ^static .*\(\* *(const )?(bpf_[a-z0-9_]+)\)\(.*\) = \(void \*\) *([0-9]+);$$
$(COUNTED)/helper_calls.h: Makefile tests/prog/room.mk
	$(call say,GEN,$@)mkdir -p $(@D) && echo '#include <bpf/bpf_helpers.h>' | \
		$(CLANG) -target bpf -I$(ARCH_INCLUDE) -include linux/bpf.h -E - | sed -n -E \
		's/$(helper)/#define \2(...) (helper_calls[\3]++, \2(__VA_ARGS__))/p' > $@
$(COUNTED)/rootxdp.bpf.o: bpf/rootxdp.bpf.c tests/prog/counted.bpf.h $(COUNTED)/helper_calls.h \
		$(BPF_HEADERS) Makefile
	$(call say,BPF,$@)$(CLANG) $(BPF_CFLAGS) -I$(COUNTED) -include tests/prog/counted.bpf.h \
		-c $< -o $@

# The usual test programs, with the skeleton of these.
counting_objects = $(patsubst tests/prog/%.c,$(COUNTED)/%.o,tests/prog/test_calls.c \
	$(filter-out tests/prog/test_%,$(wildcard tests/prog/*.c)))
$(counting_objects): $(COUNTED)/%.o: tests/prog/%.c Makefile $(COUNTED)/rootxdp.skel.h
	$(call say,CC,$@)$(CC) -I$(COUNTED) $(ALL_CFLAGS) $(SANITIZE) -MMD -MP -c $< -o $@
$(B)/tests/prog/test_calls: $(counting_objects) $(B)/asan/libanswer.a $(B)/asan/libzone.a
	$(call say,LD,$@)mkdir -p $(@D) && \
		$(CC) -pthread $(SANITIZE) $^ $(LIBS_bpf) $(LIBS_zone) -o $@
