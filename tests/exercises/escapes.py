"""Ways out of a sandbox, as the code that a student's process runs; it is not run by any test itself.

Before they are tried, the hooks inside of Python are switched off, as hostile code would: what refuses them is the
kernel. `attempt` says whether a way got through; an OSError of the kernel says that it did not.
"""

import ast

SOURCE = r"""
import ctypes, fcntl, gc, mmap, os, resource, shutil, signal, socket, sqlite3, struct, sys, types

for thing in gc.get_objects():  # the audit hook, by the values that it closes over
    if isinstance(thing, types.FunctionType) and thing.__name__ == "hook" and thing.__closure__:
        for cell in thing.__closure__:
            if isinstance(cell.cell_contents, dict):
                cell.cell_contents.clear()
            elif isinstance(cell.cell_contents, str):
                cell.cell_contents = None
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "_OnlyNumpy"]
LIBC = ctypes.CDLL(None, use_errno=True)


def called(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return True


def syscall(number, *arguments):
    return called(LIBC.syscall(ctypes.c_long(number), *arguments))


def waited(pid):
    return pid if pid == 0 and os._exit(0) else os.waitpid(pid, 0)[0] == pid


def handle(there):
    buffer = ctypes.create_string_buffer(struct.pack("Ii", 128, 0) + bytes(128))
    mount = ctypes.c_int()
    called(LIBC.name_to_handle_at(-100, there["secret"].encode(), buffer, ctypes.byref(mount), 0))
    root = os.open("/", os.O_RDONLY)
    return os.read(called(LIBC.open_by_handle_at(root, buffer, os.O_RDONLY)), 9)


def owner_of_signals(there):
    r, w = os.pipe()
    fcntl.fcntl(r, fcntl.F_SETOWN, there["grader"])
    fcntl.fcntl(r, 10, signal.SIGCONT)  # F_SETSIG
    return True


def datagram(there, family=socket.AF_INET, address=None):
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.sendto(b"the exam", address or ("127.0.0.1", there["port"]))
    return "look"  # the grader knows whether it came


def connected(there):
    with socket.socket() as line:
        line.settimeout(2)
        return line.connect_ex(("127.0.0.1", there["tcp"])) == 0


def linked(there):
    os.symlink(there["secret"], "link")
    return open("link").read()


def database(there):
    base = sqlite3.connect("own.db")
    base.execute("attach ? as other", (there["secret"] + ".db",))
    base.execute("create table other.t (x)")
    base.commit()
    return True


def left(path):
    with open(path, "w") as file:
        file.write("x")
    return "look"


WAYS = {
    "read a file": lambda t: open(t["secret"]).read(),
    "read it relative to a folder": lambda t: os.read(
        os.open(t["secret"].lstrip("/"), os.O_RDONLY, dir_fd=os.open("/", os.O_RDONLY)), 9
    ),
    "read it through a link": linked,
    "read it through a hard link": lambda t: os.link(t["secret"], "hard") or open("hard").read(),
    "read it by its handle": handle,
    "read it through the grader's root": lambda t: open(f"/proc/{t['grader']}/root{t['secret']}").read(),
    "read it through the first process": lambda t: open(f"/proc/1/root{t['secret']}").read(),
    "map it": lambda t: mmap.mmap(os.open(t["secret"], os.O_RDWR), 1)[:1],
    "list the class": lambda t: os.listdir(os.path.dirname(t["secret"])),
    "list the grader's folder": lambda t: os.listdir(f"/proc/{t['grader']}/cwd"),
    "read the command line of the grader": lambda t: open(f"/proc/{t['grader']}/cmdline").read(),
    "read the package": lambda t: open(t["package"] + "/ops/relu.py").read(),
    "link the package": lambda t: os.link(t["package"] + "/ops/relu.py", "r") or open("r").read(),
    "import the package": lambda t: sys.path.insert(0, os.path.dirname(t["package"])) or __import__("wta_np.ops"),
    "read the solutions": lambda t: os.listdir(t["solutions"]),
    "write": lambda t: open(t["secret"], "w").write("x"),
    "append": lambda t: open(t["secret"], "a").write("x"),
    "truncate": lambda t: os.truncate(t["secret"], 0) or True,
    "remove": lambda t: os.unlink(t["secret"]) or True,
    "rename away": lambda t: os.rename(t["secret"], t["secret"] + ".old") or True,
    "rename in": lambda t: os.rename(t["secret"], "mine") or True,
    "replace": lambda t: open("mine", "w").close() or os.replace("mine", t["secret"]) or True,
    "copy over it": lambda t: open("mine", "w").close() or shutil.copyfile("mine", t["secret"]),
    "change its rights": lambda t: os.chmod(t["secret"], 0o666) or True,
    "change its owner": lambda t: os.chown(t["secret"], os.getuid(), os.getgid()) or True,
    "change its times": lambda t: os.utime(t["secret"], (0, 0)) or True,
    "give it an attribute": lambda t: os.setxattr(t["secret"], "user.x", b"x") or True,
    "a new file": lambda t: open(t["secret"] + ".new", "x").write("x"),
    "a file without a name": lambda t: os.open(os.path.dirname(t["secret"]), os.O_TMPFILE | os.O_RDWR),
    "a new folder": lambda t: os.mkdir(t["secret"] + ".folder") or True,
    "a pipe with a name": lambda t: os.mkfifo(t["secret"] + ".pipe") or True,
    "a link": lambda t: os.symlink("x", t["secret"] + ".link") or True,
    "a database": database,
    "leave a file in shared memory": lambda t: left("/dev/shm/" + t["name"]),
    "leave a file in the temporary folder": lambda t: left("/tmp/" + t["name"]),
    "write into the package": lambda t: os.close(os.open(t["package"] + "/ops/relu.py", os.O_RDWR)) or True,
    "mount": lambda t: called(LIBC.mount(b"none", b"/tmp", b"tmpfs", 0, None)),
    "a namespace of its own": lambda t: called(LIBC.unshare(0x10000000)),
    "change the root": lambda t: os.chroot(os.getcwd()) or True,
    "fork": lambda t: waited(os.fork()),
    "spawn": lambda t: waited(os.posix_spawn("/bin/true", ["true"], {})),
    "execute": lambda t: os.execv(sys.executable, [sys.executable, "-c", "print()"]),
    "signal the grader": lambda t: os.kill(t["grader"], 0) or True,
    "signal the grader's thread": lambda t: called(LIBC.tgkill(t["grader"], t["grader"], 0)),
    "signal everybody": lambda t: os.kill(-1, 0) or True,
    "signal by a handle": lambda t: signal.pidfd_send_signal(os.pidfd_open(t["grader"]), 0) or True,
    "have the kernel signal the grader": owner_of_signals,
    "change the grader's limits": lambda t: resource.prlimit(t["grader"], resource.RLIMIT_CORE, (0, 0)),
    "change the grader's priority": lambda t: os.setpriority(os.PRIO_PROCESS, t["grader"], 5) or True,
    "change the grader's cores": lambda t: os.sched_setaffinity(t["grader"], {0}) or True,
    "trace the grader": lambda t: called(LIBC.ptrace(0x4206, t["grader"], 0, 0)),
    "write the grader's memory": lambda t: os.open(f"/proc/{t['grader']}/mem", os.O_RDWR),
    "send a datagram": datagram,
    "send a datagram to a name": lambda t: socket.getaddrinfo("localhost", t["port"]) and datagram(t),
    "send to a socket of the file system": lambda t: datagram(t, socket.AF_UNIX, t["unix"]),
    "send to an abstract socket": lambda t: datagram(t, socket.AF_UNIX, "\0" + t["name"]),
    "connect": connected,
    "listen": lambda t: socket.create_server(("127.0.0.1", 0)).fileno(),
    "shared memory of System V": lambda t: LIBC.shmget(t["key"], 4096, 0o1666) >= 0 and "look",
}


def attempt(way, there):
    try:
        result = WAYS[way](there)
    except OSError as error:
        return f"refused: {type(error).__name__}: {error}"
    except ImportError as error:
        return f"refused: {error}"
    return "look" if result == "look" else "through" if result not in (False, None) else "refused"
"""


def names():
    """Names of the ways, without running any."""
    assigned = [node for node in ast.parse(SOURCE).body if isinstance(node, ast.Assign)]
    ways = next(node.value for node in assigned if getattr(node.targets[0], "id", "") == "WAYS")
    return [key.value for key in ways.keys]
