// The window's words in the user's language, from resources/translations. English has a file as
// well: it knows "1 run" from "2 runs".
#pragma once
class QCoreApplication;
class QLocale;

namespace warmstart::look {

/// Call once, before the first window. A language without a file stays English.
void translate(QCoreApplication& app, const QLocale& locale);

}  // namespace warmstart::look
