// Filters made of patches of images, for random convolutional features (MOSAIKS, Rolf et al. 2021;
// seed card 55).
#pragma once
#include <ATen/core/Tensor.h>

namespace warmstart::satellite {

/// `count` squares of `kernel` x `kernel` from random places of random images, (count,C,k,k). Draws
/// from torch's generator. Error: the images are smaller than a patch.
at::Tensor drawn_patches(const at::Tensor& images_BCHW, std::int64_t count, std::int64_t kernel);

/// ZCA whitening of patches (N,D): each less its own mean, divided by its own deviation; then, with
/// the covariance of all of them V diag(l) V^T, (x - mean) V diag(1 / sqrt(l + epsilon)) V^T
/// (Coates and Ng 2011).
at::Tensor zca_whitened(const at::Tensor& patches_ND, double epsilon);

}  // namespace warmstart::satellite
