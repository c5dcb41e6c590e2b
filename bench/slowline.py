"""A TCP pipe that adds a round trip: `slowline.py PORT TARGET_PORT MILLISECONDS` on loopback, until it is ended.

Each direction holds every piece back for half the round trip, so the first bytes of a connection cost what they would
on such a line; the rate is not limited. A new connection waits one round trip, as a handshake does.
"""

import asyncio
import sys


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Pass on what comes, each piece `delay` seconds later and in order."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=1024)

    async def receive() -> None:
        while True:
            piece = await reader.read(1 << 18)
            await queue.put((loop.time() + delay, piece))
            if not piece:
                return

    receiving = asyncio.ensure_future(receive())
    try:
        while True:
            due, piece = await queue.get()
            await asyncio.sleep(max(0, due - loop.time()))
            if not piece:
                break
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        receiving.cancel()
        writer.close()


async def main(port: int, target: int, milliseconds: float) -> None:
    """Serve until ended; prints a line once it listens."""
    half = milliseconds / 2000

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * half)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target, limit=1 << 22)
        await asyncio.gather(carry(reader, far_writer, half), carry(far_reader, writer, half))

    server = await asyncio.start_server(connected, "127.0.0.1", port, limit=1 << 22, backlog=1024)
    print("listening", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
