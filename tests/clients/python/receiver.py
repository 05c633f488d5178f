"""A business that a provider tells of events."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class EventReceiver:
    """Keeps what a provider tells a business as JSON."""

    def __init__(self):
        self._received = []
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/events"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _handler(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                with receiver._arrived:
                    receiver._received.append((body, dict(self.headers)))
                    receiver._arrived.notify_all()

            def log_message(self, *args):
                pass

        return Handler

    def arrival(self, fits):
        """The body and the headers of the first event that fits."""

        def find():
            return next((event for event in self._received if fits(json.loads(event[0]))), None)

        with self._arrived:
            self._arrived.wait_for(find, timeout=30)
            found = find()
        if found is None:
            raise AssertionError(f"nothing came that fits; came: {self._received}")
        return found

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
