/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Looking around on a host that is made up: its processes are files below a private directory, its
 * sockets are real ones there.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
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

static char root[64];

static char *in_root(const char *path)
{
	static char joined[PATH_MAX];

	snprintf(joined, sizeof(joined), "%s%s", root, path);
	return joined;
}

static void make_directories(const char *path)
{
	char *full = strdup(in_root(path));

	for (char *at = full + strlen(root) + 1; (at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		mkdir(full, 0755);
		*at = '/';
	}
	free(full);
}

static void write_bytes(const char *path, const char *bytes, size_t len)
{
	int fd;

	make_directories(path);
	fd = open(in_root(path), O_WRONLY | O_CREAT | O_TRUNC, 0644);
	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL_FATAL(write(fd, bytes, len), (ssize_t)len);
	close(fd);
}

static void make_link(const char *path, const char *target)
{
	char *where = strdup(target); /* which may be in_root()'s */

	make_directories(path);
	CU_ASSERT_EQUAL_FATAL(symlink(where, in_root(path)), 0);
	free(where);
}

/* A process, with '|' between its words. */
static void make_process(int pid, const char *line)
{
	char *words = strdup(line), path[64];
	size_t len = strlen(words);

	for (size_t i = 0; i < len; i++)
		if (words[i] == '|')
			words[i] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	write_bytes(path, words, len + 1);
	free(words);
}

static void make_sockets(const char *lines)
{
	static const char title[] = "Num       RefCount Protocol Flags    Type St Inode Path\n";
	struct buf text = { 0 };

	buf_append_string(&text, title);
	buf_append_string(&text, lines);
	write_bytes("/proc/net/unix", text.data, text.len);
	buf_done(&text);
}

/* Where anybody gets to: some tests are somebody else. */
static const char *get_place(void)
{
	const char *place = getenv("TMPDIR");
	struct stat file;

	return place == NULL || strlen(place) > 30 || stat(place, &file) < 0 ||
			       (file.st_mode & S_IXOTH) == 0
		       ? "/tmp"
		       : place;
}

static void open_host(void)
{
	snprintf(root, sizeof(root), "%s/balloonctl-XXXXXX", get_place());
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(root));
	make_directories("/proc/");
	make_directories("/run/");
}

static int remove_one(const char *path, const struct stat *file, int type, struct FTW *walk)
{
	return remove(path);
}

static void close_host(void)
{
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int listen_in_root(const char *path)
{
	make_directories(path);
	return place_listen(in_root(path), 5);
}

/* What was found, one monitor a line, without the root. */
static char *look(void)
{
	struct balloonctl_discovery *found;
	struct buf text = { 0 };
	char *lines, *at;

	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_run(root, &found), 0);
	for (size_t i = 0; i < balloonctl_discovery_get_count(found); i++) {
		const char *name = balloonctl_discovery_get_name(found, i);
		const char *address = balloonctl_discovery_get_address(found, i);
		const char *manager = balloonctl_discovery_get_manager(found, i);
		enum balloonctl_monitor_state state = balloonctl_discovery_get_state(found, i);

		if (address != NULL && string_starts_with(address, root))
			address += strlen(root);
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
	while ((at = strstr(lines, root)) != NULL)
		memmove(at, at + strlen(root), strlen(at + strlen(root)) + 1);
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

	open_host();
	make_process(1, "/sbin/init");
	make_process(2, "");
	check("");
	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_run(root, &found), 0);
	CU_ASSERT_STRING_EQUAL(balloonctl_discovery_get_summary(found),
			       "2 processes, none of them QEMU, and 0 listening sockets");
	CU_ASSERT_PTR_NULL(balloonctl_discovery_get_address(found, 0));
	CU_ASSERT_PTR_NULL(balloonctl_discovery_get_error(found, 0));
	CU_ASSERT_EQUAL(balloonctl_discovery_get_pid(found, 0), 0);
	balloonctl_discovery_free(found);
	balloonctl_discovery_free(NULL);
	CU_ASSERT_EQUAL(balloonctl_discovery_run("/nonexistent", &found), -ENOENT);
	close_host();
}

static void test_states(void)
{
	int free_one, held, client, served, gone;

	open_host();
	free_one = listen_in_root("/run/free");
	held = listen_in_root("/run/held");
	client = place_connect(in_root("/run/held"));
	served = accept(held, NULL, NULL);
	gone = listen_in_root("/run/gone");
	unlink(in_root("/run/gone"));
	close(listen_in_root("/run/dead"));
	write_bytes("/run/file", "", 0);
	write_bytes("/proc/4/net/unix", "T\n", 2);
	make_process(100, "qemu-system-x86_64|-name|a|-qmp|unix:/run/free,server=on");
	make_process(20, "qemu-system-x86_64|-name|b|-qmp|unix:/run/held,server=on");
	make_process(3, "qemu-system-x86_64|-name|c|-qmp|unix:/run/gone,server=on");
	make_process(4, "qemu-system-x86_64|-name|d|-qmp|unix:/run/dead,server=on");
	make_process(5, "qemu-system-x86_64|-name|e|-qmp|unix:/run/file,server=on");
	make_process(6, "qemu-system-x86_64|-name|f|-qmp|tcp::4444,server=on");
	make_process(7, "qemu-system-x86_64|-name|g|-qmp|unix:abstract,server,abstract=on");
	make_process(8, "qemu-system-x86_64|-name|h|-qmp|unix:/run/elsewhere");
	make_process(9, "qemu-system-x86_64|-name|i|-monitor|stdio");
	make_process(10, "qemu-system-x86_64|-qmp|unix:/run/free,server=on|"
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
	close_host();
}

/* Everybody who is not free has a sentence, and it begins with where to look. */
static void test_sentences(void)
{
	struct balloonctl_discovery *found;
	const struct balloonctl_error *error;
	int held, client, served;
	struct stat end;
	char link[64];

	open_host();
	held = listen_in_root("/run/qemu-server/100.qmp");
	client = place_connect(in_root("/run/qemu-server/100.qmp"));
	served = accept(held, NULL, NULL);
	make_process(20, "kvm|-qmp|unix:/run/qemu-server/100.qmp,server=on");
	make_process(21, "kvm|-qmp|unix:/run/incus/a/qemu.monitor,server=on");
	make_process(22, "kvm|-name|x");
	/* The holder, in the made-up host. */
	CU_ASSERT_EQUAL_FATAL(fstat(client, &end), 0);
	snprintf(link, sizeof(link), "socket:[%lu]", (unsigned long)end.st_ino);
	make_link("/proc/30/fd/5", link);
	write_bytes("/proc/30/comm", "pvestatd\n", 9);
	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_run(root, &found), 0);
	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_get_count(found), 3);
	error = balloonctl_discovery_get_error(found, 0);
	CU_ASSERT_EQUAL(balloonctl_error_get_code(error), -EBUSY);
	CU_ASSERT(string_starts_with(balloonctl_error_get_message(error), root));
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
	close_host();
}

/* Names of programs: of the first word, or of the file that runs. */
static void test_programs(void)
{
	int listener;

	open_host();
	listener = listen_in_root("/run/vm");
	make_process(1, "microvm@web|-qmp|unix:/run/vm,server=on");
	make_link("/proc/1/exe", "/usr/bin/qemu-system-x86_64 (deleted)");
	make_process(2, "timeout|60|qemu-system-x86_64|-qmp|unix:/run/vm,server=on");
	make_link("/proc/2/exe", "/usr/bin/timeout");
	make_process(3, "/usr/bin/kvm|-qmp|unix:/run/vm,server=on");
	make_process(4, "/opt/qemu10|-qmp|unix:/run/vm,server=on");
	make_process(5, "/opt/qemu10|-name|no-monitor-and-perhaps-no-machine");
	make_process(6, "qemu-storage-daemon|-qmp|unix:/run/vm,server=on");
	make_process(7, "qemu-x86_64|/bin/true");
	make_link("/proc/8/cmdline", "/nonexistent");
	make_link("/proc/9/cmdline", "../9/cmdline");
	make_directories("/proc/10/cmdline/");
	make_directories("/proc/12x/");
	CU_ASSERT_EQUAL(mkfifo(in_root("/proc/10/exe"), 0600), 0);
	make_directories("/proc/11/");
	CU_ASSERT_EQUAL(mkfifo(in_root("/proc/11/cmdline"), 0600), 0);
	make_process(99999999, "qemu-kvm");
	check("1 - /run/vm - free\n"
	      "3 - /run/vm - free\n"
	      "4 - /run/vm - free\n"
	      "99999999 - - - none\n");
	close(listener);
	close_host();
}

/* Paths mean what they mean to the process: its directory, its root. */
static void test_paths(void)
{
	char deep[600] = "/run", *long_path;
	int listeners[5];

	open_host();
	listeners[0] = listen_in_root("/run/work/vm.qmp");
	make_process(1, "qemu-system-x86_64|-qmp|unix:vm.qmp,server=on");
	make_link("/proc/1/cwd", "/run/work");
	/* A container has another root. */
	listeners[1] = listen_in_root("/containers/c1/run/vm.qmp");
	make_process(2, "qemu-system-x86_64|-qmp|unix:/run/vm.qmp,server=on");
	make_link("/proc/2/root", in_root("/containers/c1"));
	make_process(3, "qemu-system-x86_64|-qmp|unix:vm.qmp,server=on");
	make_link("/proc/3/root", in_root("/containers/c1"));
	make_link("/proc/3/cwd", "/run");
	/* The same root as ours. */
	listeners[2] = listen_in_root("/run/other.qmp");
	make_process(4, "qemu-system-x86_64|-qmp|unix:/run/other.qmp,server=on");
	make_link("/proc/4/root", root);
	/* A daemon has left. */
	make_process(5, "qemu-system-x86_64|-daemonize|-qmp|unix:work/vm.qmp,server=on");
	make_link("/proc/5/cwd", "/");
	write_bytes("/proc/5/environ", "A=B\0PWD=/run\0C=D", 17);
	/* Longer than a socket's address may be: QEMU has made it by a short name. */
	for (int i = 0; i < 5; i++)
		strcat(deep, "/a-directory-with-quite-a-long-name-and-more-of-it");
	long_path = strdup(deep);
	strcat(deep, "/");
	make_directories(deep);
	CU_ASSERT_EQUAL(chdir(in_root(long_path)), 0);
	listeners[3] = place_listen("vm", 5);
	CU_ASSERT_EQUAL(chdir("/"), 0);
	make_process(6, "qemu-system-x86_64|-qmp|unix:vm,server=on");
	make_link("/proc/6/cwd", long_path);
	/* Of others the directory can't be seen. */
	make_process(7, "qemu-system-x86_64|-qmp|unix:vm,server=on");
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
	close_host();
}

/* libvirt opens the socket and hands it down. */
static void test_descriptors(void)
{
	int listener;

	open_host();
	listener = listen_in_root("/var/lib/libvirt/qemu/domain-1-web/monitor.sock");
	make_sockets("0: 00000002 00000000 00010000 0001 01 777 "
		     "/var/lib/libvirt/qemu/domain-1-web/monitor.sock\n"
		     "0: 00000002 00000000 00010000 0001 01 778 "
		     "/var/lib/libvirt/qemu/domain-2-db/monitor.sock\n"
		     "0: 00000003 00000000 00000000 0001 03 779\n");
	make_process(1, "/usr/bin/qemu-system-x86_64|-name|guest=web,debug-threads=on|-chardev|"
			"socket,id=charmonitor,fd=24,server=on,wait=off|-mon|"
			"chardev=charmonitor,id=monitor,mode=control");
	make_link("/proc/1/fd/24", "socket:[777]");
	/* Whose descriptors we may not see: found by its name at the known place. */
	make_process(2, "/usr/bin/qemu-system-x86_64|-name|guest=db,debug-threads=on|-chardev|"
			"socket,id=charmonitor,fd=24,server=on,wait=off|-mon|"
			"chardev=charmonitor,id=monitor,mode=control");
	/* Connected, of another kind, by name */
	make_process(3, "qemu-system-x86_64|-qmp|unix:fd=3,server=on");
	make_link("/proc/3/fd/3", "socket:[779]");
	make_process(4, "qemu-system-x86_64|-qmp|unix:fd=3,server=on");
	make_link("/proc/4/fd/3", "pipe:[779]");
	make_process(5, "qemu-system-x86_64|-qmp|unix:fd=name,server=on");
	check("1 web /var/lib/libvirt/qemu/domain-1-web/monitor.sock libvirt free\n"
	      "2 db /var/lib/libvirt/qemu/domain-2-db/monitor.sock libvirt missing\n"
	      "3 - - - unknown\n"
	      "4 - - - unknown\n"
	      "5 - - - unknown\n");
	close(listener);
	close_host();
}

/* Sockets at known places whose process is not seen, and those that a file tells QEMU of. */
static void test_places(void)
{
	int listeners[3];

	open_host();
	listeners[0] = listen_in_root("/run/qemu-server/100.qmp");
	listeners[1] = listen_in_root("/run/incus/web/qemu.monitor");
	listeners[2] = listen_in_root("/run/qemu-server/101.qmp");
	make_sockets("0: 00000002 00000000 00010000 0001 01 1 /run/qemu-server/100.qmp\n"
		     "0: 00000002 00000000 00010000 0001 01 2 /run/incus/web/qemu.monitor\n"
		     "0: 00000002 00000000 00010000 0001 01 3 /run/qemu-server/101.qmp\n"
		     "0: 00000002 00000000 00010000 0001 01 4 /run/qemu-server/101.vnc\n"
		     "0: 00000003 00000000 00000000 0001 03 5 /run/qemu-server/101.qmp\n");
	make_process(7, "/opt/incus/bin/qemu-system-x86_64|-name|web|-readconfig|"
			"/run/incus/web/qemu.conf");
	make_process(8, "/usr/bin/kvm|-id|101|-name|db,debug-threads=on|-chardev|"
			"socket,id=qmp,path=/run/qemu-server/101.qmp,server=on,wait=off|-mon|"
			"chardev=qmp,mode=control");
	check("7 web /run/incus/web/qemu.monitor incus free\n"
	      "8 db /run/qemu-server/101.qmp proxmox free\n"
	      "0 100 /run/qemu-server/100.qmp proxmox free\n");
	for (size_t i = 0; i < ARRAY_SIZE(listeners); i++)
		close(listeners[i]);
	close_host();
}

/* In another network namespace the kernel does not tell us by the file: the table of that
 * namespace does. */
static void test_namespaces(void)
{
	static const char free_table[] = "T\n0: 2 0 00010000 0001 01 9 /run/a\n";
	static const char held_table[] = "T\n0: 2 0 00010000 0001 01 9 /run/b\n"
					 "0: 3 0 00000000 0001 03 10 /run/b\n"
					 "0: 3 0 00000000 0001 02 0 /run/a\n";

	open_host();
	/* Nobody of ours listens there. */
	close(listen_in_root("/run/a"));
	close(listen_in_root("/run/b"));
	close(listen_in_root("/run/c"));
	make_process(1, "qemu-kvm|-qmp|unix:/run/a,server=on");
	write_bytes("/proc/1/net/unix", free_table, sizeof(free_table) - 1);
	make_process(2, "qemu-kvm|-qmp|unix:/run/b,server=on");
	write_bytes("/proc/2/net/unix", held_table, sizeof(held_table) - 1);
	make_process(3, "qemu-kvm|-qmp|unix:/run/c,server=on");
	write_bytes("/proc/3/net/unix", held_table, sizeof(held_table) - 1);
	make_process(4, "qemu-kvm|-qmp|unix:/run/c,server=on");
	check("1 - /run/a - free\n"
	      "2 - /run/b - held\n"
	      "3 - /run/c - missing\n"
	      "4 - /run/c - unknown\n");
	close_host();
}

/* The kernel knows whose socket is at a path; a process whose descriptors can't be seen is
 * believed. */
static void test_shared_path(void)
{
	struct stat file;
	char link[64];
	int listener;

	open_host();
	listener = listen_in_root("/run/vm");
	CU_ASSERT_EQUAL_FATAL(fstat(listener, &file), 0);
	snprintf(link, sizeof(link), "socket:[%lu]", (unsigned long)file.st_ino);
	make_process(1, "qemu-kvm|-name|first|-qmp|unix:/run/vm,server=on");
	make_link("/proc/1/fd/3", "socket:[1]");
	make_process(2, "qemu-kvm|-name|second|-qmp|unix:/run/vm,server=on");
	make_link("/proc/2/fd/3", "pipe:[1]");
	make_link("/proc/2/fd/4", link);
	make_process(3, "qemu-kvm|-name|hidden|-qmp|unix:/run/vm,server=on");
	check("1 first /run/vm - missing\n"
	      "2 second /run/vm - free\n"
	      "3 hidden /run/vm - free\n");
	close(listener);
	close_host();
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
	open_host();
	chmod(root, 0755);
	listeners[0] = listen_in_root("/run/closed/vm");
	chmod(in_root("/run/closed"), 0700);
	listeners[1] = listen_in_root("/run/mine");
	chmod(in_root("/run/mine"), 0755);
	listeners[2] = listen_in_root("/run/everybodys");
	chmod(in_root("/run/everybodys"), 0777);
	make_process(1, "qemu-kvm|-qmp|unix:/run/closed/vm,server=on");
	make_process(2, "qemu-kvm|-qmp|unix:/run/mine,server=on");
	make_process(3, "qemu-kvm|-qmp|unix:/run/everybodys,server=on");
	place_run_as(65534, be_another, root, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "1 forbidden 1\n2 forbidden 1\n3 free 0\n");
	for (size_t i = 0; i < ARRAY_SIZE(listeners); i++)
		close(listeners[i]);
	close_host();
}

/* Names are what they are: escaping is for who prints. Sentences are escaped. */
static void test_hostile_names(void)
{
	struct balloonctl_discovery *found;

	open_host();
	make_process(1, "qemu-kvm|-name|a\033[31m\nb|-qmp|unix:/run/\033[2Jx,server=on");
	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_run(root, &found), 0);
	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_get_count(found), 1);
	CU_ASSERT_STRING_EQUAL(balloonctl_discovery_get_name(found, 0), "a\033[31m\nb");
	CU_ASSERT_PTR_NULL(
		strchr(balloonctl_error_get_message(balloonctl_discovery_get_error(found, 0)),
		       '\033'));
	balloonctl_discovery_free(found);
	close_host();
}

/* Ten megabytes of words: the first of them are read. */
static void test_huge(void)
{
	enum {
		SIZE = 10 << 20
	};
	char *bytes = malloc(SIZE);

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	open_host();
	memset(bytes, 'x', SIZE);
	memcpy(bytes, "qemu-kvm\0-name\0web\0-append", 27);
	write_bytes("/proc/1/cmdline", bytes, SIZE);
	memset(bytes, '\0', SIZE);
	memcpy(bytes, "qemu-kvm\0-name\0db", 18);
	write_bytes("/proc/2/cmdline", bytes, SIZE);
	write_bytes("/proc/net/unix", bytes, SIZE);
	check("1 web - - none\n"
	      "2 db - - none\n");
	free(bytes);
	close_host();
}

/* What an address finds: its index, or the sentence. */
static void find(const char *address, int index, int code, const char *sentence)
{
	const struct balloonctl_error *error = NULL;
	struct balloonctl_discovery *found;
	size_t at = 77;
	int r;

	CU_ASSERT_EQUAL_FATAL(balloonctl_discovery_run(root, &found), 0);
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

	open_host();
	find("vm:web", 0, -ENOENT,
	     "vm:web: there is no such VM, nor any other: 0 processes, none of them QEMU, and 0 "
	     "listening sockets");
	held = listen_in_root("/run/held");
	client = place_connect(in_root("/run/held"));
	served = accept(held, NULL, NULL);
	free_one = listen_in_root("/run/free");
	last = listen_in_root("/run/last");
	make_process(1, "qemu-kvm|-name|web|-qmp|unix:/run/gone,server=on|-qmp|unix:/run/held,"
			"server=on|-qmp|unix:/run/free,server=on|-qmp|unix:/run/last,server=on");
	make_process(2, "qemu-kvm|-name|db|-qmp|unix:/run/last,server=on");
	make_process(3, "qemu-kvm|-name|db|-qmp|unix:/run/last,server=on");
	make_process(4, "qemu-kvm|-name|old|-qmp|unix:/run/gone,server=on");
	make_process(5, "qemu-kvm");
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
		make_process(pid, "qemu-kvm|-name|many|-qmp|tcp::1,server=on");
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
	close_host();
}

static void test_memory(void)
{
	struct balloonctl_discovery *found = NULL;
	int listener, client, served;
	long n = 0;
	int r;

	open_host();
	listener = listen_in_root("/run/qemu-server/100.qmp");
	client = place_connect(in_root("/run/qemu-server/100.qmp"));
	served = accept(listener, NULL, NULL);
	make_sockets("0: 00000002 00000000 00010000 0001 01 1 /run/qemu-server/100.qmp\n"
		     "0: 00000002 00000000 00010000 0001 01 2 /run/qemu-server/101.qmp\n");
	make_process(1, "kvm|-name|web|-qmp|unix:/run/qemu-server/100.qmp,server=on|-qmp|tcp::1,"
			"server=on");
	make_process(2, "kvm|-name|db|-qmp|unix:relative,server=on|-qmp|unix:fd=1,server=on");
	make_link("/proc/2/cwd", "/run");
	make_link("/proc/2/fd/1", "socket:[1]");
	do {
		scarce_allow(n++);
		r = balloonctl_discovery_run(root, &found);
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
	close_host();
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
	{ "vm:NAME and pid:N find the best monitor of one VM", test_find },
	{ "each lack of memory is an error", test_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("discover", tests, argc, argv);
}
