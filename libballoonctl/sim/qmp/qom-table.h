/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * QEMU's object tree as data: what each version shows of a machine with virtio-mmio and of a PC, each
 * with one balloon. The tables are recorded; sim/qom reads them.
 */
#ifndef SIM_QOM_TABLE_H
#define SIM_QOM_TABLE_H

#include <stdbool.h>

struct sim_qom_object {
	/* "@" stands for the balloon's path here and in values. An object that only a child<> entry of
	 * its parent tells of has the property "type" alone. */
	const char *path;
	const char *type;
	/* One line for each property in the order of qom-list, fields parted by tabs: name, type, what a
	 * write does, value. Children have no value. A write is (r) not allowed, (d) refused as the device
	 * is realized, (R, D) so refused by the device behind a proxy, or (w) taken. In values "$ram" is the
	 * machine's RAM in bytes and "$time" the host's UTC, and "!" says that reading fails. */
	const char *properties;
};

struct sim_qom_table {
	const char *profile;
	const struct sim_qom_object *mmio_objects, *pci_objects; /* each ended by zeros */
	/* The balloon types' properties in the order of qom-list-properties, a line each: name, type,
	 * "+" if device-list-properties has it too (else "-") with a "b" if the PCI types' abstract base
	 * has it, description, default value. */
	const char *mmio_properties, *pci_properties;
	bool no_virtio_is_error;  /* to x-query-virtio */
	bool types_show_defaults; /* in qom-list-properties; device-list-properties always does */
};

extern const struct sim_qom_table sim_qom_table_7_2, sim_qom_table_10_0, sim_qom_table_11_1;

#endif
