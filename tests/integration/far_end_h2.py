"""A far end of HTTP/2 over TLS that breaks the protocol at the frame, as told.

    with FarEndH2(certificate, key, script) as far_end:
        far_end.port; far_end.requests; far_end.connections

`script(visit, stream, body)` is called for every request whose body arrived whole, and
answers, refuses, resets or keeps silent by the visit's methods; what arrived stands in
`requests` before it is called. `opened(visit, stream)` is called at the header frame.
"""

import contextlib
import socket
import ssl
import struct
import threading

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings

ANSWER = b'{"messages":[{"id":"wamid.x"}]}'


class Visit:
    """One connection; served by a thread of its own."""

    def __init__(self, far_end, sock):
        self.far_end, self.sock = far_end, sock
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(
            client_side=False, header_encoding="utf-8"))
        self.bodies, self.waiting, self.is_over = {}, [], False

    def answer(self, stream, body=ANSWER, headers=(), status="200"):
        self.head(stream, headers, status)
        self.h2.send_data(stream, body, end_stream=True)

    def head(self, stream, headers=(), status="200", end=False):
        self.h2.send_headers(stream, [
            (":status", status), ("content-type", "application/json"), *headers], end_stream=end)

    def frame(self, kind, flags, stream, payload):
        """A frame that the library would not send, as bytes."""
        self.flush()
        self.sock.sendall(
            struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload)

    def goaway(self, last_stream, error=0):
        self.frame(7, 0, 0, struct.pack(">II", last_stream, error))

    def reset_stream(self, stream, error):
        self.h2.reset_stream(stream, error)

    def reset_connection(self):
        """RST instead of FIN, and no farewell of TLS."""
        self.flush()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.is_over = True

    def hang_up(self):
        """FIN; what the client still says is read, or its unread bytes would turn it to RST."""
        self.flush()
        self.sock.settimeout(1)
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)
            self.far_end.hung_up += 1
            while self.sock.recv(65536):
                pass
        self.is_over = True

    def flush(self):
        data = self.h2.data_to_send()
        if data:
            self.sock.sendall(data)

    def serve(self):
        settings = self.far_end.settings
        self.h2.initiate_connection()
        if settings:
            self.h2.update_settings(settings)
        self.flush()
        while not self.is_over:
            data = self.sock.recv(65536)
            if not data:
                return
            for event in self.h2.receive_data(data):
                self.take(event)
                if self.is_over:
                    return
            self.flush()

    def take(self, event):
        if isinstance(event, h2.events.RequestReceived):
            self.bodies[event.stream_id] = b""
            if self.far_end.opened:
                self.far_end.opened(self, event.stream_id)
        elif isinstance(event, h2.events.DataReceived):
            self.bodies[event.stream_id] += event.data
            if self.far_end.has_window:
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            body = self.bodies.pop(event.stream_id).decode()
            self.far_end.requests.append(body)
            self.far_end.script(self, event.stream_id, body)


class FarEndH2:
    def __init__(self, certificate, key, script, opened=None, settings=None, has_window=True):
        self.script, self.opened = script, opened
        self.settings, self.has_window = settings, has_window
        self.requests, self.connections, self.hung_up = [], 0, 0
        self.errors = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.context.set_alpn_protocols(["h2"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sockets, self.threads = [], []

    @property
    def url(self):
        return f"https://localhost:{self.port}/v23.0/1/messages"

    def __enter__(self):
        self.threads.append(threading.Thread(target=self._accept, daemon=True))
        self.threads[0].start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for sock in self.sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(10)
        assert not self.errors, self.errors

    def _accept(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(plain,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, plain):
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock = self.context.wrap_socket(plain, server_side=True)
        except OSError:
            plain.close()
            return
        self.sockets.append(sock)
        self.connections += 1
        try:
            Visit(self, sock).serve()
        except (OSError, h2.exceptions.StreamClosedError):
            pass  # the client left: its own affair
        except Exception as error:  # ours would hide behind the client's "cut"
            self.errors.append(repr(error))
        finally:
            sock.close()
