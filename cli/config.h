/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Configuration files: named VMs and defaults. Each value knows the line that it comes from. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include <stddef.h>
#include <stdint.h>

enum config_key {
	CONFIG_ADDRESS,
	CONFIG_DEVICE,
	CONFIG_POLLING_INTERVAL,
	CONFIG_TIMEOUT,
	CONFIG_KEYS,
};

struct config_value {
	char *text;       /* NULL: not set */
	const char *file; /* NULL: nowhere, it is a default of ours */
	unsigned int line;
};

struct config_vm {
	char *name;
	struct config_value values[CONFIG_KEYS];
};

/* A zeroed struct is no configuration. */
struct config {
	struct config_value defaults[CONFIG_KEYS];
	struct config_vm *vms; /* in the order in which they are first named */
	size_t n_vms;
	char **files; /* that were read, in order */
	size_t n_files;
};

/* Read the files that there are: later lines win, key by key. EXIT_DONE, or EXIT_USAGE after saying
 * what is wrong and where. */
int config_load(struct config *config);

/* One file; `text` has `len` bytes and then a NUL. What config_load() returns. */
int config_parse(struct config *config, const char *file, const char *text, size_t len);

void config_free(struct config *config);

/* NULL if no file names it. */
const struct config_vm *config_find(const struct config *config, const char *name);

/* What holds for a VM, which may be NULL: its own value, or the default of the files; NULL if
 * neither is set. */
const struct config_value *config_get(const struct config *config, const struct config_vm *vm,
				      enum config_key key);

/* "timeout" */
const char *config_key_name(enum config_key key);

/* The two that are numbers: the value, 0 if it is not set. */
unsigned int config_get_timeout_ms(const struct config *config, const struct config_vm *vm);
uint32_t config_get_polling_interval(const struct config *config, const struct config_vm *vm);

#endif
