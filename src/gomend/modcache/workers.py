"""The same work on many things, on all cores: in processes where that is safe, else in threads.

Inflating and hashing small files in threads, Python's one interpreter lock changes hands thousands of times a second;
two processes take a fifth less time than two threads. Not the processes of concurrent.futures: they need semaphores in
/dev/shm, which slim containers lack, and Ctrl-C has each of them print a traceback.
"""

import fcntl
import os
import pickle
import selectors
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")

_FEW = 16  # for which no process is started
_SIZE = 8  # bytes that tell a result's length
_NUMBER = 4  # bytes that name a thing
_READ = 1 << 16


def on_all_cores(
    work: Callable[[Thing], Result], things: Sequence[tuple[int, Thing]], *, workers: int = 0
) -> Iterator[Result]:
    """The result for each thing, as they come. `things` stand with what they weigh; `workers` 0: one a core.

    `work` changes nothing outside itself, and raises nothing.
    """
    workers = workers or os.cpu_count() or 1
    heaviest_first = [thing for _, thing in sorted(things, key=lambda one: one[0], reverse=True)]
    if sys.platform == "linux" and workers > 1 and len(things) > _FEW and threading.active_count() == 1:
        yield from _in_processes(work, heaviest_first, workers)
        return
    with ThreadPoolExecutor(workers) as pool:
        for job in as_completed([pool.submit(work, thing) for thing in heaviest_first]):
            yield job.result()


def _in_processes(work: Callable[[Thing], Result], things: Sequence[Thing], workers: int) -> Iterator[Result]:
    children: dict[int, int] = {}
    left = set(range(len(things)))
    # In memory: a cache is looked at, too, because the disk is full.
    with selectors.DefaultSelector() as waiting, os.fdopen(os.memfd_create("numbers"), "wb+", buffering=0) as numbers:
        numbers.write(b"".join(number.to_bytes(_NUMBER, "big") for number in range(len(things))))
        numbers.seek(0)
        try:
            for _ in range(workers):
                reading, writing = os.pipe()
                pid = os.fork()
                if not pid:
                    _child(work, things, numbers.fileno(), writing)
                os.close(writing)
                children[reading] = pid
                waiting.register(reading, selectors.EVENT_READ, bytearray())
            while waiting.get_map():
                for key, _ in waiting.select():
                    data = os.read(key.fd, _READ)
                    key.data.extend(data)
                    for number, result in _whole_ones(key.data):
                        left.remove(number)
                        yield result
                    if not data:
                        waiting.unregister(key.fd)
        finally:
            for reading, pid in children.items():
                os.close(reading)
                os.kill(pid, signal.SIGKILL)  # it has ended, or nobody wants to know any more
                os.waitpid(pid, 0)
    for number in sorted(left):  # a process did not come to its end
        yield work(things[number])


def _child(work: Callable[[Thing], Result], things: Sequence[Thing], numbers: int, writing: int) -> None:
    """Takes one number after the other, whose place in the file all processes share. Ends this process."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        while number := _next(numbers):
            index = int.from_bytes(number, "big")
            data = pickle.dumps((index, work(things[index])))
            data = len(data).to_bytes(_SIZE, "big") + data
            while data:
                data = data[os.write(writing, data) :]
    finally:
        os._exit(0)


def _next(numbers: int) -> bytes:
    """The next number. Linux moves the place in such a file without a lock of its own: two may read the same."""
    fcntl.lockf(numbers, fcntl.LOCK_EX)
    try:
        return os.read(numbers, _NUMBER)
    finally:
        fcntl.lockf(numbers, fcntl.LOCK_UN)


def _whole_ones(come: bytearray) -> Iterator[tuple[int, Any]]:
    """Takes the results that have come whole out of `come`."""
    while len(come) >= _SIZE and len(come) >= (end := _SIZE + int.from_bytes(come[:_SIZE], "big")):
        yield pickle.loads(bytes(come[_SIZE:end]))  # noqa: S301 - of our own process
        del come[:end]
