/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ncurses, loaded when a screen is wanted and linked by nothing, as readline is (editor.c): other
 * commands must not map it.
 */
#define NCURSES_NOMACROS         1
#define NCURSES_WIDECHAR         1
#define NCURSES_ENABLE_STDBOOL_H 1

#include "screen.h"

#include <dlfcn.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <curses.h>

#include "output.h"

#define LIBRARY "libncursesw.so.6"
#define PACKAGE "libncursesw6"

/* clang-format off */
#define SYMBOLS(symbol) \
	symbol(cbreak) \
	symbol(curs_set) \
	symbol(delscreen) \
	symbol(endwin) \
	symbol(has_colors) \
	symbol(init_pair) \
	symbol(keypad) \
	symbol(newterm) \
	symbol(nodelay) \
	symbol(noecho) \
	symbol(redrawwin) \
	symbol(resizeterm) \
	symbol(set_escdelay) \
	symbol(start_color) \
	symbol(stdscr) \
	symbol(tigetstr) \
	symbol(use_default_colors) \
	symbol(waddnstr) \
	symbol(wattrset) \
	symbol(werase) \
	symbol(wgetch) \
	symbol(wmove) \
	symbol(wrefresh)
/* clang-format on */

#define POINTER(name) __typeof__(&name) name;

struct curses {
	SYMBOLS(POINTER)
};

struct screen {
	struct curses lib;
	void *library;
	SCREEN *terminal;
	size_t rows, columns;
	bool has_color;
	struct sigaction before[4]; /* of `caught` */
	sigset_t mask;              /* and of signals, before */
	bool has_caught;
	int stop_fd;
};

/* Signals that ncurses handles in a way of its own, by code that goes with the library. The size is
 * looked at with every frame. */
static const int caught[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };

enum {
	PAIR_WARNING = 1,
	PAIR_ALARM = 2,
	ESCAPE_MS = 25,
};

/* POSIX lets data pointers hold functions, C does not: hence by way of the address. */
static bool load_symbol(void *library, const char *name, void *ret)
{
	*(void **)ret = dlsym(library, name);
	return *(void **)ret != NULL;
}

#define LOAD(name) &&load_symbol(library, #name, &ret->name)

static bool load(void *library, struct curses *ret)
{
	return library != NULL SYMBOLS(LOAD);
}

static void do_nothing(int number)
{
}

/*
 * Ctrl-Z is taken between two frames, from a descriptor. What ncurses does about it draws from a signal
 * handler, wherever the program is just then, and forgets a signal that comes while it draws: it keeps
 * its hands off what has a handler already.
 */
static void catch_stop(struct screen *screen)
{
	struct sigaction action = { .sa_handler = do_nothing }, before;
	sigset_t set;

	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigaction(caught[i], NULL, &screen->before[i]);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_BLOCK, &set, &screen->mask);
	screen->has_caught = true;
	/* Without job control nobody could make it go on. */
	sigaction(SIGTSTP, NULL, &before);
	if (before.sa_handler == SIG_IGN)
		return;
	sigaction(SIGTSTP, &action, NULL);
	screen->stop_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void begin(struct screen *screen, enum color_wish wish)
{
	struct terminal terminal;

	terminal_init(&terminal, wish);
	screen->lib.cbreak();
	screen->lib.noecho();
	screen->lib.set_escdelay(ESCAPE_MS);
	screen->lib.keypad(*screen->lib.stdscr, true);
	screen->lib.nodelay(*screen->lib.stdscr, true);
	screen->lib.curs_set(0);
	screen->has_color = terminal.has_color && screen->lib.has_colors();
	if (!screen->has_color)
		return;
	screen->lib.start_color();
	screen->lib.use_default_colors();
	screen->lib.init_pair(PAIR_WARNING, COLOR_YELLOW, -1);
	screen->lib.init_pair(PAIR_ALARM, COLOR_RED, -1);
}

/* Is there an escape sequence that puts the cursor somewhere? */
static bool can_draw(const struct screen *screen)
{
	const char *move;

	if (screen->terminal == NULL)
		return false;
	move = screen->lib.tigetstr("cup");
	return move != NULL && move != (const char *)-1;
}

static void complain_of_terminal(void)
{
	const char *term = getenv("TERM");

	if (term == NULL || *term == '\0')
		complain("TERM is not set: top can't know this terminal; 'top --batch' does "
			 "without it");
	else
		complain("TERM '%s': this terminal is not known or can't be drawn on; "
			 "'top --batch' does without it",
			 term);
}

struct screen *screen_open(enum color_wish wish, bool *ret_is_ascii)
{
	struct screen *screen = allocate(1, sizeof(*screen));

	screen->stop_fd = -1;
	screen->library = dlopen(LIBRARY, RTLD_NOW);
	if (!load(screen->library, &screen->lib)) {
		complain("top needs %s (package %s); 'top --batch' does without it", LIBRARY,
			 PACKAGE);
		screen_close(screen);
		return NULL;
	}
	catch_stop(screen);
	setlocale(LC_CTYPE, "");
	*ret_is_ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	screen->terminal = screen->lib.newterm(NULL, stdout, stdin);
	if (!can_draw(screen)) {
		complain_of_terminal();
		screen_close(screen);
		return NULL;
	}
	begin(screen, wish);
	return screen;
}

void screen_close(struct screen *screen)
{
	if (screen == NULL)
		return;
	if (screen->terminal != NULL) {
		screen->lib.endwin();
		screen->lib.delscreen(screen->terminal);
	}
	if (screen->has_caught) {
		for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
			sigaction(caught[i], &screen->before[i], NULL);
		sigprocmask(SIG_SETMASK, &screen->mask, NULL);
	}
	if (screen->stop_fd >= 0)
		close(screen->stop_fd);
	if (screen->library != NULL)
		dlclose(screen->library);
	free(screen);
}

int screen_get_stop_fd(const struct screen *screen)
{
	return screen->stop_fd;
}

/* As SIGTSTP stops others: not if there is no shell to make it go on. */
void screen_stop(struct screen *screen)
{
	struct sigaction action = { .sa_handler = SIG_DFL }, ours;
	struct signalfd_siginfo info;
	sigset_t set;

	if (read(screen->stop_fd, &info, sizeof(info)) != sizeof(info))
		return;
	screen->lib.endwin();
	sigaction(SIGTSTP, &action, &ours);
	raise(SIGTSTP);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGTSTP, &ours, NULL);
}

static void measure(struct frame *frame)
{
	struct winsize size;

	frame->rows = 24;
	frame->columns = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
		frame->rows = size.ws_row;
		frame->columns = size.ws_col;
	}
}

bool screen_is_resized(const struct screen *screen)
{
	struct frame frame;

	measure(&frame);
	return frame.rows != screen->rows || frame.columns != screen->columns;
}

void screen_measure(struct screen *screen, struct frame *frame)
{
	measure(frame);
	if (frame->rows != screen->rows || frame->columns != screen->columns)
		screen->lib.resizeterm((int)frame->rows, (int)frame->columns);
	screen->rows = frame->rows;
	screen->columns = frame->columns;
}

static attr_t get_attributes(const struct screen *screen, const struct frame_text *text)
{
	attr_t attributes = A_NORMAL;

	if (text->is_bold)
		attributes |= A_BOLD;
	if (text->is_reversed)
		attributes |= A_REVERSE;
	if (text->look == LOOK_ABSENT)
		attributes |= A_DIM;
	if (screen->has_color && text->look == LOOK_WARNING)
		attributes |= NCURSES_BITS(PAIR_WARNING, 0);
	if (screen->has_color && text->look == LOOK_ALARM)
		attributes |= NCURSES_BITS(PAIR_ALARM, 0);
	return attributes;
}

void screen_show(struct screen *screen, const struct frame *frame)
{
	WINDOW *window = *screen->lib.stdscr;

	screen->lib.werase(window);
	for (size_t i = 0; i < frame->count; i++) {
		const struct frame_text *text = &frame->texts[i];

		if (text->row >= frame->rows || text->column >= frame->columns)
			continue;
		screen->lib.wattrset(window, (int)get_attributes(screen, text));
		screen->lib.wmove(window, (int)text->row, (int)text->column);
		screen->lib.waddnstr(window, text->text, -1);
	}
	screen->lib.wattrset(window, (int)A_NORMAL);
	screen->lib.curs_set(frame->has_cursor ? 1 : 0);
	if (frame->has_cursor && frame->cursor_column < frame->columns)
		screen->lib.wmove(window, (int)frame->cursor_row, (int)frame->cursor_column);
	screen->lib.wrefresh(window);
}

void screen_redraw(struct screen *screen)
{
	screen->lib.redrawwin(*screen->lib.stdscr);
}

int screen_read(struct screen *screen)
{
	int key = screen->lib.wgetch(*screen->lib.stdscr);

	switch (key) {
	case ERR:
		return -1;
	case KEY_UP:
		return TOP_KEY_UP;
	case KEY_DOWN:
		return TOP_KEY_DOWN;
	case KEY_PPAGE:
		return TOP_KEY_PAGE_UP;
	case KEY_NPAGE:
		return TOP_KEY_PAGE_DOWN;
	case KEY_HOME:
		return TOP_KEY_HOME;
	case KEY_END:
		return TOP_KEY_END;
	case KEY_ENTER:
	case '\r':
	case '\n':
		return TOP_KEY_ENTER;
	case 27:
		return TOP_KEY_ESCAPE;
	case KEY_BACKSPACE:
	case '\b':
	case 127:
		return TOP_KEY_BACKSPACE;
	default:
		return key > 255 ? TOP_KEY_OTHER : key;
	}
}
