/* 记录器 — stands between a process and the kernel (LD_PRELOAD), below SQLite and below Node. It writes down, in the order in which they happened, all
   calls that change what lies below FAULTS_DIR, with their bytes, to FAULTS_LOG; and lets calls fail as FAULTS_CONTROL says at that moment.
   One lock is held over each call and its record, so that the order in the log is the order on the disk. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, TRUNCATE, SYNC, SYNC_FAILED, RENAME, UNLINK, MKDIR, RMDIR, MAPPED };
/* Which calls count: those that write, that sync, that change names (or open for writing), that truncate. */
enum { K_WRITE = 1, K_SYNC = 2, K_NAME = 4, K_TRUNCATE = 8 };
struct control {
  int32_t kinds, error, from, to; /* counted calls in [from, to) fail */
  int32_t counted, failed;
  int32_t torn;                   /* a write that fails leaves its first half behind, and fails when its rest is said */
  int32_t sync_ms;                /* a slow disk */
  int32_t pad[8];
  char only[64];                  /* how the path ends; empty: any */
};
struct head { uint32_t op, path, other, bytes; uint64_t offset, inode; };

#define FILES 65536
static struct { char *path; uint64_t inode; dev_t device; } files[FILES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1;
static volatile struct control *control;

__attribute__((constructor)) static void start(void) {
  const char *dir = getenv("FAULTS_DIR"), *log = getenv("FAULTS_LOG"), *plan = getenv("FAULTS_CONTROL");
  if (!dir) return;
  snprintf(root, sizeof root, "%s", dir);
  root_length = strlen(root);
  if (log) {
    int fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    log_fd = fcntl(fd, F_DUPFD_CLOEXEC, 1000);
    syscall(SYS_close, fd);
  }
  if (plan) {
    int fd = syscall(SYS_openat, AT_FDCWD, plan, O_RDWR | O_CLOEXEC, 0600);
    void *page = (void *) syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (page != MAP_FAILED) control = page;
  }
}

static int below(const char *path) {
  return root_length && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}
/* Node closes by a bare system call, which goes past us: a number that stands for another file by now is forgotten. */
static const char *watched(int fd) {
  if (fd < 0 || fd >= FILES || !files[fd].path) return NULL;
  struct stat now;
  if (!syscall(SYS_fstat, fd, &now) && now.st_ino == files[fd].inode && now.st_dev == files[fd].device) return files[fd].path;
  files[fd].path = NULL;
  return NULL;
}

static void record(uint32_t op, const char *path, const char *other, uint64_t inode, uint64_t offset, const struct iovec *parts, int count) {
  if (log_fd < 0) return;
  struct head head = { op, strlen(path), other ? strlen(other) : 0, 0, offset, inode };
  struct iovec all[64] = { { &head, sizeof head }, { (void *) path, head.path }, { (void *) (other ? other : ""), head.other } };
  for (int i = 0; i < count; i++) { all[3 + i] = parts[i]; head.bytes += parts[i].iov_len; }
  size_t whole = sizeof head + head.path + head.other + head.bytes;
  if ((size_t) syscall(SYS_writev, log_fd, all, 3 + count) != whole) { fputs("recorder: the log could not be written\n", stderr); abort(); }
}

/* Whether this call is to fail; counted under the lock. */
static int fails(int kind, const char *path) {
  if (!control || !(control->kinds & kind)) return 0;
  size_t only = strlen((const char *) control->only), length = strlen(path);
  if (only && (length < only || strcmp(path + length - only, (const char *) control->only))) return 0;
  int32_t n = ++control->counted;
  if (n < control->from || n >= control->to) return 0;
  control->failed++;
  return control->error;
}
#define LOCKED pthread_mutex_lock(&lock)
#define UNLOCKED(result) do { int kept = errno; pthread_mutex_unlock(&lock); errno = kept; return result; } while (0)

static int opened(int at, const char *path, int flags, mode_t mode) {
  if (!root_length) return syscall(SYS_openat, at, path, flags, mode);
  int writes = (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0;
  LOCKED;
  struct stat before;
  int existed = !below(path) || !fstatat(at, path, &before, 0), error;
  if (writes && below(path) && (error = fails(K_NAME, path))) { errno = error; UNLOCKED(-1); }
  int fd = syscall(SYS_openat, at, path, flags, mode);
  if (fd < 0 || fd >= FILES) UNLOCKED(fd);
  files[fd].path = NULL;
  char link[64], real[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, real, sizeof real - 1);
  if (length > 0) {
    real[length] = 0;
    if (below(real)) {
      struct stat now;
      fstat(fd, &now);
      files[fd].path = strdup(real);
      files[fd].inode = now.st_ino;
      files[fd].device = now.st_dev;
      if (!existed) record(CREATE, real, NULL, now.st_ino, 0, NULL, 0);
      else if ((flags & O_TRUNC) && writes) record(TRUNCATE, real, NULL, now.st_ino, 0, NULL, 0);
    }
  }
  UNLOCKED(fd);
}
#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, int); va_end(rest); }
int open(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE return opened(at, path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd) {
  if (!watched(fd)) return syscall(SYS_close, fd);
  LOCKED;
  free(files[fd].path);
  files[fd].path = NULL;
  int done = syscall(SYS_close, fd);
  UNLOCKED(done);
}

/* `at` < 0: where the file stands. */
static ssize_t wrote(int fd, const struct iovec *parts, int count, off_t at) {
  const char *path = watched(fd);
  if (!path) return at < 0 ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, (long) at, 0L);
  LOCKED;
  int error = fails(K_WRITE, path);
  struct iovec first = { parts[0].iov_base, parts[0].iov_len };
  if (error && control->torn && first.iov_len > 1024) {
    first.iov_len = first.iov_len / 1024 * 512;
    parts = &first;
    count = 1;
    control->to++; /* its rest is counted again, and fails */
  } else if (error) { errno = error; UNLOCKED(-1); }
  off_t offset = at;
  if (at < 0) {
    int flags = fcntl(fd, F_GETFL);
    offset = flags & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
  }
  ssize_t done = at < 0 ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, (long) at, 0L);
  if (done > 0) {
    struct iovec real[60];
    int used = 0;
    for (ssize_t left = done; left > 0 && used < 60; used++) {
      real[used] = parts[used];
      if ((ssize_t) real[used].iov_len > left) real[used].iov_len = left;
      left -= real[used].iov_len;
    }
    if (count > 60) { fputs("recorder: a write of more parts than are looked at\n", stderr); abort(); }
    record(WRITE, path, NULL, files[fd].inode, offset, real, used);
  }
  UNLOCKED(done);
}
ssize_t write(int fd, const void *bytes, size_t length) {
  if (!watched(fd)) return syscall(SYS_write, fd, bytes, length);
  struct iovec one = { (void *) bytes, length };
  return wrote(fd, &one, 1, -1);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  if (!watched(fd)) return syscall(SYS_pwrite64, fd, bytes, length, at);
  struct iovec one = { (void *) bytes, length };
  return wrote(fd, &one, 1, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) { return pwrite(fd, bytes, length, at); }
ssize_t writev(int fd, const struct iovec *parts, int count) { return wrote(fd, parts, count, -1); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return wrote(fd, parts, count, at); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) { return wrote(fd, parts, count, at); }

int ftruncate(int fd, off_t length) {
  const char *path = watched(fd);
  if (!path) return syscall(SYS_ftruncate, fd, length);
  LOCKED;
  int error = fails(K_TRUNCATE, path), done;
  if (error) { errno = error; UNLOCKED(-1); }
  done = syscall(SYS_ftruncate, fd, length);
  if (!done) record(TRUNCATE, path, NULL, files[fd].inode, length, NULL, 0);
  UNLOCKED(done);
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }
/* Room that is promised makes a file longer only; how SQLite and Node write does not need it. */
int fallocate(int fd, int mode, off_t at, off_t length) {
  if (watched(fd)) { errno = EOPNOTSUPP; return -1; }
  return syscall(SYS_fallocate, fd, mode, at, length);
}
int fallocate64(int fd, int mode, off64_t at, off64_t length) { return fallocate(fd, mode, at, length); }
int posix_fallocate(int fd, off_t at, off_t length) { return watched(fd) ? EOPNOTSUPP : syscall(SYS_fallocate, fd, 0, at, length) ? errno : 0; }
int posix_fallocate64(int fd, off64_t at, off64_t length) { return posix_fallocate(fd, at, length); }

static int synced(int fd, long call) {
  const char *path = watched(fd);
  if (!path) return syscall(call, fd);
  LOCKED;
  int error = fails(K_SYNC, path);
  if (control && control->sync_ms) nanosleep(&(struct timespec) { control->sync_ms / 1000, control->sync_ms % 1000 * 1000000L }, NULL);
  int done = error ? -1 : (int) syscall(call, fd);
  if (error) errno = error;
  int kept = errno;
  record(done ? SYNC_FAILED : SYNC, path, NULL, files[fd].inode, 0, NULL, 0);
  errno = kept;
  UNLOCKED(done);
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

#define NAMING(path, call, op, other) do { \
  if (!below(path)) return call; \
  LOCKED; \
  int error = fails(K_NAME, path); \
  if (error) { errno = error; UNLOCKED(-1); } \
  int done = call; \
  if (!done) record(op, path, other, 0, 0, NULL, 0); \
  UNLOCKED(done); } while (0)
int rename(const char *from, const char *to) { NAMING(from, syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0), RENAME, to); }
int renameat(int at, const char *from, int there, const char *to) { NAMING(from, syscall(SYS_renameat2, at, from, there, to, 0), RENAME, to); }
int unlink(const char *path) { NAMING(path, syscall(SYS_unlinkat, AT_FDCWD, path, 0), UNLINK, NULL); }
int unlinkat(int at, const char *path, int flags) { NAMING(path, syscall(SYS_unlinkat, at, path, flags), flags & AT_REMOVEDIR ? RMDIR : UNLINK, NULL); }
int rmdir(const char *path) { NAMING(path, syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR), RMDIR, NULL); }
int mkdir(const char *path, mode_t mode) { NAMING(path, syscall(SYS_mkdirat, AT_FDCWD, path, mode), MKDIR, NULL); }
int mkdirat(int at, const char *path, mode_t mode) { NAMING(path, syscall(SYS_mkdirat, at, path, mode), MKDIR, NULL); }

/* What is written through memory is not seen here: it is at least said that it can be. */
void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
  const char *path = watched(fd);
  if (path && (protection & PROT_WRITE) && (flags & MAP_SHARED)) {
    LOCKED;
    record(MAPPED, path, NULL, files[fd].inode, offset, NULL, 0);
    pthread_mutex_unlock(&lock);
  }
  return (void *) syscall(SYS_mmap, at, length, protection, flags, fd, offset);
}
void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset) { return mmap(at, length, protection, flags, fd, offset); }
/* Copies within the kernel would go past the log: whoever asks is told to read and write. */
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *there, size_t length, unsigned flags) {
  if (watched(to)) { errno = ENOSYS; return -1; }
  return syscall(SYS_copy_file_range, from, at, to, there, length, flags);
}
ssize_t sendfile(int to, int from, off_t *at, size_t length) {
  if (watched(to)) { errno = EINVAL; return -1; }
  return syscall(SYS_sendfile, to, from, at, length);
}
ssize_t sendfile64(int to, int from, off64_t *at, size_t length) { return sendfile(to, from, at, length); }
