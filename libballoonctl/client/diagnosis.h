/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of findings, as the files that write it see it. */
#ifndef CLIENT_DIAGNOSIS_H
#define CLIENT_DIAGNOSIS_H

#include <stdbool.h>
#include <stdint.h>

#include "balloonctl.h"
#include "base/util.h"

enum {
	CAUSES = BALLOONCTL_CAUSE_OLD_GUEST + 1,
	EVIDENCE_MAX = 8, /* of one finding */
};

struct evidence {
	const char *key;
	char *words;
	int64_t number;
	bool is_number;
};

struct finding {
	enum balloonctl_cause cause;
	char *message;
	char *repair;
	size_t n_evidence;
	struct evidence evidence[EVIDENCE_MAX];
};

struct balloonctl_diagnosis {
	char *quoted_address; /* for a shell */
	uint64_t wait_ms;
	enum balloonctl_pressure pressure;
	bool is_out_of_memory;
	size_t n;
	struct finding findings[CAUSES];
};

/* A diagnosis without findings, of a VM at that address; NULL without memory. */
struct balloonctl_diagnosis *diagnosis_begin(const char *address);
/* Put the findings into order and hand the diagnosis over: 0, or -ENOMEM if memory was short. */
int diagnosis_end(struct balloonctl_diagnosis *diagnosis, struct balloonctl_diagnosis **ret);

/* A finding; what is added next belongs to it. */
void diagnosis_find(struct balloonctl_diagnosis *diagnosis, enum balloonctl_cause cause,
		    const char *format, ...) PRINTF_FORMAT(3, 4);
/* ... whose sentence is one of an error, escaped already. */
void diagnosis_find_escaped(struct balloonctl_diagnosis *diagnosis, enum balloonctl_cause cause,
			    const char *message);
bool diagnosis_has(const struct balloonctl_diagnosis *diagnosis, enum balloonctl_cause cause);

/* What proves it. Keys are not copied. */
void diagnosis_add_number(struct balloonctl_diagnosis *diagnosis, const char *key, int64_t number);
void diagnosis_add_words(struct balloonctl_diagnosis *diagnosis, const char *key,
			 const char *words);

/* What to do: words, or what comes behind "balloonctl -c ADDRESS ". */
void diagnosis_repair(struct balloonctl_diagnosis *diagnosis, const char *format, ...)
	PRINTF_FORMAT(2, 3);
void diagnosis_repair_by(struct balloonctl_diagnosis *diagnosis, const char *format, ...)
	PRINTF_FORMAT(2, 3);

/* Something is open that a look in so many milliseconds would tell. */
void diagnosis_wait(struct balloonctl_diagnosis *diagnosis, uint64_t ms);

#endif
