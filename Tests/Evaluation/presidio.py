"""Masks records with Presidio's pattern recognizers alone (no language model): standard input to standard output.

Every string and key is analyzed, numbers as their text; what is found is replaced by [REDACTED].
"""
import inspect
import json
import logging
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import presidio_analyzer.predefined_recognizers as predefined  # noqa: E402
from presidio_analyzer import PatternRecognizer  # noqa: E402
from presidio_analyzer.nlp_engine import NlpArtifacts  # noqa: E402


def recognizers():
    for _, kind in inspect.getmembers(predefined, inspect.isclass):
        if not hasattr(kind, "analyze") or kind is PatternRecognizer:
            continue
        try:
            recognizer = kind()
        except Exception:  # noqa: BLE001  needs a model or a service
            continue
        if isinstance(recognizer, PatternRecognizer) or type(recognizer).__name__ == "PhoneRecognizer":
            yield recognizer


ALL = list(recognizers())
EMPTY = NlpArtifacts(entities=[], tokens=[], tokens_indices=[], lemmas=[], nlp_engine=None, language="en")


def masked(text):
    ranges = []
    for recognizer in ALL:
        try:
            results = recognizer.analyze(text, recognizer.supported_entities, EMPTY) or []
        except Exception:  # noqa: BLE001
            continue
        # Its own default threshold in most deployments; weaker scores need context words.
        ranges += [(r.start, r.end) for r in results if r.score >= 0.4]
    for start, end in sorted(ranges, reverse=True):
        text = text[:start] + "[REDACTED]" + text[end:]
    return text


def walk(value):
    if isinstance(value, dict):
        return {masked(key): walk(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [walk(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        text = str(value)
        new = masked(text)
        return value if new == text else new
    return masked(value)


for line in sys.stdin:
    print(json.dumps(walk(json.loads(line)), ensure_ascii=False))
