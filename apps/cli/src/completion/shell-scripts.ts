import type { Place } from "./words.ts";

/** The shells that words can be completed in. */
export const SHELLS: Readonly<Record<string, (places: readonly Place[]) => string>> = {
  bash,
  zsh,
  fish,
  powershell,
};

function bash(places: readonly Place[]): string {
  return `# bash completion for gantry
_gantry() {
  local cur prev path i
  cur="\${COMP_WORDS[COMP_CWORD]}"
  prev="\${COMP_WORDS[COMP_CWORD-1]}"
  path=""
  for ((i = 1; i < COMP_CWORD; i++)); do
    if _gantry_words "\${path:+$path }\${COMP_WORDS[i]}"; then
      path="\${path:+$path }\${COMP_WORDS[i]}"
    else
      break
    fi
  done
  COMPREPLY=()
  _gantry_words "$path"
  case " $_gantry_values " in
    *" $prev "*)
      case "$prev" in
        -o|--output) COMPREPLY=($(compgen -W "plaintext json" -- "$cur")) ;;
        *) COMPREPLY=($(compgen -f -- "$cur")) ;;
      esac
      return ;;
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$_gantry_options" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$_gantry_next" -- "$cur")) ;;
  esac
}
_gantry_words() {
  _gantry_next="" _gantry_options="" _gantry_values=""
  case "$1" in
${places.map(bashCase).join("\n")}
    *) return 1 ;;
  esac
}
complete -o filenames -F _gantry gantry
`;
}

function bashCase({ path, words, options }: Place): string {
  const next = words.map(({ text }) => text).join(" ");
  const names = options.map(({ text }) => text).join(" ");
  const values = options.filter(({ takesValue }) => takesValue).map(({ text }) => text);
  return `    "${path}") _gantry_next="${next}" _gantry_options="${names}" _gantry_values="${values.join(" ")}" ;;`;
}

/** zsh runs bash's completion as it is. */
function zsh(places: readonly Place[]): string {
  return `#compdef gantry
autoload -U +X compinit && compinit -u
autoload -U +X bashcompinit && bashcompinit
${bash(places)}`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, words, options }) => {
    const when = `complete -c gantry -n '__gantry_at "${path}"'`;
    return [
      ...words.map(({ text, help }) => `${when} -f -a ${text} -d ${quoted(help)}`),
      ...options.map(({ text, help, takesValue, choices }) => {
        const flag = text.startsWith("--") ? `-l ${text.slice(2)}` : `-s ${text.slice(1)}`;
        const value =
          choices.length > 0 ? ` -x -a ${quoted(choices.join(" "))}` : takesValue ? " -r" : "";
        return `${when} ${flag}${value} -d ${quoted(help)}`;
      }),
    ];
  });
  const paths = places.map(({ path }) => quoted(path)).join(" ");
  return `# fish completion for gantry
function __gantry_at
    set -l path
    for word in (commandline -opc)[2..]
        set -l longer (string trim -- "$path $word")
        contains -- $longer ${paths}; or break
        set path $longer
    end
    test "$path" = "$argv[1]"
end
${lines.join("\n")}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function powershell(places: readonly Place[]): string {
  const entries = places.map(({ path, words, options }) => {
    const all = [...words, ...options].map(({ text }) => `'${text}'`).join(", ");
    return `  '${path}' = @(${all})`;
  });
  return `# PowerShell completion for gantry
$gantryWords = @{
${entries.join("\n")}
}
Register-ArgumentCompleter -Native -CommandName gantry -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $path = ''
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    $longer = "$path $element".Trim()
    if (-not $gantryWords.ContainsKey($longer)) { break }
    $path = $longer
  }
  $gantryWords[$path] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}
