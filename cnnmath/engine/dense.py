"""The fully connected layer."""

from typing import Any

import numpy as np
import numpy.typing as npt

from cnnmath.engine.errors import EngineError
from cnnmath.engine.values import numbers, operands
from cnnmath.engine.windows import require_room


def dense(x: npt.ArrayLike, w: npt.ArrayLike, bias: npt.ArrayLike | None = None) -> npt.NDArray[Any]:
    """y = x w^T + bias, for x (..., m_in), w (m_out, m_in) and bias (m_out,): y (..., m_out).

    Exact on integers; on objects each output takes exactly m_in multiplications and m_in - 1 additions,
    plus one addition for a bias. Raises EngineError where shapes do not fit.
    Source: Goodfellow, Bengio and Courville, "Deep Learning", 2016, section 6.3.
    """
    x, w = numbers(x, "x"), numbers(w, "w")
    if w.ndim != 2 or not w.size:
        raise EngineError(f"`w` (of shape {w.shape}) must have the shape (outputs, inputs), both at least 1")
    outputs, inputs = w.shape
    if x.ndim < 1 or x.shape[-1] != inputs:
        raise EngineError(f"the last axis of `x` (of shape {x.shape}) must be the inputs of `w` (={inputs})")
    require_room("output", x.size // inputs * outputs)
    arrays = [x, w]
    if bias is not None:
        arrays.append(numbers(bias, "bias"))
        if arrays[2].shape != (outputs,):
            raise EngineError(f"`bias` (of shape {arrays[2].shape}) must have the shape ({outputs},)")
    x, w, *biases = operands(*arrays, terms=inputs)
    y = np.matmul(x, w.T)
    for b in biases:
        y = y + b
    return np.asarray(y)
