/* The commands of PROTOCOL.md section 5. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "agent.h"

enum {
  KEPT = 1,      /* the same line again gets the stored answer */
  SLOW = 2,      /* reports ms=, and `wait` where the port is slow */
  WRITES = 4,    /* refused once sealed */
  ANNOUNCED = 8, /* always sends `wait` first */
  LONG = 16      /* announces a minute */
};

typedef struct {
  const char *verb;
  size_t fields;
  unsigned traits;
  /* Writes the answer from `ok` on into a->out, or returns the text after `err`. */
  const char *(*run)(agent *a, char *fields[]);
} command;

/* NULL if there is no such command. */
const command *command_named(const char *verb);

/* commands_key.c */
const char *command_key(agent *a, char *fields[]);
const char *command_csr(agent *a, char *fields[]);
const char *command_prove(agent *a, char *fields[]);

/* commands_item.c */
const char *command_data(agent *a, char *fields[]);
const char *command_commit(agent *a, char *fields[]);
const char *command_stored(agent *a, char *fields[]);
const char *command_read(agent *a, char *fields[]);

/* commands_connect.c */
const char *command_connect(agent *a, char *fields[]);
const char *command_provision(agent *a, char *fields[]);

/*
 * The plain value of `name` in the stored config, at most size - 1 bytes. False if there is none, if it is empty, or if
 * it is longer. config.c
 */
bool config_value(const char *name, char *out, size_t size);

/*
 * Finds the line that follows `from` in n bytes of a config, and its parts; *from becomes the beginning of the next one.
 * False at the end. The value is as it is written, escaped. config.c
 */
typedef struct {
  const char *name, *value;
  size_t name_n, value_n;
} config_line;
bool config_next(const char *text, size_t n, size_t *from, config_line *line);

/* True if a config may have this name. config.c */
bool config_is_name(const char *name, size_t n);

/* True if every line is well-formed and the unit serial is not too long. config.c */
bool config_is_valid(const uint8_t *bytes, size_t n);

#endif
