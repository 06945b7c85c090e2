/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public face of the error object. */
#include "base/error.h"

#include "balloonctl.h"

int balloonctl_error_get_code(const struct balloonctl_error *error)
{
	return error == NULL ? 0 : error->code;
}

const char *balloonctl_error_get_class(const struct balloonctl_error *error)
{
	return error == NULL ? NULL : error->class;
}

const char *balloonctl_error_get_message(const struct balloonctl_error *error)
{
	return error == NULL ? "" : error_get_message(error);
}
