/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `stats` says on standard error of statistics that are not fresh. */
#include <stdio.h>

#include "output.h"
#include "stats-view.h"

static bool is_off(const struct balloonctl_stats *stats)
{
	return balloonctl_stats_get_polling_interval(stats) == 0;
}

/* What nobody mends by waiting for the next sample. */
static bool is_worth_a_note(const struct balloonctl_stats *stats)
{
	switch (balloonctl_stats_get_freshness(stats)) {
	case BALLOONCTL_FRESHNESS_NEVER:
	case BALLOONCTL_FRESHNESS_OFF:
	case BALLOONCTL_FRESHNESS_PAUSED:
	case BALLOONCTL_FRESHNESS_SILENT:
		return true;
	default:
		return false;
	}
}

/* Are two VMs told of in the same words? */
static bool is_alike(const struct balloonctl_stats *a, const struct balloonctl_stats *b)
{
	return is_off(a) == is_off(b) && (is_off(a) || balloonctl_stats_get_freshness(a) ==
							       balloonctl_stats_get_freshness(b));
}

static size_t count_alike(const struct vms *vms, size_t from, size_t to,
			  const struct balloonctl_stats *stats)
{
	size_t count = 0;

	for (size_t i = from; i < to; i++)
		count += vms->items[i].error == NULL &&
			 is_worth_a_note(vm_get_stats(&vms->items[i])) &&
			 is_alike(vm_get_stats(&vms->items[i]), stats);
	return count;
}

/* One line for all VMs that have the same. */
static void talk(const struct vms *vms, size_t index)
{
	const struct vm *vm = &vms->items[index];
	const struct balloonctl_stats *stats = vm_get_stats(vm);
	enum balloonctl_freshness freshness = balloonctl_stats_get_freshness(stats);
	char others[40] = "";
	size_t more;

	if (!is_worth_a_note(stats) || count_alike(vms, 0, index, stats) > 0)
		return;
	more = count_alike(vms, index + 1, vms->count, stats);
	if (more > 0)
		snprintf(others, sizeof(others), " (and %zu more)", more);
	if (is_off(stats))
		complain("%s%s: polling is off; 'balloonctl enable' switches it on", vm->address,
			 others);
	else
		complain("%s%s: not fresh but %s: %s", vm->address, others,
			 balloonctl_freshness_get_name(freshness),
			 balloonctl_freshness_get_meaning(freshness));
}

/* Of one VM: is it less fresh than demanded? */
static bool report_one_late(const struct vm *vm, bool requires_fresh)
{
	enum balloonctl_freshness freshness = balloonctl_stats_get_freshness(vm_get_stats(vm));

	if (vm_get_late(vm) != NULL)
		complain("%s", balloonctl_error_get_message(vm_get_late(vm)));
	else if (requires_fresh && freshness != BALLOONCTL_FRESHNESS_FRESH)
		complain("%s: not fresh but %s: %s", vm->address,
			 balloonctl_freshness_get_name(freshness),
			 balloonctl_freshness_get_meaning(freshness));
	else
		return false;
	return true;
}

bool stats_report_late(const struct vms *vms, bool requires_fresh, bool has_notes)
{
	bool is_late = false;

	for (size_t i = 0; i < vms->count; i++) {
		if (vms->items[i].error != NULL)
			continue;
		if (report_one_late(&vms->items[i], requires_fresh))
			is_late = true;
		else if (has_notes)
			talk(vms, i);
	}
	return is_late;
}
