// What Swift cannot import or cannot do safely between fork and exec.
// Every function returns -1 with errno set on failure unless it says otherwise.
#ifndef CSYSTEM_H
#define CSYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/// What identifies the content of a file without reading it, in one layout for every system.
struct tf_file_status {
    int64_t modified_ns;
    int64_t changed_ns;
    int64_t size;
    int64_t blocks_bytes;
    uint64_t inode;
    uint64_t device;
    uint32_t permissions;
    char type;                    // f file, d directory, l link, p FIFO, s socket, o other
    uint32_t owner;
    uint32_t group;
    uint32_t links;
};

/// `fstat`; with a path, `fstatat` relative to `directory` without following a link.
int tf_status_of(int fd, struct tf_file_status *status);
int tf_status_at(int directory, const char *path, struct tf_file_status *status);
/// When a file was made, in nanoseconds since the epoch; 0 where the system does not tell.
int64_t tf_birth_of(int fd);
/// `tf_status_at` for many files, by all processors where that is worth it. Nothing fails as a whole: a file's error is
/// its `errno`, 0 for none.
///
/// `names` holds the paths, each with its NUL, at `offsets`.
void tf_status_of_each(
    int directory, const char *names, const uint32_t *offsets, size_t count, struct tf_file_status *statuses,
    int *errors);

/// Puts a file in the place of another one, if there is one, at once for everybody who looks. Not to be relied on after
/// a power cut: the name may then belong to a file without content.
int tf_replace(int directory, const char *path, const char *replacement);

/// Dates a file: both its times, in nanoseconds since the epoch.
int tf_set_times(int fd, int64_t modified_ns);

/// Gives the space of a part of a file back, keeping its size. ENOTSUP where the system cannot.
int tf_punch_hole(int fd, int64_t offset, int64_t length);
/// The next data (`hole` false) or hole at or after `offset`; the file's size when there is none.
int64_t tf_seek_extent(int fd, int64_t offset, bool hole);
/// Writes everything that belongs to the file system of `fd` to the disk.
int tf_sync_filesystem(int fd);
/// Begins to write what `tf_sync_data` waits for, where the system can be told; that call tells of every failure.
void tf_begin_sync(int fd);
/// `fdatasync`, or what reaches the disk elsewhere.
int tf_sync_data(int fd);

/// `flock(LOCK_EX)`, given up with ETIMEDOUT after `milliseconds`.
int tf_lock_exclusively(int fd, int64_t milliseconds);

/// Makes this process the parent of orphaned descendants. ENOTSUP where there is no such thing.
int tf_become_subreaper(void);
/// Has `signal` sent to this process when its parent ends; then checks that it has not ended already:
/// returns 1 if it has. ENOTSUP where there is no such thing.
int tf_die_with_parent(int signal, pid_t parent);

/// A process to start, held back until `release_fd` is written to. Everything is prepared before the fork; the child
/// only makes system calls.
struct tf_spawn {
    const char *path;             // already looked up
    char *const *arguments;
    char *const *environment;
    const char *directory;        // NULL: as it is
    int input, output, error;     // become 0, 1, 2
    bool own_group;               // a process group of its own
    bool own_session;             // a session of its own, without a terminal
    bool dies_with_parent;        // SIGKILL when the calling process ends
    // Results:
    int release_fd;               // a byte lets the child become the command; closing it without one ends the child
    int failure_fd;               // an int: which step failed (tf_spawn_step), then its errno; empty after exec
    pid_t pid;                    // once it is finished
    uint64_t start_ticks;         // when the system says that it was made, in its ticks; 0 when it does not say
    // Between the two steps:
    void *maker;
    unsigned asked;
    int child_fds[2];
};

enum tf_spawn_step { TF_SPAWN_DIRECTORY = 1, TF_SPAWN_EXECUTE = 2, TF_SPAWN_SETUP = 3 };

/// Has the process made, which takes a while: its streams have to stay open until `tf_spawn_finish`. Until it becomes
/// the command it holds whatever was open when it was made.
int tf_spawn_begin(struct tf_spawn *spawn);
/// Waits until the process is there. To be called once after each `tf_spawn_begin` that succeeded.
int tf_spawn_finish(struct tf_spawn *spawn);
/// Lets the group read and write what this process makes from now on. Commands keep the mask that it had before.
void tf_share_with_group(void);

/// `fork` for a child that goes on in Swift. The process must have one thread.
pid_t tf_fork(void);

/// Gives the memory that holds the program's own code back to the system, which keeps it in its cache: what is used
/// again comes back by itself. ENOTSUP where it is not known where the code is.
int tf_release_code(void);

/// One signal that arrived, as the handler wrote it to the pipe.
struct tf_signal {
    int32_t number;
    int32_t code;                 // si_code: SI_USER and below when sent by a process
    int32_t sender;
};
/// Has the signals in `numbers` written to a pipe, whose reading end is returned; they do nothing else.
/// SA_RESTART is not set, so that a blocking call ends with EINTR. Called again, it adds signals.
int tf_catch_signals(const int *numbers, int count);
/// Gives the signals their usual meaning again and closes the pipe.
void tf_release_signals(void);
/// Whether the process was started with `signal` ignored (`nohup`).
bool tf_is_ignored(int signal);
void tf_ignore(int signal);
/// From now on a child that ends leaves nothing behind to be waited for, until SIGCHLD is caught.
int tf_forget_children(void);

/// A descriptor sent along with bytes over a Unix socket; -1 sends none.
int tf_send(int socket, const void *bytes, size_t count, int descriptor);
/// The number of bytes received (0 at the end); `descriptor` is -1 when none came along.
ssize_t tf_receive(int socket, void *bytes, size_t count, int *descriptor);

/// A descriptor that becomes readable when the file or directory at `path` changes. ENOTSUP where the system cannot.
int tf_watch(const char *path);
/// Adds another path to a descriptor that `tf_watch` returned.
int tf_watch_also(int watch, const char *path);
/// Adds a path of which only finished changes count: a file that was open for writing is closed, replaced or removed.
int tf_watch_settled(int watch, const char *path);

#endif
