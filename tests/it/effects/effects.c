/* Counts the effects of a program on the world, and kills it before one of them. Loaded into the program by LD_PRELOAD, so that
 * what is tested is the program as it is built. Programs that it starts are not counted.
 *
 * EFFECTS_LOG   a file: gets one line for each effect
 * EFFECTS_KILL  the number of the effect, from 1, at which the program dies
 * EFFECTS_HALF  if set, a write that is died at has written its first half
 * EFFECTS_APART if set, the file system cannot exchange two files
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long count;
static long kill_at;
static int half;
static int apart;
static int log_fd = -1;

#define REAL(ret, name, ...) \
    static ret (*real)(__VA_ARGS__); \
    if (!real) real = (ret (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void start(void) {
    const char *at = getenv("EFFECTS_KILL"), *log = getenv("EFFECTS_LOG");
    kill_at = at ? atol(at) : 0;
    half = getenv("EFFECTS_HALF") != NULL;
    apart = getenv("EFFECTS_APART") != NULL;
    if (log) {
        REAL(int, open, const char *, int, ...);
        log_fd = real(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    }
    unsetenv("LD_PRELOAD");
    unsetenv("EFFECTS_KILL");
    unsetenv("EFFECTS_LOG");
    unsetenv("EFFECTS_HALF");
    unsetenv("EFFECTS_APART");
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Whether this is the effect to die at. */
static int is_last(const char *what) {
    int before = errno;
    long number = atomic_fetch_add(&count, 1) + 1;
    if (log_fd >= 0) {
        char line[64];
        int length = snprintf(line, sizeof line, "%s\n", what);
        REAL(ssize_t, write, int, const void *, size_t);
        real(log_fd, line, (size_t)length);
    }
    errno = before;
    return kill_at == number;
}

static void effect(const char *what) {
    if (is_last(what)) die();
}

/* Files, sockets and what the program says on its stdout; not what its threads tell each other. */
static int matters(int fd) {
    struct stat found;
    int before = errno;
    int known = fstat(fd, &found) == 0;
    errno = before;
    return known && (fd == 1 || S_ISREG(found.st_mode) || S_ISSOCK(found.st_mode));
}

static int creates(int dir, const char *path, int flags) {
    int before = errno;
    int is_new = (flags & O_CREAT) && faccessat(dir, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
    errno = before;
    return is_new || (flags & O_TRUNC);
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, name, const char *, int, ...); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
        if (creates(AT_FDCWD, path, flags)) effect("open"); \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int dir, const char *path, int flags, ...) { \
        REAL(int, name, int, const char *, int, ...); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
        if (creates(dir, path, flags)) effect("open"); \
        return real(dir, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (matters(fd) && is_last("write")) {
        if (half) real(fd, bytes, length / 2);
        die();
    }
    return real(fd, bytes, length);
}

#define PWRITE(name, offset) \
    ssize_t name(int fd, const void *bytes, size_t length, offset at) { \
        REAL(ssize_t, name, int, const void *, size_t, offset); \
        if (matters(fd) && is_last("write")) { \
            if (half) real(fd, bytes, length / 2, at); \
            die(); \
        } \
        return real(fd, bytes, length, at); \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

/* Calls that are one effect each. */
#define WHOLE(ret, name, what, declared, types, given, is_effect) \
    ret name declared { \
        REAL(ret, name, types); \
        if (is_effect) effect(what); \
        return real given; \
    }
#define TYPES(...) __VA_ARGS__
WHOLE(ssize_t, writev, "write", (int fd, const struct iovec *v, int n), TYPES(int, const struct iovec *, int), (fd, v, n), matters(fd))
WHOLE(ssize_t, send, "send", (int fd, const void *b, size_t n, int f), TYPES(int, const void *, size_t, int), (fd, b, n, f), 1)
WHOLE(ssize_t, sendmsg, "send", (int fd, const struct msghdr *m, int f), TYPES(int, const struct msghdr *, int), (fd, m, f), 1)
WHOLE(ssize_t, sendto, "send", (int fd, const void *b, size_t n, int f, const struct sockaddr *a, socklen_t l),
      TYPES(int, const void *, size_t, int, const struct sockaddr *, socklen_t), (fd, b, n, f, a, l), 1)
WHOLE(ssize_t, sendfile64, "write", (int o, int i, off64_t *a, size_t n), TYPES(int, int, off64_t *, size_t), (o, i, a, n), matters(o))
WHOLE(ssize_t, copy_file_range, "write", (int i, off64_t *a, int o, off64_t *b, size_t n, unsigned f),
      TYPES(int, off64_t *, int, off64_t *, size_t, unsigned), (i, a, o, b, n, f), matters(o))
WHOLE(int, fsync, "fsync", (int fd), TYPES(int), (fd), 1)
WHOLE(int, fdatasync, "fsync", (int fd), TYPES(int), (fd), 1)
WHOLE(int, ftruncate, "truncate", (int fd, off_t n), TYPES(int, off_t), (fd, n), 1)
WHOLE(int, ftruncate64, "truncate", (int fd, off64_t n), TYPES(int, off64_t), (fd, n), 1)
WHOLE(int, rename, "rename", (const char *a, const char *b), TYPES(const char *, const char *), (a, b), 1)
WHOLE(int, renameat, "rename", (int d, const char *a, int e, const char *b), TYPES(int, const char *, int, const char *), (d, a, e, b), 1)
int renameat2(int d, const char *a, int e, const char *b, unsigned f) {
    REAL(int, renameat2, int, const char *, int, const char *, unsigned);
    if (apart && (f & RENAME_EXCHANGE)) {
        errno = EINVAL;
        return -1;
    }
    effect("rename");
    return real(d, a, e, b, f);
}
WHOLE(int, link, "link", (const char *a, const char *b), TYPES(const char *, const char *), (a, b), 1)
WHOLE(int, linkat, "link", (int d, const char *a, int e, const char *b, int f), TYPES(int, const char *, int, const char *, int),
      (d, a, e, b, f), 1)
WHOLE(int, symlink, "link", (const char *a, const char *b), TYPES(const char *, const char *), (a, b), 1)
WHOLE(int, symlinkat, "link", (const char *a, int d, const char *b), TYPES(const char *, int, const char *), (a, d, b), 1)
WHOLE(int, unlink, "unlink", (const char *a), TYPES(const char *), (a), 1)
WHOLE(int, unlinkat, "unlink", (int d, const char *a, int f), TYPES(int, const char *, int), (d, a, f), 1)
WHOLE(int, rmdir, "rmdir", (const char *a), TYPES(const char *), (a), 1)
WHOLE(int, mkdir, "mkdir", (const char *a, mode_t m), TYPES(const char *, mode_t), (a, m), 1)
WHOLE(int, mkdirat, "mkdir", (int d, const char *a, mode_t m), TYPES(int, const char *, mode_t), (d, a, m), 1)
WHOLE(int, chmod, "chmod", (const char *a, mode_t m), TYPES(const char *, mode_t), (a, m), 1)
WHOLE(int, fchmod, "chmod", (int fd, mode_t m), TYPES(int, mode_t), (fd, m), 1)
WHOLE(int, fchmodat, "chmod", (int d, const char *a, mode_t m, int f), TYPES(int, const char *, mode_t, int), (d, a, m, f), 1)
