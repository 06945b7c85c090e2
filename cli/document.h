/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The JSON document of a command: the same frame for one VM and for many. */
#ifndef CLI_DOCUMENT_H
#define CLI_DOCUMENT_H

#include "json.h"
#include "vms.h"

/* Members are added in later versions, never renamed; whoever must break it changes the name. */
#define DOCUMENT_SCHEMA "balloonctl/1"

/* Adds what a command has to say of a VM that answered. */
typedef void document_members(struct json *json, const struct vm *vm, const void *arg);

/* Write {"schema": ..., "vms": [...]} to standard output: each VM with address, name, device and
 * the members, or with address and error. For --json=lines, each VM is a line of its own, with the
 * schema. EXIT_DONE, or EXIT_FAILED if the output failed. */
int document_write(const struct vms *vms, document_members *members, const void *arg);

/* For lines that come one by one: the beginning of one, with schema and address; and "error". */
void document_open_vm(struct json *json, const struct vm *vm);
void document_put_error(struct json *json, const struct balloonctl_error *error);

/* "polling_interval", "last_update", "age_seconds" and "freshness". */
void document_put_polling(struct json *json, const struct balloonctl_stats *stats);

/* "actual_bytes" and "maximum_bytes". */
void document_put_size(struct json *json, const struct balloonctl_info *info);

#endif
