/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A thousand VMs in one loop, on a clock that the test moves: who answers has a sample at once, who
 * hangs has an error at its deadline and delays nobody. And a few VMs that die, restart, lose their
 * polling interval, or leave in the middle of it all.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "pair.h"

enum {
	VMS = 1000,
	HUNG = 50,
	DESCRIPTORS_PER_VM = 8,

	INTERVAL_MS = 1000,
	GREETING_MS = 300,
	REPLY_MS = 500,

	ROUNDS = 8, /* until all that can happen at one time has happened */
};

/* The clock of both libraries in this program. */
static int64_t now_ms = 1000000;

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *ret)
{
	if (clock != CLOCK_MONOTONIC)
		return (int)syscall(SYS_clock_gettime, clock, ret);
	ret->tv_sec = now_ms / 1000;
	ret->tv_nsec = now_ms % 1000 * 1000000;
	return 0;
}

enum way {
	ANSWERS,
	/* Those that hang, in the order in which a conversation goes. */
	ACCEPTS_NOT,
	GREETS_NOT,
	NEGOTIATES_NOT,
	REPLIES_NOT,
	STOPS_IN_A_REPLY,
	TRICKLES,
	WAYS,
};

struct vm {
	enum way way;
	struct balloonsim_machine *machine; /* of one that answers */
	struct balloonctl_member *member;
	int client_fd, peer_fd; /* of one that is played by the test */
	int64_t asked_at;       /* the sweep that has had no sample yet; 0: none */
	unsigned int samples, errors;
	bool is_heard;
};

struct world {
	struct balloonctl_fleet *fleet;
	struct vm *vms;
	int n;
	char directory[32];
};

static const char greeting[] = "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 0, \"minor\": 1, "
			       "\"major\": 11}, \"package\": \"\"}, \"capabilities\": []}}\r\n";

static int allow_vms(int wanted)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur / DESCRIPTORS_PER_VM > (rlim_t)wanted)
		return wanted;
	return (int)(limit.rlim_cur / DESCRIPTORS_PER_VM);
}

static struct balloonsim_machine *make_machine(const char *options)
{
	struct pair pair;

	pair_make_machine(&pair, options);
	return pair.machine;
}

static void say(const struct vm *vm, const char *text)
{
	size_t len = strlen(text);

	CU_ASSERT_EQUAL_FATAL(send(vm->peer_fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* A socket on which somebody listens and nobody accepts. */
static void add_deaf(struct world *world, struct vm *vm)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/%d", world->directory,
		 (int)(vm - world->vms));
	vm->peer_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CU_ASSERT_FATAL(bind(vm->peer_fd, (struct sockaddr *)&at, sizeof(at)) == 0);
	CU_ASSERT_FATAL(listen(vm->peer_fd, 1) == 0);
	CU_ASSERT_EQUAL_FATAL(balloonctl_fleet_add(world->fleet, at.sun_path, vm, &vm->member), 0);
}

static void add_vm(struct world *world, struct vm *vm, const char *options)
{
	int fds[2];

	vm->client_fd = vm->peer_fd = -1;
	if (vm->way == ACCEPTS_NOT) {
		add_deaf(world, vm);
		return;
	}
	if (vm->way == ANSWERS) {
		vm->machine = make_machine(options);
		vm->client_fd = balloonsim_machine_connect(vm->machine);
		CU_ASSERT_FATAL(vm->client_fd >= 0);
	} else {
		CU_ASSERT_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
		vm->client_fd = fds[0];
		vm->peer_fd = fds[1];
	}
	CU_ASSERT_EQUAL_FATAL(balloonctl_fleet_add_fd(world->fleet, vm->client_fd, "a VM", vm,
						      &vm->member),
			      0);
}

static void begin(struct world *world, int n, int hung, const char *options)
{
	*world = (struct world){ .n = n, .directory = "/tmp/fleet.XXXXXX" };
	world->vms = calloc((size_t)n, sizeof(*world->vms));
	world->fleet = balloonctl_fleet_new();
	CU_ASSERT_FATAL(world->vms != NULL && world->fleet != NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(world->directory));
	balloonctl_fleet_set_interval_ms(world->fleet, INTERVAL_MS);
	balloonctl_fleet_set_greeting_timeout_ms(world->fleet, GREETING_MS);
	balloonctl_fleet_set_reply_timeout_ms(world->fleet, REPLY_MS);
	for (int i = 0, next = 0; i < n; i++) {
		if (i * hung / n != (i + 1) * hung / n)
			world->vms[i].way = 1 + next++ % (WAYS - 1);
		add_vm(world, &world->vms[i], options);
	}
}

static void end(struct world *world)
{
	char path[64];

	balloonctl_fleet_free(world->fleet);
	for (int i = 0; i < world->n; i++) {
		snprintf(path, sizeof(path), "%s/%d", world->directory, i);
		unlink(path);
		balloonsim_machine_free(world->vms[i].machine);
		if (world->vms[i].client_fd >= 0)
			close(world->vms[i].client_fd);
		if (world->vms[i].peer_fd >= 0)
			close(world->vms[i].peer_fd);
	}
	rmdir(world->directory);
	free(world->vms);
}

/* The test's own VMs go on to where they hang. */
static void play(struct vm *vm)
{
	char heard[2048], reply[256];
	ssize_t n;

	if (vm->way <= GREETS_NOT)
		return;
	if (!vm->is_heard)
		say(vm, greeting);
	vm->is_heard = true;
	if (vm->way == TRICKLES && vm->is_heard)
		say(vm, " ");
	n = recv(vm->peer_fd, heard, sizeof(heard) - 1, MSG_DONTWAIT);
	if (n <= 0 || vm->way == NEGOTIATES_NOT)
		return;
	heard[n] = '\0';
	if (strstr(heard, "qmp_capabilities") != NULL)
		say(vm, "{\"return\": {}}\r\n");
	if (vm->way == REPLIES_NOT)
		return;
	snprintf(reply, sizeof(reply), "{\"return\": {\"stats\": {\"stat-free-memory\": 12345%s",
		 vm->way == TRICKLES ? "" : "6}, \"last-upd");
	say(vm, reply);
}

static bool is_asked(const struct vm *vm)
{
	return balloonctl_monitor_get_fd(balloonctl_member_get_monitor(vm->member)) >= 0;
}

/* All that happens without time passing. */
static void settle(struct world *world, void (*take)(struct world *, struct balloonctl_sample *))
{
	struct balloonctl_sample *sample;

	for (int round = 0; round < ROUNDS; round++) {
		CU_ASSERT_EQUAL_FATAL(balloonctl_fleet_process(world->fleet), 0);
		for (int i = 0; i < world->n; i++) {
			struct vm *vm = &world->vms[i];

			if (vm->member == NULL || !is_asked(vm))
				continue;
			if (vm->asked_at == 0 && vm->samples + vm->errors == 0)
				vm->asked_at = now_ms;
			if (vm->way != ANSWERS)
				play(vm);
			else if (vm->machine != NULL)
				balloonsim_machine_process(vm->machine);
		}
		while ((sample = balloonctl_fleet_next_sample(world->fleet)) != NULL) {
			take(world, sample);
			balloonctl_sample_free(sample);
		}
	}
}

/* To the next time at which the fleet wants something, at most `until`. */
static void step(struct world *world, int64_t until)
{
	int timeout = balloonctl_fleet_get_timeout(world->fleet);

	if (timeout == 0)
		return;
	now_ms = timeout < 0 || now_ms + timeout > until ? until : now_ms + timeout;
}

/* A thousand -------------------------------------------------------------------------------------*/

static void take_one_of_many(struct world *world, struct balloonctl_sample *sample)
{
	struct vm *vm = balloonctl_sample_get_user_data(sample);
	int deadline = vm->way <= GREETS_NOT ? GREETING_MS : REPLY_MS;

	CU_ASSERT_PTR_EQUAL(balloonctl_sample_get_member(sample), vm->member);
	if (vm->way == ANSWERS) {
		CU_ASSERT_EQUAL(balloonctl_sample_get_result(sample), 0);
		CU_ASSERT_PTR_NOT_NULL(balloonctl_sample_get_stats(sample));
		if (vm->samples == 0)
			CU_ASSERT_EQUAL(now_ms, vm->asked_at);
		vm->samples++;
		vm->asked_at = 0;
		return;
	}
	CU_ASSERT_PTR_NULL(balloonctl_sample_get_stats(sample));
	CU_ASSERT(balloonctl_sample_get_result(sample) == -ETIMEDOUT ||
		  balloonctl_sample_get_result(sample) == -EBUSY);
	if (vm->errors == 0)
		CU_ASSERT_EQUAL(now_ms - vm->asked_at, deadline);
	vm->errors++;
	vm->asked_at = 0;
}

static void test_many(void)
{
	int n = allow_vms(VMS), hung = n * HUNG / VMS;
	unsigned int healthy = 0, failed = 0, ways[WAYS] = { 0 };
	int64_t start;
	struct world world;

	begin(&world, n, hung, "ram=256M");
	start = now_ms;
	while (now_ms < start + INTERVAL_MS - 1) {
		settle(&world, take_one_of_many);
		step(&world, start + INTERVAL_MS - 1);
	}
	settle(&world, take_one_of_many);
	/* After one interval all that answer have been asked, and have answered. */
	for (int i = 0; i < n; i++)
		healthy += world.vms[i].samples == 1;
	CU_ASSERT_EQUAL(healthy, (unsigned int)(n - hung));
	while (now_ms < start + INTERVAL_MS + REPLY_MS) {
		step(&world, start + INTERVAL_MS + REPLY_MS);
		settle(&world, take_one_of_many);
	}
	for (int i = 0; i < n; i++) {
		failed += world.vms[i].errors > 0;
		ways[world.vms[i].way] += world.vms[i].errors > 0;
	}
	CU_ASSERT_EQUAL(failed, (unsigned int)hung);
	for (int way = ACCEPTS_NOT; way < WAYS; way++)
		CU_ASSERT(ways[way] > 0 || hung < WAYS);
	end(&world);
}

static void take_count(struct world *world, struct balloonctl_sample *sample)
{
	struct vm *vm = balloonctl_sample_get_user_data(sample);

	vm->samples += balloonctl_sample_get_result(sample) == 0;
	vm->errors += balloonctl_sample_get_result(sample) < 0;
}

static void run(struct world *world, int64_t ms,
		void (*take)(struct world *, struct balloonctl_sample *))
{
	int64_t until = now_ms + ms;

	settle(world, take);
	while (now_ms < until) {
		int64_t before = now_ms;

		step(world, until);
		for (int i = 0; i < world->n; i++)
			if (world->vms[i].machine != NULL)
				balloonsim_machine_advance_ns(world->vms[i].machine,
							      (now_ms - before) * 1000000);
		settle(world, take);
	}
}

static void test_one_each_interval(void)
{
	struct world world;

	begin(&world, 20, 0, "ram=256M");
	run(&world, 10 * INTERVAL_MS - 1, take_count);
	for (int i = 0; i < world.n; i++) {
		CU_ASSERT_EQUAL(world.vms[i].samples, 10);
		CU_ASSERT_EQUAL(world.vms[i].errors, 0);
	}
	end(&world);
}

/* Polling ----------------------------------------------------------------------------------------*/

static unsigned int rearmed;

static void take_rearmed(struct world *world, struct balloonctl_sample *sample)
{
	take_count(world, sample);
	rearmed += balloonctl_sample_was_rearmed(sample);
	CU_ASSERT_EQUAL(balloonctl_sample_get_result(sample), 0);
}

/* Somebody else types on the monitor's connection. */
static void set_interval(const struct vm *vm, unsigned int seconds)
{
	char line[256];
	int len =
		snprintf(line, sizeof(line),
			 "{'execute':'qom-set','arguments':{'path':'/machine/peripheral/balloon0',"
			 "'property':'guest-stats-polling-interval','value':%u},'id':'somebody'}",
			 seconds);

	CU_ASSERT_EQUAL_FATAL(send(vm->client_fd, line, (size_t)len, MSG_NOSIGNAL), len);
	balloonsim_machine_process(vm->machine);
	CU_ASSERT_EQUAL_FATAL(balloonsim_machine_get_interval(vm->machine), seconds);
}

static void test_polling_is_left_alone(void)
{
	struct world world;

	begin(&world, 1, 0, "ram=256M,guest-stats-polling-interval=7");
	rearmed = 0;
	run(&world, 20 * INTERVAL_MS, take_rearmed);
	CU_ASSERT_EQUAL(balloonsim_machine_get_interval(world.vms[0].machine), 7);
	CU_ASSERT_EQUAL(balloonctl_member_get_rearms(world.vms[0].member), 0);
	CU_ASSERT_EQUAL(rearmed, 0);
	end(&world);
}

static void test_polling_is_kept(void)
{
	struct world world;
	struct vm *vm;

	begin(&world, 1, 0, "ram=256M");
	vm = &world.vms[0];
	rearmed = 0;
	balloonctl_fleet_keep_polling_interval(world.fleet, 2);
	run(&world, INTERVAL_MS, take_rearmed);
	/* The first time is no re-arming. */
	CU_ASSERT_EQUAL(balloonsim_machine_get_interval(vm->machine), 2);
	CU_ASSERT_EQUAL(rearmed, 0);
	run(&world, 10 * INTERVAL_MS, take_rearmed);

	/* Off: seen when last-update has stood still, two intervals and two seconds long. */
	set_interval(vm, 0);
	run(&world, 9 * INTERVAL_MS, take_rearmed);
	CU_ASSERT_EQUAL(balloonsim_machine_get_interval(vm->machine), 2);
	CU_ASSERT_EQUAL(rearmed, 1);
	CU_ASSERT_EQUAL(balloonctl_member_get_rearms(vm->member), 1);

	/* Faster: nothing stands still, and so it is seen with the 60th sample. */
	set_interval(vm, 1);
	run(&world, 61 * INTERVAL_MS, take_rearmed);
	CU_ASSERT_EQUAL(balloonsim_machine_get_interval(vm->machine), 2);
	CU_ASSERT_EQUAL(balloonctl_member_get_rearms(vm->member), 2);
	CU_ASSERT_EQUAL(rearmed, 2);

	/* Another wish is no re-arming either. */
	balloonctl_fleet_keep_polling_interval(world.fleet, 3);
	run(&world, 2 * INTERVAL_MS, take_rearmed);
	CU_ASSERT_EQUAL(balloonsim_machine_get_interval(vm->machine), 3);
	CU_ASSERT_EQUAL(rearmed, 2);
	end(&world);
}

/* Lost and found ---------------------------------------------------------------------------------*/

static void test_restarted(void)
{
	const char *end_of_it = "QEMU closed the connection";
	struct world world = { .n = 1, .directory = "/tmp/fleet.XXXXXX" };
	struct vm vm = { .client_fd = -1, .peer_fd = -1 };
	char path[64];

	world.vms = &vm;
	world.fleet = balloonctl_fleet_new();
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(world.directory));
	snprintf(path, sizeof(path), "%s/qmp", world.directory);
	balloonctl_fleet_set_interval_ms(world.fleet, INTERVAL_MS);
	balloonctl_fleet_keep_polling_interval(world.fleet, 2);
	balloonctl_fleet_set_pause_ms(world.fleet, 1000, 4000);
	CU_ASSERT_EQUAL_FATAL(balloonctl_fleet_add(world.fleet, path, &vm, &vm.member), 0);

	/* Not there yet: a sample with the reason each interval. */
	run(&world, 5 * INTERVAL_MS - 1, take_count);
	CU_ASSERT_EQUAL(vm.errors, 5);
	CU_ASSERT_EQUAL(balloonctl_error_get_code(balloonctl_member_get_error(vm.member)), -ENOENT);

	for (unsigned int life = 0; life < 3; life++) {
		vm.machine = make_machine("ram=256M");
		CU_ASSERT_EQUAL_FATAL(balloonsim_machine_listen_qmp(vm.machine, path), 0);
		vm.samples = 0;
		run(&world, 10 * INTERVAL_MS, take_count);
		CU_ASSERT(vm.samples >= 5);
		CU_ASSERT_EQUAL(balloonsim_machine_get_interval(vm.machine), 2);
		CU_ASSERT_EQUAL(balloonctl_member_get_reconnects(vm.member), life);
		CU_ASSERT_EQUAL(balloonctl_member_get_rearms(vm.member), life);

		balloonsim_machine_free(vm.machine);
		vm.machine = NULL;
		vm.samples = vm.errors = 0;
		run(&world, INTERVAL_MS, take_count);
		CU_ASSERT_EQUAL(vm.samples, 0);
		CU_ASSERT_EQUAL(vm.errors, 1);
		CU_ASSERT_PTR_NOT_NULL(
			strstr(balloonctl_error_get_message(balloonctl_member_get_error(vm.member)),
			       end_of_it));
		end_of_it = "";
		run(&world, 10 * INTERVAL_MS, take_count);
		CU_ASSERT_EQUAL(vm.errors, 11);
	}
	balloonctl_fleet_free(world.fleet);
	rmdir(world.directory);
}

/* Each sample removes the next VM, or its own. */
static void take_and_remove(struct world *world, struct balloonctl_sample *sample)
{
	struct vm *vm = balloonctl_sample_get_user_data(sample);
	struct vm *other = &world->vms[(vm - world->vms + 1) % world->n];

	CU_ASSERT_PTR_NOT_NULL(vm->member);
	vm->samples++;
	if (other->member == NULL)
		other = vm;
	balloonctl_fleet_remove(world->fleet, other->member);
	other->member = NULL;
}

static void test_removed_meanwhile(void)
{
	struct world world;
	unsigned int samples = 0;

	begin(&world, 40, 6, "ram=256M");
	run(&world, 5 * INTERVAL_MS, take_and_remove);
	for (int i = 0; i < world.n; i++)
		samples += world.vms[i].samples;
	CU_ASSERT(samples > 10);
	CU_ASSERT(balloonctl_fleet_get_count(world.fleet) < 10);
	/* Their places are free for others. */
	for (int i = 0; i < world.n; i++)
		if (world.vms[i].member == NULL)
			CU_ASSERT_EQUAL(balloonctl_fleet_add(world.fleet, "/nowhere", NULL, NULL),
					0);
	CU_ASSERT_EQUAL(balloonctl_fleet_get_count(world.fleet), 40);
	end(&world);
}

/* Lies -------------------------------------------------------------------------------------------*/

static void test_hostile(void)
{
	static const char *const words[] = {
		"HTTP/1.1 400 Bad Request\r\n",
		"{\"return\": {}}\r\n",
		"{\"QMP\": {}}\r\n",
		"{\"QMP\": {\"version\": {\"qemu\": 7}}}\r\n",
		"{{{{{{{{{{{{{{{{",
		"\xff\xfe\r\n",
	};
	struct world world;

	begin(&world, 12, 12, "");
	for (int i = 0; i < world.n; i++) {
		struct vm *vm = &world.vms[i];

		vm->is_heard = true;
		if (vm->way != ACCEPTS_NOT)
			say(vm, words[(size_t)i % ARRAY_SIZE(words)]);
	}
	run(&world, 10 * INTERVAL_MS, take_count);
	for (int i = 0; i < world.n; i++) {
		CU_ASSERT_EQUAL(world.vms[i].samples, 0);
		/* One an interval; less while one is waited for whose queue is full. */
		CU_ASSERT(world.vms[i].errors >= 3 && world.vms[i].errors <= 11);
	}
	end(&world);
}

static void test_limits(void)
{
	struct balloonctl_fleet *fleet = balloonctl_fleet_new();
	struct rlimit limit, low;
	int added = 0, r = 0;

	getrlimit(RLIMIT_NOFILE, &limit);
	low = limit;
	low.rlim_cur = 64;
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_NOFILE, &low), 0);
	while (added < 100 && (r = balloonctl_fleet_add(fleet, "/nowhere", NULL, NULL)) == 0)
		added++;
	setrlimit(RLIMIT_NOFILE, &limit);
	CU_ASSERT_EQUAL(r, -EMFILE);
	CU_ASSERT_EQUAL(added, 48);
	CU_ASSERT(expect_equal(
		balloonctl_error_get_message(balloonctl_fleet_get_error(fleet)),
		"/nowhere: a fleet of 49 VMs needs 65 descriptors, and this process may have 64; "
		"raise RLIMIT_NOFILE ('ulimit -n')"));
	CU_ASSERT_EQUAL(balloonctl_fleet_add(fleet, "tcp:", NULL, NULL), -EINVAL);
	CU_ASSERT_EQUAL(balloonctl_fleet_add_fd(fleet, 9999, "a VM", NULL, NULL), -EBADF);
	CU_ASSERT_EQUAL(balloonctl_fleet_set_interval_ms(fleet, 0), -EINVAL);
	CU_ASSERT_EQUAL(balloonctl_fleet_set_pause_ms(fleet, 2, 1), -EINVAL);
	CU_ASSERT_EQUAL(balloonctl_fleet_get_count(fleet), 48);
	balloonctl_fleet_free(fleet);
}

static CU_TestInfo tests[] = {
	{ "of 1,000 VMs 50 hang and delay nobody", test_many },
	{ "each VM has one sample an interval", test_one_each_interval },
	{ "polling is left alone unless it is to be kept", test_polling_is_left_alone },
	{ "polling that was switched off or changed is re-armed", test_polling_is_kept },
	{ "a VM that is restarted is connected and armed again", test_restarted },
	{ "a VM may leave while samples are fetched", test_removed_meanwhile },
	{ "peers that are no monitors give errors", test_hostile },
	{ "what does not fit is an error", test_limits },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("client-sim fleet", tests, argc, argv);
}
