# Completion of `git metaissue` for bash. Git's own completion calls _git_metaissue; bash-completion finds this file.
# The candidates are the program's, one a line: the word, a tab, and what it means.

_git_metaissue() {
    local start=$((${__git_cmd_idx:-1} + 1)) line value meaning
    local -a values=() shown=() rest=("${words[@]:start:cword-start}" "$cur")
    # In menus, and where something is inserted at once, meanings would become part of the command line.
    local only_values=
    case ${COMP_TYPE-9} in 37 | 42) only_values=1 ;; esac
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :files) mapfile -t COMPREPLY < <(compgen -f -- "$cur") && compopt -o filenames 2>/dev/null; return ;;
            :folders) mapfile -t COMPREPLY < <(compgen -d -- "$cur") && compopt -o filenames 2>/dev/null; return ;;
        esac
        value=${line%%$'\t'*}
        meaning=${line#*$'\t'}
        [[ $value == "$cur"* ]] || continue
        # Readline completes what follows the last "=" only.
        [[ $cur == --*=* && $COMP_WORDBREAKS == *=* ]] && value=${value#*=}
        values+=("$value")
        [ "$meaning" = "$line" ] && meaning=
        shown+=("$value${meaning:+  ($meaning)}")
    done < <(__git metaissue complete-words -- "${rest[@]}" 2>/dev/null)
    if [ ${#values[@]} -gt 1 ] && [ -z "$only_values" ]; then
        COMPREPLY=("${shown[@]}")
    elif [ ${#values[@]} -gt 0 ]; then
        # Git's completion leaves the space behind a word to whoever completes it.
        COMPREPLY=("${values[@]/%/ }")
    fi
}

# Called as git-metaissue, without git before it.
_git_metaissue_alone() {
    local cur=${COMP_WORDS[COMP_CWORD]} cword=$COMP_CWORD __git_cmd_idx=0
    local -a words=("${COMP_WORDS[@]}")
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref -n =: cur words cword
    fi
    declare -F __git >/dev/null || __git() { git "$@" 2>/dev/null; }
    _git_metaissue
}
complete -o bashdefault -o default -o nospace -F _git_metaissue_alone git-metaissue
