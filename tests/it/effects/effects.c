/* Counts the effects of a program on the world, and kills it before one of them. Loaded into the program by LD_PRELOAD, so that
 * what is tested is the program as it is built. Programs that it starts are not counted.
 *
 * EFFECTS_LOG   a file: gets one line for each effect, with the paths that it is about behind tabs
 * EFFECTS_KILL  the number of the effect, from 1, at which the program dies
 * EFFECTS_HALF  if set, a write that is died at has written its first half
 * EFFECTS_APART if set, the file system cannot exchange two files
 * EFFECTS_WORN  if set, flushing a whole file system fails
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
static int worn;
static int log_fd = -1;

#define REAL(ret, name, ...) \
    static ret (*real)(__VA_ARGS__); \
    if (!real) real = (ret (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void start(void) {
    const char *at = getenv("EFFECTS_KILL"), *log = getenv("EFFECTS_LOG");
    kill_at = at ? atol(at) : 0;
    half = getenv("EFFECTS_HALF") != NULL;
    apart = getenv("EFFECTS_APART") != NULL;
    worn = getenv("EFFECTS_WORN") != NULL;
    if (log) {
        REAL(int, open, const char *, int, ...);
        log_fd = real(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    }
    unsetenv("LD_PRELOAD");
    unsetenv("EFFECTS_KILL");
    unsetenv("EFFECTS_LOG");
    unsetenv("EFFECTS_HALF");
    unsetenv("EFFECTS_APART");
    unsetenv("EFFECTS_WORN");
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* What an effect is about: a path seen from a folder, an open file, or nothing. */
typedef struct {
    int dir;
    const char *path;
} Place;
#define AT(dir, path) ((Place){dir, path})
#define FILE_OF(fd) ((Place){fd, NULL})
#define NOTHING ((Place){-1, NULL})

static size_t tell(char *line, size_t length, size_t room, Place place) {
    if (place.path == NULL && place.dir < 0) return length;
    line[length++] = '\t';
    if (place.path == NULL || place.path[0] != '/') {
        char link[64];
        snprintf(link, sizeof link, place.dir == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", place.dir);
        ssize_t read = readlink(link, line + length, room - length);
        length += read > 0 ? (size_t)read : 0;
        if (place.path != NULL) line[length++] = '/';
    }
    if (place.path != NULL) length += (size_t)snprintf(line + length, room - length, "%s", place.path);
    return length;
}

/* Whether this is the effect to die at. */
static int is_last(const char *what, Place one, Place other) {
    int before = errno;
    long number = atomic_fetch_add(&count, 1) + 1;
    if (log_fd >= 0) {
        char line[3 * 4096];
        size_t room = sizeof line - 4096, length = (size_t)snprintf(line, room, "%s", what);
        length = tell(line, length, room, one);
        length = tell(line, length, room, other);
        line[length++] = '\n';
        REAL(ssize_t, write, int, const void *, size_t);
        real(log_fd, line, length);
    }
    errno = before;
    return kill_at == number;
}

static void effect(const char *what, Place one, Place other) {
    if (is_last(what, one, other)) die();
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
        if (creates(AT_FDCWD, path, flags)) effect("open", AT(AT_FDCWD, path), NOTHING); \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int dir, const char *path, int flags, ...) { \
        REAL(int, name, int, const char *, int, ...); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
        if (creates(dir, path, flags)) effect("open", AT(dir, path), NOTHING); \
        return real(dir, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (matters(fd) && is_last("write", FILE_OF(fd), NOTHING)) {
        if (half) real(fd, bytes, length / 2);
        die();
    }
    return real(fd, bytes, length);
}

#define PWRITE(name, offset) \
    ssize_t name(int fd, const void *bytes, size_t length, offset at) { \
        REAL(ssize_t, name, int, const void *, size_t, offset); \
        if (matters(fd) && is_last("write", FILE_OF(fd), NOTHING)) { \
            if (half) real(fd, bytes, length / 2, at); \
            die(); \
        } \
        return real(fd, bytes, length, at); \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

/* Calls that are one effect each, on `one` and `other`. */
#define WHOLE(ret, name, what, one, other, declared, types, given, is_effect) \
    ret name declared { \
        REAL(ret, name, types); \
        if (is_effect) effect(what, one, other); \
        return real given; \
    }
#define TYPES(...) __VA_ARGS__
#define HERE(path) AT(AT_FDCWD, path)
WHOLE(ssize_t, writev, "write", FILE_OF(fd), NOTHING, (int fd, const struct iovec *v, int n), TYPES(int, const struct iovec *, int),
      (fd, v, n), matters(fd))
WHOLE(ssize_t, send, "send", NOTHING, NOTHING, (int fd, const void *b, size_t n, int f), TYPES(int, const void *, size_t, int),
      (fd, b, n, f), 1)
WHOLE(ssize_t, sendmsg, "send", NOTHING, NOTHING, (int fd, const struct msghdr *m, int f), TYPES(int, const struct msghdr *, int),
      (fd, m, f), 1)
WHOLE(ssize_t, sendto, "send", NOTHING, NOTHING, (int fd, const void *b, size_t n, int f, const struct sockaddr *a, socklen_t l),
      TYPES(int, const void *, size_t, int, const struct sockaddr *, socklen_t), (fd, b, n, f, a, l), 1)
WHOLE(ssize_t, sendfile64, "write", FILE_OF(o), NOTHING, (int o, int i, off64_t *a, size_t n), TYPES(int, int, off64_t *, size_t),
      (o, i, a, n), matters(o))
WHOLE(ssize_t, copy_file_range, "write", FILE_OF(o), NOTHING, (int i, off64_t *a, int o, off64_t *b, size_t n, unsigned f),
      TYPES(int, off64_t *, int, off64_t *, size_t, unsigned), (i, a, o, b, n, f), matters(o))
WHOLE(int, fsync, "fsync", FILE_OF(fd), NOTHING, (int fd), TYPES(int), (fd), 1)
WHOLE(int, fdatasync, "fsync", FILE_OF(fd), NOTHING, (int fd), TYPES(int), (fd), 1)
int syncfs(int fd) {
    REAL(int, syncfs, int);
    effect("syncfs", FILE_OF(fd), NOTHING);
    if (worn) {
        errno = EIO;
        return -1;
    }
    return real(fd);
}
WHOLE(int, ftruncate, "truncate", FILE_OF(fd), NOTHING, (int fd, off_t n), TYPES(int, off_t), (fd, n), 1)
WHOLE(int, ftruncate64, "truncate", FILE_OF(fd), NOTHING, (int fd, off64_t n), TYPES(int, off64_t), (fd, n), 1)
WHOLE(int, rename, "rename", HERE(a), HERE(b), (const char *a, const char *b), TYPES(const char *, const char *), (a, b), 1)
WHOLE(int, renameat, "rename", AT(d, a), AT(e, b), (int d, const char *a, int e, const char *b),
      TYPES(int, const char *, int, const char *), (d, a, e, b), 1)
int renameat2(int d, const char *a, int e, const char *b, unsigned f) {
    REAL(int, renameat2, int, const char *, int, const char *, unsigned);
    if (apart && (f & RENAME_EXCHANGE)) {
        errno = EINVAL;
        return -1;
    }
    effect(f & RENAME_EXCHANGE ? "exchange" : "rename", AT(d, a), AT(e, b));
    return real(d, a, e, b, f);
}
WHOLE(int, link, "link", HERE(a), HERE(b), (const char *a, const char *b), TYPES(const char *, const char *), (a, b), 1)
WHOLE(int, linkat, "link", AT(d, a), AT(e, b), (int d, const char *a, int e, const char *b, int f),
      TYPES(int, const char *, int, const char *, int), (d, a, e, b, f), 1)
WHOLE(int, symlink, "symlink", HERE(b), NOTHING, (const char *a, const char *b), TYPES(const char *, const char *), (a, b), 1)
WHOLE(int, symlinkat, "symlink", AT(d, b), NOTHING, (const char *a, int d, const char *b), TYPES(const char *, int, const char *),
      (a, d, b), 1)
WHOLE(int, unlink, "unlink", HERE(a), NOTHING, (const char *a), TYPES(const char *), (a), 1)
WHOLE(int, unlinkat, "unlink", AT(d, a), NOTHING, (int d, const char *a, int f), TYPES(int, const char *, int), (d, a, f), 1)
WHOLE(int, rmdir, "unlink", HERE(a), NOTHING, (const char *a), TYPES(const char *), (a), 1)
WHOLE(int, mkdir, "mkdir", HERE(a), NOTHING, (const char *a, mode_t m), TYPES(const char *, mode_t), (a, m), 1)
WHOLE(int, mkdirat, "mkdir", AT(d, a), NOTHING, (int d, const char *a, mode_t m), TYPES(int, const char *, mode_t), (d, a, m), 1)
WHOLE(int, chmod, "chmod", HERE(a), NOTHING, (const char *a, mode_t m), TYPES(const char *, mode_t), (a, m), 1)
WHOLE(int, fchmod, "chmod", FILE_OF(fd), NOTHING, (int fd, mode_t m), TYPES(int, mode_t), (fd, m), 1)
WHOLE(int, fchmodat, "chmod", AT(d, a), NOTHING, (int d, const char *a, mode_t m, int f), TYPES(int, const char *, mode_t, int),
      (d, a, m, f), 1)
