# Completion of imagelint for fish: imagelint completion fish > ~/.config/fish/completions/imagelint.fish
# The program itself tells how its command line may go on.

function __imagelint_complete
    set -l words (commandline -opc)
    set -l begun (commandline -ct)
    set -l lines ($words[1] __complete $words[2..-1] "$begun" 2>/dev/null)
    if test "$lines[1]" = files
        if string match -q -- '-*=*' "$begun"
            set -l flag (string split -m 1 = -- "$begun")
            __fish_complete_path "$flag[2]" | string replace -r '^' -- "$flag[1]="
        else
            __fish_complete_path "$begun"
        end
    end
    printf '%s\n' $lines[2..-1]
end

complete -c imagelint -f -a '(__imagelint_complete)'
