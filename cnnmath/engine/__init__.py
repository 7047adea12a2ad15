"""The NumPy engine: it really runs the operations of a CNN, on any number type.

float32 and float64 stay what they are, integers and Fractions are exact, SymPy symbols give formulas and
`Counted` numbers count the arithmetic. Arrays are channels first: (C, N), (C, H, W), with a batch axis in
front where there is one. Only NumPy and the standard library are needed.
"""

from cnnmath.engine.activation import identity, leaky_relu, relu, sigmoid, softmax, tanh
from cnnmath.engine.blank import counting_up, ones, zeros
from cnnmath.engine.convolution import convolve, correlate
from cnnmath.engine.counting import Counted, Tally, counted
from cnnmath.engine.dense import dense
from cnnmath.engine.errors import EngineError, TooLarge
from cnnmath.engine.measure import influence, operations
from cnnmath.engine.normalization import batch_norm, batch_statistics
from cnnmath.engine.pooling import global_max_pool, global_mean_pool, max_pool, mean_pool
from cnnmath.engine.transposed import transposed

__all__ = [
    "Counted",
    "EngineError",
    "Tally",
    "TooLarge",
    "batch_norm",
    "batch_statistics",
    "convolve",
    "correlate",
    "counted",
    "counting_up",
    "dense",
    "global_max_pool",
    "global_mean_pool",
    "identity",
    "influence",
    "leaky_relu",
    "max_pool",
    "mean_pool",
    "ones",
    "operations",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
    "transposed",
    "zeros",
]
