// Preloaded (LD_PRELOAD), it gives a process a time of day of its own: the machine's and what the file named by
// OWN_CLOCK holds, 8 bytes, nanoseconds. The file is mapped, so that a look at the clock costs an addition.
// Monotonic clocks are left alone, as they are where an operator sets a clock.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL

static const volatile int64_t none = 0;
static const volatile int64_t *ahead = &none;
static int (*machine)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
  machine = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  const char *name = getenv("OWN_CLOCK");
  int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  if (mapped != MAP_FAILED) ahead = mapped;
  close(file);
}

int clock_gettime(clockid_t which, struct timespec *at) {
  if (!machine) begin();
  int failed = machine(which, at);
  if (failed || (which != CLOCK_REALTIME && which != CLOCK_REALTIME_COARSE) || *ahead == 0) return failed;
  int64_t nanos = at->tv_sec * SECOND + at->tv_nsec + *ahead;
  at->tv_sec = nanos / SECOND;
  at->tv_nsec = nanos % SECOND;
  return 0;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) *at = now.tv_sec;
  return now.tv_sec;
}
