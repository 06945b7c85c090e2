/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a connection knows of its VM, and what of it is forgotten when. */
#include <errno.h>
#include <string.h>

#include "client/vm.h"
#include "scarce.h"
#include "suite.h"

static int set_version(struct vm *vm, const char *text)
{
	struct json *json = NULL;
	int r;

	CU_ASSERT_EQUAL_FATAL(json_parse(text, strlen(text), &json), 0);
	r = vm_set_version(vm, json);
	json_free(json);
	return r;
}

static void test_version(void)
{
	static const struct {
		const char *text, *version, *package;
	} rows[] = {
		{ "{\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, \"package\": \"Debian "
		  "1:7.2\"}",
		  "7.2.22", "Debian 1:7.2" },
		{ "{\"package\": \"\", \"qemu\": {\"major\": 11, \"minor\": 0, \"micro\": 50}}",
		  "11.0.50", "" },
		{ "{\"qemu\": {\"major\": 1, \"minor\": 2, \"micro\": 3}}", "1.2.3", "" },
		{ "{\"qemu\": {\"major\": 1, \"minor\": 2, \"micro\": 3}, \"package\": 5}", "1.2.3",
		  "" },
		{ "{\"qemu\": {\"major\": 18446744073709551615, \"minor\": "
		  "18446744073709551615, \"micro\": 18446744073709551615}}",
		  "18446744073709551615.18446744073709551615.18446744073709551615", "" },
	};
	struct vm vm = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CU_ASSERT_EQUAL(set_version(&vm, rows[i].text), 0);
		CU_ASSERT_STRING_EQUAL(vm.version, rows[i].version);
		CU_ASSERT_STRING_EQUAL(vm.package, rows[i].package);
	}
	vm_done(&vm);
}

static void test_no_version(void)
{
	static const char *const rows[] = {
		"{}",
		"[]",
		"\"7.2.22\"",
		"{\"qemu\": \"7.2.22\"}",
		"{\"qemu\": {\"major\": 7, \"minor\": 2}}",
		"{\"qemu\": {\"major\": 7, \"minor\": 2, \"micro\": \"22\"}}",
		"{\"qemu\": {\"major\": 7, \"minor\": 2.0, \"micro\": 22}}",
		"{\"qemu\": {\"major\": -7, \"minor\": 2, \"micro\": 22}}",
		"{\"qemu\": {\"major\": 7, \"minor\": 2, \"micro\": 18446744073709551616}}",
	};
	struct vm vm = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CU_ASSERT_EQUAL(set_version(&vm, rows[i]), -EPROTO);
		CU_ASSERT_PTR_NULL(vm.version);
	}
	vm_done(&vm);
}

static struct vm know_everything(bool by_hand)
{
	struct vm vm = { 0 };

	vm_set(&vm.address, "/run/vm1.qmp");
	vm_set(&vm.version, "7.2.22");
	vm_set(&vm.package, "");
	vm_set(&vm.name, "vm1");
	vm_set(&vm.device, "/machine/x");
	vm_set(&vm.device_type, "virtio-balloon-pci");
	vm.is_device_by_hand = by_hand;
	return vm;
}

static void test_forget(void)
{
	struct vm vm = know_everything(false);

	vm_forget_device(&vm);
	CU_ASSERT_PTR_NULL(vm.device);
	CU_ASSERT_PTR_NULL(vm.device_type);
	CU_ASSERT_STRING_EQUAL(vm.name, "vm1");
	CU_ASSERT_STRING_EQUAL(vm.version, "7.2.22");
	vm_forget(&vm);
	CU_ASSERT_PTR_NULL(vm.name);
	CU_ASSERT_PTR_NULL(vm.version);
	CU_ASSERT_PTR_NULL(vm.package);
	CU_ASSERT_STRING_EQUAL(vm.address, "/run/vm1.qmp");
	vm_done(&vm);
	CU_ASSERT_PTR_NULL(vm.address);
}

static void test_device_by_hand_stays(void)
{
	struct vm vm = know_everything(true);

	vm_forget_device(&vm);
	vm_forget(&vm);
	CU_ASSERT_STRING_EQUAL(vm.device, "/machine/x");
	CU_ASSERT_PTR_NULL(vm.name);
	vm_done(&vm);
	CU_ASSERT_PTR_NULL(vm.device);
}

static void test_set(void)
{
	char *member = NULL;

	CU_ASSERT_EQUAL(vm_set(&member, "a"), 0);
	CU_ASSERT_STRING_EQUAL(member, "a");
	/* What was there stays if there is no memory for what comes. */
	scarce_allow(0);
	CU_ASSERT_EQUAL(vm_set(&member, "b"), -ENOMEM);
	scarce_allow(-1);
	CU_ASSERT_STRING_EQUAL(member, "a");
	CU_ASSERT_EQUAL(vm_set(&member, member), 0);
	CU_ASSERT_STRING_EQUAL(member, "a");
	CU_ASSERT_EQUAL(vm_set(&member, NULL), 0);
	CU_ASSERT_PTR_NULL(member);
}

static CU_TestInfo tests[] = {
	{ "a version has three numbers and maybe a package", test_version },
	{ "what is no version is refused", test_no_version },
	{ "what belongs to a connection is forgotten", test_forget },
	{ "a device set by hand is not", test_device_by_hand_stays },
	{ "a member is replaced whole or not at all", test_set },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("vm", tests, argc, argv);
}
