/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From what the user wrote to monitors that can be asked. Looking around costs milliseconds, so it is
 * done only for those who need it, and once for all of them.
 */
#include "targets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

enum {
	/* Somebody who holds a monitor just for a moment leaves within that time. */
	HELD_TIMEOUT_MS = 1000,
};

struct balloonctl_discovery *targets_discover(void)
{
	const char *root = getenv("BALLOONCTL_ROOT");
	struct balloonctl_discovery *discovery;
	int r;

	if (root != NULL && *root == '\0')
		root = NULL;
	r = balloonctl_discovery_run(root, &discovery);
	if (r == 0)
		return discovery;
	complain("%s/proc: can't look for VMs: %s", root == NULL ? "" : root, strerror(-r));
	return NULL;
}

static struct target *add(struct targets *targets, const struct options *options,
			  const struct config_vm *vm)
{
	struct target *target = &targets->items[targets->count++];
	const struct config_value *device = config_get(&options->config, vm, CONFIG_DEVICE);

	*target = (struct target){
		.name = vm == NULL ? NULL : vm->name,
		.device = device == NULL ? NULL : device->text,
		.timeout_ms = config_get_timeout_ms(&options->config, vm),
		.polling_interval = config_get_polling_interval(&options->config, vm),
	};
	if (options->device != NULL)
		target->device = options->device;
	if (options->timeout_ms > 0)
		target->timeout_ms = options->timeout_ms;
	return target;
}

/* A monitor that was found, if it can be used. */
static void set_found(struct target *target, const struct balloonctl_discovery *discovery,
		      size_t index)
{
	const struct balloonctl_error *error = balloonctl_discovery_get_error(discovery, index);
	bool is_held = balloonctl_error_get_code(error) == -EBUSY;
	bool is_ours = is_held && balloonctl_discovery_get_holder_pid(discovery, index) == getpid();
	const char *address = balloonctl_discovery_get_address(discovery, index);

	if (target->name == NULL)
		target->name = balloonctl_discovery_get_name(discovery, index);
	if (address != NULL)
		target->address = address;
	if (is_ours) /* the shell's own connection */
		return;
	if (address == NULL || (balloonctl_error_get_code(error) < 0 &&
				(!is_held || balloonctl_discovery_is_kept(discovery, index))))
		target->error = error;
	else if (is_held && (target->timeout_ms == 0 || target->timeout_ms > HELD_TIMEOUT_MS))
		target->timeout_ms = HELD_TIMEOUT_MS;
}

/* ---- Those that were given ---- */

static bool needs_discovery(const char *address)
{
	return strncmp(address, "vm:", 3) == 0 || strncmp(address, "pid:", 4) == 0;
}

static const struct config_vm *find_configured(const struct options *options, const char *address)
{
	return strncmp(address, "vm:", 3) == 0 ? config_find(&options->config, address + 3) : NULL;
}

static int add_given(struct targets *targets, const struct options *options, const char *address)
{
	const struct config_vm *vm = find_configured(options, address);
	struct target *target = add(targets, options, vm);
	size_t index;

	target->address = address;
	if (!needs_discovery(address))
		return EXIT_DONE;
	if (vm != NULL && vm->values[CONFIG_ADDRESS].text != NULL) {
		target->address = vm->values[CONFIG_ADDRESS].text;
		return EXIT_DONE;
	}
	if (targets->discovery == NULL)
		targets->discovery = targets_discover();
	if (targets->discovery == NULL)
		return EXIT_FAILED;
	if (balloonctl_discovery_find(targets->discovery, address, &index, &target->error) < 0)
		return target->error == NULL ? EXIT_FAILED : EXIT_DONE;
	set_found(target, targets->discovery, index);
	return EXIT_DONE;
}

/* ---- All ---- */

static char *copy(const char *text)
{
	char *copied = strdup(text);

	if (copied == NULL)
		out_of_memory();
	return copied;
}

static const char *without_prefix(const char *address)
{
	return strncmp(address, "unix:", 5) == 0 ? address + 5 : address;
}

/* Is one of the monitors of that VM configured by its address? */
static bool is_configured(const struct targets *targets, size_t n_configured, size_t index)
{
	const char *address = balloonctl_discovery_get_address(targets->discovery, index);

	for (size_t i = 0; address != NULL && i < n_configured; i++)
		if (strcmp(without_prefix(targets->items[i].address), address) == 0)
			return true;
	return false;
}

/* All monitors of one VM, from `*index` on: one target for the best of them, or none if the
 * configuration has it already. */
static void add_found(struct targets *targets, const struct options *options, size_t n_configured,
		      size_t *index)
{
	struct balloonctl_discovery *discovery = targets->discovery;
	pid_t pid = balloonctl_discovery_get_pid(discovery, *index);
	size_t best = *index;
	struct target *target;
	bool known = false;
	const char *name;
	char address[32];

	snprintf(address, sizeof(address), "pid:%d", (int)pid);
	if (pid > 0)
		balloonctl_discovery_find(discovery, address, &best, NULL);
	do
		known = is_configured(targets, n_configured, *index) || known;
	while (++*index < balloonctl_discovery_get_count(discovery) && pid > 0 &&
	       balloonctl_discovery_get_pid(discovery, *index) == pid);
	if (known)
		return;
	name = balloonctl_discovery_get_name(discovery, best);
	target = add(targets, options, name == NULL ? NULL : config_find(&options->config, name));
	set_found(target, discovery, best);
	if (target->address == NULL)
		target->address = target->own_address = copy(address);
}

static int add_all(struct targets *targets, const struct options *options)
{
	const struct config *config = &options->config;
	size_t count, n_configured, index = 0;

	targets->are_all = true;
	targets->discovery = targets_discover();
	if (targets->discovery == NULL)
		return EXIT_FAILED;
	count = balloonctl_discovery_get_count(targets->discovery);
	targets->items = allocate(config->n_vms + count + 1, sizeof(*targets->items));
	for (size_t i = 0; i < config->n_vms; i++)
		if (config->vms[i].values[CONFIG_ADDRESS].text != NULL)
			add(targets, options, &config->vms[i])->address =
				config->vms[i].values[CONFIG_ADDRESS].text;
	n_configured = targets->count;
	while (index < count)
		add_found(targets, options, n_configured, &index);
	if (targets->count > 0)
		return EXIT_DONE;
	complain("no VM was found (%s); give the address of its QMP monitor with -c, such as "
		 "'-c unix:/run/vm.qmp'",
		 balloonctl_discovery_get_summary(targets->discovery));
	return EXIT_FAILED;
}

int targets_find(struct targets *targets, const struct options *options, bool changes)
{
	int status = EXIT_DONE;

	if (options->n_addresses == 0 && changes && !options->all)
		return usage_error("which VM? give its address with -c, such as '-c vm:NAME' "
				   "('balloonctl list' shows them), or --all");
	if (options->n_addresses == 0)
		return add_all(targets, options);
	targets->items = allocate(options->n_addresses, sizeof(*targets->items));
	for (size_t i = 0; status == EXIT_DONE && i < options->n_addresses; i++)
		status = add_given(targets, options, options->addresses[i]);
	return status;
}

void targets_free(struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		free(targets->items[i].own_address);
	free(targets->items);
	balloonctl_discovery_free(targets->discovery);
	*targets = (struct targets){ 0 };
}
