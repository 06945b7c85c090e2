/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A real QEMU for the tests; see vm.h. The serial console and the harness's monitor are socket
 * pairs, so that QEMU's end of them closes when QEMU goes and nothing has to be tried again until
 * it listens. The protocol on the console is the one of tests/guest/init.
 */
#include "vm.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_TIMEOUT_MS 60000
#define MAX_ARGS           64
#define MAX_COMMAND        4000 /* the guest's terminal takes 4095 bytes in one line */
#define MAX_STREAM         (16 << 20)
#define MAX_TAIL           2000 /* of a stream, in a test log */
#define RECORD_SEPARATOR   '\036'

/*
 * On microvm Linux has no clock but the TSC. It measures the TSC's rate in the first milliseconds;
 * when another process has the processor just then, that fails and the boot hangs. The given rate,
 * right or not, is the guest's idea of a second and nothing more.
 */
#define MICROVM_WORDS "tsc_early_khz=2500000"

/* One socket and everything that came from it; what lies before `taken` has been used. */
struct stream {
	int fd;
	char *text; /* always ends in NUL */
	size_t length;
	size_t taken;
};

struct vm {
	pid_t pid; /* 0 once reaped */
	int status;
	int timeout_ms;
	bool out_of_step; /* the reply of an earlier command is still to come */
	struct stream console;
	struct stream control;
	size_t events_taken; /* in `control`: where vm_wait_event goes on */
	char *directory;
	char *qmp;
	char *stderr_path;
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

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static const char *tail(const struct stream *stream)
{
	return stream->text + (stream->length > MAX_TAIL ? stream->length - MAX_TAIL : 0);
}

/* Say that `what` failed, with everything known to the reader of a test log. */
static int fail(const struct vm *vm, const char *what, int error)
{
	FILE *file = fopen(vm->stderr_path, "re");
	int c;

	fprintf(stderr, "\nvm: %s: %s\n", what, strerror(-error));
	fprintf(stderr, "vm: the console said:\n%s\n", tail(&vm->console));
	fprintf(stderr, "vm: the control monitor said:\n%s\n", tail(&vm->control));
	fprintf(stderr, "vm: QEMU's stderr said:\n");
	while (file != NULL && (c = getc(file)) != EOF)
		putc(c, stderr);
	if (file != NULL)
		fclose(file);
	return error;
}

/* Add what the peer sends next. 0, -ETIMEDOUT at the deadline, -EPIPE when QEMU has gone. */
static int stream_read(struct stream *stream, long long deadline)
{
	struct pollfd pfd = { .fd = stream->fd, .events = POLLIN };
	long long left = deadline - now_ms();
	ssize_t n;
	char *text;

	if (poll(&pfd, 1, left > 0 ? (int)left : 0) <= 0)
		return -ETIMEDOUT;
	assert(stream->length < MAX_STREAM);
	text = realloc(stream->text, stream->length + 4096 + 1);
	assert(text != NULL);
	stream->text = text;
	n = recv(stream->fd, text + stream->length, 4096, 0);
	if (n <= 0)
		return -EPIPE;
	/* The firmware may send NUL; a text doesn't. */
	for (ssize_t i = 0; i < n; i++)
		if (text[stream->length + i] == '\0')
			text[stream->length + i] = '?';
	stream->length += n;
	text[stream->length] = '\0';
	return 0;
}

static int stream_send(const struct stream *stream, const char *text)
{
	size_t length = strlen(text);

	/* The socket's buffer holds any of our lines: a short write is a broken peer. */
	return send(stream->fd, text, length, MSG_NOSIGNAL) == (ssize_t)length ? 0 : -EPIPE;
}

static void copy_cut(char *dst, size_t size, const char *src, size_t length)
{
	if (dst == NULL || size == 0)
		return;
	if (length >= size)
		length = size - 1;
	memcpy(dst, src, length);
	dst[length] = '\0';
}

/* The next reply of the guest: its exit status; the output goes to `output`. */
static int wait_reply(struct vm *vm, char *output, size_t size)
{
	long long deadline = now_ms() + vm->timeout_ms;
	struct stream *console = &vm->console;
	const char *begin;
	const char *mark;
	const char *end;
	int ret;

	for (;;) {
		begin = console->text + console->taken;
		mark = strchr(begin, RECORD_SEPARATOR);
		end = mark != NULL ? strchr(mark, '\n') : NULL;
		if (end != NULL)
			break;
		ret = stream_read(console, deadline);
		if (ret < 0)
			return ret;
	}
	copy_cut(output, size, begin, mark - begin);
	console->taken = end + 1 - console->text;
	return atoi(mark + 1);
}

int vm_wait_boot(struct vm *vm)
{
	int ret = wait_reply(vm, NULL, 0);

	if (ret < 0)
		return fail(vm, "waiting for the guest to boot", ret);
	vm->out_of_step = false;
	return 0;
}

int vm_run(struct vm *vm, const char *command, char *output, size_t size)
{
	char *line;
	int ret;

	assert(strlen(command) <= MAX_COMMAND && strchr(command, '\n') == NULL);
	if (vm->out_of_step)
		return fail(vm, command, -EBUSY);
	line = format("%s\n", command);
	ret = stream_send(&vm->console, line);
	free(line);
	if (ret == 0)
		ret = wait_reply(vm, output, size);
	if (ret < 0) {
		vm->out_of_step = true;
		return fail(vm, command, ret);
	}
	return ret;
}

/* The next line at *position of the control monitor, its end excluded. */
static int next_line(struct vm *vm, size_t *position, long long deadline, const char **ret_line,
		     size_t *ret_length)
{
	const char *end;
	int ret;

	while ((end = strstr(vm->control.text + *position, "\r\n")) == NULL) {
		ret = stream_read(&vm->control, deadline);
		if (ret < 0)
			return ret;
	}
	*ret_line = vm->control.text + *position;
	*ret_length = end - *ret_line;
	*position = end + 2 - vm->control.text;
	return 0;
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

int vm_control_begin(struct vm *vm, const char *json)
{
	int ret = stream_send(&vm->control, json);

	return ret < 0 ? fail(vm, json, ret) : 0;
}

int vm_control_end(struct vm *vm, char *reply, size_t size)
{
	long long deadline = now_ms() + vm->timeout_ms;
	const char *line;
	size_t length;
	int ret;

	do {
		ret = next_line(vm, &vm->control.taken, deadline, &line, &length);
		if (ret < 0)
			return fail(vm, "waiting for the reply to a command", ret);
	} while (starts_with(line, "{\"timestamp\"") || starts_with(line, "{\"QMP\""));
	copy_cut(reply, size, line, length);
	return starts_with(line, "{\"return\"") ? 0 : -EREMOTEIO;
}

int vm_control(struct vm *vm, const char *json, char *reply, size_t size)
{
	int ret = vm_control_begin(vm, json);

	return ret < 0 ? ret : vm_control_end(vm, reply, size);
}

int vm_wait_event(struct vm *vm, const char *name)
{
	long long deadline = now_ms() + vm->timeout_ms;
	char *member = format("\"event\": \"%s\"", name);
	const char *line;
	const char *found;
	size_t length;
	int ret;

	do {
		ret = next_line(vm, &vm->events_taken, deadline, &line, &length);
		if (ret < 0) {
			fail(vm, name, ret);
			break;
		}
		found = strstr(line, member);
	} while (!starts_with(line, "{\"timestamp\"") || found == NULL || found > line + length);
	free(member);
	return ret;
}

int vm_signal(struct vm *vm, int sig)
{
	siginfo_t info;

	if (vm->pid == 0)
		return -ESRCH;
	if (kill(vm->pid, sig) < 0)
		return -errno;
	/* A thread of QEMU's may still run for a moment, and greet. */
	if (sig == SIGSTOP && waitid(P_PID, (id_t)vm->pid, &info, WSTOPPED) < 0)
		return -errno;
	return 0;
}

int vm_wait_exit(struct vm *vm, int *ret_status)
{
	long long deadline = now_ms() + vm->timeout_ms;
	int ret;

	do
		ret = stream_read(&vm->control, deadline);
	while (ret == 0);
	if (ret == -ETIMEDOUT)
		return fail(vm, "waiting for QEMU to end", ret);
	if (vm->pid != 0)
		waitpid(vm->pid, &vm->status, 0);
	vm->pid = 0;
	*ret_status = vm->status;
	return 0;
}

const char *vm_get_qmp(const struct vm *vm)
{
	return vm->qmp;
}

const char *vm_get_directory(const struct vm *vm)
{
	return vm->directory;
}

pid_t vm_get_pid(const struct vm *vm)
{
	return vm->pid;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

void vm_stop(struct vm *vm)
{
	if (vm == NULL)
		return;
	if (vm->pid > 0) {
		kill(vm->pid, SIGKILL);
		waitpid(vm->pid, NULL, 0);
	}
	if (vm->console.fd >= 0)
		close(vm->console.fd);
	if (vm->control.fd >= 0)
		close(vm->control.fd);
	if (vm->directory != NULL)
		nftw(vm->directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	free(vm->console.text);
	free(vm->control.text);
	free(vm->directory);
	free(vm->qmp);
	free(vm->stderr_path);
	free(vm);
}

/* QEMU's arguments: each is a string of its own to free. */
struct arguments {
	char *list[MAX_ARGS + 1];
	size_t count;
};

static void add(struct arguments *args, char *arg)
{
	assert(args->count < MAX_ARGS);
	args->list[args->count++] = arg;
}

static void add_pair(struct arguments *args, const char *option, char *value)
{
	add(args, format("%s", option));
	add(args, value);
}

static void add_arguments(struct arguments *args, const struct vm *vm, const struct vm_options *o,
			  int console, int control)
{
	const char *qemu = getenv("QEMU");
	const char *guest = getenv("BALLOONCTL_GUEST");
	const char *machine = o->machine != NULL ? o->machine : "pc";

	add(args, format("%s", qemu != NULL ? qemu : "qemu-system-x86_64"));
	add(args, format("-nodefaults"));
	add(args, format("-no-user-config"));
	add_pair(args, "-display", format("none"));
	add_pair(args, "-accel", format("tcg"));
	add_pair(args, "-machine", format("%s", machine));
	add_pair(args, "-m", format("%u", o->memory_mib != 0 ? o->memory_mib : 256));
	add_pair(args, "-chardev", format("socket,id=qmp,path=%s,server=on,wait=off", vm->qmp));
	add_pair(args, "-mon",
		 format("chardev=qmp,mode=control,%s",
			o->qmp_options != NULL ? o->qmp_options : "pretty=off"));
	add_pair(args, "-chardev", format("socket,id=control,fd=%d", control));
	add_pair(args, "-mon", format("chardev=control,mode=control"));
	add_pair(args, "-chardev", format("socket,id=console,fd=%d", console));
	add_pair(args, "-serial", format("chardev:console"));
	if (o->balloon != NULL)
		add_pair(args, "-device", format("%s", o->balloon));
	if (o->linux_guest) {
		add_pair(args, "-kernel", format("%s/vmlinuz", guest));
		add_pair(args, "-initrd", format("%s/initrd.img", guest));
		add_pair(args, "-append",
			 format("console=ttyS0 quiet panic=-1 rdinit=/init %s %s",
				strncmp(machine, "microvm", 7) == 0 ? MICROVM_WORDS : "",
				o->guest_words != NULL ? o->guest_words : ""));
	} else {
		add(args, format("-S"));
	}
	for (const char *const *arg = o->args; arg != NULL && *arg != NULL; arg++)
		add(args, format("%s", *arg));
}

/* In the child: become QEMU with the two sockets, its words in a file, and a life no longer than
 * the test's. */
static void become_qemu(const struct vm *vm, pid_t parent, char **argv, int console, int control)
{
	int null = open("/dev/null", O_RDWR);
	int log = open(vm->stderr_path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || null < 0 || log < 0)
		_exit(126);
	dup2(null, STDIN_FILENO);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	fcntl(console, F_SETFD, 0);
	fcntl(control, F_SETFD, 0);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

static int spawn(struct vm *vm, const struct vm_options *options)
{
	struct arguments args = { .count = 0 };
	int console[2];
	int control[2];
	pid_t parent = getpid();
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, console) < 0)
		return -errno;
	vm->console.fd = console[0];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) < 0) {
		close(console[1]);
		return -errno;
	}
	vm->control.fd = control[0];
	add_arguments(&args, vm, options, console[1], control[1]);
	pid = fork();
	if (pid == 0)
		become_qemu(vm, parent, args.list, console[1], control[1]);
	if (pid > 0)
		vm->pid = pid;
	close(console[1]);
	close(control[1]);
	for (size_t i = 0; i < args.count; i++)
		free(args.list[i]);
	return pid < 0 ? -EAGAIN : 0;
}

struct vm *vm_start(const struct vm_options *options)
{
	const char *tmp = getenv("TMPDIR");
	struct vm *vm = calloc(1, sizeof(*vm));
	int ret;

	assert(vm != NULL);
	vm->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : DEFAULT_TIMEOUT_MS;
	vm->console = (struct stream){ .fd = -1, .text = format("%s", "") };
	vm->control = (struct stream){ .fd = -1, .text = format("%s", "") };
	vm->directory = format("%s/balloonctl-vm.XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(vm->directory) == NULL) {
		fprintf(stderr, "vm: %s: %s\n", vm->directory, strerror(errno));
		free(vm->directory);
		vm->directory = NULL;
		goto error;
	}
	vm->qmp = format("%s/qmp", vm->directory);
	vm->stderr_path = format("%s/stderr", vm->directory);
	if (options->linux_guest && getenv("BALLOONCTL_GUEST") == NULL) {
		fprintf(stderr, "vm: BALLOONCTL_GUEST names no guest (see tests/guest/build)\n");
		goto error;
	}
	ret = spawn(vm, options);
	if (ret < 0) {
		fprintf(stderr, "vm: can't start QEMU: %s\n", strerror(-ret));
		goto error;
	}
	/* QEMU listens at `qmp` before any of its monitors greets, so afterwards both are ready. */
	if (vm_control(vm, "{\"execute\":\"qmp_capabilities\"}\n", NULL, 0) < 0)
		goto error;
	return vm;
error:
	vm_stop(vm);
	return NULL;
}
