/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The shell on a terminal: lines from the editor, and between them what QEMU tells and what signals
 * ask for. Signals are read from a descriptor, so that nothing happens behind the back of a command
 * or of the editor; a command that is running ends when one comes.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "editor.h"
#include "history.h"
#include "output.h"
#include "shell.h"

enum {
	ADDRESS_SHOWN = 40, /* bytes of it in the prompt */
};

struct terminal {
	struct shell *shell;
	struct editor *editor;
	struct history added; /* in this session */
	char *history_path;
	bool is_prompting;
	int last_signal; /* that ends the program; 0 for none */
};

/* While a command runs, Ctrl-Z stops the program as it does others. */
static void listen(struct terminal *terminal, bool at_prompt)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (at_prompt) {
		sigaddset(&set, SIGTSTP);
		sigaddset(&set, SIGWINCH);
	}
	terminal->shell->session.signal_fd =
		signalfd(terminal->shell->session.signal_fd, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	/* A change of size can wait for the prompt. */
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_SETMASK, &terminal->shell->signals, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* ---- At the prompt ---- */

static char *get_prompt(const struct shell *shell)
{
	const struct options *defaults = &shell->session.defaults;
	struct buffer prompt = { 0 };

	buffer_append_string(&prompt, "balloonctl");
	if (defaults->n_addresses == 1) {
		const char *address = defaults->addresses[0];
		size_t len = strlen(address);

		buffer_append_string(&prompt, len > ADDRESS_SHOWN ? " ..." : " ");
		if (len > ADDRESS_SHOWN)
			address += len - ADDRESS_SHOWN;
		while (((unsigned char)*address & 0xc0) == 0x80) /* half a character */
			address++;
		buffer_append_escaped(&prompt, address);
	} else if (defaults->n_addresses > 1) {
		buffer_printf(&prompt, " %zu VMs", defaults->n_addresses);
	}
	buffer_append_string(&prompt, "> ");
	return buffer_steal(&prompt);
}

static void prompt(struct terminal *terminal)
{
	char *text = get_prompt(terminal->shell);

	listen(terminal, true);
	editor_prompt(terminal->editor, text);
	terminal->is_prompting = true;
	free(text);
}

static void announce(const char *line, void *arg)
{
	struct terminal *terminal = arg;

	if (terminal->is_prompting)
		editor_announce(terminal->editor, line);
	else
		complain("%s", line);
}

/* As other programs stop; the shell that started us does the rest. Where there is none, as in a window
 * of our own, the kernel forgets the signal: nobody could make us go on. */
static void stop(struct terminal *terminal)
{
	sigset_t set;

	if (terminal->is_prompting)
		editor_suspend(terminal->editor);
	raise(SIGTSTP);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (terminal->is_prompting)
		editor_resume(terminal->editor);
}

static void handle_signals(struct terminal *terminal)
{
	struct signalfd_siginfo info;

	while (read(terminal->shell->session.signal_fd, &info, sizeof(info)) == sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGINT:
			if (terminal->is_prompting)
				editor_abandon(terminal->editor);
			terminal->is_prompting = false;
			break;
		case SIGWINCH:
			editor_resize(terminal->editor);
			break;
		case SIGTSTP:
			stop(terminal);
			break;
		default:
			terminal->last_signal = (int)info.ssi_signo;
			terminal->shell->is_over = true;
			break;
		}
	}
}

/* ---- Lines ---- */

static void run(struct terminal *terminal, const char *line)
{
	struct signalfd_siginfo info;
	int signal_fd;

	if (history_add(&terminal->added, line))
		editor_remember(terminal->editor, line);
	listen(terminal, false);
	shell_run(terminal->shell, line);
	signal_fd = terminal->shell->session.signal_fd;
	while (read(signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGINT)
			continue;
		terminal->last_signal = (int)info.ssi_signo;
		terminal->shell->is_over = true;
	}
}

static void read_terminal(struct terminal *terminal)
{
	char *line = NULL;

	switch (editor_read(terminal->editor, &line)) {
	case EDITOR_MORE:
		return;
	case EDITOR_LINE:
		terminal->is_prompting = false;
		run(terminal, line);
		free(line);
		return;
	case EDITOR_END:
		terminal->is_prompting = false;
		terminal->shell->is_over = true;
		editor_leave(terminal->editor);
		return;
	}
}

static void turn(struct terminal *terminal)
{
	struct session *session = &terminal->shell->session;
	struct pollfd *fds = allocate(2 + 2 * session->n_connections, sizeof(*fds));
	int timeout = -1;
	nfds_t n;

	fds[0] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = session->signal_fd, .events = POLLIN };
	n = 2 + session_prepare(session, fds + 2, &timeout);
	if (poll(fds, n, timeout) >= 0) {
		session_process(session, announce, terminal);
		if (fds[1].revents != 0)
			handle_signals(terminal);
		else if (fds[0].revents != 0)
			read_terminal(terminal);
	}
	free(fds);
}

static void open_history(struct terminal *terminal)
{
	struct history old = { 0 };

	terminal->history_path = history_get_path();
	if (terminal->history_path == NULL)
		return;
	history_read(&old, terminal->history_path);
	for (size_t i = 0; i < old.count; i++)
		editor_remember(terminal->editor, old.lines[i]);
	history_free(&old);
}

static void close_history(struct terminal *terminal)
{
	if (terminal->history_path != NULL)
		history_append(terminal->history_path, &terminal->added);
	history_free(&terminal->added);
	free(terminal->history_path);
}

int shell_talk(struct shell *shell)
{
	struct terminal terminal = { .shell = shell };

	terminal.editor = editor_open(shell_complete, shell);
	if (terminal.editor == NULL) {
		shell->keeps_going = true;
		return shell_play(shell, NULL, "standard input");
	}
	open_history(&terminal);
	while (!shell->is_over) {
		if (!terminal.is_prompting)
			prompt(&terminal);
		turn(&terminal);
	}
	editor_close(terminal.editor);
	close_history(&terminal);
	close(shell->session.signal_fd);
	shell->session.signal_fd = -1;
	sigprocmask(SIG_SETMASK, &shell->signals, NULL);
	/* What was killed shall look so. */
	if (terminal.last_signal != 0)
		raise(terminal.last_signal);
	return EXIT_DONE;
}
