// SPDX-License-Identifier: GPL-2.0-or-later
/* Loads the skeleton with maps of the right sizes, and says what a kernel lacks. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "log.h"
#include "program.h"
#include "rootxdp.skel.h"
#include "transfer.h"

#define KERNEL_MAJOR 6
#define KERNEL_MINOR 1

/* Entries on top of the quarter, so that a tiny zone may grow too. */
#define HEADROOM_LEAST 4

/* libbpf's last warning: shown when loading fails, and not when it only probes. */
static char last_warning[512];

static int keep_warning(enum libbpf_print_level level, const char *format, va_list arguments)
{
	if (level == LIBBPF_WARN) {
		vsnprintf(last_warning, sizeof(last_warning), format, arguments);
		last_warning[strcspn(last_warning, "\n")] = '\0';
	}
	return 0;
}

bool program_possible(void)
{
	struct utsname kernel;
	int major = 0, minor = 0;

	libbpf_set_print(keep_warning);
	if (geteuid()) {
		log_error("loading programs into the kernel needs root: use sudo");
		return false;
	}
	if (!uname(&kernel) && sscanf(kernel.release, "%d.%d", &major, &minor) == 2 &&
	    (major > KERNEL_MAJOR || (major == KERNEL_MAJOR && minor >= KERNEL_MINOR)))
		return true;
	log_error("kernel %s is too old: rootxdp needs Linux %d.%d or newer "
		  "(Debian 12 has it)",
		  kernel.release, KERNEL_MAJOR, KERNEL_MINOR);
	return false;
}

/* What the kernel was built without, or NULL. */
static const char *missing_feature(void)
{
	static const struct {
		enum bpf_prog_type program;
		enum bpf_func_id helper;
		const char *name;
	} helpers[] = {
		{ BPF_PROG_TYPE_XDP, BPF_FUNC_xdp_adjust_tail, "bpf_xdp_adjust_tail" },
		{ BPF_PROG_TYPE_XDP, BPF_FUNC_xdp_store_bytes, "bpf_xdp_store_bytes" },
		{ BPF_PROG_TYPE_SCHED_CLS, BPF_FUNC_skb_change_tail, "bpf_skb_change_tail" },
		{ BPF_PROG_TYPE_SCHED_CLS, BPF_FUNC_redirect, "bpf_redirect" },
	};

	if (libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_XDP, NULL) != 1)
		return "XDP programs (CONFIG_BPF_SYSCALL, CONFIG_NET)";
	if (libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_SCHED_CLS, NULL) != 1)
		return "tc programs (CONFIG_NET_CLS_BPF)";
	if (libbpf_probe_bpf_map_type(BPF_MAP_TYPE_ARRAY_OF_MAPS, NULL) != 1)
		return "arrays of maps";
	for (size_t i = 0; i < sizeof(helpers) / sizeof(*helpers); i++)
		if (libbpf_probe_bpf_helper(helpers[i].program, helpers[i].helper, NULL) != 1)
			return helpers[i].name;
	return NULL;
}

void program_say_failed(int error)
{
	char warning[sizeof(last_warning)];
	const char *missing;

	memcpy(warning, last_warning, sizeof(warning));
	missing = missing_feature();
	if (missing)
		log_error(
			"this kernel has no %s: rootxdp needs a kernel that has (Debian 12's does)",
			missing);
	else
		log_error("the kernel refused the programs: %s (%s)", strerror(error), warning);
}

/* The programs' types, in the kernel. libbpf keeps those that it loads itself until it has made the
 * maps, and that is too late for templates. */
static struct btf *load_types(const struct rootxdp *skeleton)
{
	const struct btf *types = bpf_object__btf(skeleton->obj);
	const void *bytes;
	struct btf *copy;
	__u32 size;
	int error;

	bytes = btf__raw_data(types, &size);
	copy = bytes ? btf__new(bytes, size) : NULL;
	if (!copy)
		return NULL;
	error = btf__load_into_kernel(copy);
	if (error) {
		btf__free(copy);
		errno = -error;
		return NULL;
	}
	return copy;
}

/* A set's map in `skeleton`: the two inner ones, and the outer one. */
#define SET_MAP_OF(name, value)                                                                    \
	[SET_##name] = { skeleton->maps.name##_0, skeleton->maps.name##_1, skeleton->maps.name },

/* Both inner maps and the outer's template must have one size. libbpf 1.1 can't set the size of
 * the template that it made itself, so it is given a finished one. Kernel 6.1 takes a template
 * without types for another kind of map. */
static int size_set_map(struct bpf_map *const maps[3], const struct btf *types, struct set_map *set,
			__u32 count, __u32 least)
{
	LIBBPF_OPTS(bpf_map_create_opts, typed, .btf_fd = btf__fd(types),
		    .btf_key_type_id = bpf_map__btf_key_type_id(maps[0]),
		    .btf_value_type_id = bpf_map__btf_value_type_id(maps[0]));
	int sized, error;

	set->capacity = count == 1 ? 1 : count + count / 4 + HEADROOM_LEAST;
	if (set->capacity < least)
		set->capacity = least;
	sized = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, sizeof(__u32), set->value_size,
			       set->capacity, &typed);
	if (sized < 0)
		return sized;
	error = bpf_map__set_inner_map_fd(maps[2], sized);
	for (int i = 0; i < 2 && !error; i++)
		error = bpf_map__set_max_entries(maps[i], set->capacity);
	return error ? error : sized;
}

/* The templates must stay open until the maps are made. */
static int size_set_maps(struct program *program, const struct image_view *image,
			 const struct maps *shared, int template[SET_MAP_COUNT])
{
	struct rootxdp *skeleton = program->skeleton;
	struct bpf_map *const maps[SET_MAP_COUNT][3] = { SET_MAPS(SET_MAP_OF) };
	struct btf *types = load_types(skeleton);
	int error = types ? 0 : -errno;

	for (int i = 0; i < SET_MAP_COUNT && !error; i++) {
		template[i] = size_set_map(maps[i], types, &program->maps.set[i],
					   transfer_count(image, i),
					   shared->set[i].capacity);
		if (template[i] < 0)
			error = template[i];
	}
	btf__free(types);
	return error;
}

/* All but `active`, which says which set of its own a program answers from. */
static int share_maps(struct rootxdp *skeleton, const struct maps *shared)
{
	int error = 0;

#define M(name, value)                                                                             \
	if (!error && shared->name >= 0 && skeleton->maps.name != skeleton->maps.active)           \
		error = bpf_map__reuse_fd(skeleton->maps.name, shared->name);
	SINGLE_MAPS(M)
#undef M
	return error;
}

static void take_descriptors(struct program *program)
{
	struct rootxdp *skeleton = program->skeleton;
	struct maps *maps = &program->maps;
	struct bpf_program *each;

#define M(map, value) maps->map = bpf_map__fd(skeleton->maps.map);
	SINGLE_MAPS(M)
#undef M
#define M(map, value)                                                                              \
	maps->set[SET_##map].outer = bpf_map__fd(skeleton->maps.map);                              \
	maps->set[SET_##map].inner[0] = bpf_map__fd(skeleton->maps.map##_0);                       \
	maps->set[SET_##map].inner[1] = bpf_map__fd(skeleton->maps.map##_1);
	SET_MAPS(M)
#undef M
	bpf_object__for_each_program(each, skeleton->obj)
	{
		if (bpf_program__type(each) == BPF_PROG_TYPE_XDP)
			maps->program_xdp = bpf_program__fd(each);
		else if (bpf_program__type(each) == BPF_PROG_TYPE_SCHED_CLS)
			maps->program_tc = bpf_program__fd(each);
	}
}

bool program_load(struct program *program, const struct image_view *image,
		  const struct maps *shared)
{
	int template[SET_MAP_COUNT];
	int error;

	memset(template, -1, sizeof(template));
	maps_none(&program->maps);
	program->skeleton = rootxdp__open();
	if (!program->skeleton) {
		program_say_failed(errno);
		return false;
	}
	error = size_set_maps(program, image, shared, template);
	if (!error)
		error = share_maps(program->skeleton, shared);
	if (!error)
		error = rootxdp__load(program->skeleton);
	for (int i = 0; i < SET_MAP_COUNT; i++)
		if (template[i] >= 0)
			close(template[i]);
	if (error) {
		program_say_failed(-error);
		program_close(program);
		return false;
	}
	take_descriptors(program);
	return true;
}

static int reuse_set(struct bpf_map *const map[3], const struct set_map *set)
{
	const int fd[3] = { set->inner[0], set->inner[1], set->outer };
	int error = 0;

	for (int i = 0; i < 3 && !error; i++)
		error = bpf_map__reuse_fd(map[i], fd[i]);
	return error;
}

static int reuse_all(struct rootxdp *skeleton, const struct maps *adopted)
{
	struct bpf_map *const maps[SET_MAP_COUNT][3] = { SET_MAPS(SET_MAP_OF) };
	int error = share_maps(skeleton, adopted);

	if (!error)
		error = bpf_map__reuse_fd(skeleton->maps.active, adopted->active);
	for (int i = 0; i < SET_MAP_COUNT && !error; i++)
		error = reuse_set(maps[i], &adopted->set[i]);
	return error;
}

bool program_adopt(struct program *program, const struct maps *adopted)
{
	int error;

	maps_none(&program->maps);
	program->skeleton = rootxdp__open();
	error = program->skeleton ? reuse_all(program->skeleton, adopted) : -errno;
	if (!error)
		error = rootxdp__load(program->skeleton);
	if (error) {
		program_say_failed(-error);
		program_close(program);
		return false;
	}
	take_descriptors(program);
	for (int i = 0; i < SET_MAP_COUNT; i++)
		program->maps.set[i].capacity = adopted->set[i].capacity;
	return true;
}

void program_close(struct program *program)
{
	rootxdp__destroy(program->skeleton);
	program->skeleton = NULL;
}

static struct bpf_prog_info program_info(int fd)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		return (struct bpf_prog_info){ 0 };
	return info;
}

static struct bpf_prog_info program_info_by_id(__u32 id)
{
	int fd = bpf_prog_get_fd_by_id(id);
	struct bpf_prog_info info = program_info(fd);

	if (fd >= 0)
		close(fd);
	return info;
}

__u32 program_id(int fd)
{
	return program_info(fd).id;
}

bool program_is_ours(__u32 id)
{
	return !strncmp(program_info_by_id(id).name, PROGRAM_PREFIX, strlen(PROGRAM_PREFIX));
}

struct program_words program_words(__u32 id)
{
	struct bpf_prog_info info = program_info_by_id(id);
	struct program_words words;

	snprintf(words.text, sizeof(words.text), "'%s' (id %u)", info.name, id);
	return words;
}
