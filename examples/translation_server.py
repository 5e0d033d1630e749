"""A translation server on this machine that answers as OpenAI-compatible ones do, to try `model=server` with.

    python examples/translation_server.py --port 8000           the models `demo` and `copy`
    python examples/translation_server.py --port 8000 --copy    `copy` alone

`demo` is the demo model of mt-eval, between Vietnamese and Arabic; `copy` answers with the text itself.

It listens on 127.0.0.1 alone, sends nothing anywhere, and needs no key; Ctrl-C ends it. The demo model needs
`pip install 'mt-eval[models]'`, the copy nothing but Python.
"""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Translate = Callable[[str], str]
"""A prompt with the text behind its first empty line to the translation."""


def copy(prompt: str) -> str:
    """The text itself."""
    return prompt.partition("\n\n")[2]


def load_demo() -> Translate:
    """The demo model that comes with mt-eval: it takes a sentence at a time, and is near chance on news."""
    from transformers import MarianMTModel, MarianTokenizer

    from mt_eval.bundled import resolve

    folder = str(resolve("bundled:models/demo"))
    tokenizer, model = MarianTokenizer.from_pretrained(folder), MarianMTModel.from_pretrained(folder)
    alone = threading.Lock()

    def translate(prompt: str) -> str:
        words, _, text = prompt.partition("\n\n")
        token = ">>vie<<" if "to Vietnamese" in words else ">>ara<<"
        batch = tokenizer([f"{token} {text}"], return_tensors="pt", truncation=True)
        with alone:
            made = model.generate(**batch, num_beams=4, max_new_tokens=256)
        return str(tokenizer.decode(made[0], skip_special_tokens=True))

    return translate


def make_handler(models: Mapping[str, Translate]) -> type[BaseHTTPRequestHandler]:
    """What answers requests for `/v1/chat/completions` to models by their names."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != "/v1/chat/completions":
                self._send(404, {"error": {"message": f"there is no {self.path} here"}})
                return
            name = body["model"]
            if name not in models:
                self._send(404, {"error": {"message": f"there is no model {name} here, but {', '.join(models)}"}})
                return
            text = models[name](body["messages"][-1]["content"])
            asked = sum(len(message["content"].split()) for message in body["messages"])
            made = len(text.split())
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            usage = {"prompt_tokens": asked, "completion_tokens": made, "total_tokens": asked + made}
            self._send(200, {"object": "chat.completion", "model": name, "choices": [choice], "usage": usage})

        def _send(self, status: int, record: dict[str, Any]) -> None:
            content = json.dumps(record).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing: the client tells what goes on."""

    return Handler


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--copy", action="store_true", help="without the demo model")
    args = parser.parse_args()
    models: dict[str, Translate] = {}
    try:
        server = ThreadingHTTPServer(("127.0.0.1", args.port), make_handler(models))
    except (OSError, OverflowError) as error:
        parser.error(f"--port {args.port}: cannot be listened on ({error}); give another, or 0 for a free one")
    if not args.copy:
        models["demo"] = load_demo()
    models["copy"] = copy
    print(f"model.url=http://127.0.0.1:{server.server_address[1]}/v1 model.name={next(iter(models))}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
