"""What ssh runs as its ProxyCommand: its bytes go through the server's own proxy, which decides where it connects.

A program of its own, started with nothing but the standard library: `sshline.py HOST PORT`, and PORT:PASSWORD of the
proxy in the environment, where no other user of the machine sees it.
"""

import os
import socket
import sys
import threading
from base64 import b64encode

VARIABLE = "_GOMEND_SSH_LINE"
USER = "gomend"
_PIECE = 1 << 16


def main(host: str, port: str) -> int:
    """Carry bytes until the far side ends. Gives the exit status."""
    own_port, _, password = os.environ[VARIABLE].partition(":")
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    key = b64encode(f"{USER}:{password}".encode()).decode()
    with socket.create_connection(("127.0.0.1", int(own_port))) as line:
        head = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: ssh\r\nProxy-Authorization: Basic {key}\r\n"
        line.sendall(f"{head}\r\n".encode())
        said = b""
        while b"\r\n\r\n" not in said:
            piece = line.recv(_PIECE)
            if not piece:
                break
            said += piece
        answer, _, rest = said.partition(b"\r\n\r\n")
        words = answer.partition(b"\r\n")[0].decode("utf-8", "replace").split(" ", 2)
        if words[1:2] != ["200"]:
            sys.stderr.write(f"ssh: connect to host {host} port {port}: {' '.join(words[2:]) or 'no answer'}\n")
            return 1
        os.write(1, rest)
        threading.Thread(target=_up, args=(line,), daemon=True).start()
        while piece := line.recv(_PIECE):
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
    return 0


def _up(line: socket.socket) -> None:
    while piece := os.read(0, _PIECE):
        line.sendall(piece)
    line.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
