"""Decoding speed and memory of runs, where they can be compared."""

from __future__ import annotations

from collections.abc import Sequence

from mt_eval.compare.result import Speed
from mt_eval.runs.columns import RunColumns


def measure_speed(run: RunColumns) -> Speed | None:
    """What decoding took, from `run.json`; None where nothing was decoded: all was stored, or there was no model.

    Each leg of a pivot counts by the sentences it decoded itself; the seconds a sentence takes add up.
    """
    work = run.head.translation
    legs = work.legs
    # What was decoded together counts as the segments it is made of.
    segments_per_text = work.segments / work.units if work.units else 1.0
    seconds, tokens_per_second, peak = 0.0, 0.0, 0.0
    for leg in legs:
        if not (leg.decode_seconds and leg.segments_decoded and leg.decoded_tokens_out and leg.peak_memory_mb):
            return None
        seconds += leg.decode_seconds / (leg.segments_decoded * segments_per_text)
        tokens_per_second = leg.decoded_tokens_out / leg.decode_seconds
        peak = max(peak, leg.peak_memory_mb)
    if not legs or not all(leg.device for leg in legs):
        return None
    device = " ".join(name for name in (legs[0].device_name, legs[0].device) if name)
    on_cpu = legs[0].threads and legs[0].device == "cpu"
    return Speed(
        device=f"{device}, {legs[0].threads} threads" if on_cpu else device,
        segments_per_second=1 / seconds,
        tokens_per_second=tokens_per_second,
        peak_memory_mb=peak,
    )


def compare_speeds(speeds: Sequence[Speed | None], systems: Sequence[str]) -> tuple[tuple[Speed | None, ...], str]:
    """The speeds if two or more are known and all are of one device, else none; and a note on why not, or nothing."""
    known = {system: speed for system, speed in zip(systems, speeds, strict=True) if speed}
    if len(known) < 2:
        return (), ""
    devices = {speed.device for speed in known.values()}
    if len(devices) > 1:
        where = "; ".join(f"{system}: {speed.device}" for system, speed in known.items())
        return (), f"decoding speeds are not compared, because devices differ ({where})"
    return tuple(speeds), ""
