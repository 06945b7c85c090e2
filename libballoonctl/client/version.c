/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The version of the library, which may be newer than the header a program was built with. */
#include "balloonctl.h"

#define TEXT(number)            #number
#define DOTTED(one, two, three) TEXT(one) "." TEXT(two) "." TEXT(three)

const char *balloonctl_get_version(void)
{
	return DOTTED(BALLOONCTL_VERSION_MAJOR, BALLOONCTL_VERSION_MINOR, BALLOONCTL_VERSION_MICRO);
}
