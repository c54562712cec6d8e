#pragma once
#include <stddef.h>
#include <stdint.h>
typedef struct {
  int64_t ticks;
} k_timeout_t;
#define K_FOREVER ((k_timeout_t){-1})
#define K_NO_WAIT ((k_timeout_t){0})
struct k_sem {
  unsigned int count;
};
#define K_SEM_DEFINE(name, initial_count, count_limit) struct k_sem name = {initial_count}
int k_sem_take(struct k_sem *sem, k_timeout_t timeout);
void k_sem_give(struct k_sem *sem);
struct k_thread {
  int id;
};
typedef struct k_thread *k_tid_t;
typedef struct {
  char data;
} k_thread_stack_t;
#define K_THREAD_STACK_DEFINE(name, size) k_thread_stack_t name[size]
#define K_THREAD_STACK_SIZEOF(name) sizeof(name)
typedef void (*k_thread_entry_t)(void *p1, void *p2, void *p3);
k_tid_t k_thread_create(struct k_thread *new_thread, k_thread_stack_t *stack, size_t stack_size, k_thread_entry_t entry, void *p1,
                        void *p2, void *p3, int prio, uint32_t options, k_timeout_t delay);
uint32_t k_uptime_get_32(void);
