/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The getters of the information snapshot, and its end. */
#include "client/info.h"

#include <errno.h>
#include <stdlib.h>

#include "balloonctl.h"

void balloonctl_info_free(struct balloonctl_info *info)
{
	if (info == NULL)
		return;
	free(info->version);
	free(info->package);
	free(info->name);
	free(info->status);
	free(info->device);
	free(info->device_type);
	balloonctl_stats_free(info->stats);
	free(info);
}

const char *balloonctl_info_get_version(const struct balloonctl_info *info)
{
	return info->version;
}

const char *balloonctl_info_get_package(const struct balloonctl_info *info)
{
	return info->package;
}

const char *balloonctl_info_get_name(const struct balloonctl_info *info)
{
	return info->name;
}

const char *balloonctl_info_get_status(const struct balloonctl_info *info)
{
	return info->status;
}

bool balloonctl_info_is_running(const struct balloonctl_info *info)
{
	return info->running;
}

const char *balloonctl_info_get_device(const struct balloonctl_info *info)
{
	return info->device;
}

const char *balloonctl_info_get_device_type(const struct balloonctl_info *info)
{
	return info->device_type;
}

const struct balloonctl_stats *balloonctl_info_get_stats(const struct balloonctl_info *info)
{
	return info->stats;
}

int64_t balloonctl_info_get_actual_bytes(const struct balloonctl_info *info)
{
	return info->actual_bytes;
}

int balloonctl_info_get_maximum_bytes(const struct balloonctl_info *info, uint64_t *ret)
{
	if (info->maximum_bytes == 0)
		return -ENODATA;
	*ret = info->maximum_bytes;
	return 0;
}
