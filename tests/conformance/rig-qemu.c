/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A QEMU behind its QMP and qtest sockets, or balloonsim in its place (a program of that name). Its
 * one processor stands in a ROM that does nothing, so that all of RAM belongs to the scenario. The
 * clock is stepped where QEMU has the qtest accelerator, and real time elsewhere.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rig.h"

#define ANSWER_MS 20000
#define LATE_NS   INT64_C(150000000) /* what the bounds of the scenarios leave room for */
#define LONG_NS   INT64_C(800000000) /* within one second nothing happens by itself */
#define ROM_SIZE  65536

struct qemu {
	pid_t pid;
	char *directory, *qmp_path, *qtest_path, *rom_path;
	int fd; /* qtest */
	char *text;
	size_t length, taken;
	int line; /* interrupts raised */
	struct timespec start;
	int64_t passed_ns;
};

static char *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static char *format(const char *fmt, ...)
{
	va_list args;
	char *text;
	int ret;

	va_start(args, fmt);
	ret = vasprintf(&text, fmt, args);
	va_end(args);
	assert(ret >= 0);
	return text;
}

static int64_t to_ns(const struct timespec *time)
{
	return time->tv_sec * INT64_C(1000000000) + time->tv_nsec;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return to_ns(&now);
}

static void sleep_until(int64_t ns)
{
	struct timespec until = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}

/* ---- the process ---- */

static void write_rom(const char *path)
{
	static const unsigned char at_reset[] = { 0xfa, 0xf4, 0xeb, 0xfd }; /* cli; hlt; jmp hlt */
	unsigned char *rom = malloc(ROM_SIZE);
	FILE *file = fopen(path, "we");

	assert(rom != NULL && file != NULL);
	memset(rom, 0xf4, ROM_SIZE);
	memcpy(rom + ROM_SIZE - 16, at_reset, sizeof(at_reset));
	if (fwrite(rom, ROM_SIZE, 1, file) != 1)
		rig_die("%s: %s", path, strerror(errno));
	fclose(file);
	free(rom);
}

struct words {
	char *list[64];
	size_t count;
};

static void add(struct words *words, char *word)
{
	assert(words->count < sizeof(words->list) / sizeof(words->list[0]) - 1);
	words->list[words->count++] = word;
}

static void add_pair(struct words *words, const char *option, char *value)
{
	add(words, format("%s", option));
	add(words, value);
}

static char *balloon(const struct rig_options *options, const char *type)
{
	return format("%s%s%s%s", type, options->is_anonymous ? "" : ",id=b0",
		      options->device != NULL ? "," : "",
		      options->device != NULL ? options->device : "");
}

static void add_qemu(struct words *words, const struct rig_options *options,
		     const struct qemu *qemu, bool is_stepped, enum rig_version version)
{
	add_pair(words, "-machine",
		 format("%s", options->is_pci
				      ? "pc"
				      : "microvm,pit=off,pic=off,rtc=off,isa-serial=off,acpi=off"));
	add_pair(words, "-accel", format("%s", is_stepped ? "qtest" : "tcg"));
	add(words, format("-nodefaults"));
	add(words, format("-no-user-config"));
	add_pair(words, "-display", format("none"));
	add_pair(words, "-m", format("%u", options->ram_mib != 0 ? options->ram_mib : 64));
	add_pair(words, "-bios", format("%s", qemu->rom_path));
	add_pair(words, "-global",
		 format("virtio-mmio.force-legacy=%s", options->is_legacy ? "on" : "off"));
	add_pair(words, "-global",
		 format("virtio-mmio.ioeventfd=%s", options->has_ioeventfd ? "on" : "off"));
	if (options->device != NULL && strstr(options->device, "iothread=io0") != NULL)
		add_pair(words, "-object", format("iothread,id=io0"));
	if (!options->has_no_balloon)
		add_pair(words, "-device",
			 balloon(options,
				 options->is_pci ? "virtio-balloon-pci" : "virtio-balloon-device"));
	add_pair(words, "-qmp", format("unix:%s,server=on,wait=off", qemu->qmp_path));
	add_pair(words, "-qtest", format("unix:%s,server=on,wait=off", qemu->qtest_path));
	add_pair(words, "-qtest-log", format("none"));
	if (options->is_paused || options->is_pci)
		add(words, format("-S"));
}

static void add_balloonsim(struct words *words, const struct rig_options *options,
			   const struct qemu *qemu, enum rig_version version)
{
	add_pair(words, "--qmp", format("%s", qemu->qmp_path));
	add_pair(words, "--qtest", format("%s", qemu->qtest_path));
	add_pair(words, "--profile", format("%s", rig_get_profile(version)));
	add_pair(words, "--ram", format("%u", options->ram_mib != 0 ? options->ram_mib : 64));
	add_pair(words, "--device",
		 options->has_no_balloon
			 ? format("none")
			 : balloon(options, options->is_pci ? "virtio-balloon-pci"
							    : "virtio-balloon-device"));
	if (options->is_legacy)
		add(words, format("--legacy"));
	if (options->has_ioeventfd)
		add(words, format("--ioeventfd"));
	if (options->is_paused || options->is_pci)
		add(words, format("--paused"));
}

bool rig_is_balloonsim(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strncmp(slash != NULL ? slash + 1 : program, "balloonsim", 10) == 0;
}

static pid_t spawn(struct words *words, const char *log)
{
	pid_t parent = getpid(), pid;
	int fd;

	words->list[words->count] = NULL;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		dup2(fd, STDERR_FILENO);
		dup2(open("/dev/null", O_RDWR | O_CLOEXEC), STDIN_FILENO);
		dup2(fd, STDOUT_FILENO);
		execvp(words->list[0], words->list);
		_exit(127);
	}
	for (size_t i = 0; i < words->count; i++)
		free(words->list[i]);
	return pid;
}

/* Connect to a socket that the program has yet to make. -1 when it has ended. */
static int dial(struct qemu *qemu, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int64_t deadline = now_ns() + ANSWER_MS * INT64_C(1000000);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert(fd >= 0 && strlen(path) < sizeof(address.sun_path));
	strcpy(address.sun_path, path);
	while (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		if (now_ns() > deadline)
			rig_die("%s: nobody listens there", path);
		if (waitpid(qemu->pid, NULL, WNOHANG) == qemu->pid) {
			qemu->pid = 0;
			close(fd);
			return -1;
		}
		sleep_until(now_ns() + 1000000);
	}
	return fd;
}

/* ---- qtest ---- */

static void tell_end(const struct qemu *qemu, const char *command)
{
	char *path = format("%s/log", qemu->directory);
	FILE *file = fopen(path, "re");
	char line[512];

	fflush(stdout);
	fprintf(stderr, "# the machine has ended at `%.80s`; its last words:\n", command);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		fprintf(stderr, "# %s", line);
	rig_die("# ended");
}

static void send_text(struct qemu *qemu, const char *text, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = send(qemu->fd, text, len, MSG_NOSIGNAL);
		if (n < 0)
			tell_end(qemu, text);
		text += n;
		len -= n;
	}
}

/* The next reply, valid until the next call; interrupts ahead of it are counted. */
static const char *get_reply(struct qemu *qemu, const char *command)
{
	struct pollfd pfd = { .fd = qemu->fd, .events = POLLIN };
	char *begin, *end;
	ssize_t n;

	for (;;) {
		begin = qemu->text + qemu->taken;
		end = qemu->length > qemu->taken ? memchr(begin, '\n', qemu->length - qemu->taken)
						 : NULL;
		if (end == NULL) {
			memmove(qemu->text, begin, qemu->length - qemu->taken);
			qemu->length -= qemu->taken;
			qemu->taken = 0;
			qemu->text = realloc(qemu->text, qemu->length + 65536);
			assert(qemu->text != NULL);
			if (poll(&pfd, 1, ANSWER_MS) <= 0)
				rig_die("# no reply to `%.80s`", command);
			n = recv(qemu->fd, qemu->text + qemu->length, 65536, 0);
			if (n <= 0)
				tell_end(qemu, command);
			qemu->length += n;
			continue;
		}
		*end = '\0';
		qemu->taken = end + 1 - qemu->text;
		if (strncmp(begin, "IRQ raise", 9) == 0)
			qemu->line++;
		else if (strncmp(begin, "IRQ lower", 9) == 0)
			qemu->line--;
		else
			return begin;
	}
}

static const char *ask(struct qemu *qemu, const char *command)
{
	send_text(qemu, command, strlen(command));
	return get_reply(qemu, command);
}

static const char *ask_ok(struct qemu *qemu, const char *command)
{
	const char *reply = ask(qemu, command);

	if (strncmp(reply, "OK", 2) != 0)
		rig_die("# %.80s gives %s", command, reply);
	return reply[2] == ' ' ? reply + 3 : reply + 2;
}

static char letter(unsigned int width)
{
	return width == 1 ? 'b' : width == 2 ? 'w' : width == 4 ? 'l' : 'q';
}

static uint64_t qemu_read(struct rig *rig, uint64_t gpa, unsigned int width)
{
	char command[64];

	sprintf(command, "read%c 0x%" PRIx64 "\n", letter(width), gpa);
	return strtoull(ask_ok(rig->context, command), NULL, 16);
}

static void qemu_write(struct rig *rig, uint64_t gpa, unsigned int width, uint64_t value)
{
	char command[80];

	sprintf(command, "write%c 0x%" PRIx64 " 0x%" PRIx64 "\n", letter(width), gpa, value);
	ask_ok(rig->context, command);
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static void qemu_read_memory(struct rig *rig, uint64_t gpa, void *to, size_t len)
{
	unsigned char *bytes = to;
	char command[80];
	const char *hex;

	sprintf(command, "read 0x%" PRIx64 " %zu\n", gpa, len);
	hex = ask_ok(rig->context, command) + 2;
	if (strlen(hex) != 2 * len)
		rig_die("# %s gives %s", command, hex);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
}

static void qemu_write_memory(struct rig *rig, uint64_t gpa, const void *from, size_t len)
{
	const unsigned char *bytes = from;
	char *command = malloc(2 * len + 80);
	int n;

	assert(command != NULL);
	n = sprintf(command, "write 0x%" PRIx64 " %zu 0x", gpa, len);
	for (size_t i = 0; i < len; i++)
		n += sprintf(command + n, "%02x", bytes[i]);
	strcpy(command + n, "\n");
	ask_ok(rig->context, command);
	free(command);
}

static void qemu_read_registers(struct rig *rig, uint32_t values[64])
{
	struct qemu *qemu = rig->context;
	char command[64 * 20];
	int n = 0;

	for (unsigned int i = 0; i < 64; i++)
		n += sprintf(command + n, "readl 0x%" PRIx64 "\n", rig->base + 4 * i);
	send_text(qemu, command, n);
	for (unsigned int i = 0; i < 64; i++)
		values[i] = (uint32_t)strtoull(get_reply(qemu, "readl") + 3, NULL, 16);
}

static bool qemu_has_interrupt(struct rig *rig)
{
	struct qemu *qemu = rig->context;

	qemu_read(rig, rig->base, 4); /* brings what is under way */
	return qemu->line > 0;
}

/* ---- QMP and time ---- */

static int qemu_connect(struct rig *rig)
{
	struct qemu *qemu = rig->context;

	return dial(qemu, qemu->qmp_path);
}

static void qemu_serve(struct rig *rig)
{
}

static void qemu_freeze(struct rig *rig)
{
	struct qemu *qemu = rig->context;

	kill(qemu->pid, rig->is_frozen ? SIGSTOP : SIGCONT);
}

static void note_lateness(struct rig *rig, int64_t bound_ns)
{
	struct qemu *qemu = rig->context;
	int64_t late_ns = now_ns() - to_ns(&qemu->start) - qemu->passed_ns;

	if (!rig->is_stepped && late_ns > bound_ns)
		rig->is_late = true;
}

static void qemu_pass_ns(struct rig *rig, int64_t ns)
{
	struct qemu *qemu = rig->context;
	char command[64];

	if (rig->is_stepped) {
		sprintf(command, "clock_step %" PRId64 "\n", ns);
		ask_ok(qemu, command);
		return;
	}
	note_lateness(rig, LATE_NS);
	qemu->passed_ns += ns;
	sleep_until(to_ns(&qemu->start) + qemu->passed_ns);
}

/* The host's time must really pass, also for a run that is late already. */
static void qemu_pass_wall_ms(struct rig *rig, int ms)
{
	int64_t wake_ns = now_ns() + ms * INT64_C(1000000);

	if (!rig->is_stepped)
		qemu_pass_ns(rig, ms * INT64_C(1000000));
	sleep_until(wake_ns);
}

static void remove_files(struct qemu *qemu)
{
	char *log = format("%s/log", qemu->directory);

	unlink(log);
	unlink(qemu->qmp_path);
	unlink(qemu->qtest_path);
	unlink(qemu->rom_path);
	rmdir(qemu->directory);
	free(log);
	free(qemu->directory);
	free(qemu->qmp_path);
	free(qemu->qtest_path);
	free(qemu->rom_path);
	free(qemu->text);
	free(qemu);
}

static void qemu_stop(struct rig *rig)
{
	struct qemu *qemu = rig->context;

	note_lateness(rig, qemu->passed_ns > 0 ? LATE_NS : LONG_NS);
	if (qemu->pid != 0) {
		kill(qemu->pid, SIGKILL);
		waitpid(qemu->pid, NULL, 0);
	}
	if (qemu->fd >= 0)
		close(qemu->fd);
	remove_files(qemu);
}

static const struct rig_ops qemu_ops = {
	.read = qemu_read,
	.write = qemu_write,
	.read_memory = qemu_read_memory,
	.write_memory = qemu_write_memory,
	.read_registers = qemu_read_registers,
	.has_interrupt = qemu_has_interrupt,
	.connect = qemu_connect,
	.serve = qemu_serve,
	.freeze = qemu_freeze,
	.pass_ns = qemu_pass_ns,
	.pass_wall_ms = qemu_pass_wall_ms,
	.stop = qemu_stop,
};

static struct qemu *qemu_new(void)
{
	const char *tmp = getenv("TMPDIR");
	struct qemu *qemu = calloc(1, sizeof(*qemu));

	assert(qemu != NULL);
	qemu->fd = -1;
	qemu->text = malloc(1);
	assert(qemu->text != NULL);
	qemu->directory = format("%s/rig-XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(qemu->directory) == NULL)
		rig_die("%s: %s", qemu->directory, strerror(errno));
	qemu->qmp_path = format("%s/qmp", qemu->directory);
	qemu->qtest_path = format("%s/qtest", qemu->directory);
	qemu->rom_path = format("%s/rom", qemu->directory);
	return qemu;
}

/* What programs can is asked once, with the version, and kept for the processes forked later. */
static enum rig_version known_version;
static bool known_to_step;

static bool start(struct rig *rig, const char *program, bool is_stepped)
{
	struct qemu *qemu = rig->context;
	struct words words = { 0 };
	char *log = format("%s/log", qemu->directory);

	add(&words, format("%s", program));
	if (rig_is_balloonsim(program)) {
		add_balloonsim(&words, &rig->options, qemu, known_version);
	} else {
		write_rom(qemu->rom_path);
		add_qemu(&words, &rig->options, qemu, is_stepped, known_version);
	}
	qemu->pid = spawn(&words, log);
	free(log);
	rig->is_stepped = is_stepped;
	qemu->fd = dial(qemu, qemu->qtest_path);
	if (qemu->fd < 0)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &qemu->start);
	rig_begin(rig);
	if (!rig->options.is_pci)
		ask_ok(qemu, "irq_intercept_in ioapic\n");
	return true;
}

struct rig *rig_start_qemu(const char *program, const struct rig_options *options)
{
	struct qemu *qemu = qemu_new();
	struct rig *rig = rig_new(&qemu_ops, options, qemu);

	if (!start(rig, program, known_to_step && !options->is_pci && !options->in_real_time))
		tell_end(qemu, "start");
	return rig;
}

bool rig_ask_version(const char *program, enum rig_version *ret, char *text, size_t size)
{
	const char *profile = getenv("BALLOONSIM_PROFILE");
	const struct rig_options options = { 0 };
	struct qemu *qemu;
	struct rig *rig;
	bool is_up;

	known_version = RIG_11_1;
	if (profile != NULL && strcmp(profile, "7.2") == 0)
		known_version = RIG_7_2;
	if (profile != NULL && strcmp(profile, "10.0") == 0)
		known_version = RIG_10_0;
	for (int i = 1; i >= 0; i--) {
		qemu = qemu_new();
		rig = rig_new(&qemu_ops, &options, qemu);
		is_up = start(rig, program, i == 1);
		if (is_up) {
			known_to_step = i == 1;
			known_version = *ret = rig->version;
			snprintf(text, size, "QEMU %s (%s), %s clock",
				 rig_get_profile(rig->version), program,
				 i == 1 ? "stepped" : "real");
			/* A machine with qtest and TCG has the command for nothing but errors. */
			if (i == 1)
				ask_ok(qemu, "clock_step 1000000\n");
			rig_free(rig);
			return true;
		}
		rig_free(rig);
	}
	return false;
}
