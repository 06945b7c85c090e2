/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Gives a fuzz target known inputs, without libFuzzer: each file named, and each file in each
 * directory named. A corpus without files is a failure, so that a wrong path can't pass.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

static bool replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	bool done = false;
	long size;

	if (file == NULL || fseek(file, 0, SEEK_END) < 0)
		goto out;
	size = ftell(file);
	if (size < 0)
		goto out;
	rewind(file);
	/* Exactly the size, so that a sanitizer sees a read past the end. */
	data = malloc((size_t)size);
	if ((data != NULL || size == 0) && fread(data, 1, (size_t)size, file) == (size_t)size) {
		LLVMFuzzerTestOneInput(data, (size_t)size);
		done = true;
	}
out:
	if (!done)
		perror(path);
	free(data);
	if (file != NULL)
		fclose(file);
	return done;
}

/* How many files were replayed, or -1. */
static long replay_directory(DIR *directory, const char *name)
{
	const struct dirent *entry;
	long files = 0;

	while ((entry = readdir(directory)) != NULL) {
		char path[4096];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", name, entry->d_name);
		if (!replay_file(path))
			return -1;
		files++;
	}
	return files;
}

int main(int argc, char **argv)
{
	long files = 0;

	for (int i = 1; i < argc; i++) {
		DIR *directory = opendir(argv[i]);
		long found;

		if (directory != NULL) {
			found = replay_directory(directory, argv[i]);
			closedir(directory);
		} else {
			found = replay_file(argv[i]) ? 1 : -1;
		}
		if (found < 0)
			return 1;
		files += found;
	}
	printf("%ld inputs replayed\n", files);
	return files == 0;
}
