/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What real QEMUs said (tests/transcripts), byte for byte: each message is of the kind that its
 * text shows, and a session gives the same messages however the bytes are split.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/framer.h"
#include "base/util.h"
#include "client/stats.h"
#include "client/vm.h"
#include "qmp/session.h"
#include "suite.h"

enum {
	TRANSCRIPTS_MAX = 100,
	SPLIT_BYTES_MAX = 2000, /* longer ones are split into single bytes only */
};

static struct transcript {
	char version[32], name[64];
	struct buf said; /* by QEMU */
} transcripts[TRANSCRIPTS_MAX];

static size_t n_transcripts;

/* What QEMU said in a file, with the line ends that it was said with. */
static bool read_file(struct transcript *transcript)
{
	char path[512], line[16384];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/%s", TRANSCRIPTS, transcript->version,
		 transcript->name);
	file = fopen(path, "r");
	if (file == NULL)
		return false;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (!string_starts_with(line, "< "))
			continue;
		line[strcspn(line, "\n")] = '\0';
		buf_append_string(&transcript->said, line + 2);
		buf_append_string(&transcript->said, "\r\n");
	}
	fclose(file);
	return true;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool read_version(const char *version)
{
	struct dirent **files = NULL;
	bool is_good = true;
	char path[512];
	int n;

	snprintf(path, sizeof(path), "%s/%s", TRANSCRIPTS, version);
	n = scandir(path, &files, is_visible, alphasort);
	for (int i = 0; i < n; i++) {
		struct transcript *transcript = &transcripts[n_transcripts];

		if (n_transcripts == TRANSCRIPTS_MAX)
			return false;
		snprintf(transcript->version, sizeof(transcript->version), "%s", version);
		snprintf(transcript->name, sizeof(transcript->name), "%.63s", files[i]->d_name);
		is_good = is_good && read_file(transcript);
		n_transcripts++;
		free(files[i]);
	}
	free(files);
	return is_good && n >= 10;
}

/* The kind of a message by the looks of it: its first key, and the one behind an id. */
static enum message_kind look_at(const char *text)
{
	const char *key = strchr(text, '"');

	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	if (string_starts_with(key, "\"QMP\""))
		return MESSAGE_GREETING;
	if (string_starts_with(key, "\"timestamp\""))
		return MESSAGE_EVENT;
	if (string_starts_with(key, "\"return\""))
		return MESSAGE_RETURN;
	CU_ASSERT(string_starts_with(key, "\"error\"") || string_starts_with(key, "\"id\""));
	return MESSAGE_ERROR;
}

/* The messages of a transcript one by one: 1, or 0 at its end. */
struct walk {
	struct framer framer;
	struct buf in;
	struct message message;
	char *text;
};

static void open_walk(struct walk *walk, const struct transcript *transcript)
{
	*walk = (struct walk){ 0 };
	buf_append(&walk->in, transcript->said.data, transcript->said.len);
}

static int next_step(struct walk *walk)
{
	size_t len;

	message_done(&walk->message);
	free(walk->text);
	walk->text = NULL;
	if (framer_next(&walk->framer, &walk->in, &len) != 1) {
		CU_ASSERT_EQUAL(walk->in.len, 0);
		buf_done(&walk->in);
		return 0;
	}
	walk->text = strndup(walk->in.data, len);
	CU_ASSERT_EQUAL_FATAL(message_parse(walk->in.data, len, &walk->message), 0);
	buf_consume(&walk->in, len);
	return 1;
}

static void test_kinds(void)
{
	size_t kinds[4] = { 0 };
	struct walk walk;

	for (size_t i = 0; i < n_transcripts; i++) {
		open_walk(&walk, &transcripts[i]);
		for (size_t n = 0; next_step(&walk) == 1; n++) {
			CU_ASSERT_EQUAL(walk.message.kind, look_at(walk.text));
			CU_ASSERT_EQUAL(walk.message.kind == MESSAGE_GREETING, n == 0);
			if (walk.message.kind == MESSAGE_EVENT) {
				CU_ASSERT_STRING_EQUAL(walk.message.text, walk.text);
				CU_ASSERT(walk.message.timestamp_us > 1600000000000000);
			}
			kinds[walk.message.kind]++;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		CU_ASSERT(kinds[i] >= n_transcripts);
}

static void test_greetings(void)
{
	struct walk walk;

	for (size_t i = 0; i < n_transcripts; i++) {
		struct vm vm = { 0 };
		size_t len = strlen(transcripts[i].version);

		open_walk(&walk, &transcripts[i]);
		CU_ASSERT_EQUAL_FATAL(next_step(&walk), 1);
		CU_ASSERT_EQUAL(vm_set_version(&vm, walk.message.body), 0);
		CU_ASSERT(strncmp(vm.version, transcripts[i].version, len) == 0);
		CU_ASSERT_EQUAL(vm.version[len], '.');
		CU_ASSERT(string_starts_with(vm.package, "Debian "));
		vm_done(&vm);
		while (next_step(&walk) == 1)
			continue;
	}
}

static void test_statistics(void)
{
	size_t documents = 0, present = 0;
	struct walk walk;

	for (size_t i = 0; i < n_transcripts; i++) {
		int known = string_equal(transcripts[i].version, "7.2") ? 10 : 16;

		open_walk(&walk, &transcripts[i]);
		while (next_step(&walk) == 1) {
			struct balloonctl_stats *stats = NULL;
			uint64_t value;

			if (walk.message.kind != MESSAGE_RETURN ||
			    json_member(walk.message.body, "stats") == NULL)
				continue;
			CU_ASSERT_EQUAL_FATAL(stats_decode(walk.message.body, &stats), 0);
			for (int stat = 0; stat < 16; stat++)
				CU_ASSERT_EQUAL(balloonctl_stats_has(stats,
								     (enum balloonctl_stat)stat),
						stat < known);
			CU_ASSERT_EQUAL(balloonctl_stats_get_unknown_count(stats), 0);
			CU_ASSERT_EQUAL(balloonctl_stats_get_anomalies(stats), 0);
			documents++;
			if (balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, &value) == 0) {
				CU_ASSERT(value > 1 << 20 && value < 1 << 30);
				CU_ASSERT(balloonctl_stats_get_last_update(stats) > 1600000000);
				present++;
			}
			balloonctl_stats_free(stats);
		}
	}
	CU_ASSERT(documents >= 12);
	CU_ASSERT(present >= 6 && present < documents);
}

/* One word for each message that a session has to hand over, as append_messages() writes them. All
 * ids from 1 to 64 are waited for. */
static char *expect(const struct transcript *transcript)
{
	struct buf words = { 0 };
	bool answered[SESSION_PENDING_MAX + 1] = { false }, negotiated = false;
	struct walk walk;

	open_walk(&walk, transcript);
	while (next_step(&walk) == 1) {
		const struct message *message = &walk.message;
		enum message_kind kind = look_at(walk.text);
		const char *id = strstr(walk.text, "\"id\": ");
		unsigned long number = id == NULL ? 0 : strtoul(id + strlen("\"id\": "), NULL, 10);
		char word[128] = "";

		if (kind == MESSAGE_GREETING)
			snprintf(word, sizeof(word), "greeting; ");
		else if (kind == MESSAGE_EVENT)
			snprintf(word, sizeof(word), "event %s; ", message->name);
		else if (number == 0 && kind == MESSAGE_ERROR)
			snprintf(word, sizeof(word), "end");
		else if (number == 0 && !negotiated)
			negotiated = true;
		else if (number > 0 && number <= SESSION_PENDING_MAX && !answered[number])
			snprintf(word, sizeof(word), "%s %lu; ",
				 kind == MESSAGE_RETURN ? "return" : "error", number);
		if (number <= SESSION_PENDING_MAX)
			answered[number] = true;
		buf_append_string(&words, word);
		if (string_equal(word, "end"))
			break;
	}
	while (next_step(&walk) == 1)
		continue;
	return buf_steal(&words);
}

static void append_messages(struct session *session, struct buf *words)
{
	static const char *const names[] = {
		[MESSAGE_GREETING] = "greeting",
		[MESSAGE_RETURN] = "return",
		[MESSAGE_ERROR] = "error",
		[MESSAGE_EVENT] = "event",
	};
	bool had_failed = session->state == SESSION_FAILED;
	struct message message;
	int r;

	while ((r = session_next(session, 0, &message)) == 1) {
		buf_append_string(words, names[message.kind]);
		if (message.kind != MESSAGE_GREETING)
			buf_append_string(words, " ");
		if (message.kind == MESSAGE_EVENT)
			buf_append_string(words, message.name);
		else if (message.kind != MESSAGE_GREETING)
			buf_append_u64(words, message.id);
		buf_append_string(words, "; ");
		message_done(&message);
	}
	if (r < 0 && !had_failed)
		buf_append_string(words, "end");
}

/* In pieces: `first` bytes, and then pieces of `size`. */
static void assert_session(const struct transcript *transcript, const char *expected, size_t first,
			   size_t size)
{
	size_t at = 0, piece = first;
	struct session session;
	struct buf words = { 0 };
	char *text;

	session_init(&session, 1000);
	for (int i = 1; i <= SESSION_PENDING_MAX; i++)
		CU_ASSERT_EQUAL(session_execute(&session, 0, "x", NULL), i);
	while (at < transcript->said.len) {
		piece = MIN(piece, transcript->said.len - at);
		CU_ASSERT_EQUAL(session_receive(&session, transcript->said.data + at, piece), 0);
		append_messages(&session, &words);
		at += piece;
		piece = size;
	}
	text = buf_steal(&words);
	CU_ASSERT_STRING_EQUAL(text, expected);
	free(text);
	session_done(&session);
}

static void test_sessions(void)
{
	for (size_t i = 0; i < n_transcripts; i++) {
		const struct transcript *transcript = &transcripts[i];
		char *expected = expect(transcript);

		CU_ASSERT(string_starts_with(expected, "greeting; "));
		assert_session(transcript, expected, SIZE_MAX, SIZE_MAX);
		assert_session(transcript, expected, 1, 1);
		if (transcript->said.len <= SPLIT_BYTES_MAX)
			for (size_t split = 1; split < transcript->said.len; split++)
				assert_session(transcript, expected, split, SIZE_MAX);
		free(expected);
	}
}

static CU_TestInfo tests[] = {
	{ "each message is of the kind that it looks", test_kinds },
	{ "each greeting tells the version", test_greetings },
	{ "all statistics are known and decoded", test_statistics },
	{ "a session understands them, in one piece and in any two", test_sessions },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	int status = 1;

	if (read_version("7.2") && read_version("10.0") && read_version("11.1"))
		status = suite_run("transcripts", tests, argc, argv);
	else
		perror(TRANSCRIPTS);
	for (size_t i = 0; i < n_transcripts; i++)
		buf_done(&transcripts[i].said);
	return status;
}
