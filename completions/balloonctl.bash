# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of balloonctl's command line for bash: the program itself knows what may stand where.

_balloonctl() {
	local i word line words=() rest=${COMP_LINE:0:COMP_POINT} candidates
	COMPREPLY=()
	# bash splits at : and = too, if COMP_WORDBREAKS says so: put together what stands together.
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ $i == 0 || $rest == [[:blank:]]* ]]; then
			rest=${rest#"${rest%%[![:blank:]]*}"}
			words+=('')
		fi
		# The word at the cursor ends there.
		[[ $i == "$COMP_CWORD" || $rest != "$word"* ]] && word=$rest
		rest=${rest#"$word"}
		words[-1]+=$word
	done
	mapfile -t candidates < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
	# Of the word readline replaces only what is behind the last such character.
	word=${words[-1]}
	line=${word%"${word##*[:=]}"}
	for word in "${candidates[@]}"; do
		word=${word%%$'\t'*}
		case $word in *[/:=]) compopt -o nospace ;; esac
		printf -v word %q "${word#"$line"}"
		COMPREPLY+=("$word")
	done
}

complete -F _balloonctl balloonctl
