/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Known places, as data. A pattern has one '*' for the VM's name, which holds no slash, and may begin
 * with "~" for any directory.
 */
#include "client/manager.h"

#include "base/util.h"

static const struct manager proxmox = { "proxmox", false };
static const struct manager libvirt = { "libvirt", true };
static const struct manager incus = { "incus", true };
static const struct manager lxd = { "lxd", true };
static const struct manager ganeti = { "ganeti", false };
static const struct manager lima = { "lima", false };
static const struct manager kata = { "kata", true };

static const struct {
	const struct manager *manager;
	const char *pattern;
	bool has_number; /* "N-" comes before the name */
} places[] = {
	{ &proxmox, "/run/qemu-server/*.qmp", false },
	{ &libvirt, "/var/lib/libvirt/qemu/domain-*/monitor.sock", true },
	{ &libvirt, "~/.config/libvirt/qemu/lib/domain-*/monitor.sock", true },
	{ &libvirt, "~/libvirt/qemu/lib/domain-*/monitor.sock", true },
	{ &incus, "/run/incus/*/qemu.monitor", false },
	{ &incus, "/var/log/incus/*/qemu.monitor", false },
	{ &lxd, "/var/log/lxd/*/qemu.monitor", false },
	{ &lxd, "/var/snap/lxd/common/lxd/logs/*/qemu.monitor", false },
	{ &ganeti, "/run/ganeti/kvm-hypervisor/ctrl/*.qmp", false },
	{ &lima, "~/.lima/*/qmp.sock", false },
	{ &kata, "/run/vc/vm/*/qmp.sock", false },
};

/* Parts of paths that appear on the command lines of a manager's VMs. */
static const struct {
	const struct manager *manager;
	const char *part;
} words[] = {
	{ &proxmox, "/qemu-server/" },
	{ &libvirt, "/libvirt/qemu/" },
	{ &libvirt, "id=charmonitor," },
	{ &incus, "/run/incus/" },
	{ &incus, "/log/incus/" },
	{ &lxd, "/lxd/logs/" },
	{ &lxd, "/log/lxd/" },
	{ &ganeti, "/ganeti/kvm-hypervisor/" },
	{ &lima, "/.lima/" },
	{ &kata, "/run/vc/vm/" },
};

static bool match(const char *pattern, const char *path, struct manager_vm *ret)
{
	const char *star = strchr(pattern, '*');
	size_t before = (size_t)(star - pattern), after = strlen(star + 1), len;

	if (*pattern == '~') {
		char start[64];
		const char *at;

		memcpy(start, pattern + 1, before - 1);
		start[before - 1] = '\0';
		at = strstr(path, start);
		if (at == NULL || *path != '/')
			return false;
		path = at + before - 1;
	} else if (strncmp(path, pattern, before) == 0) {
		path += before;
	} else {
		return false;
	}
	len = strcspn(path, "/");
	/* What follows the name may have a slash in it. */
	if (star[1] == '/') {
		if (!string_equal(path + len, star + 1))
			return false;
	} else if (len > after && string_equal(path + len - after, star + 1)) {
		len -= after;
	} else {
		return false;
	}
	*ret = (struct manager_vm){ path, len };
	return len > 0;
}

const struct manager *manager_of_socket(const char *path, struct manager_vm *ret_vm)
{
	struct manager_vm vm;

	if (string_starts_with(path, "/var/run/"))
		path += strlen("/var");
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		size_t digits;

		if (!match(places[i].pattern, path, &vm))
			continue;
		digits = strspn(vm.text, "0123456789");
		if (places[i].has_number && digits > 0 && vm.text[digits] == '-' &&
		    digits + 1 < vm.len) {
			vm.text += digits + 1;
			vm.len -= digits + 1;
		}
		if (ret_vm != NULL)
			*ret_vm = vm;
		return places[i].manager;
	}
	return NULL;
}

const struct manager *manager_of_word(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strstr(word, words[i].part) != NULL)
			return words[i].manager;
	return NULL;
}

const char *manager_get_place(size_t index)
{
	return index < ARRAY_SIZE(places) ? places[index].pattern : NULL;
}
