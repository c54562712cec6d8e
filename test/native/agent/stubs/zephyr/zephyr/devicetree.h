#pragma once
/* The agent's UART is the console's in these stubs. */
#define DT_CHOSEN(name) 1
#define DT_SAME_NODE(first, second) ((first) == (second))
