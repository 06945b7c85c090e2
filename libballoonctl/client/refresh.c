/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See refresh.h. */
#include "client/refresh.h"

#include "base/util.h"

enum {
	/* A Linux guest takes 2 to 8 ms. Each look keeps QEMU busy for one. */
	LOOK_FIRST_MS = 4,
	LOOK_LAST_MS = 250,
	/* A guest that has not answered by then owes an answer from before, as a rule, and to ask it
	 * again changes nothing. */
	ASK_FIRST_MS = 1000,
	ASK_LAST_MS = 8000,
	/* How far behind a change of the second to ask. */
	SECOND_MARGIN_MS = 10,
	/* Two that write at the same time must not go on for ever. */
	REPAIRS_MAX = 3,
};

void refresh_begin(struct refresh *refresh, uint32_t max_age_seconds, int64_t deadline_ms)
{
	*refresh = (struct refresh){
		.max_age_seconds = max_age_seconds,
		.deadline_ms = deadline_ms,
		.ask_pause_ms = ASK_FIRST_MS,
		.look_pause_ms = LOOK_FIRST_MS,
	};
}

/* Is the interval that was read one that stays? If so, it is the one to be left behind. Off may be the
 * moment of another client's refresh. */
static bool learn_interval(struct refresh *refresh, uint32_t interval)
{
	bool is_sure = interval != 0 || (refresh->has_seen && refresh->seen == 0);

	if (is_sure || !refresh->has_seen)
		refresh->interval = refresh->left = interval;
	refresh->seen = interval;
	refresh->has_seen = true;
	return is_sure;
}

static bool is_new_enough(const struct refresh *refresh, const struct refresh_look *look)
{
	return look->last_update != 0 && !look->is_bygone && look->age_ms >= 0 &&
	       refresh->max_age_seconds > 0 &&
	       look->age_ms <= (int64_t)refresh->max_age_seconds * 1000;
}

static bool has_moved(const struct refresh *refresh, const struct refresh_look *look)
{
	return look->last_update != 0 &&
	       (look->last_update != refresh->last_update || look->digest != refresh->digest);
}

/* An answer within the second that the sample was taken in might not show. Where the clock is not
 * QEMU's it is a second lost, no more. */
static int64_t get_second_end_ms(const struct refresh_look *look)
{
	if (look->last_update < look->clock_ms / 1000)
		return look->now_ms + ASK_FIRST_MS;
	return look->now_ms + 1000 - look->clock_ms % 1000 + SECOND_MARGIN_MS;
}

/* From here on whatever differs is new. */
static enum refresh_step ask_from(struct refresh *refresh, const struct refresh_look *look,
				  int64_t *ret_at_ms)
{
	refresh->has_base = true;
	refresh->last_update = look->last_update;
	refresh->digest = look->digest;
	refresh->n_resumes = look->n_resumes;
	refresh->ask_at_ms = get_second_end_ms(look);
	refresh->look_pause_ms = LOOK_FIRST_MS;
	*ret_at_ms = look->now_ms;
	return REFRESH_ASK;
}

static enum refresh_step look_later(struct refresh *refresh, int64_t now_ms, int64_t *ret_at_ms)
{
	int64_t at_ms = MIN(now_ms + refresh->look_pause_ms, refresh->deadline_ms);

	/* While the VM is paused there is no use in asking. */
	*ret_at_ms = refresh->ask_at_ms > now_ms ? MIN(at_ms, refresh->ask_at_ms) : at_ms;
	refresh->look_pause_ms = MIN(refresh->look_pause_ms * 2, LOOK_LAST_MS);
	return REFRESH_LOOK;
}

/* Before the first question. */
static enum refresh_step look_first(struct refresh *refresh, const struct refresh_look *look,
				    bool is_sure, int64_t *ret_at_ms)
{
	if (is_new_enough(refresh, look))
		return REFRESH_DONE;
	if (look->is_paused)
		return REFRESH_FAILED;
	if (is_sure)
		return ask_from(refresh, look, ret_at_ms);
	if (look->now_ms >= refresh->deadline_ms)
		return REFRESH_FAILED;
	*ret_at_ms = MIN(look->now_ms + LOOK_FIRST_MS, refresh->deadline_ms);
	return REFRESH_LOOK;
}

enum refresh_step refresh_look(struct refresh *refresh, const struct refresh_look *look,
			       int64_t *ret_at_ms)
{
	bool is_sure = learn_interval(refresh, look->interval);

	if (!refresh->has_base)
		return look_first(refresh, look, is_sure, ret_at_ms);
	/* A VM that goes on may show what its guest wrote before, as if it were new (B67, B70). */
	if (look->n_resumes != refresh->n_resumes && look->now_ms < refresh->deadline_ms)
		return ask_from(refresh, look, ret_at_ms);
	if (look->n_resumes == refresh->n_resumes && has_moved(refresh, look))
		return REFRESH_DONE;
	/* A reset takes the sample away (B60). */
	if (look->last_update == 0)
		refresh->last_update = 0;
	if (look->now_ms >= refresh->deadline_ms)
		return REFRESH_FAILED;
	if (look->now_ms < refresh->ask_at_ms || look->is_paused || !is_sure)
		return look_later(refresh, look->now_ms, ret_at_ms);
	refresh->ask_at_ms = look->now_ms + refresh->ask_pause_ms;
	refresh->ask_pause_ms = MIN(refresh->ask_pause_ms * 2, ASK_LAST_MS);
	refresh->look_pause_ms = LOOK_FIRST_MS;
	*ret_at_ms = look->now_ms;
	return REFRESH_ASK;
}

enum refresh_step refresh_asked(struct refresh *refresh, uint32_t previous, int64_t now_ms,
				int64_t *ret_at_ms)
{
	/* Within a moment of another's refresh, it will write what it has found, as we have. */
	bool is_changed = previous != refresh->left && previous != 0;

	refresh->left = refresh->interval;
	if (!is_changed || refresh->n_repairs == REPAIRS_MAX)
		return look_later(refresh, now_ms, ret_at_ms);
	/* Somebody set another one since we looked: theirs is to stay. */
	refresh->n_repairs++;
	refresh->interval = previous;
	*ret_at_ms = now_ms;
	return REFRESH_ASK;
}
