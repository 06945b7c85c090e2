/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The causes: which failure means which, and that their table is whole. */
#include <errno.h>
#include <string.h>

#include "balloonctl.h"
#include "base/error.h"
#include "base/util.h"
#include "suite.h"

static void test_errors(void)
{
	static const struct {
		int code;
		unsigned int cause;
		int pid;
		const char *name, *repair; /* a part of it */
	} errors[] = {
		{ -ENOENT, 0, 0, "no-socket", "balloonctl list" },
		{ -ENOTDIR, 0, 0, "no-socket", "-qmp" },
		{ -ENOTSUP, BALLOONCTL_CAUSE_NO_SOCKET, 0, "no-socket", "-qmp" },
		{ -ECONNREFUSED, 0, 0, "not-listening", "start the VM" },
		{ -EACCES, 0, 0, "no-permission", "sudo balloonctl -c '/a b' diagnose" },
		{ -EPERM, 0, 0, "no-permission", "sudo" },
		{ -EBUSY, BALLOONCTL_CAUSE_MONITOR_BUSY, 42, "monitor-busy", "second -qmp" },
		{ -EPROTO, 0, 0, "not-qmp", "-qmp" },
		{ -EPROTOTYPE, 0, 0, "not-qmp", "-qmp" },
		{ -ETIMEDOUT, BALLOONCTL_CAUSE_NOT_QMP, 42, "not-qmp", "-qmp" },
		{ -ETIMEDOUT, BALLOONCTL_CAUSE_QEMU_STOPPED, 42, "qemu-stopped", "kill -CONT 42" },
		{ -ETIMEDOUT, BALLOONCTL_CAUSE_QEMU_HUNG, 42, "qemu-hung", "-p 42" },
		{ -ETIMEDOUT, BALLOONCTL_CAUSE_QEMU_HUNG, 0, "qemu-hung", "QEMU process" },
		{ -ETIMEDOUT, 0, 0, "unreachable", "host" },
		{ -EREMOTEIO, 0, 0, "qemu-refused", "log" },
		{ -ENODEV, 0, 0, "no-balloon", "virtio-balloon-pci" },
		{ -ECONNRESET, 0, 0, "unreachable", "runs" },
		{ -EHOSTUNREACH, 0, 0, "unreachable", "runs" },
	};
	static const int silent[] = { 0,       -EINVAL, -ENOTUNIQ,  -ENOMEM,
				      -EMFILE, -EAGAIN, -ECANCELED, -EBADF };
	struct balloonctl_diagnosis *diagnosis = NULL;
	struct balloonctl_error error = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		error_set(&error, errors[i].code, NULL, "/a b: \033 it failed");
		error.cause = errors[i].cause;
		error.pid = errors[i].pid;
		CU_ASSERT_EQUAL_FATAL(balloonctl_diagnosis_new_from_error(&error, "/a b",
									  &diagnosis),
				      0);
		CU_ASSERT_EQUAL(balloonctl_diagnosis_get_count(diagnosis), 1);
		CU_ASSERT_STRING_EQUAL(balloonctl_cause_get_name(
					       balloonctl_diagnosis_get_cause(diagnosis, 0)),
				       errors[i].name);
		CU_ASSERT_STRING_EQUAL(balloonctl_diagnosis_get_message(diagnosis, 0),
				       balloonctl_error_get_message(&error));
		CU_ASSERT_PTR_NOT_NULL(
			strstr(balloonctl_diagnosis_get_repair(diagnosis, 0), errors[i].repair));
		CU_ASSERT_EQUAL(balloonctl_diagnosis_get_wait_ms(diagnosis), 0);
		balloonctl_diagnosis_free(diagnosis);
	}
	for (size_t i = 0; i < ARRAY_SIZE(silent); i++) {
		error_set(&error, silent[i], NULL, "x");
		CU_ASSERT_EQUAL(balloonctl_diagnosis_new_from_error(&error, "x", &diagnosis),
				-EOPNOTSUPP);
	}
	error_done(&error);
}

static void test_table(void)
{
	int count = balloonctl_cause_get_count();

	CU_ASSERT_EQUAL(count, BALLOONCTL_CAUSE_OLD_GUEST + 1);
	for (int i = 0; i < count; i++) {
		const char *name = balloonctl_cause_get_name((enum balloonctl_cause)i);

		CU_ASSERT_PTR_NOT_NULL_FATAL(name);
		CU_ASSERT_PTR_NOT_NULL(balloonctl_cause_get_meaning((enum balloonctl_cause)i));
		for (int j = 0; j < i; j++)
			CU_ASSERT_STRING_NOT_EQUAL(name, balloonctl_cause_get_name(
								 (enum balloonctl_cause)j));
	}
	CU_ASSERT_PTR_NULL(balloonctl_cause_get_name((enum balloonctl_cause)count));
	CU_ASSERT_PTR_NULL(balloonctl_cause_get_meaning((enum balloonctl_cause) - 1));
	CU_ASSERT_PTR_NULL(balloonctl_severity_get_name((enum balloonctl_severity)3));
}

static CU_TestInfo tests[] = {
	{ "each failure has its cause, or says nothing of the VM", test_errors },
	{ "the table of causes is whole", test_table },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("diagnosis of errors", tests, argc, argv);
}
