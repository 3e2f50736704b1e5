// completion, version. The completion script is made from the parser's own tree, so that it never
// lags behind.
#include <algorithm>
#include <sstream>

#include "app/cli/commands.h"
#include "core/base/error.h"

namespace warmstart {
namespace {

std::vector<std::string> option_words(const CLI::App& sub) {
  std::vector<std::string> words;
  for (const CLI::Option* option : sub.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  return words;
}

std::string joined_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// A `case` branch for each option type that the shell can complete by itself.
std::string value_branches(const CLI::App& app) {
  std::vector<std::string> files, folders;
  for (const CLI::App* sub : app.get_subcommands({})) {
    for (const CLI::Option* option : sub->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        if (option->get_type_name() == "FILE") files.push_back("--" + name);
        if (option->get_type_name() == "DIR") folders.push_back("--" + name);
      }
    }
  }
  // --out is a file for some commands and a folder for others: files include folders.
  std::erase_if(folders, [&](const std::string& word) {
    return std::find(files.begin(), files.end(), word) != files.end();
  });
  const auto branch = [](std::vector<std::string> words, const char* action) {
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    std::string pattern;
    for (const std::string& word : words) pattern += (pattern.empty() ? "" : "|") + word;
    return pattern.empty() ? ""
                           : "    " + pattern + ") COMPREPLY=($(compgen " + action +
                                 " -- \"$word\")); return ;;\n";
  };
  return branch(folders, "-d") + branch(files, "-f");
}

std::string bash_script(const CLI::App& app) {
  std::ostringstream out;
  std::vector<std::string> commands;
  std::ostringstream cases;
  for (const CLI::App* sub : app.get_subcommands({})) {
    if (sub->get_group().empty()) continue;
    commands.push_back(sub->get_name());
    cases << "    " << sub->get_name() << ") options=\"" << joined_words(option_words(*sub))
          << "\" ;;\n";
  }
  out << "# bash completion for warmstart; load with: source <(warmstart completion bash)\n"
      << "_warmstart() {\n"
      << "  local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\" "
         "options=\"\"\n"
      << "  COMPREPLY=()\n"
      << "  if ((COMP_CWORD == 1)); then\n"
      << "    COMPREPLY=($(compgen -W \"" << joined_words(commands)
      << " --help --version\" -- \"$word\"))\n"
      << "    return\n"
      << "  fi\n"
      << "  case \"$before\" in\n"
      << value_branches(app) << "  esac\n"
      << "  case \"${COMP_WORDS[1]}\" in\n"
      << cases.str() << "  esac\n"
      << "  if [[ \"$word\" == -* ]]; then\n"
      << "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
      << "  else\n"
      << "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
      << "  fi\n"
      << "}\n"
      << "complete -o filenames -F _warmstart warmstart\n";
  return out.str();
}

int print_version(const CommonOptions& options) {
  if (options.json) {
    print_json({{"version", program_version()}});
  } else {
    std::cout << "warmstart " << program_version() << "\n";
  }
  return 0;
}

}  // namespace

void add_completion_command(CLI::App& app, Invocation& invocation) {
  add_command<CommonOptions>(app, invocation, "version", "the program's version", declare_common,
                             print_version);
  CLI::App* sub = app.add_subcommand("completion", "print a completion script for the shell");
  auto shell = std::make_shared<std::string>();
  auto common = std::make_shared<CommonOptions>();
  declare_common(*sub, *common);
  sub->add_option("shell", *shell, "bash")
      ->required()
      ->check(CLI::IsMember({"bash"}))
      ->type_name("SHELL");
  sub->callback([&app, &invocation, shell, common] {
    invocation.action = [&app, common] {
      const std::string script = bash_script(app);
      if (common->json) print_json({{"shell", "bash"}, {"script", script}});
      if (!common->json) std::cout << script;
      return 0;
    };
  });
}

}  // namespace warmstart
