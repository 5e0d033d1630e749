"""Models in memory: each is loaded once for as long as runs ask for it, and freed before another one is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any

from mt_eval.config import Ctranslate2Engine, DeviceConfig, TransformersEngine
from mt_eval.translate.system import Leg, Translator


class LoadedModels:
    """The models of the last run, for the next run of a sweep that wants the same ones.

    Runs of one sweep share one object: `with LoadedModels() as models: ...`. It holds the models of one system at a
    time: one, or two of a pivot.
    """

    def __init__(self) -> None:
        self._translators: dict[tuple[Any, ...], Translator] = {}
        self._settings: tuple[Any, DeviceConfig] | None = None
        self.doubts: dict[tuple[str, ...], tuple[str, ...]] = {}
        """What preflights said that were passed, by what they depend on; it stays when a model is freed."""

    def __enter__(self) -> LoadedModels:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def begin(self, legs: Sequence[Leg], engine: TransformersEngine | Ctranslate2Engine, device: DeviceConfig) -> None:
        """Make ready for a run of these legs: whatever it does not use is freed."""
        if self._settings != (engine, device):
            self.close()
        self._settings = (engine, device)
        wanted = {_key(leg) for leg in legs}
        for key in [key for key in self._translators if key not in wanted]:
            self._translators.pop(key).close()

    def load(self, leg: Leg) -> Translator:
        """The leg's model, loaded if it is not, and set to the leg.

        Raises:
            ModelError: The checkpoint cannot be loaded or does not know the languages.
            ConfigError: There is no such device, or it does not know the numeric type.
        """
        assert self._settings is not None
        key = _key(leg)
        if key in self._translators:
            self._translators[key].set_leg(leg)
        else:
            self._translators[key] = load_translator(leg, *self._settings)
        return self._translators[key]

    def close(self) -> None:
        """Free everything."""
        while self._translators:
            self._translators.popitem()[1].close()


def load_translator(leg: Leg, engine: TransformersEngine | Ctranslate2Engine, device: DeviceConfig) -> Translator:
    """The leg, loaded and ready on the device.

    Raises:
        ModelError: The checkpoint cannot be loaded or does not know the languages.
        ConfigError: There is no such device, or it does not know the numeric type.
    """
    if isinstance(engine, Ctranslate2Engine):
        from mt_eval.translate.engines.ctranslate2 import Ctranslate2Translator

        return Ctranslate2Translator(leg, engine, device)
    from mt_eval.translate.engines.transformers import TransformersTranslator

    return TransformersTranslator(leg, engine, device)


def _key(leg: Leg) -> tuple[str, ...]:
    return leg.model, str(leg.folder), leg.engine, leg.dtype
