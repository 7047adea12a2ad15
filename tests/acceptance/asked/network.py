"""A network traced through the shelf: the output of each layer is the input of the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import mul
from typing import Any

from .layers import WEIGHTED, Layer, Unknown
from .question import Unsupported
from .shelf import Shelf


@dataclass(frozen=True)
class Volume:
    """What passes between layers: its sides (none after flattening) and its channels, None where not known."""

    sides: tuple[Any, ...]
    channels: Any = None

    @property
    def sizes(self) -> list[Any]:
        """Sides and channels, as they are written: height × width × channels."""
        return [*self.sides, *([] if self.channels is None else [self.channels])]

    @property
    def count(self) -> Any:
        """How many values it has."""
        if self.channels is None or len(self.sides) == 1:
            raise Unsupported("network", "how many channels or sides there are is not said")
        return product(self.sizes)


def product(parts: Sequence[Any]) -> Any:
    """Return the product of sizes."""
    return reduce(mul, parts)


@dataclass(frozen=True)
class Stage:
    """A layer with what goes in and what comes out."""

    layer: Layer
    input: Volume
    output: Volume


def traced(shelf: Shelf, volume: Volume, layers: Sequence[Layer], ceil: bool = False) -> list[Stage]:
    """Run a volume through the layers."""
    stages: list[Stage] = []
    apart = not volume.sides and volume.channels is None  # without an input each layer may stand for itself
    for layer in layers:
        if layer.channels is not None and (apart or volume.channels is None):
            volume = replace(volume, channels=layer.channels)
        if layer.channels is not None and volume.channels != layer.channels:
            raise Unsupported("network", f"a layer wants {layer.channels} channels and gets {volume.channels}")
        out = output(shelf, volume, layer, ceil)
        stages.append(Stage(layer, volume, out))
        volume = out
    return stages


def output(shelf: Shelf, volume: Volume, layer: Layer, ceil: bool = False) -> Volume:
    """Return what a layer makes of a volume."""
    match layer.kind:
        case "pass" | "bn":
            return volume
        case "flatten":
            return Volume((), volume.count)
        case "gap":
            return Volume((), volume.channels)
        case "dense":
            return Volume((), layer.filters)
        case "inception":
            return Volume(volume.sides, layer.filters)
    if not volume.sides:
        return Volume((), volume.channels if layer.kind in ("pool", "depthwise") else layer.filters)
    maps = layer.filters
    if layer.kind == "pool" or (layer.kind == "depthwise" and maps is None):
        maps = volume.channels
    if _whole(volume, layer) and not (ceil and layer.kind == "pool"):
        return _as_map(shelf, volume, layer)
    return Volume(tuple(_side(shelf, volume, layer, axis, ceil) for axis in range(len(volume.sides))), maps)


def _whole(volume: Volume, layer: Layer) -> bool:
    """Tell whether a quantity of whole shapes takes the layer, which knows more mistakes than single sides do."""
    known = isinstance(volume.channels, int) and len(volume.sides) == 2
    if layer.kind == "pool":
        return known and not isinstance(layer.padding, str) and layer.dilation == 1
    return known and layer.kind == "conv" and isinstance(layer.filters, int) and layer.groups == 1


def _as_map(shelf: Shelf, volume: Volume, layer: Layer) -> Volume:
    given = {"input": tuple(volume.sizes), "kernel": layer.kernel, "stride": layer.stride, "padding": layer.padding}
    if layer.kind == "pool":
        found = shelf.value("pooling.shape", **given)
    else:
        found = shelf.value("channels.maps", **given, dilation=layer.dilation, filters=layer.filters)
    return Volume(tuple(found[:2]), found[2])


def _side(shelf: Shelf, volume: Volume, layer: Layer, axis: int, ceil: bool) -> Any:
    def along(value: Any) -> Any:
        return value[axis] if isinstance(value, tuple) else value

    given = {name: along(getattr(layer, name)) for name in ("kernel", "stride", "padding", "dilation")}
    if layer.kind == "transposed":
        if isinstance(layer.padding, str) and layer.padding != "valid":
            raise Unsupported("transposed", f"padding {layer.padding}")
        given["padding"] = 0 if layer.padding == "valid" else given["padding"]
        return shelf.value("transposed", input=volume.sides[axis], **given, output_padding=along(layer.output_padding))
    if layer.kind == "pool" and not isinstance(layer.padding, str) and layer.dilation == 1:
        del given["dilation"]
        return shelf.value("pooling.size", input=volume.sides[axis], **given, rounding="ceil" if ceil else "floor")
    return shelf.value("output-size", input=volume.sides[axis], **given)


# ---------------------------------------------------------------------------------------------- counts


def parameters(shelf: Shelf, stage: Stage, bias: bool | None = None) -> Any:
    """Return what a layer learns."""
    layer, channels = stage.layer, stage.input.channels
    bias = layer.bias if bias is None else bias
    match layer.kind:
        case "conv" if not layer.shared:
            _known(channels)
            one = shelf.value("channels.parameters", kernel=layer.kernel, channels=channels, filters=1, bias=bias)
            return stage.output.count * one
        case "conv" | "transposed":
            _known(channels, layer.filters)
            return shelf.value(
                "channels.parameters", kernel=layer.kernel, channels=channels, filters=layer.filters,
                groups=layer.groups, bias=bias,
            )  # fmt: skip
        case "depthwise":
            _known(channels)
            maps = layer.filters or channels
            return shelf.value(
                "channels.parameters", kernel=layer.kernel, channels=channels, filters=maps, groups=channels, bias=bias
            )
        case "dense":
            if stage.input.sides:
                raise Unsupported("network", "a dense layer on a map that was not flattened")
            _known(channels, layer.filters)
            return shelf.value("motivation", inputs=channels, units=layer.filters, bias=bias)
        case "bn":
            _known(channels)
            if layer.counted is None:
                raise Unsupported("batch norm", "two numbers per channel or four: it is not said")
            # scale and shift, and the statistics alike, are a 1×1 kernel and a bias for each channel by itself
            each = shelf.value("channels.parameters", kernel=1, channels=channels, filters=channels, groups=channels)
            return each * layer.counted / 2 if layer.counted % 2 else each * (layer.counted // 2)
        case "inception":
            raise Unsupported("network", "the layers inside a block are not said")
    return 0


def products(shelf: Shelf, stage: Stage, slug: str = "operations") -> Any:
    """Return the multiply-accumulates of a layer, or what another count of the topic makes of it."""
    layer = stage.layer
    match layer.kind:
        case "conv" | "depthwise":
            _known(stage.input.channels)
            maps = layer.filters or stage.input.channels
            groups = stage.input.channels if layer.kind == "depthwise" else layer.groups
            bias = layer.bias if slug == "operations.additions" else None
            return shelf.value(
                slug, input=tuple(stage.input.sides), channels=stage.input.channels, kernel=layer.kernel,
                stride=layer.stride, padding=layer.padding, dilation=layer.dilation, filters=maps, groups=groups, bias=bias,
            )  # fmt: skip
        case "dense":
            if slug not in ("operations", "operations.multiplications"):
                raise Unsupported("operations", "floating-point operations of a dense layer")
            return shelf.value("motivation.connections-dense", inputs=stage.input.channels, units=layer.filters)
        case "transposed":
            raise Unsupported("operations", "a transposed convolution")
    return 0


def _known(*counts: Any) -> None:
    if any(count is None or isinstance(count, Unknown) for count in counts):
        raise Unsupported("network", "a number of channels or filters is not known")


def weighted(stages: Sequence[Stage]) -> list[Stage]:
    """Return the stages that learn something."""
    return [stage for stage in stages if stage.layer.kind in WEIGHTED]


def summed(parts: Sequence[Any]) -> Any:
    """Return a sum; of nothing it is 0."""
    return reduce(lambda left, right: left + right, parts) if parts else 0
