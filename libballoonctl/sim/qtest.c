/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The qtest protocol, on a board: a line is split into words, the words are looked up in a table,
 * and what the command did to the interrupt line is told ahead of its reply. Replies are QEMU's;
 * what makes QEMU abort is refused here, and nothing else happens.
 */
#include "sim/qtest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

enum {
	INTERRUPT_PIN = 12,   /* of the I/O APIC: where the last of QEMU's eight slots is wired */
	WORDS_MAX = 4,        /* as QEMU, we don't look at further ones */
	CHUNK_SIZE = 4096,    /* of copies; its multiples are no inner boundary of a register */
	REPLY_SIZE_MAX = 128, /* of one without data */
};

struct word {
	const char *text;
	size_t len;
};

struct request {
	struct sim_board *board;
	struct sim_qtest *qtest;
	unsigned int width;       /* of readb to writeq */
	unsigned int n_arguments; /* words behind the command */
	struct word arguments[WORDS_MAX - 1];
	uint64_t numbers[WORDS_MAX - 1]; /* the leading ones, as many as the command needs */
	uint64_t n_touched;              /* bytes of memory, of those commands that take a size */
	struct buf reply;
};

struct command {
	const char *name;
	unsigned int n_arguments; /* at least */
	unsigned int n_numbers;   /* of these */
	unsigned int width;
	void (*serve)(struct request *request);
};

PRINTF_FORMAT(2, 3) static void reply(struct request *request, const char *format, ...)
{
	char text[REPLY_SIZE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	buf_append_string(&request->reply, text);
}

static int get_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool has_0x(const struct word *word)
{
	return word->len >= 2 && word->text[0] == '0' &&
	       (word->text[1] == 'x' || word->text[1] == 'X');
}

/* Decimal or 0x hexadecimal. As in QEMU a sign is taken, and a negative number wraps. */
static bool parse_number(struct word word, uint64_t *ret)
{
	uint64_t number = 0;
	bool is_negative = false;
	unsigned int base = 10;

	if (word.len > 0 && (word.text[0] == '-' || word.text[0] == '+')) {
		is_negative = word.text[0] == '-';
		word.text++;
		word.len--;
	}
	if (has_0x(&word)) {
		base = 16;
		word.text += 2;
		word.len -= 2;
	}
	if (word.len == 0)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		int digit = get_digit(word.text[i]);

		if (digit < 0 || (unsigned int)digit >= base ||
		    number > (UINT64_MAX - (unsigned int)digit) / base)
			return false;
		number = number * base + (unsigned int)digit;
	}
	*ret = is_negative ? 0 - number : number;
	return true;
}

/* Guest memory, a chunk at a time. A chunk ends where a page does: no register is cut in two, and
 * none passes the end of the address space, behind which address 0 follows. */
static size_t get_chunk(uint64_t gpa, uint64_t left)
{
	return (size_t)MIN(left, CHUNK_SIZE - gpa % CHUNK_SIZE);
}

static void serve_read_value(struct request *request)
{
	uint8_t bytes[8] = { 0 };
	uint64_t value = 0, gpa = request->numbers[0];
	size_t first = get_chunk(gpa, request->width);

	sim_board_read(request->board, gpa, bytes, first);
	if (first < request->width)
		sim_board_read(request->board, gpa + first, bytes + first, request->width - first);
	for (unsigned int i = sizeof(bytes); i-- > 0;)
		value = value << 8 | bytes[i];
	reply(request, "OK 0x%016" PRIx64, value);
}

static void serve_write_value(struct request *request)
{
	uint8_t bytes[8];
	uint64_t gpa = request->numbers[0];
	size_t first = get_chunk(gpa, request->width);

	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(request->numbers[1] >> 8 * i);
	sim_board_write(request->board, gpa, bytes, first);
	if (first < request->width)
		sim_board_write(request->board, gpa + first, bytes + first, request->width - first);
	reply(request, "OK");
}

static bool check_size(struct request *request, uint64_t min)
{
	uint64_t size = request->numbers[1];

	if (size >= min && size <= SIM_QTEST_SIZE_MAX) {
		request->n_touched = size;
		return true;
	}
	reply(request, "FAIL size %" PRIu64 " is not from %" PRIu64 " to %d", size, min,
	      SIM_QTEST_SIZE_MAX);
	return false;
}

static void serve_read(struct request *request)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t gpa = request->numbers[0], left = request->numbers[1];
	uint8_t chunk[CHUNK_SIZE];

	if (!check_size(request, 1))
		return;
	buf_append_string(&request->reply, "OK 0x");
	while (left > 0) {
		size_t len = get_chunk(gpa, left);
		char *text = buf_reserve(&request->reply, len * 2);

		if (text == NULL)
			return;
		sim_board_read(request->board, gpa, chunk, len);
		for (size_t i = 0; i < len; i++) {
			text[2 * i] = digits[chunk[i] >> 4];
			text[2 * i + 1] = digits[chunk[i] & 15];
		}
		request->reply.len += len * 2;
		gpa += len;
		left -= len;
	}
}

/* The bytes that are there, and zeros behind them. */
static void write_hex(struct request *request, const char *digits, size_t n_bytes)
{
	uint64_t gpa = request->numbers[0], left = request->numbers[1];
	uint8_t chunk[CHUNK_SIZE];

	while (left > 0) {
		size_t len = get_chunk(gpa, left), filled = MIN(len, n_bytes);

		for (size_t i = 0; i < filled; i++, digits += 2)
			chunk[i] = (uint8_t)(get_digit(digits[0]) << 4 | get_digit(digits[1]));
		memset(chunk + filled, 0, len - filled);
		sim_board_write(request->board, gpa, chunk, len);
		n_bytes -= filled;
		gpa += len;
		left -= len;
	}
}

static void serve_write(struct request *request)
{
	const struct word *data = &request->arguments[2];
	bool is_hex = has_0x(data) && data->len > 2 && data->len % 2 == 0;

	for (size_t i = 2; is_hex && i < data->len; i++)
		is_hex = get_digit(data->text[i]) >= 0;
	if (!is_hex) {
		reply(request, "FAIL data is not 0x and hexadecimal bytes");
		return;
	}
	if (!check_size(request, 0))
		return;
	write_hex(request, data->text + 2, data->len / 2 - 1);
	reply(request, "OK");
}

static void serve_memset(struct request *request)
{
	uint64_t gpa = request->numbers[0], left = request->numbers[1];
	uint8_t chunk[CHUNK_SIZE];

	if (!check_size(request, 0))
		return;
	memset(chunk, (int)(request->numbers[2] & 0xff), sizeof(chunk));
	while (left > 0) {
		size_t len = get_chunk(gpa, left);

		sim_board_write(request->board, gpa, chunk, len);
		gpa += len;
		left -= len;
	}
	reply(request, "OK");
}

static void reply_time(struct request *request, const char *word)
{
	reply(request, "%s %" PRId64, word, request->board->clock.virtual_ns);
}

static void step_to_deadline(struct request *request)
{
	int64_t wait = sim_clock_get_wait_ns(&request->board->clock);

	if (wait != SIM_NEVER) {
		sim_board_step(request->board, wait);
		reply_time(request, "OK");
	} else if (request->board->options.profile->step_without_deadline_fails) {
		reply(request, "FAIL cannot advance clock to the next deadline because there is "
			       "no pending deadline");
	} else {
		reply_time(request, "OK");
	}
}

static void serve_clock_step(struct request *request)
{
	uint64_t ns;

	if (request->n_arguments == 0) {
		step_to_deadline(request);
	} else if (!parse_number(request->arguments[0], &ns)) {
		reply(request, "FAIL clock_step: word 1 is no number");
	} else if (ns == 0 || ns > INT64_MAX) {
		reply(request, "FAIL could not advance time");
	} else {
		sim_board_step(request->board, (int64_t)ns);
		reply_time(request, "OK");
	}
}

static void serve_clock_set(struct request *request)
{
	uint64_t ns = request->numbers[0];
	int64_t now = request->board->clock.virtual_ns;

	if (ns > INT64_MAX || (int64_t)ns < now) {
		reply_time(request, "FAIL");
		return;
	}
	sim_board_step(request->board, (int64_t)ns - now);
	reply_time(request, "OK");
}

static void serve_irq_intercept_in(struct request *request)
{
	struct sim_qtest *qtest = request->qtest;
	const struct word *name = &request->arguments[0];

	if (name->len != strlen("ioapic") || memcmp(name->text, "ioapic", name->len) != 0) {
		reply(request, "FAIL Unknown device");
		return;
	}
	qtest->n_edges = request->board->balloon.device.n_edges;
	qtest->intercepts_irqs = true;
	reply(request, "OK");
}

static const struct command commands[] = {
	{ "clock_set", 1, 1, 0, serve_clock_set },
	{ "clock_step", 0, 0, 0, serve_clock_step },
	{ "irq_intercept_in", 1, 0, 0, serve_irq_intercept_in },
	{ "memset", 3, 3, 0, serve_memset },
	{ "read", 2, 2, 0, serve_read },
	{ "readb", 1, 1, 1, serve_read_value },
	{ "readl", 1, 1, 4, serve_read_value },
	{ "readq", 1, 1, 8, serve_read_value },
	{ "readw", 1, 1, 2, serve_read_value },
	{ "write", 3, 2, 0, serve_write },
	{ "writeb", 2, 2, 1, serve_write_value },
	{ "writel", 2, 2, 4, serve_write_value },
	{ "writeq", 2, 2, 8, serve_write_value },
	{ "writew", 2, 2, 2, serve_write_value },
};

/* As on a QEMU without the qtest accelerator, a clock that follows the host's has no commands. */
static const struct command *find_command(const struct sim_board *board, const struct word *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const char *name = commands[i].name;

		if (strlen(name) != word->len || memcmp(name, word->text, word->len) != 0)
			continue;
		if (!board->clock.is_stepped && string_starts_with(name, "clock_"))
			return NULL;
		return &commands[i];
	}
	return NULL;
}

/* Words stand between single blanks: two blanks enclose an empty one. */
static unsigned int split(const char *line, size_t len, struct word *words)
{
	unsigned int n = 0;

	while (n < WORDS_MAX) {
		const char *blank = memchr(line, ' ', len);
		size_t length = blank != NULL ? (size_t)(blank - line) : len;

		words[n++] = (struct word){ .text = line, .len = length };
		if (blank == NULL)
			break;
		line += length + 1;
		len -= length + 1;
	}
	return n;
}

static void serve(struct request *request, const struct command *command)
{
	if (request->n_arguments < command->n_arguments) {
		reply(request, "FAIL %s: too few words", command->name);
		return;
	}
	for (unsigned int i = 0; i < command->n_numbers; i++) {
		if (!parse_number(request->arguments[i], &request->numbers[i])) {
			reply(request, "FAIL %s: word %u is no number", command->name, i + 1);
			return;
		}
	}
	request->width = command->width;
	command->serve(request);
}

/* How many bytes of memory it has touched. */
static uint64_t serve_line(struct sim_qtest *qtest, const char *line, size_t len)
{
	struct request request = { .board = qtest->board, .qtest = qtest };
	struct word words[WORDS_MAX];
	const struct command *command;

	/* What a QMP command has made due happens before this one. */
	sim_board_run(qtest->board);
	sim_qtest_deliver(qtest);
	request.n_arguments = split(line, len, words) - 1;
	memcpy(request.arguments, words + 1, sizeof(request.arguments[0]) * request.n_arguments);
	command = find_command(qtest->board, &words[0]);
	if (command != NULL) {
		serve(&request, command);
	} else {
		buf_append_string(&request.reply, "FAIL Unknown command '");
		buf_append(&request.reply, words[0].text, words[0].len);
		buf_append_string(&request.reply, "'");
	}
	sim_board_run(qtest->board);
	sim_qtest_deliver(qtest);
	buf_append_string(&request.reply, "\n");
	if (request.reply.error < 0)
		qtest->output.error = request.reply.error;
	buf_append(&qtest->output, request.reply.data, request.reply.len);
	buf_done(&request.reply);
	return request.n_touched;
}

void sim_qtest_init(struct sim_qtest *qtest, struct sim_board *board)
{
	*qtest = (struct sim_qtest){ .board = board };
}

void sim_qtest_done(struct sim_qtest *qtest)
{
	buf_done(&qtest->input);
	buf_done(&qtest->output);
}

void sim_qtest_disconnect(struct sim_qtest *qtest)
{
	buf_done(&qtest->input);
	buf_done(&qtest->output);
}

void sim_qtest_connect(struct sim_qtest *qtest)
{
	qtest->n_edges = qtest->board->balloon.device.n_edges;
	qtest->line = false;
}

void sim_qtest_deliver(struct sim_qtest *qtest)
{
	const struct sim_device *device = &qtest->board->balloon.device;
	uint32_t n_edges = device->n_edges - qtest->n_edges;
	bool level = device->line ^ (n_edges % 2 == 1);

	if (!qtest->intercepts_irqs)
		return;
	while (n_edges-- > 0) {
		level = !level;
		if (level == qtest->line)
			continue;
		qtest->line = level;
		buf_append_string(&qtest->output, level ? "IRQ raise " : "IRQ lower ");
		buf_append_u64(&qtest->output, INTERRUPT_PIN);
		buf_append_string(&qtest->output, "\n");
	}
	qtest->n_edges = device->n_edges;
}

static const char *find_end(const struct buf *input)
{
	return input->len > 0 ? memchr(input->data, '\n', input->len) : NULL;
}

bool sim_qtest_is_behind(const struct sim_qtest *qtest)
{
	return find_end(&qtest->input) != NULL;
}

int sim_qtest_receive(struct sim_qtest *qtest, const void *bytes, size_t len)
{
	struct buf *input = &qtest->input;
	uint64_t n_touched = 0;

	buf_append(input, bytes, len);
	while (input->error == 0 && qtest->output.error == 0) {
		const char *end = find_end(input);
		size_t length = end != NULL ? (size_t)(end - input->data) : input->len;

		if (length > SIM_QTEST_LINE_MAX)
			return -E2BIG;
		if (end == NULL || qtest->output.len >= SIM_QTEST_OUTPUT_MAX ||
		    n_touched >= SIM_QTEST_TURN_MAX)
			return 0;
		n_touched += serve_line(qtest, input->data, length);
		buf_consume(input, length + 1);
	}
	return -ENOMEM;
}
