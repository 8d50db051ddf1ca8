#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <semaphore.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#endif

// MARK: Files

static void convert(const struct stat *from, struct tf_file_status *to) {
#if defined(__APPLE__)
    struct timespec modified = from->st_mtimespec, changed = from->st_ctimespec;
#else
    struct timespec modified = from->st_mtim, changed = from->st_ctim;
#endif
    to->modified_ns = (int64_t)modified.tv_sec * 1000000000 + modified.tv_nsec;
    to->changed_ns = (int64_t)changed.tv_sec * 1000000000 + changed.tv_nsec;
    to->size = from->st_size;
    to->blocks_bytes = (int64_t)from->st_blocks * 512;
    to->inode = from->st_ino;
    to->device = from->st_dev;
    to->permissions = from->st_mode & 07777;
    to->type = S_ISREG(from->st_mode) ? 'f' : S_ISDIR(from->st_mode) ? 'd' : S_ISLNK(from->st_mode) ? 'l'
             : S_ISFIFO(from->st_mode) ? 'p' : S_ISSOCK(from->st_mode) ? 's' : 'o';
    to->owner = from->st_uid;
    to->group = from->st_gid;
    to->links = (uint32_t)from->st_nlink;
}

int tf_status_of(int fd, struct tf_file_status *status) {
    struct stat found;
    if (fstat(fd, &found) < 0) return -1;
    convert(&found, status);
    return 0;
}

int tf_status_at(int directory, const char *path, struct tf_file_status *status) {
    struct stat found;
    if (fstatat(directory, path, &found, AT_SYMLINK_NOFOLLOW) < 0) return -1;
    convert(&found, status);
    return 0;
}

int64_t tf_birth_of(int fd) {
#if defined(__APPLE__)
    struct stat found;
    if (fstat(fd, &found) < 0) return 0;
    return (int64_t)found.st_birthtimespec.tv_sec * 1000000000 + found.st_birthtimespec.tv_nsec;
#elif defined(STATX_BTIME)
    struct statx found;
    if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &found) < 0 || !(found.stx_mask & STATX_BTIME)) return 0;
    return (int64_t)found.stx_btime.tv_sec * 1000000000 + found.stx_btime.tv_nsec;
#else
    (void)fd;
    return 0;
#endif
}

struct look {
    int directory;
    const char *names;
    const uint32_t *offsets;
    size_t first, end;
    struct tf_file_status *statuses;
    int *errors;
};

static void *look_at_each(void *argument) {
    struct look *look = argument;
    for (size_t i = look->first; i < look->end; i++) {
        const char *name = look->names + look->offsets[i];
        look->errors[i] = tf_status_at(look->directory, name, &look->statuses[i]) < 0 ? errno : 0;
    }
    return NULL;
}

void tf_status_of_each(
    int directory, const char *names, const uint32_t *offsets, size_t count, struct tf_file_status *statuses,
    int *errors
) {
    enum { most = 8, worth = 4096 };
    struct look looks[most];
    pthread_t threads[most];
    bool runs[most] = { false };
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t parts = count / worth;
    if (parts > (size_t)processors && processors > 0) parts = processors;
    if (parts > most) parts = most;
    if (parts < 1) parts = 1;
    for (size_t i = 0; i < parts; i++) {
        looks[i] = (struct look) {
            directory, names, offsets, count * i / parts, count * (i + 1) / parts, statuses, errors
        };
        // The last part is this thread's; so is one for which there is no other thread.
        if (i + 1 < parts) runs[i] = pthread_create(&threads[i], NULL, look_at_each, &looks[i]) == 0;
        if (!runs[i]) look_at_each(&looks[i]);
    }
    for (size_t i = 0; i < parts; i++)
        if (runs[i]) pthread_join(threads[i], NULL);
}

int tf_replace(int directory, const char *path, const char *replacement) {
#if defined(RENAME_EXCHANGE)
    // ext4 writes a file to the disk at once that is renamed over another one, but not one that changes places with
    // another: that is many times as fast, and saves writing what is replaced again soon.
    if (renameat2(directory, replacement, directory, path, RENAME_EXCHANGE) == 0) {
        if (unlinkat(directory, replacement, 0) == 0) return 0;
        int error = errno;
        renameat2(directory, replacement, directory, path, RENAME_EXCHANGE);
        errno = error;
        return -1;
    }
    // There may be nothing to change places with, or a file system that does not do that.
    if (errno != ENOENT && errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) return -1;
#endif
    return renameat(directory, replacement, directory, path);
}

int tf_set_times(int fd, int64_t modified_ns) {
    struct timespec moment = { modified_ns / 1000000000, modified_ns % 1000000000 };
    struct timespec times[2] = { moment, moment };
    return futimens(fd, times);
}

int tf_punch_hole(int fd, int64_t offset, int64_t length) {
#if defined(__linux__)
    return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
#elif defined(F_PUNCHHOLE)
    fpunchhole_t hole = { .fp_offset = offset, .fp_length = length };
    return fcntl(fd, F_PUNCHHOLE, &hole);
#else
    (void)fd, (void)offset, (void)length;
    errno = ENOTSUP;
    return -1;
#endif
}

int64_t tf_seek_extent(int fd, int64_t offset, bool hole) {
#if defined(SEEK_HOLE)
    off_t found = lseek(fd, offset, hole ? SEEK_HOLE : SEEK_DATA);
    if (found >= 0) return found;
    if (errno != ENXIO && errno != EINVAL) return -1;
    if (errno == EINVAL && !hole) return offset;
#else
    if (!hole) return offset;
#endif
    struct stat status;
    return fstat(fd, &status) < 0 ? -1 : status.st_size;
}

int tf_sync_filesystem(int fd) {
#if defined(__linux__)
    return syncfs(fd);
#else
    (void)fd;
    sync();
    return 0;
#endif
}

void tf_begin_sync(int fd) {
#if defined(__linux__)
    sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
#else
    (void)fd;
#endif
}

int tf_sync_data(int fd) {
#if defined(__APPLE__)
    // fsync reaches the drive's cache only.
    if (fcntl(fd, F_FULLFSYNC) == 0) return 0;
    return fsync(fd);
#else
    return fdatasync(fd);
#endif
}

// MARK: Locks

static void interrupt(int signal) { (void)signal; }

int tf_lock_exclusively(int fd, int64_t milliseconds) {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return 0;
    if (errno != EWOULDBLOCK) return -1;
    if (milliseconds <= 0) {
        errno = ETIMEDOUT;
        return -1;
    }
    // The kernel queues waiters in order, so wait in it. The timer repeats: a first signal that comes just before
    // the call does not strand it.
    struct sigaction action = { .sa_handler = interrupt }, former;
    struct itimerval timer = { { 0, 20000 }, { milliseconds / 1000, (milliseconds % 1000) * 1000 } }, previous;
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, &former);
    setitimer(ITIMER_REAL, &timer, &previous);
    int result;
    do {
        result = flock(fd, LOCK_EX);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (result < 0 && errno == EINTR
             && (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < milliseconds);
    int failure = errno;
    struct itimerval off = { { 0, 0 }, { 0, 0 } };
    setitimer(ITIMER_REAL, &off, NULL);
    sigaction(SIGALRM, &former, NULL);
    errno = failure == EINTR ? ETIMEDOUT : failure;
    return result;
}

// MARK: Processes

int tf_become_subreaper(void) {
#if defined(__linux__)
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#else
    errno = ENOTSUP;
    return -1;
#endif
}

int tf_die_with_parent(int signal, pid_t parent) {
#if defined(__linux__)
    if (prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0) < 0) return -1;
    return getppid() == parent ? 0 : 1;
#else
    (void)signal, (void)parent;
    errno = ENOTSUP;
    return -1;
#endif
}

pid_t tf_fork(void) { return fork(); }

#if defined(__linux__)
extern char __executable_start, etext;
#endif

int tf_release_code(void) {
#if defined(__linux__)
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = ((uintptr_t)&__executable_start + page - 1) / page * page;
    uintptr_t end = (uintptr_t)&etext / page * page;
    return madvise((void *)start, end - start, MADV_DONTNEED);
#else
    errno = ENOTSUP;
    return -1;
#endif
}

static int make_pipe(int ends[2]) {
#if defined(__linux__)
    return pipe2(ends, O_CLOEXEC);
#else
    if (pipe(ends) < 0) return -1;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
#endif
}

static void close_pipe(const int ends[2]) {
    if (ends[0] >= 0) close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
}

static bool is_caught[NSIG];

/// The mask that commands are to have; -1 while it is this process's own.
static int command_mask = -1;

void tf_share_with_group(void) {
    mode_t mask = umask(0);
    umask(mask & ~(mode_t)0070);
    if (command_mask < 0) command_mask = mask;
}

/// A request, with copies of all that it points to.
struct command {
    struct tf_spawn spawn;
    /// `spawn.arguments` with a place before them, for what runs a script.
    char **arguments;
    pid_t parent;
    int release[2], failure[2];
};

static struct command *copy_request(const struct tf_spawn *spawn) {
    size_t arguments = 0, variables = 0, bytes = strlen(spawn->path) + 1;
    for (; spawn->arguments[arguments]; arguments++) bytes += strlen(spawn->arguments[arguments]) + 1;
    for (; spawn->environment[variables]; variables++) bytes += strlen(spawn->environment[variables]) + 1;
    if (spawn->directory) bytes += strlen(spawn->directory) + 1;
    size_t pointers = 1 + arguments + 1 + variables + 1;
    struct command *command = malloc(sizeof *command + pointers * sizeof(char *) + bytes);
    if (!command) return NULL;
    char **place = (char **)(command + 1), *text = (char *)(place + pointers);
    command->spawn = *spawn;
    command->arguments = place++;
    command->spawn.arguments = place;
    for (size_t i = 0; i < arguments; i++, text += strlen(text) + 1) *place++ = strcpy(text, spawn->arguments[i]);
    *place++ = NULL;
    command->spawn.environment = place;
    for (size_t i = 0; i < variables; i++, text += strlen(text) + 1) *place++ = strcpy(text, spawn->environment[i]);
    *place++ = NULL;
    command->spawn.path = strcpy(text, spawn->path);
    text += strlen(text) + 1;
    if (spawn->directory) command->spawn.directory = strcpy(text, spawn->directory);
    return command;
}

static void fail_child(int fd, int step) {
    int report[2] = { step, errno };
    ssize_t written = write(fd, report, sizeof report);
    (void)written;
    _exit(127);
}

/// In the child, from its first moment to its last as this program. Only async-signal-safe calls.
///
/// All signals are blocked. Exec gives those that have a handler their usual meaning; but a handler that ran before
/// would tell this program of a signal that was not for it.
static void begin_child(struct command *command) {
    const struct tf_spawn *spawn = &command->spawn;
    struct sigaction usual = { .sa_handler = SIG_DFL };
    for (int signal = 1; signal < NSIG; signal++)
        if (is_caught[signal]) sigaction(signal, &usual, NULL);
    // What was ignored when tf was started (nohup) stays so; what tf itself ignores does not.
    sigaction(SIGPIPE, &usual, NULL);
    if (command_mask >= 0) umask(command_mask);
    if (spawn->own_session) setsid();
    else if (spawn->own_group) setpgid(0, 0);
    if (spawn->dies_with_parent && tf_die_with_parent(SIGKILL, command->parent) == 1) _exit(127);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    close(command->release[1]);
}

/// In the child: waits to be let go, and becomes the command.
static void become_command(struct command *command) {
    const struct tf_spawn *spawn = &command->spawn;
    int failure = command->failure[1];
    // Before anything that can fail: a child that has ended already would break the pipe that lets it go.
    char go;
    if (read(command->release[0], &go, 1) != 1) _exit(127);
    if (spawn->directory && chdir(spawn->directory) < 0) fail_child(failure, TF_SPAWN_DIRECTORY);

    // Descriptors 0-2 may be among the ones to be moved: lift them out of the way first.
    int wanted[3] = { spawn->input, spawn->output, spawn->error };
    for (int index = 0; index < 3; index++) {
        wanted[index] = fcntl(wanted[index], F_DUPFD_CLOEXEC, 3);
        if (wanted[index] < 0) fail_child(failure, TF_SPAWN_SETUP);
    }
    for (int index = 0; index < 3; index++)
        if (dup2(wanted[index], index) < 0) fail_child(failure, TF_SPAWN_SETUP);

    execve(spawn->path, spawn->arguments, spawn->environment);
    if (errno == ENOEXEC) {
        // A script without an interpreter line, which the shell and execvp run with sh as well.
        command->arguments[0] = "sh";
        command->arguments[1] = (char *)spawn->path;
        execve("/bin/sh", command->arguments, spawn->environment);
    }
    fail_child(failure, TF_SPAWN_EXECUTE);
}

#if defined(__linux__)

/// What a child tells of itself before it stands still.
struct birth {
    /// The number of the child that was asked for.
    unsigned asked;
    pid_t pid;
    /// Why there is none.
    int error;
    /// When the system says it was made; 0 when it does not say.
    uint64_t start_ticks;
};

/// When the system says that this process was made, in the ticks of `/proc`; 0 when it does not say.
static uint64_t own_start_ticks(void) {
    char text[1024];
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t count = read(fd, text, sizeof text - 1);
    close(fd);
    if (count <= 0) return 0;
    text[count] = 0;
    // The second field is the program's name in parentheses and may hold anything: go on behind the last one.
    char *field = strrchr(text, ')');
    for (int number = 2; field && number < 22; number++) field = strchr(field + 1, ' ');
    uint64_t ticks = 0;
    if (!field) return 0;
    for (char *digit = field + 1; *digit >= '0' && *digit <= '9'; digit++) ticks = ticks * 10 + (*digit - '0');
    return ticks;
}

/// A thread that makes children. A child made by vfork needs no copy of this process's memory, which would cost both
/// sides a page fault for each page that is written later; but its thread stands still until the child has become its
/// command. Such a thread never ends: the child would be killed with it.
struct spawner {
    /// The next idle one, and the next of all.
    struct spawner *next, *next_of_all;
    struct command *command;
    sem_t wanted;
    /// The number of the child that it is asked for.
    unsigned asked;
    /// Where births are told: a pipe, because emulators make a plain fork of vfork.
    int births[2];
};

static struct {
    pthread_mutex_t lock;
    struct spawner *idle, *all;
} spawners = { .lock = PTHREAD_MUTEX_INITIALIZER };

/// In a fork, which has none of these threads, whatever they were doing.
static void forget_spawners(void) {
    pthread_mutex_init(&spawners.lock, NULL);
    for (struct spawner *spawner = spawners.all; spawner; spawner = spawner->next_of_all) close_pipe(spawner->births);
    spawners.idle = spawners.all = NULL;
}

static void expect_forks(void) { pthread_atfork(NULL, NULL, forget_spawners); }

static void tell_birth(const struct spawner *spawner, struct birth birth) {
    birth.asked = spawner->asked;
    ssize_t written;
    do written = write(spawner->births[1], &birth, sizeof birth);
    while (written < 0 && errno == EINTR);
}

static void *make_children(void *argument) {
    struct spawner *self = argument;
    for (;;) {
        while (sem_wait(&self->wanted) < 0) {}
        struct command *command = self->command;
        pid_t pid = vfork();
        if (pid == 0) {
            begin_child(command);
            tell_birth(self, (struct birth) { .pid = getpid(), .start_ticks = own_start_ticks() });
            become_command(command);
        }
        // Told again, for one that was killed before it could.
        tell_birth(self, (struct birth) { .pid = pid, .error = errno });
        free(command);
        pthread_mutex_lock(&spawners.lock);
        self->next = spawners.idle;
        spawners.idle = self;
        pthread_mutex_unlock(&spawners.lock);
    }
    return NULL;
}

static struct spawner *new_spawner(void) {
    struct spawner *spawner = calloc(1, sizeof *spawner);
    if (!spawner) return NULL;
    if (make_pipe(spawner->births) < 0) {
        free(spawner);
        return NULL;
    }
    sem_init(&spawner->wanted, 0, 0);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 128 * 1024);
    // The thread takes no signals, and its children begin with none.
    sigset_t all, former;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    pthread_t thread;
    int error = pthread_create(&thread, &attributes, make_children, spawner);
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    pthread_attr_destroy(&attributes);
    if (error != 0) {
        close_pipe(spawner->births);
        free(spawner);
        errno = error;
        return NULL;
    }
    pthread_mutex_lock(&spawners.lock);
    spawner->next_of_all = spawners.all;
    spawners.all = spawner;
    pthread_mutex_unlock(&spawners.lock);
    return spawner;
}

/// A spawner that has nothing to do; NULL when none can be made.
static struct spawner *take_spawner(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, expect_forks);
    pthread_mutex_lock(&spawners.lock);
    struct spawner *spawner = spawners.idle;
    if (spawner) spawners.idle = spawner->next;
    pthread_mutex_unlock(&spawners.lock);
    return spawner ? spawner : new_spawner();
}

/// Has a child made, and takes over `command`.
static int begin_making(struct command *command, struct tf_spawn *spawn) {
    struct spawner *spawner = take_spawner();
    if (!spawner) {
        int error = errno;
        free(command);
        errno = error;
        return -1;
    }
    spawner->command = command;
    spawn->asked = ++spawner->asked;
    spawn->maker = spawner;
    sem_post(&spawner->wanted);
    return 0;
}

static void finish_making(struct tf_spawn *spawn) {
    struct spawner *spawner = spawn->maker;
    struct birth birth;
    ssize_t count;
    do count = read(spawner->births[0], &birth, sizeof birth);
    while ((count < 0 && errno == EINTR) || (count > 0 && birth.asked != spawn->asked));
    if (count <= 0) birth = (struct birth) { .pid = -1, .error = count < 0 ? errno : EIO };
    spawn->pid = birth.pid;
    spawn->start_ticks = birth.start_ticks;
    errno = birth.error;
}

#else

static int begin_making(struct command *command, struct tf_spawn *spawn) {
    sigset_t all, former;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    pid_t pid = fork();
    if (pid == 0) {
        begin_child(command);
        become_command(command);
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    // Both sides set the group, so that it is there for whoever looks first.
    if (pid > 0 && command->spawn.own_group && !command->spawn.own_session) setpgid(pid, pid);
    free(command);
    spawn->pid = pid;
    spawn->start_ticks = 0;
    errno = error;
    return pid < 0 ? -1 : 0;
}

static void finish_making(struct tf_spawn *spawn) { (void)spawn; }

#endif

int tf_spawn_begin(struct tf_spawn *spawn) {
    struct command *command = copy_request(spawn);
    if (!command) return -1;
    int release[2] = { -1, -1 }, failure[2] = { -1, -1 };
    int result = -1;
    if (make_pipe(failure) == 0 && make_pipe(release) == 0) {
        memcpy(command->release, release, sizeof release);
        memcpy(command->failure, failure, sizeof failure);
        command->parent = getpid();
        result = begin_making(command, spawn);
    } else {
        free(command);
    }
    if (result < 0) {
        int error = errno;
        close_pipe(release);
        close_pipe(failure);
        errno = error;
        return -1;
    }
    spawn->release_fd = release[1];
    spawn->failure_fd = failure[0];
    spawn->child_fds[0] = release[0];
    spawn->child_fds[1] = failure[1];
    return 0;
}

int tf_spawn_finish(struct tf_spawn *spawn) {
    finish_making(spawn);
    int error = errno;
    close_pipe(spawn->child_fds);
    errno = error;
    return spawn->pid < 0 ? -1 : 0;
}

// MARK: Signals

static int signal_pipe[2] = { -1, -1 };

static void write_signal(int number, siginfo_t *info, void *context) {
    (void)context;
    int failure = errno;
    struct tf_signal message = { number, info ? info->si_code : 0, info ? info->si_pid : 0 };
    ssize_t written = write(signal_pipe[1], &message, sizeof message);
    (void)written;  // A full pipe holds thousands of signals already.
    errno = failure;
}

int tf_catch_signals(const int *numbers, int count) {
    if (signal_pipe[0] < 0) {
        if (make_pipe(signal_pipe) < 0) return -1;
        fcntl(signal_pipe[0], F_SETFL, O_NONBLOCK);
        fcntl(signal_pipe[1], F_SETFL, O_NONBLOCK);
    }
    struct sigaction action = { .sa_sigaction = write_signal, .sa_flags = SA_SIGINFO };
    sigemptyset(&action.sa_mask);
    for (int index = 0; index < count; index++) {
        if (sigaction(numbers[index], &action, NULL) < 0) return -1;
        is_caught[numbers[index]] = true;
    }
    return signal_pipe[0];
}

void tf_release_signals(void) {
    struct sigaction usual = { .sa_handler = SIG_DFL };
    for (int signal = 1; signal < NSIG; signal++) {
        if (is_caught[signal]) sigaction(signal, &usual, NULL);
        is_caught[signal] = false;
    }
    if (signal_pipe[0] >= 0) {
        close(signal_pipe[0]);
        close(signal_pipe[1]);
        signal_pipe[0] = signal_pipe[1] = -1;
    }
}

bool tf_is_ignored(int signal) {
    struct sigaction former;
    return sigaction(signal, NULL, &former) == 0 && former.sa_handler == SIG_IGN;
}

void tf_ignore(int number) { signal(number, SIG_IGN); }

int tf_forget_children(void) {
    struct sigaction action = { .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT };
    return sigaction(SIGCHLD, &action, NULL);
}

// MARK: Sockets

int tf_send(int socket, const void *bytes, size_t count, int descriptor) {
    struct iovec part = { (void *)bytes, count };
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    if (descriptor >= 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = sizeof control.space;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
#if defined(MSG_NOSIGNAL)
    int flags = MSG_NOSIGNAL;
#else
    int flags = 0;
#endif
    ssize_t sent;
    do sent = sendmsg(socket, &message, flags);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

ssize_t tf_receive(int socket, void *bytes, size_t count, int *descriptor) {
    struct iovec part = { bytes, count };
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
                              .msg_controllen = sizeof control.space };
    *descriptor = -1;
#if defined(MSG_CMSG_CLOEXEC)
    int flags = MSG_CMSG_CLOEXEC;
#else
    int flags = 0;
#endif
    ssize_t received;
    do received = recvmsg(socket, &message, flags);
    while (received < 0 && errno == EINTR);
    if (received < 0) return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
        memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
#if !defined(MSG_CMSG_CLOEXEC)
        fcntl(*descriptor, F_SETFD, FD_CLOEXEC);
#endif
    }
    return received;
}

// MARK: Watching files

int tf_watch(const char *path) {
#if defined(__linux__)
    int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch < 0) return -1;
    if (tf_watch_also(watch, path) < 0) {
        int failure = errno;
        close(watch);
        errno = failure;
        return -1;
    }
    return watch;
#else
    (void)path;
    errno = ENOTSUP;
    return -1;
#endif
}

int tf_watch_also(int watch, const char *path) {
#if defined(__linux__)
    return inotify_add_watch(watch, path, IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF) < 0 ? -1 : 0;
#else
    (void)watch, (void)path;
    errno = ENOTSUP;
    return -1;
#endif
}

int tf_watch_settled(int watch, const char *path) {
#if defined(__linux__)
    int changes = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF;
    return inotify_add_watch(watch, path, changes) < 0 ? -1 : 0;
#else
    (void)watch, (void)path;
    errno = ENOTSUP;
    return -1;
#endif
}
