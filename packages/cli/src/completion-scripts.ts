/**
 * The hidden command that the scripts call. It prints a line for each candidate: the word, a tab, and what it
 * means.
 */
export const completeCommand = 'complete-words';

/** The scripts call istio-ci as it was typed, so that each checkout completes its own commands. */
const bash = `# istio-ci completion for bash. Load it with: source <(istio-ci completion bash)
_istio_ci() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${COMP_WORDS[0]}" ${completeCommand} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
# Without candidates, bash completes file names.
complete -o default -F _istio_ci istio-ci
`;

const zsh = `#compdef istio-ci
# istio-ci completion for zsh. Load it after compinit with: source <(istio-ci completion zsh)
_istio_ci() {
  local -a found
  found=(\${(f)"$("\${words[1]}" ${completeCommand} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"})
  if (( \${#found} )); then
    found=(\${found//:/\\\\:})
    found=(\${found/$'\\t'/:})
    _describe istio-ci found
  else
    _files
  fi
}
compdef _istio_ci istio-ci
`;

const fish = `# istio-ci completion for fish. Load it with: istio-ci completion fish | source
function __istio_ci
    set -l before (commandline --tokenize --cut-at-cursor --current-process)
    set -l typed (commandline --current-token --cut-at-cursor)
    set -l found ($before[1] ${completeCommand} -- $before[2..] "$typed" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path "$typed"
    end
end
complete --command istio-ci --no-files --keep-order --arguments '(__istio_ci)'
`;

/** The script that each shell loads. */
export const completionScripts = { bash, zsh, fish } as const;
