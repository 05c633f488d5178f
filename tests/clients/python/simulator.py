"""`trunkline simulate`, started for one test class, and a business's web server to be called by it."""

import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote
from urllib.request import Request, urlopen

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

ROOT = Path(__file__).resolve().parents[3]
BINARY = os.environ.get("TRUNKLINE_BIN", ROOT / "target/debug/trunkline")
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


class Simulator:
    """The running carrier: its account, its control API, and Twilio's client pointed at it."""

    def __init__(self, webhook=None, telnyx_webhook=None, resend_webhook=None):
        command = [BINARY, "simulate", "--listen", "127.0.0.1:0"]
        command += ["--webhook", webhook] if webhook else []
        command += ["--telnyx-webhook", telnyx_webhook] if telnyx_webhook else []
        command += ["--resend-webhook", resend_webhook] if resend_webhook else []
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        said = self._read_settings()
        self.account_sid = said["account_sid"]
        self.auth_token = said["auth_token"]
        self.number = said["number"]
        self.messaging_service_sid = said.get("messaging_service_sid")
        self.telnyx = {name: said[f"telnyx_{name}"] for name in ("api_key", "public_key", "number")}
        self.resend = {name: said[f"resend_{name}"] for name in ("api_key", "webhook_secret", "address")}
        self.address = said["address"]

    def _read_settings(self):
        """Lines `key=value`; the address is the last."""
        said = {}
        for line in self._process.stdout:
            key, _, said[key] = line.rstrip("\n").partition("=")
            if key == "address":
                return said
        raise RuntimeError("the simulator ended before it said its address")

    def stop(self):
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()

    def client(self, auth_token=None):
        http_client = RedirectedHttpClient(self.address)
        return Client(self.account_sid, auth_token or self.auth_token, http_client=http_client)

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {} if data is None else {"Content-Type": "application/json"}
        request = Request(f"{self.address}/simulator{path}", data, headers, method=method)
        with urlopen(request) as response:
            text = response.read()
        return json.loads(text) if text else None

    def new_phone(self, name="Ana"):
        """The number of a customer nobody else in the test class uses."""
        return self.control("POST", "/phones", {"name": name})["number"]

    def text(self, phone, body, to=None):
        """A customer's phone sends a text to the business."""
        return self.control("POST", f"/phones/{quote(phone)}/texts", {"to": to or self.number, "body": body})


class RedirectedHttpClient(TwilioHttpClient):
    """Twilio's HTTP client, with the carrier's host replaced by the simulator's."""

    def __init__(self, address):
        super().__init__()
        self._address = address

    def request(self, method, url, *args, **kwargs):
        url = url.replace("https://api.twilio.com", self._address)
        return super().request(method, url, *args, **kwargs)


class Receiver:
    """Keeps what the carrier sends to a business, and answers with `twiml`."""

    def __init__(self):
        self.twiml = EMPTY_TWIML
        self._received = []
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _handler(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                params = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
                answer = receiver.twiml.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
                receiver._keep(receiver.url(self.path), self.headers["X-Twilio-Signature"], params)

            def log_message(self, *args):
                pass

        return Handler

    def _keep(self, *request):
        with self._arrived:
            self._received.append(request)
            self._arrived.notify_all()

    def url(self, path):
        """The full address of a path on this server, exactly as the carrier will sign it."""
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def arrival(self, **expected):
        """The first request with these parameters: its URL, signature and parameters."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._find(expected), timeout=30)
            found = self._find(expected)
        if found is None:
            raise AssertionError(f"nothing came with {expected}; came: {self._received}")
        return found

    def _find(self, expected):
        fits = (entry for entry in self._received if expected.items() <= entry[2].items())
        return next(fits, None)

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
