#compdef git-metaissue
#description keep the record of problems that take several attempts

# Completion of `git metaissue` for zsh. Zsh's own completion of git calls this function.
# The candidates are the program's, one a line: the word, a tab, and what it means.

_git-metaissue() {
    local -a described
    local line value
    local ret=1
    for line in "${(@f)$(_call_program candidates git metaissue complete-words -- "${(@q)words[2,CURRENT]}" 2>/dev/null)}"; do
        case $line in
            '') ;;
            :files) _files && ret=0 ;;
            :folders) _files -/ && ret=0 ;;
            *$'\t'*)
                value=${line%%$'\t'*}
                described+=("${value//:/\\:}:${line#*$'\t'}")
                ;;
            *) described+=("${line//:/\\:}") ;;
        esac
    done
    (( $#described )) && _describe -V 'git metaissue' described && ret=0
    return ret
}

_git-metaissue "$@"
