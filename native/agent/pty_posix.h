/* A pseudo-terminal that plays a serial port. */
#ifndef PTY_POSIX_H
#define PTY_POSIX_H

#include <stddef.h>

/*
 * Opens one, raw and non-blocking, and tells its path; -1 with errno on failure. From then on poll() of it tells POLLHUP
 * while nobody has the path open.
 */
int pty_open(char *path, size_t size);

#endif
