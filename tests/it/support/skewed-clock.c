/* Preloaded into a program, puts the clock it reads by the seconds that stand in the file $SKEW. The machine's own clock, and
 * the one that only runs forward, stay as they are. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

static volatile const long *skew;

__attribute__((constructor)) static void look(void)
{
    int file = open(getenv("SKEW"), O_RDONLY);
    void *seen = file < 0 ? MAP_FAILED : mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
    if (seen == MAP_FAILED)
        abort();
    skew = seen;
}

int clock_gettime(clockid_t which, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(which, now);
    if (!failed && which == CLOCK_REALTIME && skew)
        now->tv_sec += *skew;
    return failed;
}
