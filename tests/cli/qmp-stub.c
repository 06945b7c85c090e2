/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A monitor that says what it is told to, for what a real QEMU can't be made to say. It shares no
 * code with the library.
 *
 *	qmp-stub SOCKET RULES [RULE | FAULT]...
 *
 * RULES is a file with one rule a line; a rule on the command line goes before it:
 *	COMMAND [WORD] = JSON         returns it; WORD is the request's property or path
 *	COMMAND [WORD] ! CLASS TEXT   refuses
 *	greeting = JSON
 * FAULT: "silent" never says a word, "garbage" greets as a mail server would, "eof-after=N" closes
 * the connection after N replies, "hangs-after=N" keeps it and does nothing any more.
 *
 * It goes into the background when it listens, appends its process id to the file `pids` and every
 * request to SOCKET.log, serves one client after the other and ends after ten minutes at the latest.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	RULES_MAX = 128,
	LIFE_SECONDS = 600, /* of plays under valgrind */
};

struct rule {
	char *command, *word, *answer; /* word: "" matches any */
	bool refuses;
};

static struct rule rules[RULES_MAX];
static size_t n_rules;
static bool silent, garbage, hangs;
static long replies_left = -1;

static void add_rule(const char *text)
{
	struct rule *rule = &rules[n_rules];
	char sign[2];
	int at = 0;

	if (n_rules == RULES_MAX)
		errx(1, "too many rules");
	if (sscanf(text, "%ms %1[=!] %n", &rule->command, sign, &at) == 2 && at > 0) {
		rule->word = strdup("");
	} else {
		free(rule->command);
		if (sscanf(text, "%ms %ms %1[=!] %n", &rule->command, &rule->word, sign, &at) !=
			    3 ||
		    at == 0)
			errx(1, "no rule: %s", text);
	}
	rule->refuses = sign[0] == '!';
	rule->answer = strdup(text + at);
	n_rules++;
}

static void read_rules(const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;

	if (file == NULL)
		err(1, "%s", path);
	while (getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0' && line[0] != '#')
			add_rule(line);
	}
	free(line);
	fclose(file);
}

static void read_argument(const char *argument)
{
	if (strcmp(argument, "silent") == 0)
		silent = true;
	else if (strcmp(argument, "garbage") == 0)
		garbage = true;
	else if (sscanf(argument, "hangs-after=%ld", &replies_left) == 1)
		hangs = true;
	else if (sscanf(argument, "eof-after=%ld", &replies_left) != 1)
		add_rule(argument);
}

/* The value behind "key": in a request, without quotes; "" if there is none. Our client's requests
 * have no white space, and no escapes where it matters here. */
static char *member(const char *request, const char *key)
{
	const char *at = strstr(request, key);
	const char *start;

	if (at == NULL)
		return strdup("");
	start = at + strlen(key);
	if (*start == '"')
		return strndup(start + 1, strcspn(start + 1, "\""));
	return strndup(start, strcspn(start, ",}"));
}

static const struct rule *find_rule(const char *command, const char *request)
{
	char *property = member(request, "\"property\":");
	char *path = member(request, "\"path\":");
	const struct rule *found = NULL;

	for (size_t i = 0; i < n_rules && found == NULL; i++)
		if (strcmp(rules[i].command, command) == 0 &&
		    (rules[i].word[0] == '\0' || strcmp(rules[i].word, property) == 0 ||
		     strcmp(rules[i].word, path) == 0))
			found = &rules[i];
	free(property);
	free(path);
	return found;
}

static bool answer(int fd, const char *request)
{
	char *command = member(request, "\"execute\":");
	char *id = member(request, "\"id\":");
	const struct rule *rule = find_rule(command, request);
	char tail[64] = "";

	if (id[0] != '\0')
		snprintf(tail, sizeof(tail), ", \"id\": %s", id);
	if (strcmp(command, "qmp_capabilities") == 0)
		dprintf(fd, "{\"return\": {}%s}\r\n", tail);
	else if (rule == NULL)
		dprintf(fd,
			"{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no rule for "
			"%s\"}%s}\r\n",
			command, tail);
	else if (rule->refuses)
		dprintf(fd, "{\"error\": {\"class\": \"%.*s\", \"desc\": \"%s\"}%s}\r\n",
			(int)strcspn(rule->answer, " "), rule->answer,
			rule->answer + strcspn(rule->answer, " ") + 1, tail);
	else
		dprintf(fd, "{\"return\": %s%s}\r\n", rule->answer, tail);
	free(command);
	free(id);
	return replies_left < 0 || --replies_left > 0;
}

/* Length of the JSON object at the start, 0 while its end is missing. */
static size_t object_length(const char *bytes, size_t len)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\\')
			i++;
		else if (bytes[i] == '"')
			in_string = !in_string;
		else if (!in_string && bytes[i] == '{')
			depth++;
		else if (!in_string && bytes[i] == '}' && --depth == 0)
			return i + 1;
	}
	return 0;
}

static void serve(int fd, int log)
{
	const struct rule *greeting = find_rule("greeting", "");
	char bytes[65536];
	size_t len = 0, size;
	ssize_t n;

	if (garbage)
		dprintf(fd, "220 mail.example.org ESMTP\r\n");
	else if (!silent && greeting != NULL)
		dprintf(fd, "%s\r\n", greeting->answer);
	while ((n = read(fd, bytes + len, sizeof(bytes) - len)) > 0) {
		len += (size_t)n;
		while (!silent && (size = object_length(bytes, len)) > 0) {
			char *request = strndup(bytes, size);

			dprintf(log, "%s\n", request);
			memmove(bytes, bytes + size, len -= size);
			if (!answer(fd, request)) {
				while (hangs)
					pause();
				return;
			}
			free(request);
		}
	}
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		errx(1, "%s: too long", path);
	strcpy(address.sun_path, path);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, 8) < 0)
		err(1, "%s", path);
	return fd;
}

static int open_log(const char *socket_path)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s.log", socket_path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

int main(int argc, char **argv)
{
	int listener, log, pids, fd;
	pid_t child;

	if (argc < 3)
		errx(2, "usage: qmp-stub SOCKET RULES [RULE | FAULT]...");
	for (int i = 3; i < argc; i++)
		read_argument(argv[i]);
	read_rules(argv[2]);
	listener = listen_at(argv[1]);
	log = open_log(argv[1]);
	pids = open("pids", O_WRONLY | O_CREAT | O_APPEND, 0600);
	child = fork();
	if (pids < 0 || child < 0)
		err(1, "start");
	if (child > 0) {
		dprintf(pids, "%ld\n", (long)child);
		return 0;
	}
	/* Neither a signal to those who started us is for us, nor their end, nor may they wait for ours. */
	setsid();
	fd = open("/dev/null", O_RDWR);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	alarm(LIFE_SECONDS);
	signal(SIGPIPE, SIG_IGN); /* clients leave when they like */
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		serve(fd, log);
		close(fd);
	}
	return 0;
}
