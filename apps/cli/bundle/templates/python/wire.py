"""Gantry's driver protocol: JSON-RPC 2.0, one message a line, on stdin and stdout."""

import json
import sys
import threading

WINDOW = 256  # progress items that may be on their way without an acknowledgement
INTERNAL, METHOD_NOT_FOUND, PARSE, INVALID_REQUEST = -32603, -32601, -32700, -32600
INVALID_PARAMS = -32602


class DriverError(Exception):
    """A failure that the host understands: a code from the protocol's list, a message, and what to try."""

    def __init__(self, code, message, hint, **details):
        super().__init__(message)
        self.data = {"code": code, "hint": hint, **details}


class UnknownMethod(Exception):
    pass


class InvalidParams(Exception):
    pass


class Call:
    """One request under way: its progress goes out through `report`, its cancellation comes in through `check`."""

    def __init__(self, request_id, server):
        self.canceled = threading.Event()
        self._id = request_id
        self._server = server
        self._room = threading.Condition()
        self._unacknowledged = 0

    def check(self):
        if self.canceled.is_set():
            raise DriverError("canceled", "The work was canceled.", "Start it again.")

    def wait(self, seconds):
        self.canceled.wait(seconds)
        self.check()

    def report(self, item):
        with self._room:
            while self._unacknowledged >= WINDOW and not self.canceled.is_set():
                self._room.wait()
            self._unacknowledged += 1
        self.check()
        self._server.send({"method": "$/progress", "params": {"id": self._id, "items": [item]}})

    def ask(self, method, params):
        """Calls a method of the host's, such as `secret.read`, and gives its result."""
        answer = self._server.ask(method, params)
        while not answer.wait(0.1):
            self.check()
        return answer.result()

    def acknowledge(self, count):
        with self._room:
            self._unacknowledged -= count
            self._room.notify_all()

    def cancel(self):
        self.canceled.set()
        with self._room:
            self._room.notify_all()


class Answer(threading.Event):
    """What the host will say to a call of ours."""

    def __init__(self):
        super().__init__()
        self._message = None

    def arrive(self, message):
        self._message = message
        self.set()

    def result(self):
        error = self._message.get("error")
        if error is None:
            return self._message["result"]
        data = error.get("data", {})
        raise DriverError(data.get("code", "internal"), error["message"], data.get("hint", "Try again."))


class Server:
    """Serves `methods`, a function `(params, call) -> result` by name, until the input ends."""

    def __init__(self, methods):
        self._methods = methods
        self._calls = {}
        self._answers = {}
        self._asked = 0
        self._output = threading.Lock()

    def run(self):
        for line in sys.stdin.buffer:
            if line.strip():
                self._receive(line)
        for call in list(self._calls.values()):
            call.cancel()

    def _receive(self, line):
        try:
            message = json.loads(line)
        except ValueError:
            self.send({"id": None, "error": {"code": PARSE, "message": "The message is not JSON."}})
            return
        if not isinstance(message, dict):
            answer = {"code": INVALID_REQUEST, "message": "The message is no request."}
            self.send({"id": None, "error": answer})
            return
        if not isinstance(message.get("params", {}), dict):
            answer = {"code": INVALID_PARAMS, "message": "The params are no object."}
            self.send({"id": message.get("id"), "error": answer})
            return
        method, params = message.get("method"), message.get("params", {})
        if method in ("$/ack", "$/cancel"):
            call = self._calls.get(params.get("id"))
            if call is not None:
                call.acknowledge(int(params.get("count", 0))) if method == "$/ack" else call.cancel()
        elif method is None and ("result" in message or "error" in message):
            answer = self._answers.pop(message.get("id"), None)
            if answer is not None:
                answer.arrive(message)
        elif "id" in message:
            call = self._calls[message["id"]] = Call(message["id"], self)
            work = (message["id"], method, params, call)
            threading.Thread(target=self._serve, args=work, daemon=True).start()

    def _serve(self, request_id, method, params, call):
        try:
            if method not in self._methods:
                raise UnknownMethod(f"There is no method {method}.")
            answer = {"result": self._methods[method](params, call)}
        except DriverError as error:
            answer = {"error": {"code": 1, "message": str(error), "data": error.data}}
        except UnknownMethod as error:
            data = {"code": "method-not-found"}
            answer = {"error": {"code": METHOD_NOT_FOUND, "message": str(error), "data": data}}
        except InvalidParams as error:
            answer = {"error": {"code": INVALID_PARAMS, "message": str(error)}}
        except Exception as error:  # a defect: the host gets one line, the log the rest
            print(f"{method}: {error!r}", file=sys.stderr, flush=True)
            data = {"code": "internal", "hint": "See the log of the driver."}
            answer = {"error": {"code": INTERNAL, "message": "Something went wrong.", "data": data}}
        del self._calls[request_id]
        self.send({"id": request_id, **answer})

    def ask(self, method, params):
        answer = Answer()
        with self._output:
            self._asked += 1
            request_id = self._asked
            self._answers[request_id] = answer
        self.send({"id": request_id, "method": method, "params": params})
        return answer

    def send(self, message):
        line = json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n"
        with self._output:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
