"""Decoding speed and memory of runs, where they can be compared."""

from __future__ import annotations

from collections.abc import Sequence

from mt_eval.compare.result import Speed
from mt_eval.runs.skim import Skim


def measure_speed(run: Skim) -> Speed | None:
    """What decoding took, from `run.json`; None where nothing was decoded: all was stored, or there was no model.

    Each leg of a pivot counts by the sentences it decoded itself; the seconds a sentence takes add up.
    """
    legs = run.provenance.get("translation", {}).get("legs", ())
    wanted = ("decode_seconds", "segments_decoded", "decoded_tokens_out", "peak_memory_mb", "device")
    if not legs or any(not leg.get(key) for leg in legs for key in wanted):
        return None
    seconds = sum(leg["decode_seconds"] / leg["segments_decoded"] for leg in legs)
    device = " ".join(str(legs[0].get(key)) for key in ("device_name", "device") if legs[0].get(key))
    threads = legs[0].get("threads")
    return Speed(
        device=f"{device}, {threads} threads" if threads and legs[0]["device"] == "cpu" else device,
        segments_per_second=1 / seconds,
        tokens_per_second=legs[-1]["decoded_tokens_out"] / legs[-1]["decode_seconds"],
        peak_memory_mb=max(leg["peak_memory_mb"] for leg in legs),
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
