/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a program of ours begins. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

/* Be called so, however we were called, and have a version for --version. Both strings stay the
 * caller's. What stdio prints is checked at the end of the program. */
void program_begin(const char *name, const char *version, int argc, char **argv);

#endif
