/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stick: after a second, keep the guest's only CPU to itself for ever, so that not even the
 * kernel's work queues get on. Needs sched_rt_runtime_us to be -1. */
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	const struct sched_param first = { .sched_priority = 99 };

	/* Time for the shell to say that it has started us. */
	sleep(1);
	if (sched_setscheduler(0, SCHED_FIFO, &first) < 0) {
		perror("stick");
		return 1;
	}
	for (volatile unsigned int n = 0;; n++)
		;
}
