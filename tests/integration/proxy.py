"""A TCP proxy that can be cut, held, delayed or closed: between a program and PostgreSQL,
Redis or an HTTP server.

    with Cut(redis.port) as cut:
        fleet.sender(redis={"url": cut.through(redis.url())})
        cut.hold()              # nothing moves any more, connections stay: a partition
        cut.heal()              # what was held arrives
        cut.delay(0.2)          # each way, from now on
        cut.sever()             # every connection is reset
        cut.refuse()            # and no new one is taken, until heal()
        cut.lose_answer()       # the next bytes from the server vanish, with the connection
        cut.connections[0].hold(UP)

What is said of the Cut holds for its connections now and later, of a Connection for it alone.
The kernel here still acknowledges what is held, so tcp_user_timeout and keepalives do not see
it: what must see it is a deadline of the program's own.
"""

import asyncio
import re
import socket
import struct
import threading

from waiting import wait_until

UP, DOWN = "up", "down"  # towards the server, towards the client
CHUNK_BYTES = 65536


class Faults:
    """What happens to bytes; one for the Cut as a whole and one for each connection."""

    def __init__(self):
        self.held = set()
        self.delay_s = 0.0
        self.answers_to_lose = 0


class Connection:
    def __init__(self, cut, client, server):
        self.cut, self.faults = cut, Faults()
        self.sides = (client, server)  # asyncio's writers
        self.bytes = {UP: 0, DOWN: 0}  # passed on
        self.is_open = True

    def hold(self, *ways):
        self.cut._call(self.faults.held.update, ways or (UP, DOWN))

    def heal(self):
        self.cut._call(self._heal)

    def delay(self, seconds):
        self.faults.delay_s = seconds

    def lose_answer(self):
        self.faults.answers_to_lose += 1

    def sever(self):
        self.cut._call(self._reset)

    def _heal(self):
        self.faults.__init__()
        self.cut._changed()

    def _reset(self):
        """Ends both sides by RST, with whatever was under way."""
        self.is_open = False
        for side in self.sides:
            raw = side.get_extra_info("socket")
            if raw and raw.fileno() >= 0 and raw.family != socket.AF_UNIX:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            side.transport.abort()
        self.cut._changed()

    def _is_held(self, way):
        return way in self.faults.held or way in self.cut.faults.held

    def _loses_answer(self):
        for faults in (self.faults, self.cut.faults):
            if faults.answers_to_lose:
                faults.answers_to_lose -= 1
                return True
        return False


class Cut:
    """Listens on a free loopback port (`port`) for a server on `target`: a port of loopback,
    (host, port), or the path of a Unix socket. As a context manager it ends itself."""

    def __init__(self, target):
        self.target = ("127.0.0.1", target) if isinstance(target, int) else target
        self.faults = Faults()
        self.connections = []  # open ones, oldest first
        self.taken = 0         # all that ever came, refused ones not counted
        self.is_refusing = False
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.port = 0
        self._await(self._open())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.done()

    def through(self, url):
        """`url` with this proxy's host and port in place of the server's."""
        return re.sub(r"^([a-z]+://(?:[^@/]*@)?)[^/?]*", rf"\g<1>127.0.0.1:{self.port}", url)

    def hold(self, *ways):
        """Holds what goes UP, DOWN or (without argument) both; new connections too."""
        self._call(self.faults.held.update, ways or (UP, DOWN))

    def heal(self):
        """Ends every fault: what was held goes on, connections are taken again."""
        self._await(self._heal())

    def delay(self, seconds):
        """Each chunk arrives so much later, each way."""
        self.faults.delay_s = seconds

    def lose_answer(self, count=1):
        """The next `count` times that bytes come from the server they vanish, and the
        connection is reset: the request has had its effect and nobody knows."""
        self.faults.answers_to_lose += count

    def sever(self):
        """Resets every connection; how many there were."""
        return self._await(self._sever())

    def refuse(self):
        """Connections are refused from now on; those that stand stay."""
        self._await(self._close())
        self.is_refusing = True

    def wait_connections(self, count, timeout=20):
        wait_until(lambda: len(self.connections) >= count, timeout, f"{count} connections")

    def done(self):
        self._await(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    # ---- below: in the proxy's own thread

    def _await(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(20)

    def _call(self, function, *arguments):
        async def call():
            return function(*arguments)
        return self._await(call())

    async def _open(self):
        self.change = getattr(self, "change", None) or asyncio.Event()
        self.listener = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, reuse_address=True)
        self.port = self.listener.sockets[0].getsockname()[1]

    async def _close(self):
        self.listener.close()
        await self.listener.wait_closed()

    async def _heal(self):
        self.faults.__init__()
        for connection in self.connections:
            connection.faults.__init__()
        if self.is_refusing:
            await self._open()
            self.is_refusing = False
        self._changed()

    async def _sever(self):
        count = len(self.connections)
        for connection in list(self.connections):
            connection._reset()
        return count

    async def _end(self):
        await self._close()
        await self._sever()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _changed(self):
        """Whoever waits for the end of a fault looks again."""
        self.change.set()
        self.change = asyncio.Event()

    async def _serve(self, reader, writer):
        self.taken += 1
        try:
            server = await (asyncio.open_unix_connection(self.target)
                            if isinstance(self.target, str)
                            else asyncio.open_connection(*self.target))
        except OSError:
            writer.transport.abort()
            return
        connection = Connection(self, writer, server[1])
        self.connections.append(connection)
        try:
            await asyncio.gather(self._pump(connection, UP, reader, server[1]),
                                 self._pump(connection, DOWN, server[0], writer))
        except OSError:
            pass
        finally:
            self.connections.remove(connection)
            connection._reset()

    async def _pump(self, connection, way, reader, writer):
        """Reads at once and writes when each chunk is due, so a delay is no narrow pipe."""
        chunks = asyncio.Queue(256)
        feeder = asyncio.ensure_future(self._feed(connection, reader, chunks))
        try:
            while True:
                due, chunk = await chunks.get()
                await asyncio.sleep(due - self.loop.time())
                while connection.is_open and connection._is_held(way):
                    await self.change.wait()
                if not connection.is_open:
                    return
                if chunk and way == DOWN and connection._loses_answer():
                    connection._reset()
                    return
                if not chunk:
                    writer.write_eof()
                    return
                writer.write(chunk)
                await writer.drain()
                connection.bytes[way] += len(chunk)
        finally:
            feeder.cancel()

    async def _feed(self, connection, reader, chunks):
        chunk = b"-"
        while chunk:
            try:
                chunk = await reader.read(CHUNK_BYTES)
            except OSError:
                connection._reset()
                chunk = b""
            delay_s = connection.faults.delay_s + self.faults.delay_s
            await chunks.put((self.loop.time() + delay_s, chunk))
