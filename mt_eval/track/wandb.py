"""Weights & Biases: offline files, which `wandb sync` sends, or the service itself."""

from __future__ import annotations

from mt_eval.bundled import expand_home
from mt_eval.track.record import Record, find_own_folder


def send_to_wandb(record: Record, *, project: str, entity: str | None, mode: str, folder: str | None) -> str:
    """Send a run, or write it to offline files, and tell where it is.

    Args:
        mode: `offline` or `online`.
        folder: For files; `.trackers` beside the run directory by default.
    """
    import wandb

    place = expand_home(folder) if folder else find_own_folder(record)
    place.mkdir(parents=True, exist_ok=True)
    name = f"{record.identity[:16]}-{''.join(filter(str.isdigit, record.finished))}"
    marker = place / "wandb" / f".sent-{mode}-{name}"
    if marker.exists():
        return f"{mode} W&B run {name} (was there already)"
    run = wandb.init(
        project=project,
        entity=entity,
        id=name,
        name=record.name,
        dir=str(place),
        mode=mode,
        resume="allow" if mode == "online" else None,
        config={**record.parameters, **{f"mt_eval.{key}": value for key, value in record.tags.items()}},
        tags=[record.tags["direction"]],
        notes="\n".join(record.warnings) or None,
        settings=wandb.Settings(
            silent=True, console="off", disable_git=True, disable_code=True, x_disable_stats=True, init_timeout=60
        ),
    )
    columns = list(record.rows[0]) if record.rows else []
    rows = [["; ".join(cell) if isinstance(cell, list) else cell for cell in row.values()] for row in record.rows]
    run.log({**record.metrics, "segments": wandb.Table(columns=columns, data=rows, allow_mixed_types=True)})
    artifact = wandb.Artifact(f"run-{name}", type="mt-eval-run", metadata={"identity": record.identity})
    for file in record.files:
        artifact.add_file(str(file))
    run.log_artifact(artifact)
    run.finish()
    marker.touch()
    return f"{mode} W&B run {name} in {place / 'wandb'}" if mode == "offline" else f"W&B run {run.url}"
