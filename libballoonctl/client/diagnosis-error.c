/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cause behind a failed connection or call: mostly its code, said in the words of a diagnosis. */
#include <errno.h>

#include "base/error.h"
#include "client/diagnosis.h"

/* -1: it says nothing about the VM. */
static int get_cause(const struct balloonctl_error *error)
{
	switch (error->code) {
	case 0:
	case -EINVAL:
	case -ENOTUNIQ:
	case -ENOMEM:
	case -EMFILE:
	case -ENFILE:
	case -EAGAIN:
	case -ECANCELED:
	case -EBADF:
	case -ENOTSOCK:
		return -1;
	case -ENOENT:
	case -ENOTDIR:
		return BALLOONCTL_CAUSE_NO_SOCKET;
	case -ECONNREFUSED:
		return BALLOONCTL_CAUSE_NOT_LISTENING;
	case -EACCES:
	case -EPERM:
		return BALLOONCTL_CAUSE_NO_PERMISSION;
	case -EBUSY:
		return BALLOONCTL_CAUSE_MONITOR_BUSY;
	case -EPROTO:
	case -EPROTOTYPE:
		return BALLOONCTL_CAUSE_NOT_QMP;
	case -ENODEV:
		return BALLOONCTL_CAUSE_NO_BALLOON;
	case -EREMOTEIO:
		return BALLOONCTL_CAUSE_QEMU_REFUSED;
	default:
		return (int)error->cause;
	}
}

static void add_repair(struct balloonctl_diagnosis *diagnosis, int cause, int pid)
{
	switch (cause) {
	case BALLOONCTL_CAUSE_NO_SOCKET:
		diagnosis_repair(diagnosis, "start the VM with -qmp unix:PATH,server=on,wait=off; "
					    "'balloonctl list' shows those that run");
		break;
	case BALLOONCTL_CAUSE_NOT_LISTENING:
		diagnosis_repair(diagnosis,
				 "start the VM, or remove the socket that an earlier one "
				 "left behind");
		break;
	case BALLOONCTL_CAUSE_NO_PERMISSION:
		diagnosis_repair(diagnosis, "sudo balloonctl -c %s diagnose",
				 diagnosis->quoted_address);
		break;
	case BALLOONCTL_CAUSE_MONITOR_BUSY:
		diagnosis_repair(diagnosis,
				 "give the VM a monitor of its own for us, with a second "
				 "-qmp unix:PATH,server=on,wait=off, or let the other "
				 "client leave");
		break;
	case BALLOONCTL_CAUSE_QEMU_STOPPED:
		diagnosis_repair(diagnosis, "kill -CONT %d", pid);
		break;
	case BALLOONCTL_CAUSE_QEMU_HUNG:
		if (pid > 0)
			diagnosis_repair(diagnosis, "ps -L -o pid,tid,stat,wchan:30,comm -p %d",
					 pid);
		else
			diagnosis_repair(diagnosis, "look at the QEMU process on its host: it may "
						    "wait for storage or a network");
		break;
	case BALLOONCTL_CAUSE_NOT_QMP:
		diagnosis_repair(diagnosis, "give the address of QEMU's -qmp option");
		break;
	case BALLOONCTL_CAUSE_NO_BALLOON:
		/* A comment to the shell: the command can be copied as it is. */
		diagnosis_repair_by(diagnosis,
				    "qmp device_add '{\"driver\": "
				    "\"virtio-balloon-pci\", \"id\": \"balloon0\"}' # on "
				    "q35 with \"bus\": the id of a free pcie-root-port");
		break;
	case BALLOONCTL_CAUSE_QEMU_REFUSED:
		diagnosis_repair(diagnosis,
				 "see that --device, if it was given, is the path of a balloon; "
				 "else look at QEMU's own log");
		break;
	default:
		diagnosis_repair(diagnosis,
				 "see that the VM runs and that its host can be reached");
		break;
	}
}

int balloonctl_diagnosis_new_from_error(const struct balloonctl_error *error, const char *address,
					struct balloonctl_diagnosis **ret)
{
	struct balloonctl_diagnosis *diagnosis;
	int cause = get_cause(error);

	if (cause < 0)
		return -EOPNOTSUPP;
	diagnosis = diagnosis_begin(address);
	if (diagnosis == NULL)
		return -ENOMEM;
	diagnosis_find_escaped(diagnosis, (enum balloonctl_cause)cause, error_get_message(error));
	if (!diagnosis->is_out_of_memory)
		add_repair(diagnosis, cause, error->pid);
	diagnosis_add_words(diagnosis, "error", strerrorname_np(-error->code));
	if (error->class != NULL)
		diagnosis_add_words(diagnosis, "class", error->class);
	if (error->pid > 0)
		diagnosis_add_number(diagnosis, "pid", error->pid);
	return diagnosis_end(diagnosis, ret);
}
