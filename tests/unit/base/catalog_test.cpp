#include "core/catalog/catalog.h"

#include <gtest/gtest.h>

namespace warmstart {
namespace {

struct CatalogShape {
  static constexpr const char* kKind = "catalog_shape";
  virtual ~CatalogShape() = default;
  virtual double area() const = 0;
};

struct CatalogSquare final : CatalogShape {
  struct Config {
    double side = 2;
    Value inner;
    void describe(Fields& fields) {
      fields.field("side", side, "length of a side").above(0).unit("mm");
      fields.field("inner", inner, "a shape inside").component("catalog_shape");
    }
  };
  explicit CatalogSquare(const Config& config) : config_(config) {}
  double area() const override { return config_.side * config_.side; }
  Config config_;
};

const Registered<CatalogShape, CatalogSquare> catalog_square{
    {.name = "square", .summary = "a square", .needs = {}, .yields = {"area"}, .papers = {1}}};

ComponentSpec catalog_spec(const std::string& yaml) {
  Problems problems("r.yaml");
  ComponentSpec spec = component_spec(parse_yaml(yaml, "r.yaml"), "shape", problems);
  problems.throw_if_any();
  return spec;
}

TEST(Catalog, MakesAComponentFromItsSettings) {
  EXPECT_EQ(create<CatalogShape>(catalog_spec("{type: square, side: 3}"))->area(), 9);
  EXPECT_EQ(create<CatalogShape>(catalog_spec("square"))->area(), 4);
}

TEST(Catalog, RefusesBadSettingsNamesAndLeftPlaceholders) {
  EXPECT_THROW(create<CatalogShape>(catalog_spec("{type: square, side: 0}")), Error);
  EXPECT_THROW(create<CatalogShape>(catalog_spec("{type: square, side: ${x}}")), Error);
  try {
    create<CatalogShape>(catalog_spec("sqare"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "no catalog_shape is called 'sqare'; did you mean \"square\"?");
  }
}

TEST(Catalog, RefusesANameTwice) {
  using Again = Registered<CatalogShape, CatalogSquare>;
  EXPECT_THROW(Again({.name = "square"}), Error);
  const std::size_t before = Catalog::instance().all().size();
  std::vector<std::string> rejected;
  Catalog::instance().collect_rejected(&rejected);
  Again again({.name = "square"});
  Again other({.name = "square_two"});
  Catalog::instance().collect_rejected(nullptr);
  EXPECT_EQ(rejected, std::vector<std::string>{
                          "the name 'square' is taken among the catalog_shape components"});
  EXPECT_EQ(Catalog::instance().all().size(), before + 1);
  Catalog::instance().shrink(before);
  EXPECT_EQ(Catalog::instance().find("catalog_shape", "square_two"), nullptr);
}

TEST(Catalog, ResolvesNestedComponentsWithTheirDefaults) {
  Problems problems("r.yaml");
  const Json json = resolve_component(
      "catalog_shape", catalog_spec("{type: square, inner: {type: square, side: 5}}"), "shape",
      problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(json, Json({{"type", "square"},
                        {"side", 2.0},
                        {"inner", {{"type", "square"}, {"side", 5.0}, {"inner", nullptr}}}}));
}

TEST(Catalog, ReportsProblemsOfNestedComponentsWithTheirPath) {
  Problems problems("r.yaml");
  resolve_component("catalog_shape", catalog_spec("{type: square, inner: {type: sqare, side: 5}}"),
                    "shape", problems);
  ASSERT_EQ(problems.list().size(), 1u);
  EXPECT_EQ(problems.text(problems.list()[0]),
            "r.yaml:1:30: shape.inner: found \"sqare\"; allowed: square; did you mean \"square\"?");
}

TEST(Catalog, PrefixesAPluginsNames) {
  const Component component = detail::make_component("model", "medical", {.name = "unet"});
  EXPECT_EQ(component.card.name, "medical.unet");
  EXPECT_EQ(component.plugin, "medical");
}

TEST(Catalog, ListsEverythingAsJson) {
  for (const Json& entry : Catalog::instance().to_json()) {
    if (entry["name"] != "square") continue;
    EXPECT_EQ(entry["kind"], "catalog_shape");
    EXPECT_EQ(entry["yields"], Json({"area"}));
    EXPECT_EQ(entry["fields"][1]["component"], "catalog_shape");
    return;
  }
  FAIL() << "square is not listed";
}

}  // namespace
}  // namespace warmstart
