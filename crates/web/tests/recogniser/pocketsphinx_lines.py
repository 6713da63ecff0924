"""A recogniser for `ringfence serve`: pocketsphinx with its American English model, spoken to by lines (docs/line.md, "Words").

Debian:  apt-get install python3-pocketsphinx pocketsphinx-en-us
         RINGFENCE_RECOGNISER="/usr/bin/python3 pocketsphinx_lines.py" ringfence serve
PyPI:    python3 -m venv VENV && VENV/bin/pip install pocketsphinx==5.1.1
         RINGFENCE_RECOGNISER="VENV/bin/python pocketsphinx_lines.py" ringfence serve
"""

import array
import base64
import json
import sys

from pocketsphinx import Decoder

MODEL = "/usr/share/pocketsphinx/model/en-us/"
RATE = 16000
SILENCE_S, LONGEST_S, LOUD = 0.6, 15.0, 300


def decoder():
    """PyPI's brings its model along; Debian's is an older one that is told where it lies."""
    try:
        return Decoder(samprate=RATE, loglevel="FATAL")
    except TypeError:
        config = Decoder.default_config()
        for name, value in (("-hmm", "en-us"), ("-lm", "en-us.lm.bin"), ("-dict", "cmudict-en-us.dict")):
            config.set_string(name, MODEL + value)
        config.set_string("-logfn", "/dev/null")
        return Decoder(config)


def sixteen(samples, rate):
    """Samples at the model's rate, along straight lines between them."""
    if rate == RATE or not samples:
        return samples
    count = len(samples) * RATE // rate
    out = array.array("h", bytes(2 * count))
    for place in range(count):
        at, rest = divmod(place * rate, RATE)
        following = samples[min(at + 1, len(samples) - 1)]
        out[place] = samples[at] + (following - samples[at]) * rest // RATE
    return out


class Leg:
    def __init__(self, leg):
        self.leg, self.sound, self.rate, self.start, self.quiet, self.end = leg, array.array("h"), RATE, None, 0.0, 0.0
        self.decoder = decoder()

    def hear(self, at, rate, samples):
        seconds = len(samples) / rate
        loud = sum(map(abs, samples)) / max(len(samples), 1) > LOUD
        if self.start is None and not loud:
            return
        self.start = at if self.start is None else self.start
        self.sound += samples
        self.rate = rate
        self.end = at + seconds
        self.quiet = 0.0 if loud else self.quiet + seconds
        if self.quiet >= SILENCE_S or self.end - self.start >= LONGEST_S:
            self.tell()

    def tell(self):
        if self.start is None:
            return
        self.decoder.start_utt()
        self.decoder.process_raw(sixteen(self.sound, self.rate).tobytes(), False, True)
        self.decoder.end_utt()
        words = self.decoder.hyp()
        if words and words.hypstr:
            found = {"leg": self.leg, "start_s": self.start, "end_s": self.end, "text": words.hypstr}
            print(json.dumps(found), flush=True)
        self.sound, self.start, self.quiet = array.array("h"), None, 0.0


legs = {}
for line in sys.stdin:
    message = json.loads(line)
    if message.get("end"):
        break
    if message["leg"] not in legs:
        legs[message["leg"]] = Leg(message["leg"])
    leg = legs[message["leg"]]
    samples = array.array("h")
    samples.frombytes(base64.b64decode(message["audio"]))
    if sys.byteorder == "big":
        samples.byteswap()
    leg.hear(message["at_s"], message["rate"], samples)
for leg in legs.values():
    leg.tell()
