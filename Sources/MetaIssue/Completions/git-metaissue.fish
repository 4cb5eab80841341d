# Completion of `git metaissue` for fish, read when it starts: not every version looks for a file when git's subcommand is
# completed.
# The candidates are the program's, one a line: the word, a tab, and what it means.

function __git_metaissue_candidates
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    # Only what follows the command's name.
    while set -q before[1]; and not string match -qr '(^|-)metaissue$' -- $before[1]
        set -e before[1]
    end
    set -e before[1]
    # Fish's own way to call git keeps the -C and --git-dir of the line; it is there when git's subcommand is completed.
    set -l call git
    functions -q __fish_git; and set call __fish_git
    for line in ($call metaissue complete-words -- $before "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$current"
            case :folders
                __fish_complete_directories "$current" ''
            case '*'
                echo $line
        end
    end
end

complete -c git -n '__fish_git_using_command metaissue' -f -k -a '(__git_metaissue_candidates)'
complete -c git-metaissue -f -k -a '(__git_metaissue_candidates)'
