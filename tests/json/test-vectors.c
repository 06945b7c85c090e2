/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Holds json_parse() to the files of one directory: y_*.json must parse, n_*.json must not. Each
 * file is one trap and is named after it. What parses is compared with what cJSON makes of it.
 */
#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/util.h"

/* The file in memory of exactly its size, so that a sanitizer sees a read past its end. */
static char *read_file(const char *directory, const char *name, size_t *ret_len)
{
	char path[4096];
	char *bytes = NULL;
	FILE *file;
	long size;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "rb");
	if (file == NULL)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0) {
		rewind(file);
		bytes = malloc((size_t)size);
		if (bytes != NULL && fread(bytes, 1, (size_t)size, file) == (size_t)size) {
			*ret_len = (size_t)size;
		} else {
			free(bytes);
			bytes = NULL;
		}
	}
	fclose(file);
	return bytes;
}

/* cJSON has one type for numbers, and rounds them: of those only the kind is compared. */
static bool is_same_value(const struct json *json, const cJSON *other)
{
	const char *text;
	bool truth;

	switch (json_get_type(json)) {
	case JSON_NULL:
		return cJSON_IsNull(other);
	case JSON_BOOL:
		return json_get_bool(json, &truth) == 0 && cJSON_IsBool(other) &&
		       truth == cJSON_IsTrue(other);
	case JSON_INTEGER:
	case JSON_REAL:
		return cJSON_IsNumber(other);
	case JSON_STRING:
		return json_get_string(json, &text) == 0 && cJSON_IsString(other) &&
		       string_equal(text, other->valuestring);
	case JSON_ARRAY:
		return cJSON_IsArray(other);
	case JSON_OBJECT:
		return cJSON_IsObject(other);
	}
	return false;
}

static bool is_same(const struct json *json, const cJSON *other)
{
	const cJSON *other_child = other->child;
	const struct json *child;

	if (!is_same_value(json, other))
		return false;
	json_for_each (child, json) {
		if (other_child == NULL || !is_same(child, other_child))
			return false;
		if (json_key(child) != NULL && !string_equal(json_key(child), other_child->string))
			return false;
		other_child = other_child->next;
	}
	return other_child == NULL;
}

/* To cJSON a string ends at U+0000: there it has no opinion. */
static bool cjson_agrees(const struct json *json, const char *bytes, size_t len)
{
	cJSON *other = cJSON_ParseWithLength(bytes, len);
	bool agrees =
		memmem(bytes, len, "\\u0000", 6) != NULL || (other != NULL && is_same(json, other));

	cJSON_Delete(other);
	return agrees;
}

/* 0 if the parser does with the file what its name says. */
static int check(const char *directory, const char *name)
{
	bool good = string_starts_with(name, "y_");
	struct json *json;
	size_t len;
	char *text = read_file(directory, name, &len);
	bool agrees = true;
	int result;

	if (text == NULL) {
		printf("%s: cannot be read\n", name);
		return 1;
	}
	result = json_parse(text, len, &json);
	if (result == 0) {
		agrees = cjson_agrees(json, text, len);
		json_free(json);
	}
	free(text);
	if (!agrees) {
		printf("%s: cJSON reads something else\n", name);
		return 1;
	}
	if (good ? result == 0 : result == -EBADMSG || result == -E2BIG)
		return 0;
	printf("%s: json_parse() gives %d\n", name, result);
	return 1;
}

int main(int argc, char **argv)
{
	const struct dirent *entry;
	int good = 0, bad = 0, failed = 0;
	DIR *directory;

	directory = argc == 2 ? opendir(argv[1]) : NULL;
	if (directory == NULL) {
		fprintf(stderr, "usage: test-vectors DIRECTORY\n");
		return 2;
	}
	while ((entry = readdir(directory)) != NULL) {
		size_t len = strlen(entry->d_name);

		if (len < 5 || !string_equal(entry->d_name + len - 5, ".json"))
			continue;
		good += string_starts_with(entry->d_name, "y_");
		bad += string_starts_with(entry->d_name, "n_");
		failed += check(argv[1], entry->d_name);
	}
	closedir(directory);
	printf("%d must parse, %d must not, %d do otherwise\n", good, bad, failed);
	return failed > 0 || good == 0 || bad == 0;
}
