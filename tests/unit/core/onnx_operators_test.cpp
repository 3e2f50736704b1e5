// One operation a time: through the writer, ONNX's checker, the file and the own reader, at batch 1
// and 3.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/nn.h>

#include <filesystem>

#include "core/export/onnx_reader.h"
#include "core/export/onnx_writer.h"
#include "core/export/verify.h"
#include "tests/unit/core/export_models.h"

namespace warmstart::test {
namespace {

using at::Tensor;
using Function = FunctionModel::Function;

std::string failure(const Function& function, const Tensor& example) {
  FunctionModel model(function);
  const Path path = std::filesystem::temp_directory_path() / "warmstart_onnx_operator.onnx";
  try {
    write_onnx(trace_model(model, watched(model, example)), {}, path);
    const OnnxModel read = OnnxModel::read(path);
    const auto result = compare_outputs(
        model, [&](const Batch& x) { return read.run(tensors_of(x)); }, watched(model, example),
        1e-5);
    return result.holds() ? "" : result.to_json().dump();
  } catch (const std::exception& error) {
    return error.what();
  }
}

struct OperatorCase {
  const char* name;
  Function function;
};

void expect_all(const std::vector<OperatorCase>& cases, const Tensor& example) {
  for (const auto& [name, function] : cases) EXPECT_EQ(failure(function, example), "") << name;
}

Tensor above_zero(const Tensor& x) { return x.abs() + 0.1; }

TEST(OnnxOperators, AgreeForFunctionsOfOneTensor) {
  torch::manual_seed(0);
  expect_all(
      {{"relu", [](const Tensor& x) { return at::relu(x); }},
       {"relu_", [](const Tensor& x) { return (x + 0).relu_(); }},
       {"leaky_relu", [](const Tensor& x) { return at::leaky_relu(x, 0.2); }},
       {"elu", [](const Tensor& x) { return at::elu(x, 0.7); }},
       {"gelu", [](const Tensor& x) { return at::gelu(x); }},
       {"gelu tanh", [](const Tensor& x) { return at::gelu(x, "tanh"); }},
       {"silu", [](const Tensor& x) { return at::silu(x); }},
       {"mish", [](const Tensor& x) { return at::mish(x); }},
       {"sigmoid", [](const Tensor& x) { return at::sigmoid(x); }},
       {"tanh", [](const Tensor& x) { return at::tanh(x); }},
       {"softplus", [](const Tensor& x) { return at::softplus(x); }},
       {"hardswish", [](const Tensor& x) { return at::hardswish(3 * x); }},
       {"hardsigmoid", [](const Tensor& x) { return at::hardsigmoid(3 * x); }},
       {"relu6", [](const Tensor& x) { return at::relu6(5 * x); }},
       {"clamp", [](const Tensor& x) { return at::clamp(x, -0.5, 0.7) + at::clamp_min(x, 0.1); }},
       {"softmax", [](const Tensor& x) { return at::softmax(x, 1); }},
       {"log_softmax", [](const Tensor& x) { return at::log_softmax(x, -1); }},
       {"exp log sqrt rsqrt",
        [](const Tensor& x) {
          const Tensor y = above_zero(x);
          return at::exp(x) + at::log(y) + at::sqrt(y) + at::rsqrt(y) + at::reciprocal(y);
        }},
       {"erf sin cos", [](const Tensor& x) { return at::erf(x) + at::sin(x) * at::cos(x); }},
       {"floor ceil round sign",
        [](const Tensor& x) {
          return at::floor(3 * x) + at::ceil(5 * x) * 0.1 + at::round(7 * x) * 0.01 + at::sign(x);
        }},
       {"square neg abs", [](const Tensor& x) { return at::square(x) - at::abs(-x); }}},
      torch::randn({2, 4, 6}));
}

TEST(OnnxOperators, AgreeForArithmeticAndChoice) {
  torch::manual_seed(1);
  const Tensor other = torch::randn({1, 4, 6});
  expect_all(
      {{"add alpha", [=](const Tensor& x) { return at::add(x, other, 2.5) + 1; }},
       {"sub rsub", [=](const Tensor& x) { return (1 - x) - at::sub(x, other, 0.5); }},
       {"mul div", [=](const Tensor& x) { return x * other / 3 + x / above_zero(other); }},
       {"div floor", [](const Tensor& x) { return at::div(x, 0.3, "floor"); }},
       {"pow", [](const Tensor& x) { return at::pow(x, 2) + at::pow(above_zero(x), 0.5); }},
       {"remainder", [](const Tensor& x) { return at::remainder(x, 0.7); }},
       {"maximum minimum",
        [=](const Tensor& x) { return at::maximum(x, other) + at::minimum(x, other * 2); }},
       {"comparisons",
        [=](const Tensor& x) {
          return (x < other).to(at::kFloat) + (x >= 0).to(at::kFloat) * 2 + (x != other) * 4.0;
        }},
       {"logic",
        [=](const Tensor& x) {
          return at::logical_and(x > 0, at::logical_not(x > other)).to(at::kFloat);
        }},
       {"where masked_fill",
        [=](const Tensor& x) {
          return at::where(x > 0, x, other) + x.masked_fill(x > other, 2.0);
        }},
       {"lerp addcmul",
        [=](const Tensor& x) { return at::lerp(x, other, 0.3) + at::addcmul(x, x, other, 0.4); }},
       {"integer arithmetic",
        [](const Tensor& x) {
          const Tensor whole = (x * 10).to(at::kLong);
          return (at::floor_divide(whole, 3) + at::remainder(whole, 4)).to(at::kFloat);
        }}},
      torch::randn({2, 4, 6}));
}

TEST(OnnxOperators, AgreeForMatricesAndReductions) {
  torch::manual_seed(2);
  const Tensor weight = torch::randn({6, 5}), bias = torch::randn({5});
  expect_all(
      {{"matmul", [=](const Tensor& x) { return at::matmul(x, weight); }},
       {"linear", [=](const Tensor& x) { return at::linear(x, weight.t().contiguous(), bias); }},
       {"addmm", [=](const Tensor& x) { return at::addmm(bias, x.select(1, 0), weight, 0.5, 2); }},
       {"bmm", [](const Tensor& x) { return at::bmm(x, x.transpose(1, 2)); }},
       {"baddbmm",
        [](const Tensor& x) {
          return at::baddbmm(x.slice(2, 0, 4), x, x.transpose(1, 2), 0.3, 0.7);
        }},
       {"einsum",
        [=](const Tensor& x) {
          return at::einsum("btc,cd->bdt", {x, weight});
        }},
       {"mean",
        [](const Tensor& x) {
          return x.mean(-1) + x.mean(std::vector<std::int64_t>{1, 2}, true).squeeze(2);
        }},
       {"sum", [](const Tensor& x) { return x.sum(1) + x.sum(); }},
       {"amax amin",
        [](const Tensor& x) { return x.amax(1) - x.amin(std::vector<std::int64_t>{-2}); }},
       {"max with places",
        [](const Tensor& x) {
          const auto [values, places] = x.max(2);
          return values + places.to(at::kFloat);
        }},
       {"argmax", [](const Tensor& x) { return x.argmax(1).to(at::kFloat); }},
       {"var std",
        [](const Tensor& x) {
          return x.var(std::vector<std::int64_t>{-1}, true) +
                 x.std(std::vector<std::int64_t>{2}, false);
        }},
       {"norm", [](const Tensor& x) { return x / x.norm(2, -1, true).clamp_min(1e-6); }},
       {"normalize",
        [](const Tensor& x) { return F::normalize(x, F::NormalizeFuncOptions().dim(1)); }},
       {"logsumexp", [](const Tensor& x) { return x.logsumexp(1); }},
       {"cumsum", [](const Tensor& x) { return x.cumsum(1); }},
       {"topk", [](const Tensor& x) { return std::get<0>(x.topk(3, -1)); }}},
      torch::randn({2, 4, 6}));
}

TEST(OnnxOperators, AgreeForShapes) {
  torch::manual_seed(3);
  expect_all({{"reshape",
               [](const Tensor& x) {
                 return x.reshape({-1, 2, 2, 6});
               }},
              {"view merges the batch",
               [](const Tensor& x) {
                 return x.view({-1, 6}).relu().view({-1, 4, 6});
               }},
              {"flatten", [](const Tensor& x) { return x.flatten(1); }},
              {"flatten the batch", [](const Tensor& x) { return x.flatten(0, 1); }},
              {"unflatten",
               [](const Tensor& x) {
                 return x.unflatten(-1, {2, 3});
               }},
              {"permute",
               [](const Tensor& x) {
                 return x.permute({2, 0, 1});
               }},
              {"transpose", [](const Tensor& x) { return x.transpose(-1, 1); }},
              {"movedim", [](const Tensor& x) { return x.movedim(1, -1); }},
              {"squeeze unsqueeze",
               [](const Tensor& x) { return x.unsqueeze(-1).unsqueeze(1).squeeze(1).squeeze(-1); }},
              {"expand",
               [](const Tensor& x) {
                 return x.unsqueeze(2).expand({-1, -1, 3, -1});
               }},
              {"expand_as",
               [](const Tensor& x) {
                 return torch::ones({1, 1, 6}).expand_as(x) + x;
               }},
              {"repeat",
               [](const Tensor& x) {
                 return x.repeat({1, 2, 3});
               }},
              {"cat",
               [](const Tensor& x) {
                 return at::cat({x, x * 2, x.slice(1, 0, 1)}, 1);
               }},
              {"stack",
               [](const Tensor& x) {
                 return at::stack({x, x + 1}, 1);
               }},
              {"chunk",
               [](const Tensor& x) {
                 const auto parts = x.chunk(4, -1);  // 6 into 2, 2, 2
                 return parts[0] * parts[2] + parts[1];
               }},
              {"split",
               [](const Tensor& x) {
                 const auto parts = x.split(4, 2);  // 4 and 2
                 return parts[0].slice(2, 0, 2) + parts[1];
               }},
              {"split_with_sizes",
               [](const Tensor& x) {
                 return x.split_with_sizes({1, 5}, 2)[1];
               }},
              {"unbind",
               [](const Tensor& x) {
                 const auto parts = x.unbind(1);
                 return parts[0] + parts[3];
               }}},
             torch::randn({2, 4, 6}));
}

TEST(OnnxOperators, AgreeForIndexingAndNewTensors) {
  torch::manual_seed(4);
  const Tensor places = torch::tensor({3, 0, 1}, torch::kLong), table = torch::randn({9, 5});
  using torch::indexing::None;
  using torch::indexing::Slice;
  expect_all(
      {{"slice", [](const Tensor& x) { return x.slice(1, 1, 4, 2) + x.slice(1, -1); }},
       {"narrow", [](const Tensor& x) { return x.narrow(2, 1, 3); }},
       {"select", [](const Tensor& x) { return x.select(1, -1); }},
       {"index",
        [](const Tensor& x) {
          return x.index({Slice(), 0, Slice(None, 3)});
        }},
       {"index with places",
        [=](const Tensor& x) {
          return x.index({Slice(), places});
        }},
       {"index_select", [=](const Tensor& x) { return x.index_select(2, places); }},
       {"gather", [](const Tensor& x) { return x.gather(2, x.argmax(2, true)); }},
       {"embedding",
        [=](const Tensor& x) { return at::embedding(table, x.abs().clamp_max(8).to(at::kLong)); }},
       {"flip",
        [](const Tensor& x) {
          return x.flip({1, 2});
        }},
       {"roll",
        [](const Tensor& x) {
          return x.roll({1, -2}, {1, 2});
        }},
       {"zeros_like",
        [](const Tensor& x) {
          return at::zeros_like(x) + at::ones_like(x) * 2 + at::full_like(x, 3);
        }},
       {"triangle", [](const Tensor& x) { return at::matmul(x, x.transpose(1, 2)).tril(); }},
       {"a known mask",
        [](const Tensor& x) {
          const Tensor scores = at::matmul(x, x.transpose(1, 2));
          return scores.masked_fill(torch::ones({4, 4}, torch::kBool).triu(1), -1e9).softmax(-1);
        }}},
      torch::randn({2, 4, 6}) * 3);
}

TEST(OnnxOperators, AgreeForPoolingAndPadding) {
  torch::manual_seed(5);
  expect_all(
      {{"max_pool2d", [](const Tensor& x) { return at::max_pool2d(x, 3, 2, 1); }},
       {"max_pool2d ceil", [](const Tensor& x) { return at::max_pool2d(x, 3, 2, 0, 1, true); }},
       {"avg_pool2d", [](const Tensor& x) { return at::avg_pool2d(x, 3, 2, 1); }},
       {"avg_pool2d inner",
        [](const Tensor& x) { return at::avg_pool2d(x, 3, 2, 1, false, false); }},
       {"adaptive_avg_pool2d",
        [](const Tensor& x) {
          return at::adaptive_avg_pool2d(x, {1, 1});
        }},
       {"adaptive_avg_pool2d to 4",
        [](const Tensor& x) {
          return at::adaptive_avg_pool2d(x, {4, 2});
        }},
       {"pad constant",
        [](const Tensor& x) {
          return at::constant_pad_nd(x, {1, 2, 0, 3}, 0.5);
        }},
       {"pad reflect",
        [](const Tensor& x) {
          return at::pad(x, {1, 2, 3, 1}, "reflect");
        }},
       {"pad replicate",
        [](const Tensor& x) {
          return F::pad(x, F::PadFuncOptions({2, 1, 0, 1}).mode(torch::kReplicate));
        }},
       {"pixel_shuffle", [](const Tensor& x) { return at::pixel_shuffle(x, 2); }},
       {"batch_norm without affine",
        [](const Tensor& x) {
          return at::batch_norm(x, {}, {}, torch::ones(4), torch::ones(4) * 2, false, 0.1, 1e-5,
                                false);
        }},
       {"instance_norm",
        [](const Tensor& x) {
          return at::instance_norm(x, {}, {}, {}, {}, true, 0.1, 1e-5, false);
        }},
       {"group_norm", [](const Tensor& x) { return at::group_norm(x, 2); }},
       {"layer_norm over two axes",
        [](const Tensor& x) {
          return at::layer_norm(x, {8, 8});
        }},
       {"prelu",
        [](const Tensor& x) {
          return at::prelu(x, torch::tensor({0.1F, 0.2F, 0.3F, 0.4F}));
        }}},
      torch::randn({2, 4, 8, 8}));
}

TEST(OnnxOperators, AgreeForResampling) {
  torch::manual_seed(6);
  const auto sized = [](auto mode, std::vector<std::int64_t> size) {
    return F::InterpolateFuncOptions().size(std::move(size)).mode(mode);
  };
  const auto scaled = [](auto mode, double factor) {
    return F::InterpolateFuncOptions().scale_factor(std::vector<double>{factor, factor}).mode(mode);
  };
  expect_all({{"nearest x2",
               [=](const Tensor& x) { return F::interpolate(x, scaled(torch::kNearest, 2)); }},
              {"nearest to odd sizes",
               [=](const Tensor& x) {
                 return F::interpolate(x, sized(torch::kNearest, {7, 9}));
               }},
              {"nearest down",
               [=](const Tensor& x) { return F::interpolate(x, scaled(torch::kNearest, 0.5)); }},
              {"bilinear x2",
               [=](const Tensor& x) {
                 return F::interpolate(x, scaled(torch::kBilinear, 2).align_corners(false));
               }},
              {"bilinear to odd sizes",
               [=](const Tensor& x) {
                 return F::interpolate(x, sized(torch::kBilinear, {7, 13}).align_corners(false));
               }},
              {"bilinear aligned",
               [=](const Tensor& x) {
                 return F::interpolate(x, sized(torch::kBilinear, {5, 11}).align_corners(true));
               }},
              {"bilinear to one",
               [=](const Tensor& x) {
                 return F::interpolate(x, sized(torch::kBilinear, {1, 1}).align_corners(false));
               }},
              {"bilinear x1.5",
               [=](const Tensor& x) {
                 return F::interpolate(x, scaled(torch::kBilinear, 1.5).align_corners(false));
               }}},
             torch::randn({2, 3, 6, 10}));
}

}  // namespace
}  // namespace warmstart::test
