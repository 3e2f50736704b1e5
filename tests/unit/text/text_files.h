// Folders, files and components that the tests of the text plugin make for themselves.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/data/dataset.h"
#include "tests/unit/test_folder.h"

namespace warmstart::text::testing {

using test::Folder;
using test::message_of;

inline std::shared_ptr<Dataset> dataset(const std::string& type, const Json& settings) {
  return create<Dataset>({type, Value::from_json(settings), {}});
}

}  // namespace warmstart::text::testing
