#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

host_options host = {.state = "agent-state", .model = "BM-REFERENCE", .seed = 1, .message = "hello", .tries = 1, .back_off_ms = 1000};

static const char help[] =
    "usage: agent [options]\n"
    "Plays a device on a pseudo-terminal, by the protocol of PROTOCOL.md. Prints the terminal's path, then runs until stopped.\n"
    "\n"
    "  --state DIR       keep key, certificate and seal here (default: agent-state)\n"
    "  --link PATH       also make PATH a symbolic link to the terminal\n"
    "  --serial S        a unit serial set at an earlier stage\n"
    "  --model M         product model (default: BM-REFERENCE)\n"
    "  --baud N          take the time a UART takes at this speed (default: 0, as fast as it goes)\n"
    "  --compute-ms N    compute this much longer for each command that computes\n"
    "\n"
    "in the field:\n"
    "  --connect HOST:PORT  connect with the stored key, certificate, chain and root, publish by MQTT over TLS, and end: 0 when it is\n"
    "                    acknowledged; else 1 and a reason on stderr: store, unreachable, server, refused, timeout, lost, mqtt, tls.\n"
    "                    The server must prove to be the stored `endpoint`; the client's name is the stored `thingName`\n"
    "                    With a claim and without a certificate, the device first gets its own, and prints `provisioned`\n"
    "  --tries N         after a failure, come again up to so many times in all (default: 1)\n"
    "  --back-off MS     the first pause before that; each one is twice as long, up to a minute, less a random part (default: 1000)\n"
    "  --topic T         publish there (default: birthmark/ and the thing's name)\n"
    "  --message M       publish this (default: hello)\n"
    "\n"
    "misbehaviour:\n"
    "  --drop P          lose a byte with this probability, in either direction\n"
    "  --corrupt P       change a byte with this probability, in either direction\n"
    "  --duplicate P     deliver a line twice with this probability, in either direction\n"
    "  --seed N          repeat the same misfortunes (default: 1)\n"
    "  --delay MS        wait before each answer\n"
    "  --noise           print log lines between the answers\n"
    "  --die-at STEP     end at once at this step: a command, or commit.cert, commit.chain, commit.root, commit.config,\n"
    "                    erase.cert, erase.chain, erase.root, erase.config, erase.key, erase.mark,\n"
    "                    provision.asked, provision.given, provision.cert, provision.claim;\n"
    "                    before it is carried out, or with STEP:after after it is carried out and before it is answered\n"
    "  --help\n";

static void mistaken(const char *what, const char *argument) {
  fprintf(stderr, "agent: %s: %s (see --help)\n", what, argument);
  exit(2);
}

static uint32_t whole(const char *option, const char *value) {
  char *end;
  unsigned long number = strtoul(value, &end, 10);
  if (*value < '0' || *value > '9' || *end || number > 4000000ul) mistaken("not a number", option);
  return (uint32_t)number;
}

static double probability(const char *option, const char *value) {
  char *end;
  double number = strtod(value, &end);
  if (end == value || *end || !(number >= 0 && number <= 1)) mistaken("not a probability", option);
  return number;
}

static void set_step(char *value) {
  char *colon = strchr(value, ':');
  host.die_step = value;
  if (!colon) return;
  *colon = '\0';
  if (strcmp(colon + 1, "after") == 0) host.die_after = true;
  else if (strcmp(colon + 1, "before") != 0) mistaken("neither before nor after", colon + 1);
}

void host_read_options(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    const char *option = argv[i];
    if (strcmp(option, "--help") == 0) {
      fputs(help, stdout);
      exit(0);
    }
    if (strcmp(option, "--noise") == 0) {
      host.noise = true;
      continue;
    }
    if (i + 1 == argc) mistaken("unknown, or its value is missing", option);
    char *value = argv[++i];
    if (strcmp(option, "--state") == 0) host.state = value;
    else if (strcmp(option, "--link") == 0) host.link = value;
    else if (strcmp(option, "--serial") == 0) host.serial = value;
    else if (strcmp(option, "--model") == 0) host.model = value;
    else if (strcmp(option, "--connect") == 0) host.connect = value;
    else if (strcmp(option, "--topic") == 0) host.topic = value;
    else if (strcmp(option, "--message") == 0) host.message = value;
    else if (strcmp(option, "--tries") == 0) host.tries = whole(option, value);
    else if (strcmp(option, "--back-off") == 0) host.back_off_ms = whole(option, value);
    else if (strcmp(option, "--baud") == 0) host.baud = whole(option, value);
    else if (strcmp(option, "--compute-ms") == 0) host.compute_ms = whole(option, value);
    else if (strcmp(option, "--delay") == 0) host.delay_ms = whole(option, value);
    else if (strcmp(option, "--seed") == 0) host.seed = whole(option, value);
    else if (strcmp(option, "--drop") == 0) host.drop = probability(option, value);
    else if (strcmp(option, "--corrupt") == 0) host.corrupt = probability(option, value);
    else if (strcmp(option, "--duplicate") == 0) host.duplicate = probability(option, value);
    else if (strcmp(option, "--die-at") == 0) set_step(value);
    else mistaken("unknown option", option);
  }
  if (host.serial && strlen(host.serial) > 32) mistaken("longer than 32 bytes", "--serial");
  if (host.topic && (!*host.topic || strlen(host.topic) > 255)) mistaken("not 1 to 255 bytes", "--topic");
  if (strlen(host.message) > 255) mistaken("longer than 255 bytes", "--message");
  if (strlen(host.model) > 24) mistaken("longer than 24 bytes", "--model");
}
