# Completion of imagelint for bash 3.2 and newer: source <(imagelint completion bash)
# The program itself tells how its command line may go on.

_imagelint() {
	local line=${COMP_LINE:0:COMP_POINT} words=() word begun answer cut prefix=

	# bash parts words at "=" and ":", too: what no blank stands before belongs to the word before.
	line=${line#*"${COMP_WORDS[0]}"}
	for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
		if [[ ${#words[@]} -gt 0 && $line != [[:blank:]]* ]]; then
			words[${#words[@]} - 1]+=$word
		else
			words+=("$word")
		fi
		line=${line#*"$word"}
	done
	begun=${words[${#words[@]} - 1]}
	answer=$("$1" __complete "${words[@]}" 2>/dev/null) || return

	# What stands before the last such break is not replaced, and so must not be repeated.
	cut=$begun
	for word in = :; do
		[[ $COMP_WORDBREAKS == *$word* ]] && cut=${cut##*"$word"}
	done
	cut=${begun%"$cut"}

	COMPREPLY=()
	while IFS=$'\t' read -r word _; do
		[[ -n $word ]] && COMPREPLY+=("${word#"$cut"}")
	done < <(tail -n +2 <<<"$answer")
	if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
		compopt -o nospace 2>/dev/null
	fi
	if [[ $answer == files* ]]; then
		compopt -o filenames 2>/dev/null
		[[ $begun == -*=* ]] && prefix=${begun%%=*}=
		while IFS= read -r word; do
			word=$prefix$word
			COMPREPLY+=("${word#"$cut"}")
		done < <(compgen -f -- "${begun#"$prefix"}")
	fi
}

complete -F _imagelint imagelint
