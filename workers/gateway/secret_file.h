/*
 * secret_file.h - the lines of a file of secrets, read again when the file changes.
 *
 * While a secret is rotated its file has two lines and both are good. A file that cannot
 * be read any more leaves the lines that were read last.
 */
#ifndef SECRET_FILE_H
#define SECRET_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

enum { SECRET_LINES_MAX = 8 };

struct secret_file {
    const char *path; /* NULL: no file, no line */
    char *lines[SECRET_LINES_MAX];
    int n;
    struct stat read_of; /* what the file was when it was read */
    bool is_stale;       /* the last look failed, and that was logged */
};

/* Reads the file if it is not the one that was read last. False when that failed (errno
 * says why, and the log when it begins) and the old lines stay. */
bool secret_file_refresh(struct secret_file *file);
void secret_file_done(struct secret_file *file);

/* True when `text` is one of the lines; takes as long for a wrong one of equal length. */
bool secret_file_holds(const struct secret_file *file, const char *text);

/* True when `header` ("sha256=" and 64 digits, or NULL) is the HMAC-SHA256 of `data`
 * under one of the lines. */
bool secret_file_signed(
    const struct secret_file *file, const char *header, const void *data, size_t bytes);

#endif
