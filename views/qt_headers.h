// The Qt headers that nearly every view includes, precompiled once for warmstart_views.
#pragma once
#include <qcustomplot.h>

#include <QtConcurrent>
#include <QtWidgets>

#include "core/base/json.h"
