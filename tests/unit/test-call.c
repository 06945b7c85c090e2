/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One operation as questions and answers, without a monitor: ids, queues, and scarce memory. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "client/call.h"
#include "client/question.h"
#include "scarce.h"
#include "suite.h"

/* A session that has greeted, and a VM whose device is known. */
struct scene {
	struct session session;
	struct vm vm;
};

static void open_scene(struct scene *scene)
{
	struct message message;
	static const char greeting[] = "{\"QMP\": {\"version\": {}}}{\"return\": {}}";

	*scene = (struct scene){ 0 };
	session_init(&scene->session, 1000);
	session_receive(&scene->session, greeting, strlen(greeting));
	CU_ASSERT_EQUAL_FATAL(session_next(&scene->session, 0, &message), 1);
	message_done(&message);
	vm_set(&scene->vm.address, "/run/vm1.qmp");
	vm_set(&scene->vm.version, "7.2.22");
	vm_set(&scene->vm.package, "");
	vm_set(&scene->vm.device, "/machine/x");
}

static void close_scene(struct scene *scene)
{
	session_done(&scene->session);
	vm_done(&scene->vm);
}

static struct message parse(const char *text)
{
	struct message message;

	CU_ASSERT_EQUAL_FATAL(message_parse(text, strlen(text), &message), 0);
	return message;
}

/* True if the message belongs to the call. */
static bool answer(struct balloonctl_completion *call, struct scene *scene, const char *text)
{
	const struct clocks clocks = { .now_ms = 5000, .clock_ms = INT64_C(1790000000000) };
	struct message message = parse(text);
	bool belongs = call_receive(call, &scene->vm, &message, &clocks);

	message_done(&message);
	return belongs;
}

static void test_which_need_the_device(void)
{
	static const bool rows[] = {
		[BALLOONCTL_OPERATION_GET_STATS] = true,
		[BALLOONCTL_OPERATION_GET_POLLING_INTERVAL] = true,
		[BALLOONCTL_OPERATION_SET_POLLING_INTERVAL] = true,
		[BALLOONCTL_OPERATION_GET_ACTUAL_BYTES] = false,
		[BALLOONCTL_OPERATION_SET_TARGET_BYTES] = false,
		[BALLOONCTL_OPERATION_GET_INFO] = true,
		[BALLOONCTL_OPERATION_REFRESH_STATS] = true,
		[BALLOONCTL_OPERATION_EXAMINE] = true,
		[BALLOONCTL_OPERATION_EXECUTE] = false,
		[OPERATION_FIND] = false,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_completion *call = call_new(i, 0, NULL);

		CU_ASSERT_EQUAL(call_needs_device(call), rows[i]);
		CU_ASSERT_FALSE(call_is_over(call));
		balloonctl_completion_free(call);
	}
}

static void test_ids(void)
{
	struct balloonctl_completion *call =
		call_new(BALLOONCTL_OPERATION_SET_POLLING_INTERVAL, 5, NULL);
	struct scene scene;

	open_scene(&scene);
	CU_ASSERT_EQUAL(call_begin(call, &scene.session, &scene.vm, 0), 0);
	CU_ASSERT_STRING_EQUAL(call_get_command(call, 1), "qom-get");
	CU_ASSERT_STRING_EQUAL(call_get_command(call, 2), "qom-set");
	CU_ASSERT_PTR_NULL(call_get_command(call, 3));
	CU_ASSERT_FALSE(answer(call, &scene, "{\"return\": 1, \"id\": 3}"));
	CU_ASSERT_FALSE(answer(call, &scene, "{\"return\": 1, \"id\": 0}"));
	CU_ASSERT_FALSE(answer(call, &scene, "{\"return\": 1, \"id\": 4294967297}"));
	CU_ASSERT(answer(call, &scene, "{\"return\": 2, \"id\": 1}"));
	CU_ASSERT_FALSE(call_is_over(call));
	CU_ASSERT_PTR_NULL(call_get_command(call, 1));
	CU_ASSERT_FALSE(answer(call, &scene, "{\"return\": 3, \"id\": 1}"));
	CU_ASSERT(answer(call, &scene, "{\"return\": {}, \"id\": 2}"));
	CU_ASSERT(call_is_over(call));
	CU_ASSERT_EQUAL(balloonctl_completion_get_previous_polling_interval(call), 2);
	CU_ASSERT_EQUAL(balloonctl_completion_get_polling_interval(call), 5);
	balloonctl_completion_free(call);
	close_scene(&scene);
}

static void test_first_failure(void)
{
	struct balloonctl_completion *call = call_new(BALLOONCTL_OPERATION_GET_INFO, 0, NULL);
	struct scene scene;

	open_scene(&scene);
	scene.vm.asked = VM_NAME | VM_RUN_STATE | VM_ACTUAL | VM_MAXIMUM;
	CU_ASSERT_EQUAL(call_begin(call, &scene.session, &scene.vm, 0), 0);
	CU_ASSERT(answer(call, &scene, "{\"return\": [], \"id\": 6}"));
	CU_ASSERT(call_is_over(call));
	CU_ASSERT(answer(call, &scene, "{\"return\": \"x\", \"id\": 1}"));
	CU_ASSERT(answer(call, &scene,
			 "{\"error\": {\"class\": \"c\", \"desc\": \"d\"}, \"id\": 2}"));
	CU_ASSERT_STRING_EQUAL(
		balloonctl_error_get_message(balloonctl_completion_get_error(call)),
		"/run/vm1.qmp: qom-get guest-stats: the answer is not what QEMU gives");
	balloonctl_completion_free(call);
	close_scene(&scene);
}

static void test_time_of_arrival(void)
{
	struct balloonctl_completion *call = call_new(BALLOONCTL_OPERATION_GET_STATS, 0, NULL);
	struct scene scene;
	uint64_t age = 77;

	open_scene(&scene);
	scene.vm.asked = VM_NAME | VM_RUN_STATE | VM_ACTUAL | VM_MAXIMUM;
	freshness_begin(&scene.vm.freshness, true, 0, INT64_C(1789999995000));
	CU_ASSERT_EQUAL(call_begin(call, &scene.session, &scene.vm, 0), 0);
	CU_ASSERT(answer(call, &scene,
			 "{\"return\": {\"stats\": {}, \"last-update\": 1789999990}, \"id\": 2}"));
	CU_ASSERT(answer(call, &scene, "{\"return\": 0, \"id\": 1}"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(balloonctl_completion_get_stats(call));
	CU_ASSERT_EQUAL(balloonctl_stats_get_age_seconds(balloonctl_completion_get_stats(call),
							 &age),
			0);
	CU_ASSERT_EQUAL(age, 10);
	balloonctl_completion_free(call);
	close_scene(&scene);
}

/* Another call has found that it is no longer there. */
static void test_device_gone_between_rounds(void)
{
	struct balloonctl_completion *call = call_new(BALLOONCTL_OPERATION_REFRESH_STATS, 0, NULL);
	struct scene scene;

	open_scene(&scene);
	scene.vm.asked = VM_NAME | VM_RUN_STATE | VM_ACTUAL | VM_MAXIMUM;
	CU_ASSERT_EQUAL(call_begin(call, &scene.session, &scene.vm, 0), 0);
	CU_ASSERT(answer(call, &scene, "{\"return\": 5, \"id\": 1}"));
	CU_ASSERT(answer(call, &scene,
			 "{\"return\": {\"stats\": {}, \"last-update\": 1}, \"id\": 2}"));
	CU_ASSERT_FALSE(call_is_over(call));
	vm_set(&scene.vm.device, NULL);
	CU_ASSERT_EQUAL(call_begin(call, &scene.session, &scene.vm, 5000), -ENODEV);
	CU_ASSERT(call_is_over(call));
	CU_ASSERT_PTR_NULL(balloonctl_completion_get_stats(call));
	balloonctl_completion_free(call);
	close_scene(&scene);
}

static void test_session_that_is_full(void)
{
	static const unsigned int operations[] = { BALLOONCTL_OPERATION_GET_INFO,
						   BALLOONCTL_OPERATION_REFRESH_STATS };
	struct balloonctl_completion *call;
	struct scene scene;
	size_t len;

	open_scene(&scene);
	for (int i = 0; i < SESSION_PENDING_MAX - 2; i++)
		CU_ASSERT(session_execute(&scene.session, 0, "stop", NULL) > 0);
	len = scene.session.out.len;
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		call = call_new(operations[i], 0, NULL);
		call->refresh.interval = 5;
		/* The writes of a refresh: off and on, or nothing. */
		if (operations[i] == BALLOONCTL_OPERATION_REFRESH_STATS)
			call->round = ROUND_ASK_OFF_AND_ON;
		CU_ASSERT_EQUAL(call_begin(call, &scene.session, &scene.vm, 0), -EAGAIN);
		CU_ASSERT(call_is_over(call));
		CU_ASSERT_STRING_EQUAL(balloonctl_error_get_message(
					       balloonctl_completion_get_error(call)),
				       "/run/vm1.qmp: QEMU owes 128 replies already");
		CU_ASSERT_EQUAL(scene.session.n_pending, SESSION_PENDING_MAX - 2);
		CU_ASSERT_EQUAL(scene.session.out.len, len);
		CU_ASSERT_EQUAL(scene.vm.asked, 0);
		balloonctl_completion_free(call);
	}
	close_scene(&scene);
}

static void test_queue(void)
{
	struct balloonctl_completion *calls[4];
	struct call_queue queue = { 0 };
	/* From the middle, the end, the beginning, and the last one. */
	static const size_t order[] = { 1, 3, 0, 2 };

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		calls[i] = call_new(BALLOONCTL_OPERATION_GET_ACTUAL_BYTES, 0, NULL);
		call_queue_add(&queue, calls[i]);
	}
	CU_ASSERT_EQUAL(queue.count, 4);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		call_queue_remove(&queue, calls[order[i]]);
		CU_ASSERT_EQUAL(queue.count, 3 - i);
		CU_ASSERT_PTR_NULL(calls[order[i]]->next);
		call_queue_add(&queue, calls[order[i]]);
		call_queue_remove(&queue, calls[order[i]]);
		balloonctl_completion_free(calls[order[i]]);
	}
	CU_ASSERT_PTR_NULL(queue.first);
	CU_ASSERT_PTR_NULL(queue.last);
}

static const char *const info_answers[] = {
	"{\"return\": {\"name\": \"vm1\"}, \"id\": 1}",
	"{\"return\": \"virtio-balloon-pci\", \"id\": 2}",
	"{\"return\": {\"actual\": 5}, \"id\": 3}",
	"{\"return\": {\"status\": \"running\", \"running\": true}, \"id\": 4}",
	"{\"return\": {\"base-memory\": 6}, \"id\": 5}",
	"{\"return\": 2, \"id\": 6}",
	"{\"return\": {\"stats\": {\"stat-swap-in\": 1, \"x\": 2}, \"last-update\": 1}, \"id\": 7}",
};

static const char *const find_answers[] = {
	"{\"return\": [{\"name\": \"b\", \"type\": \"child<virtio-balloon-pci>\"}], \"id\": 1}",
	"{\"return\": [], \"id\": 2}",
	"{\"return\": {\"name\": \"vm1\"}, \"id\": 3}",
};

/* With n allocations for the call and its answers; 0, or -ENOMEM with a sentence. */
static int run_scarcely(unsigned int operation, const char *const *answers, size_t n_answers,
			long n)
{
	static const struct clocks clocks = { 0 };
	struct balloonctl_completion *call;
	struct message messages[8];
	struct scene scene;
	int r = -ENOMEM;

	open_scene(&scene);
	if (operation == OPERATION_FIND)
		vm_set(&scene.vm.device, NULL);
	for (size_t i = 0; i < n_answers; i++)
		messages[i] = parse(answers[i]);
	scarce_allow(n);
	call = call_new(operation, 0, NULL);
	if (call != NULL && call_begin(call, &scene.session, &scene.vm, 0) == 0)
		for (size_t i = 0; i < n_answers && !call_is_over(call); i++)
			call_receive(call, &scene.vm, &messages[i], &clocks);
	scarce_allow(-1);
	if (call != NULL) {
		CU_ASSERT(call_is_over(call));
		r = balloonctl_completion_get_result(call);
	}
	CU_ASSERT(r == 0 || r == -ENOMEM);
	balloonctl_completion_free(call);
	for (size_t i = 0; i < n_answers; i++)
		message_done(&messages[i]);
	close_scene(&scene);
	return r;
}

static void test_scarce_memory(void)
{
	long n = 0;

	while (run_scarcely(BALLOONCTL_OPERATION_GET_INFO, info_answers, ARRAY_SIZE(info_answers),
			    n) < 0 &&
	       n < 1000)
		n++;
	CU_ASSERT(n > 10 && n < 1000);
	n = 0;
	while (run_scarcely(OPERATION_FIND, find_answers, ARRAY_SIZE(find_answers), n) < 0 &&
	       n < 1000)
		n++;
	CU_ASSERT(n > 4 && n < 1000);
}

static CU_TestInfo tests[] = {
	{ "statistics and intervals need the device's path", test_which_need_the_device },
	{ "an answer belongs to a call by its id, once", test_ids },
	{ "the first failure is the one that tells", test_first_failure },
	{ "statistics know when they arrived", test_time_of_arrival },
	{ "a balloon may go between two rounds", test_device_gone_between_rounds },
	{ "a call that does not fit into the session is over", test_session_that_is_full },
	{ "a queue gives up any of its calls", test_queue },
	{ "calls survive scarce memory", test_scarce_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("call", tests, argc, argv);
}
