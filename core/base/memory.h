// How the process asks the system for memory. The worker's main calls it once, before the first
// tensor.
#pragma once

namespace warmstart {

/// Keeps freed blocks for reuse instead of handing them back to the system after each layer:
/// activations are allocated anew every step, and without this each one costs page faults (training
/// steps measured 1.2 to 1.5 times slower).
void tune_allocator();

}  // namespace warmstart
