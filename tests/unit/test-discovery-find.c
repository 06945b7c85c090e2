/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vm:NAME and pid:N: one VM of all that were found, or a sentence. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "balloonctl.h"
#include "place.h"
#include "suite.h"
#include "world.h"

/* What an address finds: its index, or the sentence. */
static void find(const char *address, int index, int code, const char *sentence)
{
	const struct balloonctl_error *error = NULL;
	struct balloonctl_discovery *found;
	size_t at = 77;
	int r;

	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_run(world_root, &found), 0);
	r = balloonctl_discovery_find(found, address, &at, NULL);
	CU_ASSERT_EQUAL(r, code);
	r = balloonctl_discovery_find(found, address, &at, &error);
	CU_ASSERT_EQUAL(r, code);
	CU_ASSERT_EQUAL(at, (size_t)(r == 0 ? index : 77));
	CU_ASSERT_EQUAL(balloonctl_error_get_code(error), code);
	CU_ASSERT_STRING_EQUAL(balloonctl_error_get_message(error), sentence);
	if (strcmp(balloonctl_error_get_message(error), sentence) != 0)
		printf("\n  %s", balloonctl_error_get_message(error));
	balloonctl_discovery_free(found);
}

static void test_find(void)
{
	int held, client, served, free_one, last;

	world_open();
	find("vm:web", 0, -ENOENT,
	     "vm:web: there is no such VM, nor any other: 0 processes, none of them QEMU, and 0 "
	     "listening sockets");
	held = world_listen("/run/held");
	client = place_connect(world_path("/run/held"));
	served = accept(held, NULL, NULL);
	free_one = world_listen("/run/free");
	last = world_listen("/run/last");
	world_add_process(1,
			  "qemu-kvm|-name|web|-qmp|unix:/run/gone,server=on|-qmp|unix:/run/held,"
			  "server=on|-qmp|unix:/run/free,server=on|-qmp|unix:/run/last,server=on");
	world_add_process(2, "qemu-kvm|-name|db|-qmp|unix:/run/last,server=on");
	world_add_process(3, "qemu-kvm|-name|db|-qmp|unix:/run/last,server=on");
	world_add_process(4, "qemu-kvm|-name|old|-qmp|unix:/run/gone,server=on");
	world_add_process(5, "qemu-kvm");
	find("vm:web", 2, 0, "");
	find("pid:1", 2, 0, "");
	find("pid:3", 5, 0, "");
	find("vm:old", 6, 0, "");
	find("pid:5", 7, 0, "");
	find("vm:db", 0, -ENOTUNIQ, "vm:db: several VMs are called so: pid:2, pid:3");
	find("vm:we", 0, -ENOENT,
	     "vm:we: there is no such VM; found: vm:web, vm:db, vm:db, vm:old, pid:5");
	find("pid:6", 0, -ENOENT,
	     "pid:6: there is no such VM; found: vm:web, vm:db, vm:db, vm:old, pid:5");
	find("vm:\033", 0, -ENOENT,
	     "vm:\\x1b: there is no such VM; found: vm:web, vm:db, vm:db, vm:old, pid:5");
	for (int pid = 6; pid < 20; pid++)
		world_add_process(pid, "qemu-kvm|-name|many|-qmp|tcp::1,server=on");
	find("vm:many", 0, -ENOTUNIQ,
	     "vm:many: several VMs are called so: pid:6, pid:7, pid:8, pid:9, pid:10, pid:11, "
	     "pid:12, pid:13, ...");
	find("vm:", 0, -EINVAL, "vm:: write vm:NAME, the name of a VM, or pid:N, its process");
	find("pid:1x", 0, -EINVAL,
	     "pid:1x: write vm:NAME, the name of a VM, or pid:N, its process");
	find("pid:99999999999999999999", 0, -EINVAL,
	     "pid:99999999999999999999: write vm:NAME, the name of a VM, or pid:N, its process");
	find("/run/vm", 0, -EINVAL,
	     "/run/vm: write vm:NAME, the name of a VM, or pid:N, its process");
	close(held);
	close(client);
	close(served);
	close(free_one);
	close(last);
	world_close();
}

static CU_TestInfo tests[] = {
	{ "vm:NAME and pid:N find the best monitor of one VM", test_find },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("discovery-find", tests, argc, argv);
}
