/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which program runs a VM, by the path of its monitor and the words of its command line. */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "client/manager.h"
#include "suite.h"

static void test_sockets(void)
{
	static const struct {
		const char *path, *manager, *vm;
	} rows[] = {
		{ "/run/qemu-server/100.qmp", "proxmox", "100" },
		{ "/var/run/qemu-server/100.qmp", "proxmox", "100" },
		{ "/var/lib/libvirt/qemu/domain-12-web-1/monitor.sock", "libvirt", "web-1" },
		{ "/var/lib/libvirt/qemu/domain-web/monitor.sock", "libvirt", "web" },
		{ "/var/lib/libvirt/qemu/domain-7-/monitor.sock", "libvirt", "7-" },
		{ "/home/a/.config/libvirt/qemu/lib/domain-1-b/monitor.sock", "libvirt", "b" },
		{ "/run/incus/web1/qemu.monitor", "incus", "web1" },
		{ "/run/incus/project_web1/qemu.monitor", "incus", "project_web1" },
		{ "/var/log/lxd/web1/qemu.monitor", "lxd", "web1" },
		{ "/var/snap/lxd/common/lxd/logs/web1/qemu.monitor", "lxd", "web1" },
		{ "/var/run/ganeti/kvm-hypervisor/ctrl/a.example.org.qmp", "ganeti",
		  "a.example.org" },
		{ "/home/a/.lima/default/qmp.sock", "lima", "default" },
		{ "/run/vc/vm/0123abcd/qmp.sock", "kata", "0123abcd" },
		{ "/run/qemu-server/100.qga", NULL, NULL },
		{ "/run/qemu-server/.qmp", NULL, NULL },
		{ "/run/qemu-server/a/b.qmp", NULL, NULL },
		{ "/run/incus//qemu.monitor", NULL, NULL },
		{ "/run/incus/a/b/qemu.monitor", NULL, NULL },
		{ "x/.lima/default/qmp.sock", NULL, NULL },
		{ "/run/vm.qmp", NULL, NULL },
		{ "/", NULL, NULL },
		{ "", NULL, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct manager_vm vm;
		const struct manager *manager = manager_of_socket(rows[i].path, &vm);

		if (rows[i].manager == NULL) {
			CU_ASSERT_PTR_NULL(manager);
			continue;
		}
		CU_ASSERT_PTR_NOT_NULL_FATAL(manager);
		CU_ASSERT_STRING_EQUAL(manager->name, rows[i].manager);
		CU_ASSERT_EQUAL(vm.len, strlen(rows[i].vm));
		CU_ASSERT_EQUAL(strncmp(vm.text, rows[i].vm, vm.len), 0);
		CU_ASSERT_PTR_EQUAL(manager_of_socket(rows[i].path, NULL), manager);
	}
}

static void test_words(void)
{
	static const struct {
		const char *word, *manager;
	} rows[] = {
		{ "socket,id=charmonitor,fd=24,server=on,wait=off", "libvirt" },
		{ "/var/run/qemu-server/100.pid", "proxmox" },
		{ "/run/incus/web1/qemu.conf", "incus" },
		{ "/var/snap/lxd/common/lxd/logs/web1/qemu.conf", "lxd" },
		{ "-m", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct manager *manager = manager_of_word(rows[i].word);

		CU_ASSERT((manager == NULL) == (rows[i].manager == NULL));
		if (manager != NULL && rows[i].manager != NULL)
			CU_ASSERT_STRING_EQUAL(manager->name, rows[i].manager);
	}
}

/* Each pattern matches itself with a name in it. */
static void test_places(void)
{
	size_t i;

	for (i = 0; manager_get_place(i) != NULL; i++) {
		const char *pattern = manager_get_place(i);
		const char *star = strchr(pattern, '*');
		struct manager_vm vm;
		char path[128];

		CU_ASSERT_PTR_NOT_NULL_FATAL(star);
		snprintf(path, sizeof(path), "%s%.*sname%s", *pattern == '~' ? "/home/a" : "",
			 (int)(star - pattern) - (*pattern == '~'), pattern + (*pattern == '~'),
			 star + 1);
		CU_ASSERT_PTR_NOT_NULL_FATAL(manager_of_socket(path, &vm));
		CU_ASSERT_EQUAL(vm.len, 4);
	}
	CU_ASSERT(i > 5);
	CU_ASSERT_PTR_NULL(manager_get_place(i + 1));
}

static CU_TestInfo tests[] = {
	{ "sockets at known places tell manager and VM", test_sockets },
	{ "so do words of a command line", test_words },
	{ "every known place is recognised", test_places },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("manager", tests, argc, argv);
}
