/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking around: who is there, and how their monitors are. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/util.h"
#include "client/discovery.h"
#include "place.h"
#include "scarce.h"
#include "suite.h"
#include "world.h"

/* What was found, one monitor a line, without the root. */
static char *look(void)
{
	struct balloonctl_discovery *found;
	struct buf text = { 0 };
	char *lines, *at;

	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_run(world_root, &found), 0);
	for (size_t i = 0; i < balloonctl_discovery_get_count(found); i++) {
		const char *name = balloonctl_discovery_get_name(found, i);
		const char *address = balloonctl_discovery_get_address(found, i);
		const char *manager = balloonctl_discovery_get_manager(found, i);
		enum balloonctl_monitor_state state = balloonctl_discovery_get_state(found, i);

		if (address != NULL && string_starts_with(address, world_root))
			address += strlen(world_root);
		buf_append_u64(&text, (uint64_t)balloonctl_discovery_get_pid(found, i));
		buf_append_string(&text, " ");
		buf_append_string(&text, name == NULL ? "-" : name);
		buf_append_string(&text, " ");
		buf_append_string(&text, address == NULL ? "-" : address);
		buf_append_string(&text, " ");
		buf_append_string(&text, manager == NULL ? "-" : manager);
		buf_append_string(&text, " ");
		buf_append_string(&text, balloonctl_monitor_state_get_name(state));
		buf_append_string(&text, "\n");
	}
	balloonctl_discovery_free(found);
	lines = buf_steal(&text);
	/* nothing of where the test runs */
	while ((at = strstr(lines, world_root)) != NULL)
		memmove(at, at + strlen(world_root), strlen(at + strlen(world_root)) + 1);
	return lines;
}

static void check(const char *expected)
{
	char *lines = look();

	CU_ASSERT_STRING_EQUAL(lines, expected);
	if (strcmp(lines, expected) != 0)
		printf("\nfound:\n%sexpected:\n%s", lines, expected);
	free(lines);
}

static void test_nothing(void)
{
	struct balloonctl_discovery *found;

	world_open();
	world_add_process(1, "/sbin/init");
	world_add_process(2, "");
	check("");
	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_run(world_root, &found), 0);
	CU_ASSERT_STRING_EQUAL(balloonctl_discovery_get_summary(found),
			       "2 processes, none of them QEMU, and 0 listening sockets");
	CU_ASSERT_PTR_NULL(balloonctl_discovery_get_address(found, 0));
	CU_ASSERT_PTR_NULL(balloonctl_discovery_get_error(found, 0));
	CU_ASSERT_EQUAL(balloonctl_discovery_get_pid(found, 0), 0);
	balloonctl_discovery_free(found);
	balloonctl_discovery_free(NULL);
	CU_ASSERT_EQUAL(balloonctl_discovery_run("/nonexistent", &found), -ENOENT);
	world_close();
}

static void test_states(void)
{
	int free_one, held, client, served, gone;

	world_open();
	free_one = world_listen("/run/free");
	held = world_listen("/run/held");
	client = place_connect(world_path("/run/held"));
	served = accept(held, NULL, NULL);
	gone = world_listen("/run/gone");
	unlink(world_path("/run/gone"));
	close(world_listen("/run/dead"));
	world_write("/run/file", "", 0);
	world_write("/proc/4/net/unix", "T\n", 2);
	world_add_process(100, "qemu-system-x86_64|-name|a|-qmp|unix:/run/free,server=on");
	world_add_process(20, "qemu-system-x86_64|-name|b|-qmp|unix:/run/held,server=on");
	world_add_process(3, "qemu-system-x86_64|-name|c|-qmp|unix:/run/gone,server=on");
	world_add_process(4, "qemu-system-x86_64|-name|d|-qmp|unix:/run/dead,server=on");
	world_add_process(5, "qemu-system-x86_64|-name|e|-qmp|unix:/run/file,server=on");
	world_add_process(6, "qemu-system-x86_64|-name|f|-qmp|tcp::4444,server=on");
	world_add_process(7, "qemu-system-x86_64|-name|g|-qmp|unix:abstract,server,abstract=on");
	world_add_process(8, "qemu-system-x86_64|-name|h|-qmp|unix:/run/elsewhere");
	world_add_process(9, "qemu-system-x86_64|-name|i|-monitor|stdio");
	world_add_process(10,
			  "qemu-system-x86_64|-qmp|unix:/run/free,server=on|"
			  "-qmp|tcp:[::]:1,server|-chardev|socket,host=::,port=2,id=c,server=on|"
			  "-mon|c,mode=control");
	check("3 c /run/gone - missing\n"
	      "4 d /run/dead - missing\n"
	      "5 e /run/file - missing\n"
	      "6 f tcp:127.0.0.1:4444 - unknown\n"
	      "7 g - - unknown\n"
	      "8 h - - held\n"
	      "9 i - - none\n"
	      "10 - /run/free - free\n"
	      "10 - tcp:[::1]:2 - unknown\n"
	      "20 b /run/held - held\n"
	      "100 a /run/free - free\n");
	close(free_one);
	close(held);
	close(client);
	close(served);
	close(gone);
	world_close();
}

/* Everybody who is not free has a sentence, and it begins with where to look. */
static void test_sentences(void)
{
	struct balloonctl_discovery *found;
	const struct balloonctl_error *error;
	int held, client, served;
	struct stat end;
	char link[64];

	world_open();
	held = world_listen("/run/qemu-server/100.qmp");
	client = place_connect(world_path("/run/qemu-server/100.qmp"));
	served = accept(held, NULL, NULL);
	world_add_process(20, "kvm|-qmp|unix:/run/qemu-server/100.qmp,server=on");
	world_add_process(21, "kvm|-qmp|unix:/run/incus/a/qemu.monitor,server=on");
	world_add_process(22, "kvm|-name|x");
	/* The holder, in the made-up host. */
	CU_ASSERT_EQUAL_FATAL(fstat(client, &end), 0);
	snprintf(link, sizeof(link), "socket:[%lu]", (unsigned long)end.st_ino);
	world_link("/proc/30/fd/5", link);
	world_write("/proc/30/comm", "pvestatd\n", 9);
	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_run(world_root, &found), 0);
	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_get_count(found), 3);
	error = balloonctl_discovery_get_error(found, 0);
	CU_ASSERT_EQUAL(balloonctl_error_get_code(error), -EBUSY);
	CU_ASSERT(string_starts_with(balloonctl_error_get_message(error), world_root));
	CU_ASSERT_PTR_NOT_NULL(strstr(balloonctl_error_get_message(error),
				      "/run/qemu-server/100.qmp: the monitor is in use by process "
				      "30 (pvestatd); QEMU serves one"));
	CU_ASSERT_EQUAL(balloonctl_discovery_get_holder_pid(found, 0), 30);
	CU_ASSERT_STRING_EQUAL(balloonctl_discovery_get_holder_name(found, 0), "pvestatd");
	CU_ASSERT_FALSE(balloonctl_discovery_is_kept(found, 0));
	error = balloonctl_discovery_get_error(found, 1);
	CU_ASSERT_EQUAL(balloonctl_error_get_code(error), -ENOENT);
	CU_ASSERT(balloonctl_discovery_is_kept(found, 1));
	error = balloonctl_discovery_get_error(found, 2);
	CU_ASSERT_EQUAL(balloonctl_error_get_code(error), -ENOTSUP);
	CU_ASSERT(string_starts_with(balloonctl_error_get_message(error), "pid:22: this QEMU"));
	balloonctl_discovery_free(found);
	close(client);
	close(served);
	close(held);
	world_close();
}

/* Names of programs: of the first word, or of the file that runs. */
static void test_programs(void)
{
	int listener;

	world_open();
	listener = world_listen("/run/vm");
	world_add_process(1, "microvm@web|-qmp|unix:/run/vm,server=on");
	world_link("/proc/1/exe", "/usr/bin/qemu-system-x86_64 (deleted)");
	world_add_process(2, "timeout|60|qemu-system-x86_64|-qmp|unix:/run/vm,server=on");
	world_link("/proc/2/exe", "/usr/bin/timeout");
	world_add_process(3, "/usr/bin/kvm|-qmp|unix:/run/vm,server=on");
	world_add_process(4, "/opt/qemu10|-qmp|unix:/run/vm,server=on");
	world_add_process(5, "/opt/qemu10|-name|no-monitor-and-perhaps-no-machine");
	world_add_process(6, "qemu-storage-daemon|-qmp|unix:/run/vm,server=on");
	world_add_process(7, "qemu-x86_64|/bin/true");
	world_link("/proc/8/cmdline", "/nonexistent");
	world_link("/proc/9/cmdline", "../9/cmdline");
	world_make_directories("/proc/10/cmdline/");
	world_make_directories("/proc/12x/");
	CU_ASSERT_EQUAL(mkfifo(world_path("/proc/10/exe"), 0600), 0);
	world_make_directories("/proc/11/");
	CU_ASSERT_EQUAL(mkfifo(world_path("/proc/11/cmdline"), 0600), 0);
	world_add_process(99999999, "qemu-kvm");
	check("1 - /run/vm - free\n"
	      "3 - /run/vm - free\n"
	      "4 - /run/vm - free\n"
	      "99999999 - - - none\n");
	close(listener);
	world_close();
}

/* Paths mean what they mean to the process: its directory, its root. */
static void test_paths(void)
{
	char deep[600] = "/run", *long_path;
	int listeners[5];

	world_open();
	listeners[0] = world_listen("/run/work/vm.qmp");
	world_add_process(1, "qemu-system-x86_64|-qmp|unix:vm.qmp,server=on");
	world_link("/proc/1/cwd", "/run/work");
	/* A container has another root. */
	listeners[1] = world_listen("/containers/c1/run/vm.qmp");
	world_add_process(2, "qemu-system-x86_64|-qmp|unix:/run/vm.qmp,server=on");
	world_link("/proc/2/root", world_path("/containers/c1"));
	world_add_process(3, "qemu-system-x86_64|-qmp|unix:vm.qmp,server=on");
	world_link("/proc/3/root", world_path("/containers/c1"));
	world_link("/proc/3/cwd", "/run");
	/* The same root as ours. */
	listeners[2] = world_listen("/run/other.qmp");
	world_add_process(4, "qemu-system-x86_64|-qmp|unix:/run/other.qmp,server=on");
	world_link("/proc/4/root", world_root);
	/* A daemon has left. */
	world_add_process(5, "qemu-system-x86_64|-daemonize|-qmp|unix:work/vm.qmp,server=on");
	world_link("/proc/5/cwd", "/");
	world_write("/proc/5/environ", "A=B\0PWD=/run\0C=D", 17);
	/* Longer than a socket's address may be: QEMU has made it by a short name. */
	for (int i = 0; i < 5; i++)
		strcat(deep, "/a-directory-with-quite-a-long-name-and-more-of-it");
	long_path = strdup(deep);
	strcat(deep, "/");
	world_make_directories(deep);
	CU_ASSERT_EQUAL(chdir(world_path(long_path)), 0);
	listeners[3] = place_listen("vm", 5);
	CU_ASSERT_EQUAL(chdir("/"), 0);
	world_add_process(6, "qemu-system-x86_64|-qmp|unix:vm,server=on");
	world_link("/proc/6/cwd", long_path);
	/* Of others the directory can't be seen. */
	world_add_process(7, "qemu-system-x86_64|-qmp|unix:vm,server=on");
	strcpy(deep, "1 - /run/work/vm.qmp - free\n"
		     "2 - /proc/2/root/run/vm.qmp - free\n"
		     "3 - /proc/3/root/run/vm.qmp - free\n"
		     "4 - /run/other.qmp - free\n"
		     "5 - /run/work/vm.qmp - free\n"
		     "6 - ");
	strcat(deep, long_path);
	strcat(deep, "/vm - free\n"
		     "7 - - - forbidden\n");
	check(deep);
	free(long_path);
	for (int i = 0; i < 4; i++)
		close(listeners[i]);
	world_close();
}

/* libvirt opens the socket and hands it down. */
static void test_descriptors(void)
{
	int listener;

	world_open();
	listener = world_listen("/var/lib/libvirt/qemu/domain-1-web/monitor.sock");
	world_add_sockets("0: 00000002 00000000 00010000 0001 01 777 "
			  "/var/lib/libvirt/qemu/domain-1-web/monitor.sock\n"
			  "0: 00000002 00000000 00010000 0001 01 778 "
			  "/var/lib/libvirt/qemu/domain-2-db/monitor.sock\n"
			  "0: 00000003 00000000 00000000 0001 03 779\n");
	world_add_process(1,
			  "/usr/bin/qemu-system-x86_64|-name|guest=web,debug-threads=on|-chardev|"
			  "socket,id=charmonitor,fd=24,server=on,wait=off|-mon|"
			  "chardev=charmonitor,id=monitor,mode=control");
	world_link("/proc/1/fd/24", "socket:[777]");
	/* Whose descriptors we may not see: found by its name at the known place. */
	world_add_process(2, "/usr/bin/qemu-system-x86_64|-name|guest=db,debug-threads=on|-chardev|"
			     "socket,id=charmonitor,fd=24,server=on,wait=off|-mon|"
			     "chardev=charmonitor,id=monitor,mode=control");
	/* Connected, of another kind, by name */
	world_add_process(3, "qemu-system-x86_64|-qmp|unix:fd=3,server=on");
	world_link("/proc/3/fd/3", "socket:[779]");
	world_add_process(4, "qemu-system-x86_64|-qmp|unix:fd=3,server=on");
	world_link("/proc/4/fd/3", "pipe:[779]");
	world_add_process(5, "qemu-system-x86_64|-qmp|unix:fd=name,server=on");
	check("1 web /var/lib/libvirt/qemu/domain-1-web/monitor.sock libvirt free\n"
	      "2 db /var/lib/libvirt/qemu/domain-2-db/monitor.sock libvirt missing\n"
	      "3 - - - unknown\n"
	      "4 - - - unknown\n"
	      "5 - - - unknown\n");
	close(listener);
	world_close();
}

/* Sockets at known places whose process is not seen, and those that a file tells QEMU of. */
static void test_places(void)
{
	int listeners[3];

	world_open();
	listeners[0] = world_listen("/run/qemu-server/100.qmp");
	listeners[1] = world_listen("/run/incus/web/qemu.monitor");
	listeners[2] = world_listen("/run/qemu-server/101.qmp");
	world_add_sockets("0: 00000002 00000000 00010000 0001 01 1 /run/qemu-server/100.qmp\n"
			  "0: 00000002 00000000 00010000 0001 01 2 /run/incus/web/qemu.monitor\n"
			  "0: 00000002 00000000 00010000 0001 01 3 /run/qemu-server/101.qmp\n"
			  "0: 00000002 00000000 00010000 0001 01 4 /run/qemu-server/101.vnc\n"
			  "0: 00000003 00000000 00000000 0001 03 5 /run/qemu-server/101.qmp\n");
	world_add_process(7, "/opt/incus/bin/qemu-system-x86_64|-name|web|-readconfig|"
			     "/run/incus/web/qemu.conf");
	world_add_process(8, "/usr/bin/kvm|-id|101|-name|db,debug-threads=on|-chardev|"
			     "socket,id=qmp,path=/run/qemu-server/101.qmp,server=on,wait=off|-mon|"
			     "chardev=qmp,mode=control");
	check("7 web /run/incus/web/qemu.monitor incus free\n"
	      "8 db /run/qemu-server/101.qmp proxmox free\n"
	      "0 100 /run/qemu-server/100.qmp proxmox free\n");
	for (size_t i = 0; i < ARRAY_SIZE(listeners); i++)
		close(listeners[i]);
	world_close();
}

/* In another network namespace the kernel does not tell us by the file: the table of that
 * namespace does. */
static void test_namespaces(void)
{
	static const char free_table[] = "T\n0: 2 0 00010000 0001 01 9 /run/a\n";
	static const char held_table[] = "T\n0: 2 0 00010000 0001 01 9 /run/b\n"
					 "0: 3 0 00000000 0001 03 10 /run/b\n"
					 "0: 3 0 00000000 0001 02 0 /run/a\n";

	world_open();
	/* Nobody of ours listens there. */
	close(world_listen("/run/a"));
	close(world_listen("/run/b"));
	close(world_listen("/run/c"));
	world_add_process(1, "qemu-kvm|-qmp|unix:/run/a,server=on");
	world_write("/proc/1/net/unix", free_table, sizeof(free_table) - 1);
	world_add_process(2, "qemu-kvm|-qmp|unix:/run/b,server=on");
	world_write("/proc/2/net/unix", held_table, sizeof(held_table) - 1);
	world_add_process(3, "qemu-kvm|-qmp|unix:/run/c,server=on");
	world_write("/proc/3/net/unix", held_table, sizeof(held_table) - 1);
	world_add_process(4, "qemu-kvm|-qmp|unix:/run/c,server=on");
	check("1 - /run/a - free\n"
	      "2 - /run/b - held\n"
	      "3 - /run/c - missing\n"
	      "4 - /run/c - unknown\n");
	world_close();
}

/* The kernel knows whose socket is at a path; a process whose descriptors can't be seen is
 * believed. */
static void test_shared_path(void)
{
	struct stat file;
	char link[64];
	int listener;

	world_open();
	listener = world_listen("/run/vm");
	CU_ASSERT_EQUAL_FATAL(fstat(listener, &file), 0);
	snprintf(link, sizeof(link), "socket:[%lu]", (unsigned long)file.st_ino);
	world_add_process(1, "qemu-kvm|-name|first|-qmp|unix:/run/vm,server=on");
	world_link("/proc/1/fd/3", "socket:[1]");
	world_add_process(2, "qemu-kvm|-name|second|-qmp|unix:/run/vm,server=on");
	world_link("/proc/2/fd/3", "pipe:[1]");
	world_link("/proc/2/fd/4", link);
	world_add_process(3, "qemu-kvm|-name|hidden|-qmp|unix:/run/vm,server=on");
	check("1 first /run/vm - missing\n"
	      "2 second /run/vm - free\n"
	      "3 hidden /run/vm - free\n");
	close(listener);
	world_close();
}

static void be_another(int out, const void *argument)
{
	struct balloonctl_discovery *found;
	char lines[4096] = "";

	if (balloonctl_discovery_run(argument, &found) < 0)
		return;
	for (size_t i = 0; i < balloonctl_discovery_get_count(found); i++) {
		const struct balloonctl_error *error = balloonctl_discovery_get_error(found, i);
		size_t len = strlen(lines);

		snprintf(lines + len, sizeof(lines) - len, "%d %s %d\n",
			 (int)balloonctl_discovery_get_pid(found, i),
			 balloonctl_monitor_state_get_name(
				 balloonctl_discovery_get_state(found, i)),
			 strstr(balloonctl_error_get_message(error), "permission denied") != NULL);
	}
	balloonctl_discovery_free(found);
	dprintf(out, "%s", lines);
}

static void test_forbidden(void)
{
	char text[4096];
	int listeners[3];

	if (geteuid() != 0)
		return;
	world_open();
	chmod(world_root, 0755);
	listeners[0] = world_listen("/run/closed/vm");
	chmod(world_path("/run/closed"), 0700);
	listeners[1] = world_listen("/run/mine");
	chmod(world_path("/run/mine"), 0755);
	listeners[2] = world_listen("/run/everybodys");
	chmod(world_path("/run/everybodys"), 0777);
	world_add_process(1, "qemu-kvm|-qmp|unix:/run/closed/vm,server=on");
	world_add_process(2, "qemu-kvm|-qmp|unix:/run/mine,server=on");
	world_add_process(3, "qemu-kvm|-qmp|unix:/run/everybodys,server=on");
	place_run_as(65534, be_another, world_root, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "1 forbidden 1\n2 forbidden 1\n3 free 0\n");
	for (size_t i = 0; i < ARRAY_SIZE(listeners); i++)
		close(listeners[i]);
	world_close();
}

/* Names are what they are: escaping is for who prints. Sentences are escaped. */
static void test_hostile_names(void)
{
	struct balloonctl_discovery *found;

	world_open();
	world_add_process(1, "qemu-kvm|-name|a\033[31m\nb|-qmp|unix:/run/\033[2Jx,server=on");
	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_run(world_root, &found), 0);
	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_get_count(found), 1);
	CU_ASSERT_STRING_EQUAL(balloonctl_discovery_get_name(found, 0), "a\033[31m\nb");
	CU_ASSERT_PTR_NULL(
		strchr(balloonctl_error_get_message(balloonctl_discovery_get_error(found, 0)),
		       '\033'));
	balloonctl_discovery_free(found);
	world_close();
}

/* Ten megabytes of words: the first of them are read. */
static void test_huge(void)
{
	enum {
		SIZE = 10 << 20
	};
	char *bytes = malloc(SIZE);

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	world_open();
	memset(bytes, 'x', SIZE);
	memcpy(bytes, "qemu-kvm\0-name\0web\0-append", 27);
	world_write("/proc/1/cmdline", bytes, SIZE);
	memset(bytes, '\0', SIZE);
	memcpy(bytes, "qemu-kvm\0-name\0db", 18);
	world_write("/proc/2/cmdline", bytes, SIZE);
	world_write("/proc/net/unix", bytes, SIZE);
	check("1 web - - none\n"
	      "2 db - - none\n");
	free(bytes);
	world_close();
}

static void test_memory(void)
{
	struct balloonctl_discovery *found = NULL;
	int listener, client, served;
	long n = 0;
	int r;

	world_open();
	listener = world_listen("/run/qemu-server/100.qmp");
	client = place_connect(world_path("/run/qemu-server/100.qmp"));
	served = accept(listener, NULL, NULL);
	world_add_sockets("0: 00000002 00000000 00010000 0001 01 1 /run/qemu-server/100.qmp\n"
			  "0: 00000002 00000000 00010000 0001 01 2 /run/qemu-server/101.qmp\n");
	world_add_process(1,
			  "kvm|-name|web|-qmp|unix:/run/qemu-server/100.qmp,server=on|-qmp|tcp::1,"
			  "server=on");
	world_add_process(2, "kvm|-name|db|-qmp|unix:relative,server=on|-qmp|unix:fd=1,server=on");
	world_link("/proc/2/cwd", "/run");
	world_link("/proc/2/fd/1", "socket:[1]");
	do {
		scarce_allow(n++);
		r = balloonctl_discovery_run(world_root, &found);
		scarce_allow(-1);
		if (r == 0 && balloonctl_discovery_get_count(found) < 5) {
			/* What can't be read for lack of memory is as if it were not there. */
			balloonctl_discovery_free(found);
			r = -ENOMEM;
		}
		CU_ASSERT(r == 0 || r == -ENOMEM);
	} while (r < 0 && n < 10000);
	CU_ASSERT(n > 20);
	CU_ASSERT_EQUAL(balloonctl_discovery_get_count(found), 5);
	balloonctl_discovery_free(found);
	close(listener);
	close(client);
	close(served);
	world_close();
}

static CU_TestInfo tests[] = {
	{ "a host without VMs has none", test_nothing },
	{ "a monitor is free, held, missing or unknown", test_states },
	{ "what can't be used has a sentence that says why", test_sentences },
	{ "QEMU is known by its first word or by its file", test_programs },
	{ "paths are those of the process", test_paths },
	{ "a descriptor leads to its socket", test_descriptors },
	{ "known places are looked at, and a VM is found once", test_places },
	{ "another network namespace has a table of its own", test_namespaces },
	{ "of VMs with one path the last has it", test_shared_path },
	{ "what may not be connected to says whose it is", test_forbidden },
	{ "a name may hold anything", test_hostile_names },
	{ "ten megabytes of words are no trouble", test_huge },
	{ "each lack of memory is an error", test_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("discover", tests, argc, argv);
}
