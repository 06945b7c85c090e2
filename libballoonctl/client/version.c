/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The version of the library, which may be newer than the header a program was built with. */
#include "balloonctl.h"

const char *balloonctl_get_version(void)
{
	return BALLOONCTL_VERSION;
}
