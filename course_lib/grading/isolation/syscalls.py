"""The system calls a job may make: reading, writing, memory, time. The kernel turns everything else away.

libseccomp writes the filter, through the six functions it takes: it knows the numbers of each architecture and ends
whoever uses the second set of numbers that x86-64 has (32-bit calls), which hand-made filters forget. Debian, Ubuntu
and Fedora have it installed from the start. The package pyseccomp wraps the same library: one more to trust.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Iterable

ALLOWED = """
access brk chdir chmod clock_getres clock_gettime clock_nanosleep close close_range copy_file_range creat dup dup2 dup3
epoll_create1 epoll_ctl epoll_pwait epoll_wait exit exit_group faccessat faccessat2 fadvise64 fallocate fchdir fchmod
fchmodat fdatasync flock fstat fstatfs fsync ftruncate futex getcpu getcwd getdents getdents64 getegid geteuid getgid
getgroups getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit
getrusage getsid getsockname getsockopt gettid gettimeofday getuid link linkat lseek lstat madvise mincore mkdir mkdirat
mmap mprotect mremap msync munmap nanosleep newfstatat open openat pause pipe pipe2 poll ppoll pread64 preadv preadv2
pselect6 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv recvfrom rename renameat renameat2
restart_syscall rmdir rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait
sched_getaffinity sched_yield select sendfile setitimer sigaltstack stat statfs statx symlink symlinkat sync_file_range
sysinfo time times truncate umask uname unlink unlinkat utime utimensat utimes wait4 waitid write writev
"""

ONLY_WITH: list[tuple[str, int, Iterable[int]]] = [  # name, argument (from 0), the values it may have
    (
        "ioctl",
        1,
        (0x5401, 0x5413, 0x5421, 0x5450, 0x5451, 0x541B),
    ),  # terminal? its size, blocking, close on exec
    ("fcntl", 1, (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030)),  # copies, flags, locks; no signals, no leases
    ("sendto", 4, (0,)),  # without an address: only down the socket it already has
    ("prlimit64", 2, (0,)),  # ask, never set
    ("tgkill", 0, (1,)),  # itself: it is number 1 of its own world
]

REFUSED = """
accept accept4 acct add_key adjtimex bind bpf capset chown chroot clock_adjtime clock_settime clone connect
delete_module execve execveat fanotify_init fchown fchownat finit_module fork fsconfig fsmount fsopen fspick init_module
inotify_init inotify_init1 io_setup io_uring_enter io_uring_register io_uring_setup ioperm iopl kcmp kexec_file_load
kexec_load keyctl kill lchown listen memfd_create memfd_secret mknod mknodat mlock mlock2 mlockall modify_ldt mount
mount_setattr move_mount mq_open msgget name_to_handle_at open_by_handle_at open_tree perf_event_open personality
pidfd_getfd pidfd_open pidfd_send_signal pivot_root prctl process_madvise process_vm_readv process_vm_writev ptrace
quotactl reboot recvmmsg recvmsg request_key rt_sigqueueinfo rt_tgsigqueueinfo sched_setaffinity sched_setscheduler
seccomp semget sendmmsg sendmsg setdomainname setfsgid setfsuid setgid setgroups sethostname setns setpgid setpriority
setregid setresgid setresuid setreuid setrlimit setsid setsockopt settimeofday setuid setxattr shmget socket socketpair
swapoff swapon syslog timer_create tkill umount2 unshare userfaultfd vfork vhangup
"""
"""Answered with "not permitted". A call that stands in no list is answered as if the kernel had never heard of it."""

_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_BAD_ARCHITECTURE, _OPTIMIZE, _EQUAL = 2, 8, 4
_SET_SECCOMP, _FILTER = 22, 2


class _Compare(ctypes.Structure):
    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


def compile_filter() -> bytes:
    """The filter as the kernel's own little program (BPF), made once and loaded by every job.

    Raises OSError when libseccomp is not installed or refuses a rule.
    """
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_refusal(errno.ENOSYS))))
    try:
        _must(library.seccomp_attr_set(rules, _BAD_ARCHITECTURE, ctypes.c_uint32(_KILL)))
        _must(library.seccomp_attr_set(rules, _OPTIMIZE, ctypes.c_uint32(2)))
        for name in ALLOWED.split():
            _add(library, rules, _ALLOW, name)
        for name, argument, values in ONLY_WITH:
            for value in values:
                _add(library, rules, _ALLOW, name, _Compare(argument, _EQUAL, value, 0))
        for name in REFUSED.split():
            _add(library, rules, _refusal(errno.EPERM), name)
        with os.fdopen(os.memfd_create("filter"), "w+b") as file:
            _must(library.seccomp_export_bpf(rules, file.fileno()))
            file.seek(0)
            return file.read()
    finally:
        library.seccomp_release(rules)


def number_of(name: str) -> int:
    """The number of a system call on this machine."""
    return int(ctypes.CDLL("libseccomp.so.2").seccomp_syscall_resolve_name(name.encode()))


def load_filter(program: bytes) -> None:
    """Put the filter on this process, for good. It needs no_new_privs to be set."""
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HP", len(program) // 8, ctypes.addressof(code))
    zero = ctypes.c_ulong(0)
    if ctypes.CDLL(None, use_errno=True).prctl(_SET_SECCOMP, ctypes.c_ulong(_FILTER), header, zero, zero):
        raise OSError(ctypes.get_errno(), "the kernel would not load the system-call filter")


def _refusal(number: int) -> int:
    return 0x00050000 | number


def _add(library: ctypes.CDLL, rules: ctypes.c_void_p, action: int, name: str, *compares: _Compare) -> None:
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number < 0:  # this architecture or this libseccomp has no such call: then it stays unknown, and forbidden
        return
    array = (_Compare * len(compares))(*compares)
    _must(library.seccomp_rule_add_array(rules, ctypes.c_uint32(action), number, len(compares), array))


def _must(result: int) -> None:
    if result < 0:
        raise OSError(-result, "libseccomp refused a rule")
