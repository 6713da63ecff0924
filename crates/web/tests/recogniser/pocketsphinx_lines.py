"""A recogniser for `ringfence serve`: PyPI `pocketsphinx` (5.1), spoken to by lines (docs/line.md, "Words").

Set up, outside the repository:  python3 -m venv VENV && VENV/bin/pip install pocketsphinx==5.1.1
Use:  RINGFENCE_RECOGNISER="VENV/bin/python pocketsphinx_lines.py" ringfence serve
"""

import base64
import json
import sys

from pocketsphinx import Decoder

SILENCE_S, LONGEST_S, LOUD = 0.7, 15.0, 300


def double(samples):
    """8 kHz to the 16 kHz of the model, by repeating: enough for what this is."""
    return b"".join(samples[i : i + 2] * 2 for i in range(0, len(samples), 2))


class Leg:
    def __init__(self, leg):
        self.leg, self.sound, self.start, self.quiet, self.end = leg, b"", None, 0.0, 0.0
        self.decoder = Decoder(samprate=16000, loglevel="FATAL")

    def hear(self, at, rate, sound):
        seconds = len(sound) / 2 / rate
        values = memoryview(sound).cast("h")
        loud = sum(abs(value) for value in values) / max(len(values), 1) > LOUD
        if self.start is None and not loud:
            return
        self.start = at if self.start is None else self.start
        self.sound += double(sound) if rate == 8000 else sound
        self.end = at + seconds
        self.quiet = 0.0 if loud else self.quiet + seconds
        if self.quiet >= SILENCE_S or self.end - self.start >= LONGEST_S:
            self.tell()

    def tell(self):
        if self.start is None:
            return
        self.decoder.start_utt()
        self.decoder.process_raw(self.sound, full_utt=True)
        self.decoder.end_utt()
        words = self.decoder.hyp()
        if words and words.hypstr:
            found = {"leg": self.leg, "start_s": self.start, "end_s": self.end, "text": words.hypstr}
            print(json.dumps(found), flush=True)
        self.sound, self.start, self.quiet = b"", None, 0.0


legs = {}
for line in sys.stdin:
    message = json.loads(line)
    if message.get("end"):
        break
    leg = legs.setdefault(message["leg"], Leg(message["leg"]))
    leg.hear(message["at_s"], message["rate"], base64.b64decode(message["audio"]))
for leg in legs.values():
    leg.tell()
