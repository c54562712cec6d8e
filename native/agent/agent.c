/* Reads frames, dispatches commands, and answers repetitions (PROTOCOL.md sections 2 to 4). */
#include "agent.h"

#include <string.h>

#include "claim.h"
#include "commands.h"
#include "erase.h"
#include "text.h"

enum { FIELDS_MAX = 4, HEAD = 6, CRC_PART = 9 }; /* `>SSSS `; `*` and eight digits */

void agent_begin(agent *a) {
  memset(a, 0, sizeof *a);
  a->buffer_holds = BUFFER_EMPTY;
  /* If the store fails, each request tries again. */
  if (erase_finish()) (void)claim_finish(a);
}

static void unreadable(agent *a) {
  answer_begin(&a->out, 0);
  answer_text(&a->out, "err line");
  answer_end(&a->out);
  port_send(a->out.line, a->out.used);
}

/* Splits at single spaces, in place. False if there are too many words, or if a word is empty. */
static bool split(char *text, char *words[], size_t most, size_t *count) {
  *count = 0;
  for (;;) {
    if (*count == most || *text == '\0' || *text == ' ') return false;
    words[(*count)++] = text;
    char *space = strchr(text, ' ');
    if (!space) return true;
    *space = '\0';
    text = space + 1;
  }
}

/* Writes `commit.cert` for commands on an item, and the verb for others. */
static void name_step(char out[32], const char *verb, const char *item) {
  size_t used = 0;
  for (; *verb && used < 15; verb++) out[used++] = *verb;
  if (item) {
    out[used++] = '.';
    for (; *item && used < 31; item++) out[used++] = *item;
  }
  out[used] = '\0';
}

static void carry_out(agent *a, const command *c, uint32_t seq, char *fields[], size_t count) {
  char step[32];
  bool on_item = strcmp(c->verb, "commit") == 0;
  name_step(step, c->verb, on_item && count > 0 ? fields[0] : NULL);
  a->seq = seq;
  a->started_ms = port_millis();
  if (c->traits & ANNOUNCED || (c->traits & SLOW && port_is_slow())) {
    answer_begin(&a->out, seq);
    answer_text(&a->out, c->traits & LONG ? "wait 60000" : "wait 10000");
    answer_end(&a->out);
    port_send(a->out.line, a->out.used);
  }
  port_step(step, false);
  answer_begin(&a->out, seq);
  const char *error = count != c->fields ? "field" : NULL;
  if (!error && (!erase_finish() || !claim_finish(a))) error = "storage";
  if (!error && c->traits & WRITES && port_size(SLOT_SEALED) > 0) error = "sealed";
  if (!error) error = c->run(a, fields);
  if (error) {
    answer_begin(&a->out, seq);
    answer_text(&a->out, "err ");
    answer_text(&a->out, error);
  } else if (c->traits & SLOW) {
    answer_text(&a->out, " ms=");
    answer_number(&a->out, port_millis() - a->started_ms);
  }
  answer_end(&a->out);
  port_step(step, true);
}

static void request(agent *a) {
  uint32_t seq, crc;
  char *words[1 + FIELDS_MAX];
  size_t count;
  char *star = a->used > HEAD + CRC_PART ? a->line + a->used - CRC_PART : NULL;
  if (!star || *star != '*' || a->line[5] != ' ' || !text_hex(a->line + 1, 4, &seq) || !text_hex(star + 1, 8, &crc) ||
      crc != text_crc32(a->line, (size_t)(star - a->line))) {
    unreadable(a);
    return;
  }
  *star = '\0';
  if (memchr(a->line, '\0', (size_t)(star - a->line)) || !split(a->line + HEAD, words, 1 + FIELDS_MAX, &count)) {
    answer_begin(&a->out, seq);
    answer_text(&a->out, "err field");
    answer_end(&a->out);
  } else {
    const command *c = command_named(words[0]);
    if (c && c->traits & KEPT && a->has_kept && a->kept_crc == crc) {
      port_send(a->kept.line, a->kept.used);
      return;
    }
    if (c) {
      carry_out(a, c, seq, words + 1, count - 1);
      if (c->traits & KEPT) {
        a->kept = a->out;
        a->kept_crc = crc;
        a->has_kept = true;
      }
    } else {
      answer_begin(&a->out, seq);
      answer_text(&a->out, "err command");
      answer_end(&a->out);
    }
  }
  port_send(a->out.line, a->out.used);
}

void agent_receive(agent *a, char byte) {
  if (byte == '\r') return;
  if (byte == '>') {
    if (a->in_frame && a->used >= HEAD) unreadable(a); /* the frame before this one lost its end */
    a->in_frame = true;
    a->used = 0;
  }
  if (!a->in_frame) return;
  if (byte == '\n') {
    a->in_frame = false;
    if (a->used >= HEAD) request(a);
  } else if (a->used == FRAME_LIMIT - 1) {
    a->in_frame = false;
    unreadable(a);
  } else {
    a->line[a->used++] = byte;
  }
}
