"""``optuna-guide completion``: what a shell offers after the tabulator key."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from optuna_guide.surfaces.cli.common import OK, add_command

if TYPE_CHECKING:
    from collections.abc import Mapping

    Options = Mapping[str, list[str]]  # by command

SHELLS = ("bash", "zsh", "fish")
_EXAMPLES = """\
examples:
  optuna-guide completion bash >> ~/.bashrc
  optuna-guide completion zsh >> ~/.zshrc
  optuna-guide completion fish > ~/.config/fish/completions/optuna-guide.fish"""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command of this file; it knows all that were added before."""

    def run(arguments: argparse.Namespace) -> int:
        options = {name: _options(command) for name, command in commands.choices.items()}
        print(complete(arguments.shell, options))
        return OK

    completion = add_command(commands, "completion", run, "Print what completes commands.")
    completion.formatter_class = argparse.RawDescriptionHelpFormatter
    completion.epilog = _EXAMPLES
    completion.add_argument("shell", choices=SHELLS)


def complete(shell: str, options: Options) -> str:
    """A script for a shell: commands first, then the options of the command; else files."""
    if shell == "fish":
        return "\n".join(_fish(options))
    before = "autoload -U +X bashcompinit && bashcompinit\n" if shell == "zsh" else ""
    cases = "\n".join(f"    {name}) words='{' '.join(o)}' ;;" for name, o in options.items())
    return f"""{before}_optuna_guide() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} words=''
  case ${{COMP_CWORD}},${{COMP_WORDS[1]}} in
    1,*) COMPREPLY=($(compgen -W '{" ".join(options)}' -- "$word")); return ;;
  esac
  case ${{COMP_WORDS[1]}} in
{cases}
  esac
  [[ $word == -* ]] && COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o default -F _optuna_guide optuna-guide"""


def _fish(options: Options) -> list[str]:
    lines = [f"complete -c optuna-guide -n __fish_use_subcommand -f -a '{' '.join(options)}'"]
    for name, known in options.items():
        seen = f"'__fish_seen_subcommand_from {name}'"
        long = [option[2:] for option in known if option.startswith("--")]
        lines += [f"complete -c optuna-guide -n {seen} -l {option}" for option in long]
    return lines


def _options(command: argparse.ArgumentParser) -> list[str]:
    words = command.format_usage().replace("[", " ").replace("]", " ").split()
    return sorted({"--help", *(word for word in words if word.startswith("-") and len(word) > 1)})
