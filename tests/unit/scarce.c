/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See scarce.h. The names are the linker's: --wrap=malloc calls __wrap_malloc for malloc. */
#include "scarce.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

static long allowed = -1;
static bool fails_once;
static long count;

static bool is_allowed(void)
{
	count++;
	return allowed < 0 || count <= allowed || (fails_once && count > allowed + 1);
}

void *__wrap_malloc(size_t size)
{
	return is_allowed() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t n, size_t size)
{
	return is_allowed() ? __real_calloc(n, size) : NULL;
}

void *__wrap_realloc(void *old, size_t size)
{
	return is_allowed() ? __real_realloc(old, size) : NULL;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return is_allowed() ? __real_aligned_alloc(alignment, size) : NULL;
}

char *__wrap_strdup(const char *text)
{
	return is_allowed() ? __real_strdup(text) : NULL;
}

char *__wrap_strndup(const char *text, size_t len)
{
	return is_allowed() ? __real_strndup(text, len) : NULL;
}

void scarce_allow(long n)
{
	allowed = n;
	fails_once = false;
	count = 0;
}

void scarce_fail_one(long n)
{
	scarce_allow(n);
	fails_once = true;
}

long scarce_count(void)
{
	return count;
}
