#compdef imagelint
# Completion of imagelint for zsh: source <(imagelint completion zsh) behind compinit, or as _imagelint in a folder of $fpath.
# The program itself tells how its command line may go on.

_imagelint() {
	local -a lines plain open
	local line word
	lines=("${(@f)$("${words[1]}" __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
	for line in "${(@)lines[2,-1]}"; do
		word=${line%%$'\t'*}
		if [[ $word == *= ]]; then
			open+=("${word//:/\\:}:${line#*$'\t'}")
		elif [[ -n $word ]]; then
			plain+=("${word//:/\\:}:${line#*$'\t'}")
		fi
	done
	(( $#plain )) && _describe -t words word plain
	(( $#open )) && _describe -t words word open -S ''
	if [[ $lines[1] == files ]]; then
		[[ $PREFIX == -*=* ]] && compset -P '[^=]#='
		_files
	fi
}

if [[ $funcstack[1] == _imagelint ]]; then
	_imagelint "$@"
else
	compdef _imagelint imagelint
fi
