// Pathway metrics against the hand-made vectors of seed card 05 and tests/reference/pathways.py
// (NumPy), edits against the textbook's table of costs.
#include "core/pathway/pathway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/pathway/pathway_complexity.h"
#include "core/pathway/pathway_descriptors.h"
#include "core/pathway/pathway_distance.h"

namespace warmstart {
namespace {

using testing::ElementsAre;

template <class Work>
std::string problem_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error.problem();
  }
  return "no error";
}

const Pathway kFirst{{{3, 1}, {2}}}, kSecond{{{3}, {2, 0}}};

TEST(Pathway, TakesExpertsByWeightUntilTheSumExceedsTau) {
  const std::vector<float> weights{0.1F, 0.5F, 0.125F, 0.25F, 0.025F};
  EXPECT_THAT(top_experts(weights, 0.7), ElementsAre(1, 3));
  EXPECT_THAT(top_experts(weights, 0.75), ElementsAre(1, 3, 2)) << "equal does not exceed";
  EXPECT_EQ(top_experts(weights, 1).size(), 5U);
  EXPECT_THAT(top_experts(std::vector<float>{0.25F, 0.25F, 0.25F, 0.25F}, 0.4), ElementsAre(0, 1))
      << "ties by number";
}

TEST(Pathway, TakesManyExpertsInTheirOrder) {
  std::vector<float> weights;
  for (int i = 0; i < 64; ++i) weights.push_back(static_cast<float>((i * 37) % 64 + 1) / 2080.0F);
  const Symbols experts = top_experts(weights, 0.9);
  double sum = 0;
  for (std::size_t i = 0; i < experts.size(); ++i) {
    if (i > 0) {
      EXPECT_GT(weights[experts[i - 1]], weights[experts[i]]);
    }
    EXPECT_LE(sum, 0.9);
    sum += static_cast<double>(weights[experts[i]]);
  }
  EXPECT_GT(sum, 0.9);
}

TEST(Pathway, RefusesTauOutsideItsRange) {
  EXPECT_EQ(problem_of([] { top_experts(std::vector<float>{1.0F}, 1.4); }),
            "pathway_distance: tau must be in (0,1], got 1.4");
  EXPECT_EQ(problem_of([] { pathways_of({}, 0); }),
            "pathway_distance: tau must be in (0,1], got 0");
}

TEST(Pathway, IsWrittenForPeopleAndAsThePaperWritesIt) {
  const Pathway pathway{{{3, 1}, {5}, {0, 2}}};
  EXPECT_EQ(pathway_text(pathway), "3,1|5|0,2");
  EXPECT_EQ(pathway_paper_text(pathway), "3,1-5-0,2");
}

TEST(PathwayDistance, OfTheCardsVectorIsFourCharactersAndTwoSymbols) {
  EXPECT_EQ(pathway_distance(kFirst, kSecond, {PathwayUnit::kChar, false}), 4);
  EXPECT_EQ(pathway_distance(kFirst, kSecond, {PathwayUnit::kSymbol, false}), 2);
  EXPECT_EQ(pathway_distance(kFirst, kSecond, {PathwayUnit::kSymbol, true}), 2.0 / 4.0);
  EXPECT_EQ(pathway_distance(kFirst, kSecond, {PathwayUnit::kChar, true}), 4.0 / 5.0);
}

TEST(PathwayDistance, OfLayersComparesTheListsOfEachLayerAlone) {
  const auto layers = layer_distances({kFirst, kSecond}, {{0, 1}}, {PathwayUnit::kSymbol, false});
  ASSERT_EQ(layers.size(), 2U);
  EXPECT_EQ(layers[0].mean, 1);
  EXPECT_EQ(layers[1].mean, 1);
}

/// The table of costs, row by row.
std::int64_t textbook_distance(const Symbols& a, const Symbols& b) {
  std::vector<std::int64_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<std::int64_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::int64_t corner = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::int64_t next =
          std::min({corner + (a[i - 1] == b[j - 1] ? 0 : 1), row[j] + 1, row[j - 1] + 1});
      corner = std::exchange(row[j], next);
    }
  }
  return row.back();
}

TEST(EditDistance, AgreesWithTheTableOfCostsAndItsScriptHasAsManyEdits) {
  Random random(5);
  for (int round = 0; round < 300; ++round) {
    const auto drawn = [&] {
      Symbols symbols(static_cast<std::size_t>(random.integer(0, round < 150 ? 9 : 200)));
      for (auto& each : symbols)
        each = static_cast<std::uint16_t>(random.integer(0, round % 2 == 0 ? 3 : 40));
      return symbols;
    };
    const Symbols a = drawn(), b = drawn();
    ASSERT_EQ(edit_distance(a, b), textbook_distance(a, b)) << a.size() << " " << b.size();
    std::int64_t edits = 0;
    Symbols rebuilt;
    for (const Edit& edit : edit_script(a, b)) {
      edits += edit.kind != Edit::Kind::kKept;
      if (edit.kind == Edit::Kind::kKept) {
        ASSERT_EQ(a[edit.a], b[edit.b]);
      }
      if (edit.kind != Edit::Kind::kRemoved) rebuilt.push_back(b[edit.b]);
    }
    ASSERT_EQ(edits, textbook_distance(a, b));
    ASSERT_EQ(rebuilt, b);
  }
}

TEST(PathwayDistance, OfAllPairsIsTheSameOnAnyNumberOfThreads) {
  std::vector<Pathway> pathways;
  Random random(2);
  for (int i = 0; i < 40; ++i) {
    Pathway pathway;
    for (int layer = 0; layer < 3; ++layer)
      pathway.layers.push_back({static_cast<std::uint16_t>(random.integer(0, 5)),
                                static_cast<std::uint16_t>(random.integer(0, 5))});
    pathways.push_back(pathway);
  }
  const PathwayDistance how;
  const std::vector<float> matrix = distance_matrix(pathways, how, 3);
  EXPECT_EQ(matrix, distance_matrix(pathways, how, 1));
  for (std::size_t i = 0; i < 40; ++i) {
    for (std::size_t j = 0; j < 40; ++j)
      ASSERT_EQ(matrix[i * 40 + j],
                static_cast<float>(pathway_distance(pathways[i], pathways[j], how)));
  }
}

TEST(PathwayDistance, PairsAreDifferentStayInTheirGroupsAndRepeat) {
  const std::vector<std::int64_t> groups{0, 1, 0, 1, 0, 2};
  EXPECT_THAT(sample_pairs(6, 100, 1, groups),
              ElementsAre(SamplePair{0, 2}, SamplePair{0, 4}, SamplePair{2, 4}, SamplePair{1, 3}));
  const auto pairs = sample_pairs(50, 200, 7);
  EXPECT_EQ(pairs, sample_pairs(50, 200, 7));
  EXPECT_NE(pairs, sample_pairs(50, 200, 8));
  EXPECT_EQ((std::set<SamplePair>(pairs.begin(), pairs.end()).size()), 200U);
}

TEST(PathwayDistance, GroupsAreComparedAndNeighboursStandTogether) {
  // Group 7: samples 0, 2, 4; sample 4 is far from the other two. Group 9: samples 1, 3.
  const std::vector<std::int64_t> groups{7, 9, 7, 9, 7};
  std::vector<float> matrix(25, 0.5F);
  const auto set = [&](int i, int j, float value) {
    matrix[i * 5 + j] = matrix[j * 5 + i] = value;
  };
  for (int i = 0; i < 5; ++i) set(i, i, 0);
  set(0, 2, 0.25F), set(0, 4, 1), set(2, 4, 1), set(1, 3, 0.125F);
  const GroupDistances means = group_distances(matrix, groups);
  EXPECT_THAT(means.names, ElementsAre(7, 9));
  EXPECT_THAT(means.mean, ElementsAre(0.75, 0.5, 0.5, 0.125));
  EXPECT_THAT(similar_order(matrix, groups),
              ElementsAre(testing::AnyOf(0, 4), testing::_, testing::AnyOf(2, 4), 1, 3));
  EXPECT_NE(similar_order(matrix, groups)[1], 4U) << "the odd one is not between the others";
}

/// Router rows of two directions: the embedding of a sample is its weights.
std::vector<double> similarity_of(const std::vector<float>& weights) {
  std::vector<float> rows;
  for (int layer = 0; layer < 3; ++layer) rows.insert(rows.end(), {1, 0, 0, 1});
  return layer_similarity({weights, 1, 3, 2}, RouterProducts({rows, 3, 2, 2}));
}

TEST(PathwayComplexity, OfTheCardsVectorsIsTheCardsNumbers) {
  const std::vector<double> turns_once = similarity_of({1, 0, 1, 1, 1, 1});
  EXPECT_NEAR(turns_once[0], 0.7071, 5e-5);
  EXPECT_NEAR(turns_once[1], 1, 1e-12);
  EXPECT_NEAR(pathway_complexity(turns_once, ComplexityForm::kPaper), 0.1464, 5e-5);
  const std::vector<double> turns_twice = similarity_of({1, 0, 1, 1, 0, 1});
  EXPECT_NEAR(pathway_complexity(turns_twice, ComplexityForm::kPaper), 0, 1e-7);
  EXPECT_NEAR(pathway_complexity(turns_twice, ComplexityForm::kPlain), 0.2929, 5e-5);
}

TEST(PathwayComplexity, AgreesWithNumpyOnRouterRowsOfAnyWidth) {
  std::vector<float> weights, rows;
  for (int i = 0; i < 24; ++i)
    weights.push_back(static_cast<float>(std::abs(std::sin(i + 1.0)) + 0.1));
  for (int i = 0; i < 60; ++i) rows.push_back(static_cast<float>(std::cos(i * 1.3)));
  // Not scaled to sum 1 as the reference does: a cosine does not see it.
  const std::vector<double> similarity =
      layer_similarity({weights, 2, 3, 4}, RouterProducts({rows, 3, 4, 5}));
  const std::vector<double> expected{0.6306878261211304, 0.6188847472204443, 0.6682384772653106,
                                     0.579289876852207};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(similarity[i], expected[i], 1e-5);
}

TEST(PathwayComplexity, IsUndefinedWithoutALayerThatGoesOn) {
  const std::vector<double> turning{-0.5, -0.1, 0.5, 0.5};
  EXPECT_TRUE(std::isnan(pathway_complexity(std::span(turning).first(2), ComplexityForm::kPaper)));
  EXPECT_NEAR(pathway_complexity(std::span(turning).first(2), ComplexityForm::kPlain), 1.3, 1e-12);
  const ComplexitySummary both = mean_complexity(turning, 2, ComplexityForm::kPaper);
  EXPECT_EQ(both.undefined, 1U);
  EXPECT_NEAR(both.mean, 0, 1e-7);
}

TEST(PathwayComplexity, NeedsThreeLayersInThePapersForm) {
  const std::vector<double> one{0.5};
  EXPECT_EQ(problem_of([&] { pathway_complexity(one, ComplexityForm::kPaper); }),
            "pathway_complexity needs >= 3 MoE layers (normalised form), found 2");
  EXPECT_EQ(pathway_complexity(one, ComplexityForm::kPlain), 0.5);
}

TEST(PathwayDescriptors, CountPathwaysExpertsAndEntropy) {
  std::vector<float> weights;
  for (int i = 0; i < 24; ++i)
    weights.push_back(static_cast<float>(std::abs(std::sin(i + 1.0)) + 0.1));
  for (std::size_t row = 0; row < 6; ++row) {
    float sum = 0;
    for (std::size_t k = 0; k < 4; ++k) sum += weights[row * 4 + k];
    for (std::size_t k = 0; k < 4; ++k) weights[row * 4 + k] /= sum;
  }
  const RoutingWeights routing{weights, 2, 3, 4};
  EXPECT_NEAR(pathway_descriptors(routing, {kFirst, kFirst}).entropy, 1.2928471501430616, 1e-6);
  const std::vector<float> even(12, 0.5F);
  const auto three = pathway_descriptors({even, 3, 2, 2}, {kFirst, kSecond, kFirst});
  EXPECT_EQ(three.distinct, 2U);
  EXPECT_DOUBLE_EQ(three.unique_share, 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(three.length, 1.5);
  EXPECT_NEAR(three.entropy, std::log(2.0), 1e-6);
}

TEST(PathwayDescriptors, ADeadRouterIsNamedWithItsLayerAndExpert) {
  std::vector<double> load(12, 0.1);
  load[11] = 0.97;
  load[0] = 0.95;
  const auto dead = dead_routers(load, 6);
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].text(),
            "layer 2: expert 5 receives 97% of tokens; distances are trivially low");
}

TEST(PathwayDescriptors, LoadIsTheMeanWeightOfEachExpert) {
  const std::vector<float> weights{0.25F, 0.75F, 1, 0, 0.75F, 0.25F, 0.5F, 0.5F};
  EXPECT_THAT(expert_load({weights, 2, 2, 2}), ElementsAre(0.5, 0.5, 0.75, 0.25));
}

TEST(PathwayDescriptors, EffectiveDimensionAgreesWithNumpy) {
  std::vector<double> matrix;
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 5; ++j) {
      double sum = 0;
      for (int k = 0; k < 4; ++k) sum += std::sin(i * 4 + k) * std::sin(j * 4 + k);
      matrix.push_back(sum);
    }
  }
  EXPECT_NEAR(effective_dimension(matrix, 5, 0.5), 1.808612462895359, 1e-9);
  EXPECT_EQ(problem_of([] { effective_dimension({-1}, 1, 0.5); }),
            "the routed kernel is not positive definite");
}

}  // namespace
}  // namespace warmstart
