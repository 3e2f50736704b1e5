// What nearly every test of a view includes, precompiled once.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QtTest>

#include "views/qt_headers.h"
